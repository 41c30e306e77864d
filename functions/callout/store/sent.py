"""Which notice a text was, by the message id that its provider gave it: a receipt names nothing else."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=4)
"""A carrier's receipt may take 72 hours."""


class Sent:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def remember(self, message_id: str, page_id: str, notice: int, now: datetime) -> None:
        """Raises Unavailable."""
        item = shapes.sent_item(message_id, page_id, notice, int((now + KEPT).timestamp()))
        with aws.unavailable("writing which notice a text was"):
            self._client.put_item(TableName=self._table, Item=item)

    def find(self, message_id: str) -> tuple[str, int] | None:
        """The page id and the notice's number; None for a message that is not ours. Raises Unavailable."""
        with aws.unavailable("reading which notice a text was"):
            found = self._client.get_item(TableName=self._table, Key=shapes.sent_key(message_id), ConsistentRead=True)
        return shapes.sent_of(found["Item"]) if "Item" in found else None
