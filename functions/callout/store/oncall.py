"""The on-call description in the table: versions that never change, a pointer to the live one, and its calendars.

A function reads it in two calls, whatever its size: which version is live and which calendars were fetched anew; then
all of what it does not know yet. The limits below keep that true.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from callout.domain.applied import Applied
from callout.domain.errors import Refused, Unavailable
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar
from callout.store import aws, shapes
from callout.store.shapes import Extent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_ITEMS_MAX = 100
"""BatchGetItem takes so many keys, and answers 16 MB."""
PARTS_MAX = 40
"""14 MB of the 16."""
CALENDARS_MAX = BATCH_ITEMS_MAX - PARTS_MAX
BATCHES_MAX = 5
"""How often is asked again for what an answer left out."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was read, and what says whether it is still so."""

    oncall: OnCall
    stamps: Mapping[str, str] = field(default_factory=dict)
    """Of the calendars that were read."""


class OnCallVersions:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def live(self) -> int:
        """The live version's number; 0 where nothing was ever applied."""
        with aws.unavailable("reading which on-call description is live"):
            found = self._client.get_item(TableName=self._table, Key=shapes.LIVE_KEY, ConsistentRead=True)
        return shapes.extent_of(found["Item"]).version if "Item" in found else 0

    def current(self, known: Known | None = None) -> Known:
        """The live version with its calendars; of what is known already, only what has changed since is read again."""
        live, index = self._pointers()
        stamps = {name: index[name] for name in live.calendars if name in index}
        before = known or Known(OnCall(version=-1))
        if before.oncall.version == live.version and before.stamps == stamps:
            return before
        changed = [name for name, stamp in stamps.items() if before.stamps.get(name) != stamp]
        oncall, fetched = self._read(live, changed, before.oncall)
        calendars = {name: before.oncall.calendars[name] for name in live.calendars if name in before.oncall.calendars}
        # One that could not be read keeps its old events, and no stamp: it is tried again the next time.
        good = {name: stamp for name, stamp in stamps.items() if name not in changed or name in fetched}
        return Known(replace(oncall, calendars={**oncall.calendars, **calendars, **fetched}), good)

    def read(self, version: int) -> OnCall:
        """One version, whole but for the calendars of the web. Raises Unavailable, also where there is none such."""
        if version == 0:
            return OnCall(version=0)
        return self._read(self._extent(version), [], OnCall(version=-1))[0]

    def applied(self) -> list[Applied]:
        """Every version that was ever written whole, whether it went live or not; oldest first."""
        return [shapes.applied_of(item) for item in self._partition(shapes.META_PK)]

    def add(self, oncall: OnCall, applied: Applied | None = None) -> bool:
        """Write a version that nobody reads yet; False where its number is taken, even by a try that never lived.

        Two people who apply at once take different numbers, so neither can put words into the other's version.
        Raises Refused where it is too large, Unavailable.
        """
        first, *rest = items = shapes.oncall_items(oncall)
        _refuse_too_much(items, oncall)
        extent = Extent(oncall.version, len(items), shapes.web_calendars(oncall))
        meta = shapes.meta_item(replace(applied or Applied(0), version=oncall.version), extent)
        with aws.unavailable("writing the on-call description"):
            try:
                self._client.put_item(TableName=self._table, Item=first, ConditionExpression="attribute_not_exists(pk)")
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
            for item in [*rest, meta]:
                self._client.put_item(TableName=self._table, Item=item)
        return True

    def switch(self, version: int, before: int) -> bool:
        """Make a version live, if the live one still is `before`. Readers see the old one or the new one, whole."""
        extent = self._extent(version)
        with aws.unavailable("switching the on-call description"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item={**shapes.LIVE_KEY, **shapes.extent_item(extent)},
                    ConditionExpression="attribute_not_exists(pk) OR version = :before",
                    ExpressionAttributeValues={":before": {"N": str(before)}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def _pointers(self) -> tuple[Extent, dict[str, str]]:
        """What is live, and when each calendar was fetched."""
        found = self._items([shapes.LIVE_KEY, shapes.CALENDARS_KEY], "reading which on-call description is live")
        live, index = (found.get(_name(key)) for key in (shapes.LIVE_KEY, shapes.CALENDARS_KEY))
        return shapes.extent_of(live) if live else Extent(0), shapes.stamps_of(index or {})

    def _extent(self, version: int) -> Extent:
        with aws.unavailable("reading the on-call description"):
            found = self._client.get_item(TableName=self._table, Key=shapes.meta_key(version), ConsistentRead=True)
        return shapes.extent_of(found["Item"]) if "Item" in found else Extent(version)

    def _read(self, live: Extent, calendars: Sequence[str], known: OnCall) -> tuple[OnCall, dict[str, Calendar]]:
        """A version, where it is not the known one, and these calendars, in one call."""
        wanted = live if live.version not in (0, known.version) else Extent(0)
        keys = [*wanted.keys, *(shapes.calendar_key(name) for name in calendars)]
        found = self._items(keys, "reading the on-call description") if keys else {}
        fetched = {name: _calendar(found.get(_name(shapes.calendar_key(name)))) for name in calendars}
        if wanted.version:
            known = self._assembled(wanted, [found[_name(key)] for key in wanted.keys if _name(key) in found])
        elif not live.version:
            known = OnCall(version=0)
        return known, {name: calendar for name, calendar in fetched.items() if calendar is not None}

    def _assembled(self, extent: Extent, parts: Sequence[shapes.Item]) -> OnCall:
        if extent.parts is None:
            parts = self._partition(shapes.oncall_pk(extent.version))
        if not parts or len(parts) < (extent.parts or 0):
            raise Unavailable(f"there is no version {extent.version} of the on-call description")
        try:
            return shapes.oncall_of(parts)
        except (zlib.error, msgspec.MsgspecError) as error:
            raise Unavailable(f"version {extent.version} of the on-call description is not whole") from error

    def _items(self, keys: list[shapes.Item], doing: str) -> dict[tuple[str, str], shapes.Item]:
        found: dict[tuple[str, str], shapes.Item] = {}
        with aws.unavailable(doing):
            for _ in range(BATCHES_MAX):
                asked, later = keys[:BATCH_ITEMS_MAX], keys[BATCH_ITEMS_MAX:]
                request: Any = {self._table: {"Keys": asked, "ConsistentRead": True}}
                answer: Any = self._client.batch_get_item(RequestItems=request)
                found |= {_name(item): item for item in answer["Responses"].get(self._table, [])}
                left = answer.get("UnprocessedKeys", {}).get(self._table, {})
                keys = [*left.get("Keys", []), *later]
                if not keys:
                    return found
        raise Unavailable(f"{doing}: the table answers only in part")

    def _partition(self, pk: str) -> list[shapes.Item]:
        with aws.unavailable("reading the on-call description"):
            found = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": pk}},
                ConsistentRead=True,
            )
            return [item for answer in found for item in answer["Items"]]


def _name(key: shapes.Item) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]


def _calendar(item: shapes.Item | None) -> Calendar | None:
    """None where it cannot be read: a calendar must never keep the rest of the description from whoever pages."""
    try:
        return shapes.calendar_of(item) if item else None
    except (zlib.error, msgspec.MsgspecError, KeyError):
        return None


def _refuse_too_much(parts: Sequence[shapes.Item], oncall: OnCall) -> None:
    if len(parts) > PARTS_MAX:
        most = PARTS_MAX * shapes.PART_BYTES // 1_000_000
        raise Refused(f"the description is larger than {most} MB even when compressed: split it into two deployments")
    if len(shapes.web_calendars(oncall)) > CALENDARS_MAX:
        raise Refused(
            f"the description names more than {CALENDARS_MAX} calendars by address: split it into two deployments"
        )
