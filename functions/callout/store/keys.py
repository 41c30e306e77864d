"""The keys that sign answer links: made on first use, two of them valid while one is being rotated out.

They live in the encrypted table and nowhere else: not in the template, not in the environment, not in a log. Secrets
Manager would ask 0.40 USD a month and a key of KMS 1 USD, each page or none.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callout.domain.token import SECRET_BYTES, SigningKey, next_key_id
from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROTATION_PAUSE = timedelta(minutes=5)

_KEY = {"pk": {"S": "KEYS"}, "sk": {"S": "SIGNING"}}


@dataclass(frozen=True, slots=True)
class Ring:
    present: SigningKey
    before: SigningKey | None = None
    rotated_at: datetime | None = None

    @property
    def by_id(self) -> Mapping[int, SigningKey]:
        return {key.id: key for key in (self.before, self.present) if key is not None}


class SigningKeys:
    def __init__(self, client: "DynamoDBClient", table: str, secret: Callable[[int], bytes]) -> None:
        """`secret(n)` gives n random bytes."""
        self._client = client
        self._table = table
        self._secret = secret

    def read(self) -> Ring | None:
        """The ring; None where no link was ever made."""
        with aws.unavailable("reading the signing keys"):
            found = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        if "Item" not in found:
            return None
        item: shapes.Item = found["Item"]
        before = _key_of(item["before"]) if "before" in item else None
        rotated = datetime.fromisoformat(item["rotated_at"]["S"]) if "rotated_at" in item else None
        return Ring(_key_of(item["present"]), before, rotated)

    def valid(self) -> Mapping[int, SigningKey]:
        """The keys whose links are good, by their ids; none where no link was ever made."""
        ring = self.read()
        return ring.by_id if ring else {}

    def read_or_make(self) -> Ring:
        ring = self.read()
        if ring is None:
            self._write(Ring(SigningKey(0, self._secret(SECRET_BYTES))), None)
            ring = self.read()
        if ring is None:
            raise LookupError("the signing keys were written and are not there")
        return ring

    def rotate(self, now: datetime) -> Ring:
        """A new present key; the one before stays valid, the one before that does not.

        Raises LookupError on a race, and soon after the last rotation: functions sign with a key for as long as they
        have it cached, and it must stay valid for longer than that.
        """
        old = self.read_or_make()
        if old.rotated_at is not None and now - old.rotated_at < ROTATION_PAUSE:
            raise LookupError("the keys were rotated a moment ago; functions may still sign with the one before")
        new = Ring(SigningKey(next_key_id(old.present.id), self._secret(SECRET_BYTES)), old.present, now)
        if not self._write(new, old):
            raise LookupError("somebody else rotated the keys at this moment")
        return new

    def _write(self, ring: Ring, old: Ring | None) -> bool:
        item = {**_KEY, "present": _attribute(ring.present), "id": {"N": str(ring.present.id)}}
        if ring.before is not None:
            item["before"] = _attribute(ring.before)
        if ring.rotated_at is not None:
            item["rotated_at"] = {"S": ring.rotated_at.isoformat()}
        condition = {"ConditionExpression": "attribute_not_exists(pk)"}
        values = {}
        if old is not None:
            condition = {"ConditionExpression": "id = :id"}
            values = {"ExpressionAttributeValues": {":id": {"N": str(old.present.id)}}}
        with aws.unavailable("writing the signing keys"):
            try:
                self._client.put_item(TableName=self._table, Item=item, **condition, **values)  # type: ignore[arg-type]
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True


def _attribute(key: SigningKey) -> dict[str, str]:
    return {"S": f"{key.id}:{b64encode(key.secret).decode()}"}


def _key_of(attribute: Mapping[str, str]) -> SigningKey:
    number, _, secret = attribute["S"].partition(":")
    return SigningKey(int(number), b64decode(secret))
