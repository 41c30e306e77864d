"""The on-call description in the table: versions that never change, and a pointer to the live one."""

from typing import TYPE_CHECKING

from callout.domain.errors import Unavailable
from callout.domain.oncall import OnCall
from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LIVE: shapes.Item = {"pk": {"S": "CONFIG"}, "sk": {"S": "LIVE"}}


class OnCallVersions:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def live(self) -> int:
        """The live version's number; 0 where nothing was ever applied."""
        with aws.unavailable("reading which on-call description is live"):
            found = self._client.get_item(TableName=self._table, Key=_LIVE, ConsistentRead=True)
        return int(found["Item"]["version"]["N"]) if "Item" in found else 0

    def read(self, version: int) -> OnCall:
        """One version, whole. Raises Unavailable, also when there is none of that number."""
        if version == 0:
            return OnCall(version=0)
        with aws.unavailable("reading the on-call description"):
            found = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"CONFIG#{version}"}},
                ConsistentRead=True,
            )
            items = [item for answer in found for item in answer["Items"]]
        if not items:
            raise Unavailable(f"there is no version {version} of the on-call description")
        return shapes.oncall_of(items)

    def add(self, oncall: OnCall) -> bool:
        """Write a version that nobody reads yet; False where its number is taken, even by a try that never lived.

        Two people who apply at once take different numbers, so neither can put words into the other's version.
        """
        first, *rest = shapes.oncall_items(oncall)
        with aws.unavailable("writing the on-call description"):
            try:
                self._client.put_item(TableName=self._table, Item=first, ConditionExpression="attribute_not_exists(pk)")
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
            for item in rest:
                self._client.put_item(TableName=self._table, Item=item)
        return True

    def switch(self, version: int, before: int) -> bool:
        """Make a version live, if the live one still is `before`. Readers see the old one or the new one, whole."""
        with aws.unavailable("switching the on-call description"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item={**_LIVE, "version": {"N": str(version)}},
                    ConditionExpression="attribute_not_exists(pk) OR version = :before",
                    ExpressionAttributeValues={":before": {"N": str(before)}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True
