"""What was read of calendars, beside the on-call description: it changes without a new version of that."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from callout.domain.errors import Refused
from callout.domain.schedule import Calendar
from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Calendars:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def write(self, calendar: Calendar) -> None:
        """Put it where the functions read it: first its shifts, then in the index that they have changed.

        Where only the first succeeds, nobody takes notice until it is written again. Raises Refused (it is too
        large), Unavailable.
        """
        item = shapes.calendar_item(calendar)
        if len(item["doc"]["B"]) > shapes.PART_BYTES:
            raise Refused(f"its shifts are more than {shapes.PART_BYTES // 1000} KB even when compressed")
        with aws.unavailable("writing a calendar"):
            self._client.put_item(TableName=self._table, Item=item)
            if not self._stamped(calendar):
                self._make_index()
                self._stamped(calendar)

    def _stamped(self, calendar: Calendar) -> bool:
        """False where there is no index yet."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=shapes.CALENDARS_KEY,
                UpdateExpression="SET fetched.#calendar = :stamp",
                ConditionExpression="attribute_exists(fetched)",
                ExpressionAttributeNames={"#calendar": calendar.id},
                ExpressionAttributeValues={":stamp": {"S": calendar.fetched_at.isoformat()}},
            )
        except ClientError as error:
            # AWS may look at the path before the condition.
            if aws.code(error) in ("ConditionalCheckFailedException", "ValidationException"):
                return False
            raise
        return True

    def _make_index(self) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=shapes.CALENDARS_KEY,
            UpdateExpression="SET fetched = if_not_exists(fetched, :none)",
            ExpressionAttributeValues={":none": {"M": {}}},
        )
