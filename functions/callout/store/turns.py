"""Whose turn it is in the teams that take turns."""

from typing import TYPE_CHECKING

from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Turns:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def take(self, team: str) -> int:
        """The present turn, counted from 0; whoever asks next gets the next. Raises Unavailable."""
        with aws.unavailable("counting whose turn it is"):
            found = self._client.update_item(
                TableName=self._table,
                Key=shapes.turn_key(team),
                UpdateExpression="ADD taken :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="UPDATED_NEW",
            )
        return int(found["Attributes"]["taken"]["N"]) - 1
