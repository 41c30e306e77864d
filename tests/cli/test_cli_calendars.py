"""The calendars of an on-call file, as check and apply read them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from ical import GOOGLE, OPSGENIE, PAGERDUTY, calendar

from callout.domain.errors import Refused, Unavailable
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar
from callout.store.calendars import Calendars
from callout.store.oncall import OnCallVersions
from infra.cli.calendars import FILE_AHEAD, UNCLEAR_SHOWN_MAX, collect, write
from infra.cli.description.file import Loaded, load_all

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
ADDRESS = "https://calendar.example.com/oncall.ics?token=very-secret"
DESCRIPTION = """\
responders:
  ada:
    name: Ada Byron
    contact: [{sms: "+1 202 555 0101"}, {email: ada@example.com}]
  grace:
    name: Grace Hopper
    contact: [{email: grace@example.com}]
schedules:
  nights:
    name: Nights
    timezone: Europe/London
    layers:
      - {rotate: weekly, start: 2026-11-23, people: [ada, grace]}
      - calendar: %s
policies:
  urgent:
    tiers: [{notify: [nights], by: [email], wait: 5m}]
services:
  checkout:
    policy: urgent
    routing_keys: [sha256:0000000000000000000000000000000000000000000000000000000000000000]
"""

Describe = Callable[[str], Loaded]


@pytest.fixture
def describe(tmp_path: Path) -> Describe:
    def describe(source: str) -> Loaded:
        file = tmp_path / "oncall.yaml"
        file.write_text(DESCRIPTION % source, encoding="utf-8")
        loaded = load_all([file], NOW)
        assert loaded.errors == []
        return loaded

    return describe


def answering(answer: bytes | Exception) -> Callable[[str], bytes]:
    def fetch(address: str) -> bytes:
        assert address == ADDRESS
        if isinstance(answer, Exception):
            raise answer
        return answer

    return fetch


def never(address: str) -> bytes:
    raise AssertionError(f"{address} was called")


def said(loaded: Loaded) -> list[str]:
    return [
        f"{each.line} {each.level} {each}"
        for each in loaded.problems
        if each.path == "schedules.nights.layers[1].calendar"
    ]


def only(loaded: Loaded) -> Calendar:
    assert loaded.oncall is not None
    [found] = loaded.oncall.calendars.values()
    return found


def test_an_address_is_fetched_and_known_for_a_hundred_days(describe: Describe) -> None:
    loaded = collect(describe(ADDRESS), NOW, fetch=answering(GOOGLE))
    assert said(loaded) == []
    assert len(only(loaded).shifts) == 5
    assert only(loaded).fetched_at == NOW
    assert only(loaded).until == datetime(2027, 3, 2, tzinfo=UTC)
    assert loaded.oncall is not None
    assert loaded.oncall.schedules["nights"].layers[1].calendar == only(loaded).id


def test_a_file_is_read_beside_the_description_and_known_for_longer(describe: Describe, tmp_path: Path) -> None:
    (tmp_path / "oncall.ics").write_bytes(OPSGENIE)
    loaded = collect(describe("oncall.ics"), NOW, fetch=never)
    assert said(loaded) == []
    assert [shift.who for shift in only(loaded).shifts] == [("ada",), ("grace",)]
    assert only(loaded).until - NOW > FILE_AHEAD - timedelta(days=1)


def test_without_calendars_nothing_is_read(describe: Describe) -> None:
    loaded = describe(ADDRESS)
    assert loaded.oncall is not None
    bare = replace(loaded, oncall=replace(loaded.oncall, calendar_sources={}))
    assert collect(bare, NOW, fetch=never) is bare


def test_a_description_with_errors_is_left_as_it_is() -> None:
    loaded = Loaded(None, [])
    assert collect(loaded, NOW, fetch=never) is loaded


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unavailable("it does not answer within 5 seconds"), "it does not answer within 5 seconds"),
        (Refused("it answers with status 404"), "it answers with status 404"),
        (
            b"<html>Sign in</html>",
            "it is no iCalendar: that begins with BEGIN:VCALENDAR; is it the address of a web page?",
        ),
    ],
)
def test_an_address_that_cannot_be_read_is_an_error_with_its_line(
    describe: Describe, answer: bytes | Exception, why: str
) -> None:
    loaded = collect(describe(ADDRESS), NOW, fetch=answering(answer))
    assert said(loaded) == [
        f"14 error schedules.nights.layers[1].calendar: the calendar could not be read: {why}; "
        "look at the address, or leave it out with --offline"
    ]
    assert loaded.oncall is None
    assert "secret" not in str(loaded.problems)


def test_one_that_is_known_keeps_its_events_while_it_cannot_be_read(describe: Describe) -> None:
    known = only(collect(describe(ADDRESS), NOW - timedelta(hours=3), fetch=answering(PAGERDUTY)))
    loaded = collect(describe(ADDRESS), NOW, {known.id: known}, fetch=answering(Unavailable("it does not answer")))
    assert only(loaded) == known
    assert said(loaded) == [
        "14 warning schedules.nights.layers[1].calendar: the calendar could not be read: it does not answer; "
        "its events are those of 2026-11-21 22:30 UTC"
    ]


def test_offline_nothing_is_fetched_and_files_are_read(describe: Describe, tmp_path: Path) -> None:
    loaded = collect(describe(ADDRESS), NOW, offline=True, fetch=never)
    assert said(loaded) == [
        "14 warning schedules.nights.layers[1].calendar: the calendar could not be read: it is not fetched, because of "
        "--offline; nobody is on call by it here"
    ]
    assert loaded.oncall is not None
    assert loaded.oncall.calendars == {}
    (tmp_path / "oncall.ics").write_bytes(OPSGENIE)
    assert len(only(collect(describe("oncall.ics"), NOW, offline=True, fetch=never)).shifts) == 2


@pytest.mark.parametrize("content", [b"BEGIN:VCALENDAR\r\n", None], ids=["broken", "gone"])
def test_a_file_that_cannot_be_read_is_an_error(describe: Describe, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "oncall.ics"
    file.write_bytes(OPSGENIE)
    loaded = describe("oncall.ics")
    file.unlink() if content is None else file.write_bytes(content)
    [problem] = said(collect(loaded, NOW, fetch=never))
    assert problem.startswith("14 error schedules.nights.layers[1].calendar: the calendar cannot be read: ")


def test_events_of_nobody_are_warnings_without_addresses(describe: Describe) -> None:
    data = calendar(
        ["UID:1", "DTSTART:20261123T090000Z", "DTEND:20261123T170000Z", "SUMMARY:Bob", "RRULE:FREQ=DAILY;COUNT=3"],
        ["UID:2", "DTSTART:20261124T090000Z", "DTEND:20261124T170000Z", "SUMMARY:bob@example.com"],
        ["UID:3", "DTSTART:20261124T090000Z", "DTEND:20261124T080000Z", "SUMMARY:Ada Byron"],
        ["UID:4", "DTSTART:20261125T090000Z", "DTEND:20261125T170000Z", "SUMMARY:Ada Byron"],
    )
    loaded = collect(describe(ADDRESS), NOW, fetch=answering(data))
    who = "invite somebody by an address of the description, or put a responder's name or id into the title"
    assert said(loaded) == [
        f"14 warning schedules.nights.layers[1].calendar: {text}"
        for text in (
            "“Bob” in the calendar names nobody of the description (3 events, the first at 2026-11-23 09:00 UTC); "
            + who,
            "“…” in the calendar names nobody of the description (1 event at 2026-11-24 09:00 UTC); " + who,
            "“Ada Byron” in the calendar ends before it begins (1 event); correct it where the calendar is kept",
        )
    ]
    assert loaded.oncall is not None


def test_many_events_of_nobody_are_summed_up_and_an_empty_calendar_is_told(describe: Describe) -> None:
    events = (["UID:1", "DTSTART;VALUE=DATE:20261201", f"SUMMARY:Person {number}"] for number in range(14))
    problems = said(collect(describe(ADDRESS), NOW, fetch=answering(calendar(*events))))
    assert len(problems) == UNCLEAR_SHOWN_MAX + 2
    assert "4 more events of the calendar put nobody on call" in problems[-2]
    assert "the calendar puts nobody on call until 2027-03-02; is it the right one?" in problems[-1]


def test_what_applying_writes_is_what_the_functions_read_and_only_what_is_news(describe: Describe, table: str) -> None:
    client = boto3.client("dynamodb")
    versions, store = OnCallVersions(client, table), Calendars(client, table)
    wanted = collect(describe(ADDRESS), NOW, fetch=answering(PAGERDUTY)).oncall
    assert wanted is not None
    write(store, wanted, {})
    versions.add(replace(wanted, version=1))
    versions.switch(1, 0)
    live = versions.current()
    assert live.oncall == replace(wanted, version=1)

    later = collect(
        describe(ADDRESS), NOW + timedelta(hours=1), live.oncall.calendars, fetch=answering(PAGERDUTY)
    ).oncall
    assert later is not None
    write(store, later, live.oncall.calendars)
    assert versions.current(live) is live


def test_a_file_travels_inside_its_version(describe: Describe, tmp_path: Path, table: str) -> None:
    (tmp_path / "oncall.ics").write_bytes(OPSGENIE)
    wanted = collect(describe("oncall.ics"), NOW, fetch=never).oncall
    assert wanted is not None
    client = boto3.client("dynamodb")
    versions = OnCallVersions(client, table)
    write(Calendars(client, table), wanted, {})
    assert client.scan(TableName=table)["Items"] == []
    versions.add(replace(wanted, version=1))
    assert versions.read(1) == replace(wanted, version=1) != OnCall(1)
