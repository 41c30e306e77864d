"""What is counted by the day or the minute, for limits: an item each, which goes away by itself."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=2)


class Counters:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def texts(self, service: str, now: datetime, count: int) -> int:
        """That so many more texts go out for a service; how many it makes on that day (UTC). Raises Unavailable."""
        return self._add(shapes.texts_key(service, now), now, count)

    def requests(self, service: str, now: datetime, count: int) -> int:
        """That so many more webhooks came for a service; how many it makes in that minute. Raises Unavailable."""
        return self._add(shapes.requests_key(service, now), now, count)

    def _add(self, key: shapes.Item, now: datetime, count: int) -> int:
        with aws.unavailable("counting"):
            found = self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="ADD counted :count SET expires_at = :expires",
                ExpressionAttributeValues={
                    ":count": {"N": str(count)},
                    ":expires": {"N": str(int((now + KEPT).timestamp()))},
                },
                ReturnValues="UPDATED_NEW",
            )
        return int(found["Attributes"]["counted"]["N"])
