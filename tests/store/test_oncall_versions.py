"""Reading the on-call description: two calls at most, nothing twice, whole or not at all."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import boto3
import msgspec
import pytest
from people import TWO_TIERS, oncall_of

from callout.domain.applied import Applied
from callout.domain.errors import Refused, Unavailable
from callout.domain.oncall import OnCall, Responder
from callout.domain.schedule import Calendar, Shift
from callout.store import shapes
from callout.store.oncall import CALENDARS_MAX, PARTS_MAX, OnCallVersions

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD, NEW = "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"


class Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self.client = boto3.client("dynamodb")
        self.versions = OnCallVersions(self.client, name)
        self.calls: list[str] = []
        self.client.meta.events.register("before-call.*.*", self._note)

    def _note(self, model: Any, **_: object) -> None:
        self.calls.append(model.name)

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        self.calls.clear()
        yield self.calls

    def live(self, oncall: OnCall) -> OnCall:
        before = self.versions.live()
        oncall = replace(oncall, version=before + 1)
        assert self.versions.add(oncall)
        assert self.versions.switch(oncall.version, before)
        return oncall

    def fetched(self, calendar: Calendar, stamp: str) -> None:
        """As the minute function leaves it: the events, then the index."""
        packed = zlib.compress(msgspec.json.encode(calendar))
        self.put(**shapes.calendar_key(calendar.id), doc={"B": packed})
        self.stamp(calendar.id, stamp)

    def stamp(self, name: str, stamp: str) -> None:
        found = self.client.get_item(TableName=self.name, Key=shapes.CALENDARS_KEY).get("Item", {})
        stamps = {**found.get("fetched", {}).get("M", {}), name: {"S": stamp}}
        self.put(**shapes.CALENDARS_KEY, fetched={"M": stamps})

    def put(self, **item: Any) -> None:
        self.client.put_item(TableName=self.name, Item=item)


@pytest.fixture
def kept(table: str) -> Table:
    return Table(table)


def calendar(name: str, who: str = "ada") -> Calendar:
    return Calendar(name, START, START + timedelta(days=90), (Shift(START, START + timedelta(hours=8), (who,)),))


def naming(*calendars: str) -> OnCall:
    return replace(oncall_of(TWO_TIERS), calendar_sources=dict.fromkeys(calendars, "https://calendar.example.com"))


def test_nothing_was_ever_applied(kept: Table) -> None:
    with kept.counted() as calls:
        assert kept.versions.current().oncall == OnCall(version=0)
    assert calls == ["BatchGetItem"]


def test_a_description_in_many_parts_takes_two_calls(kept: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 40)
    oncall = kept.live(naming("team", "other"))
    assert len(shapes.oncall_items(oncall)) > 10
    kept.fetched(calendar("team"), OLD)
    kept.fetched(calendar("other"), OLD)
    with kept.counted() as calls:
        found = kept.versions.current().oncall
    assert calls == ["BatchGetItem"] * 2
    assert found == replace(oncall, calendars={name: calendar(name) for name in ("team", "other")})


def test_what_has_not_changed_is_not_read_again(kept: Table) -> None:
    kept.live(naming("team"))
    kept.fetched(calendar("team"), OLD)
    known = kept.versions.current()
    with kept.counted() as calls:
        assert kept.versions.current(known) is known
    assert calls == ["BatchGetItem"]


def test_of_the_calendars_only_the_changed_one_is_read(kept: Table) -> None:
    oncall = kept.live(naming("team", "other"))
    kept.fetched(calendar("team"), OLD)
    kept.fetched(calendar("other"), OLD)
    known = kept.versions.current()
    kept.fetched(calendar("team", "grace"), NEW)
    seen: list[Any] = []
    kept.client.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: seen.append([key["pk"]["S"] for key in params["RequestItems"][kept.name]["Keys"]]),
    )
    found = kept.versions.current(known).oncall
    assert seen == [["CONFIG", "CALENDAR"], ["CALENDAR#team"]]
    assert found == replace(oncall, calendars={"team": calendar("team", "grace"), "other": calendar("other")})


def test_a_new_version_keeps_the_calendars_that_are_known(kept: Table) -> None:
    kept.live(naming("team"))
    kept.fetched(calendar("team"), OLD)
    known = kept.versions.current()
    again = kept.live(naming("team"))
    assert kept.versions.current(known).oncall == replace(again, calendars={"team": calendar("team")})


def test_a_calendar_that_the_live_version_does_not_name_is_not_read(kept: Table) -> None:
    kept.live(naming())
    kept.fetched(calendar("of yesterday"), OLD)
    with kept.counted() as calls:
        assert kept.versions.current().oncall.calendars == {}
    assert len(calls) == 2


def test_a_calendar_that_cannot_be_read_keeps_its_events_and_is_tried_again(kept: Table) -> None:
    """What serves a calendar must never keep anybody from being paged."""
    kept.live(naming("team"))
    kept.fetched(calendar("team"), OLD)
    known = kept.versions.current()
    kept.put(**shapes.calendar_key("team"), doc={"B": b"broken"})
    kept.stamp("team", NEW)
    known = kept.versions.current(known)
    assert known.oncall.calendars == {"team": calendar("team")}
    kept.fetched(calendar("team", "grace"), NEW)
    assert kept.versions.current(known).oncall.calendars == {"team": calendar("team", "grace")}


def test_a_calendar_that_was_never_fetched(kept: Table) -> None:
    oncall = kept.live(naming("team"))
    kept.stamp("team", NEW)
    assert kept.versions.current().oncall == oncall


def test_a_version_holds_the_calendars_that_came_as_files_and_no_others(kept: Table) -> None:
    both = {name: calendar(name) for name in ("web", "file")}
    oncall = replace(naming("web"), calendar_sources={"web": "https://a.example.com", "file": ""}, calendars=both)
    oncall = kept.live(oncall)
    assert kept.versions.read(1).calendars == {"file": calendar("file")}
    kept.fetched(calendar("web"), OLD)
    known = kept.versions.current()
    assert known.oncall == oncall
    kept.fetched(calendar("web", "grace"), NEW)
    assert kept.versions.current(known).oncall.calendars == {"web": calendar("web", "grace"), "file": calendar("file")}


def test_a_pointer_from_before_there_were_parts_in_it(kept: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 100)
    oncall = replace(oncall_of(TWO_TIERS), version=3)
    for item in shapes.oncall_items(oncall):
        kept.put(**item)
    kept.put(**shapes.LIVE_KEY, version={"N": "3"})
    assert kept.versions.live() == 3
    assert kept.versions.current().oncall == oncall
    assert kept.versions.read(3) == oncall
    newer = kept.live(oncall)
    assert kept.versions.current().oncall == newer


def test_a_switch_between_the_two_calls_of_a_reader(kept: Table) -> None:
    """The reader has seen the old pointer: it gets the old version, whole."""
    old = kept.live(oncall_of(TWO_TIERS))
    reader = Table(kept.name)

    def meanwhile(params: Any, **_: object) -> None:
        if any(key["pk"]["S"] == "CONFIG#1" for key in params["RequestItems"][kept.name]["Keys"]):
            kept.live(replace(old, responders={}))

    reader.client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", meanwhile)
    assert reader.versions.current().oncall == old
    assert kept.versions.current().oncall == replace(old, version=2, responders={})


def test_what_an_answer_leaves_out_is_asked_for_again(kept: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 100)
    oncall = kept.live(oncall_of(TWO_TIERS))
    leaving_out(kept, answers=2)
    assert kept.versions.current().oncall == oncall


def test_not_for_ever(kept: Table) -> None:
    kept.live(oncall_of(TWO_TIERS))
    leaving_out(kept, answers=1000)
    with pytest.raises(Unavailable, match="answers only in part"):
        kept.versions.current()


def leaving_out(kept: Table, answers: int) -> None:
    """The first answers hold nothing of the first key, as those of a throttled table."""
    left = answers

    def cut(parsed: Any, **_: object) -> None:
        nonlocal left
        if left:
            left -= 1
            first = parsed["Responses"][kept.name].pop(0)
            parsed["UnprocessedKeys"] = {kept.name: {"Keys": [{name: first[name] for name in ("pk", "sk")}]}}

    kept.client.meta.events.register("after-call.dynamodb.BatchGetItem", cut)


def incompressible(count: int) -> OnCall:
    random = Random(3)
    people = (Responder(f"r{number}", random.randbytes(500).hex()) for number in range(count))
    return replace(oncall_of(TWO_TIERS), responders={person.id: person for person in people})


def test_as_large_as_it_may_be_is_two_calls_and_one_part_more_is_refused(
    kept: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"calendar-{number}" for number in range(CALENDARS_MAX)]
    oncall = replace(incompressible(200), calendar_sources=dict.fromkeys(names, "https://a.example.com"))
    size = sum(len(item["doc"]["B"]) for item in shapes.oncall_items(oncall))
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", -(-size // PARTS_MAX))
    assert len(shapes.oncall_items(oncall)) == PARTS_MAX
    oncall = kept.live(oncall)
    for name in names:
        kept.fetched(calendar(name), OLD)
    with kept.counted() as calls:
        assert kept.versions.current().oncall == replace(oncall, calendars={name: calendar(name) for name in names})
    assert calls == ["BatchGetItem"] * 2
    with pytest.raises(Refused, match="larger than"):
        kept.versions.add(replace(incompressible(210), version=2))
    with pytest.raises(Refused, match="more than 60 calendars"):
        kept.versions.add(replace(naming(*names, "one more"), version=2))
    assert not kept.client.query(
        TableName=kept.name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "CONFIG#2"}},
    )["Items"]


def test_a_version_that_is_not_whole_is_said_to_be(kept: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 100)
    kept.live(oncall_of(TWO_TIERS))
    kept.put(pk={"S": "CONFIG#1"}, sk={"S": "001"}, doc={"B": b"broken"})
    with pytest.raises(Unavailable, match="version 1 of the on-call description is not whole"):
        kept.versions.read(1)
    kept.client.delete_item(TableName=kept.name, Key={"pk": {"S": "CONFIG#1"}, "sk": {"S": "001"}})
    with pytest.raises(Unavailable, match="there is no version 1"):
        kept.versions.current()
    with pytest.raises(Unavailable, match="there is no version 7"):
        kept.versions.read(7)


def test_who_made_each_version_is_kept(kept: Table) -> None:
    first = Applied(1, "2026-11-21T10:00:00Z", "ada", "the first one")
    second = Applied(2, "2026-11-22T10:00:00Z", "arn:aws:sts::123456789012:assumed-role/ops/grace", "", 1, 1)
    for applied in (first, second):
        assert kept.versions.add(replace(oncall_of(TWO_TIERS), version=applied.version), applied)
        assert not kept.versions.add(replace(oncall_of(TWO_TIERS), version=applied.version), replace(first, by="other"))
    assert kept.versions.applied() == [first, second]
