"""Shifts as iCalendar: whole, in UTC, under names that stay, read by another's library; and the function behind it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import boto3
import icalendar
import pytest
from cli.team import HOSTILE, LONDON, MUCH, NIGHTS, TOO_MUCH, described, utc
from hypothesis import given, settings
from hypothesis import strategies as st
from people import ADA

from callout.domain import feed_address
from callout.domain.on_call import on_call
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar, Layer, Schedule, Shift
from callout.domain.text import clean
from callout.runtime import Clients, Runtime, Settings
from callout.web import feed

NOW = utc(2026, 3, 25, 12, 30)


def events(text: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def written(oncall: OnCall, schedule: Schedule, now: datetime = NOW) -> str:
    return feed.feed(oncall, schedule, now)


MUCH_EVENTS = events(written(TOO_MUCH, MUCH))


@given(st.integers(0, 10 * 7 * 24 * 12 - 1))
@settings(max_examples=200, deadline=None)
def test_the_events_say_at_every_instant_who_is_on_call(steps: int) -> None:
    at = NOW - feed.BACK + timedelta(minutes=5 * steps)
    shown = [str(event["summary"]) for event in MUCH_EVENTS if event["dtstart"].dt <= at < event["dtend"].dt]
    names = [clean(TOO_MUCH.responders[who].name) for who in on_call(MUCH, at, {})]
    assert sorted(shown) == sorted(f"{name} on call: {clean(MUCH.name)}" for name in names)


def test_the_head_says_what_it_is_and_how_often_to_come_again() -> None:
    head = written(described(), NIGHTS).partition("BEGIN:VEVENT")[0].splitlines()
    assert {
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "NAME:On call: Nights",
        "X-WR-CALNAME:On call: Nights",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    } < set(head)


def test_an_event() -> None:
    event = written(described(), NIGHTS).partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0].split("\r\n")
    assert {
        "SUMMARY:Grace on call: Nights",
        "DTSTART:20260309T090000Z",
        "DTEND:20260316T090000Z",
        "DTSTAMP:20260325T123000Z",
        "TRANSP:TRANSPARENT",
    } < set(event)
    assert len([line for line in event if line.startswith("UID:")]) == 1


def test_two_weeks_back_and_eight_ahead() -> None:
    found = events(written(described(), NIGHTS))
    assert (found[0]["dtstart"].dt, found[-1]["dtend"].dt) == (utc(2026, 3, 9, 9), utc(2026, 5, 25, 8))
    assert len(found) == 11


def test_uids_stay_and_no_shift_is_cut_while_time_goes_by() -> None:
    seen: dict[str, tuple[datetime, datetime]] = {}
    for days in range(0, 40, 3):
        for event in events(written(described(), NIGHTS, NOW + timedelta(days=days))):
            times = event["dtstart"].dt, event["dtend"].dt
            assert seen.setdefault(str(event["uid"]), times) == times
    assert len(seen) == 11 + 5


def test_a_shift_without_an_end_stays_the_same_for_a_month() -> None:
    forever = replace(NIGHTS, layers=(Layer("only", LONDON, ("ada",)),))
    days = [utc(2026, 3, 18) + timedelta(days=number) for number in range(30)]
    [uid] = {str(event["uid"]) for day in days for event in events(written(described(), forever, day))}
    assert uid.endswith("@callout")


def test_uids_are_nobody_elses() -> None:
    uids = [str(event["uid"]) for event in MUCH_EVENTS]
    assert len(set(uids)) == len(uids) > 100
    other = {str(event["uid"]) for event in events(written(TOO_MUCH, replace(MUCH, id="other")))}
    assert other.isdisjoint(uids)


def test_names_only_and_lines_as_the_rfc_wants_them() -> None:
    text = written(TOO_MUCH, MUCH)
    assert "+1202" not in text
    assert "@example" not in written(described(), NIGHTS)
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not {b"\n", b"\x1b", b"\r"} & {line[index : index + 1] for line in lines for index in range(len(line))}


def test_a_hostile_name_stays_a_name() -> None:
    name = "Ada\r\nEND:VEVENT\r\nATTENDEE:mailto:x@example.com; a, b\\n " + HOSTILE
    oncall = described()
    text = written(replace(oncall, responders={**oncall.responders, "ada": replace(ADA, name=name)}), NIGHTS)
    assert len(events(text)) == 11
    assert not [event for event in events(text) if "attendee" in event]
    assert "Ada END:VEVENT ATTENDEE:mailto:x@example.com; a, b\\n" in str(events(text)[1]["summary"])


def test_shifts_of_a_calendar_are_shown_too() -> None:
    known = Calendar(
        "theirs", NOW, NOW + timedelta(days=100), (Shift(NOW, NOW + timedelta(hours=8), ("ada", "grace")),)
    )
    schedule = replace(NIGHTS, layers=(Layer("theirs", LONDON, calendar="theirs"),))
    found = events(written(described(schedule, calendars={"theirs": known}), schedule))
    assert [str(event["summary"]) for event in found] == ["Ada on call: Nights", "Grace on call: Nights"]


# ---- the function ---------------------------------------------------------------------------------------------------


@pytest.fixture
def operator(table: str, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setenv("TABLE", table)
    return Runtime(Settings(table), Clients())


@pytest.fixture
def function(operator: Runtime) -> Iterator[Any]:
    """functions/feed.py as Lambda loads it, on the table of this test."""
    sys.modules.pop("feed", None)
    yield import_module("feed")
    del sys.modules["feed"]


def get(function: Any, token: str) -> Any:
    event = {
        "routeKey": "GET /calendar/{token}",
        "requestContext": {"http": {"method": "GET"}},
        "pathParameters": {"token": token},
    }
    return function.handler(event, None)


def live(operator: Runtime, version: int = 1) -> str:
    oncall = replace(described(), version=version)
    operator.versions.add(oncall)
    assert operator.versions.switch(version, version - 1)
    return feed_address.issue(operator.keys.read_or_make().present, "nights")


def test_the_function_gives_the_feed(operator: Runtime, function: Any) -> None:
    address = live(operator)
    for token in (address, f"{address}.ics"):
        answer = get(function, token)
        assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert answer["headers"]["Cache-Control"] == "no-store"
        assert 10 <= len(events(answer["body"])) <= 12


def test_what_is_not_ours_is_not_there(operator: Runtime, function: Any) -> None:
    address = live(operator)
    key = operator.keys.read_or_make().present
    for token in ("", "nights", "nights." + "A" * 24, "days" + address[6:], feed_address.issue(key, "gone")):
        answer = get(function, token)
        assert answer["statusCode"] == 404
        assert "BEGIN" not in answer["body"]


def test_two_rotations_end_a_feed(operator: Runtime) -> None:
    address = live(operator)
    now = datetime.now(UTC)
    for hours in (0, 1):
        assert feed_address.verify(address, operator.keys.valid()) == "nights"
        operator.keys.rotate(now + timedelta(hours=hours))
    with pytest.raises(feed_address.Forged):
        feed_address.verify(address, operator.keys.valid())


def test_it_is_never_empty_because_something_is_down(operator: Runtime, function: Any, table: str) -> None:
    address = live(operator)
    boto3.client("dynamodb").delete_table(TableName=table)
    answer = get(function, address)
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (503, "text/plain; charset=utf-8")
