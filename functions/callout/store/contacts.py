"""Which contacts are verified. Functions never ask: one that never was is used for pages all the same."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from callout.domain.verified import Verified
from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Reach = tuple[str, str]
"""A channel and an address."""


class Contacts:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def verified(self, contacts: Collection[Reach]) -> dict[Reach, Verified]:
        """Those that are verified. It goes by the address: one that has changed is not. Raises Unavailable."""
        found = {item["sk"]["S"]: item for item in self._items()} if contacts else {}
        names = {contact: shapes.verified_sk(*contact) for contact in contacts}
        return {contact: shapes.verified_of(found[name]) for contact, name in names.items() if name in found}

    def mark(self, channel: str, address: str, verified: Verified) -> None:
        """Raises Unavailable."""
        with aws.unavailable("writing that a contact is verified"):
            self._client.put_item(TableName=self._table, Item=shapes.verified_item(channel, address, verified))

    def _items(self) -> list[shapes.Item]:
        """All there are: thousands of them are one call, while to ask for each by its key would be many."""
        with aws.unavailable("reading which contacts are verified"):
            found = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": shapes.VERIFIED_PK}},
                ConsistentRead=True,
            )
            return [item for answer in found for item in answer["Items"]]
