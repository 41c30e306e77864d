"""Whose shift an event is, and what is said about those that are nobody's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ical import ADA_IS_INVITED, GOOGLE, OPSGENIE, OUTLOOK, PAGERDUTY, calendar, event
from people import ADA, BOSS, GRACE

from callout.calendars import (
    BYTES_MAX,
    EVENTS_MAX,
    NAMES_NOBODY,
    Unclear,
    parse,
    timezone_of,
    window,
)
from callout.domain.errors import Malformed
from callout.domain.oncall import OnCall
from callout.domain.schedule import Layer, Schedule, Shift

PEOPLE = {
    "ada": replace(ADA, name="Ada Byron"),
    "grace": replace(GRACE, name="Grace Hopper"),
    "boss": BOSS,
}
NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
WINDOW = window(NOW)
MORNING = ("DTSTART:20261123T090000Z", "DTEND:20261123T170000Z")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def who(*lines: str) -> tuple[str, ...]:
    """Whose an event is that says this; () with a problem where it is nobody's."""
    found = parse(calendar(["UID:1", *MORNING, *lines]), PEOPLE, *WINDOW)
    assert len(found.shifts) + len(found.problems) == 1
    return found.shifts[0].who if found.shifts else ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([ADA_IS_INVITED], ("ada",)),
        (["ATTENDEE:MAILTO:Ada@Example.COM"], ("ada",)),
        (["ATTENDEE:ada@example.com"], ("ada",)),
        ([ADA_IS_INVITED, "ATTENDEE:mailto:grace@example.com"], ("ada", "grace")),
        ([ADA_IS_INVITED, "ATTENDEE;PARTSTAT=DECLINED:mailto:grace@example.com"], ("ada",)),
        ([ADA_IS_INVITED, "ATTENDEE;CUTYPE=ROOM:mailto:room-4@example.com", "SUMMARY:Grace"], ("ada",)),
        (["ATTENDEE;CN=Grace Hopper:mailto:hopper@elsewhere.example"], ("grace",)),
        (["ATTENDEE;CN=Ada;EMAIL=ada@example.com:/aMTIzNDU2Nzg5/principal/"], ("ada",)),
        (["SUMMARY:Ada Byron"], ("ada",)),
        (["SUMMARY:ADA"], ("ada",)),
        (["SUMMARY:On call: Ada Byron"], ("ada",)),
        (["SUMMARY:Ada Byron / grace"], ("ada", "grace")),
        (["SUMMARY:grace@example.com"], ("grace",)),
        (["SUMMARY:grace@elsewhere.example"], ()),
        (["SUMMARY:Adalbert is on call"], ()),
        (["SUMMARY:On call"], ()),
        ([], ()),
        (["ORGANIZER;CN=Boss:mailto:boss@example.com"], ("boss",)),
        (["ORGANIZER:mailto:boss@example.com", "SUMMARY:On call: Ada Byron"], ("ada",)),
        (["ORGANIZER:mailto:boss@example.com", "ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.com"], ("boss",)),
        ([ADA_IS_INVITED, "TRANSP:TRANSPARENT"], ("ada",)),
        ([ADA_IS_INVITED, "STATUS:TENTATIVE"], ("ada",)),
    ],
)
def test_whose_an_event_is(lines: list[str], expected: tuple[str, ...]) -> None:
    assert who(*lines) == expected


def test_an_event_that_names_nobody_is_told_once_with_how_often_it_recurs() -> None:
    found = parse(calendar(["UID:1", *MORNING, "SUMMARY:Bob", "RRULE:FREQ=DAILY;COUNT=3"]), PEOPLE, *WINDOW)
    assert found == ((), (Unclear("Bob", NAMES_NOBODY, 3, at("2026-11-23T09:00")),))


def test_two_events_at_a_time_put_both_on_call() -> None:
    data = calendar(
        ["UID:1", *MORNING, "SUMMARY:Grace Hopper"],
        ["UID:2", "DTSTART:20261123T080000Z", "DTEND:20261123T120000Z", ADA_IS_INVITED],
    )
    assert parse(data, PEOPLE, *WINDOW).shifts == (
        Shift(at("2026-11-23T08:00"), at("2026-11-23T12:00"), ("ada",)),
        Shift(at("2026-11-23T09:00"), at("2026-11-23T17:00"), ("grace",)),
    )


def test_a_google_calendar() -> None:
    found = parse(GOOGLE, PEOPLE, *WINDOW, "America/New_York")
    assert found.problems == ()
    assert found.shifts == (
        Shift(at("2026-11-23T09:00"), at("2026-11-30T09:00"), ("ada",)),
        Shift(at("2026-12-07T09:00"), at("2026-12-14T09:00"), ("grace",)),  # Ada declined this one
        Shift(at("2026-12-25T00:00"), at("2026-12-27T00:00"), ("grace",)),  # by the calendar's zone, not the schedule's
        Shift(at("2027-01-04T09:00"), at("2027-01-11T09:00"), ("ada",)),  # 21 December was taken out
        Shift(at("2027-01-18T09:00"), at("2027-01-25T09:00"), ("ada",)),
    )


def test_a_pagerduty_schedule() -> None:
    found = parse(PAGERDUTY, PEOPLE, *WINDOW)
    assert found.shifts == (
        Shift(at("2026-11-23T09:00"), at("2026-11-30T09:00"), ("ada",)),
        Shift(at("2026-11-30T09:00"), at("2026-12-07T09:00"), ("grace",)),
    )
    assert found.problems == (Unclear("On Call - New Comer - Checkout", NAMES_NOBODY, 1, at("2026-12-07T09:00")),)


def test_an_opsgenie_schedule() -> None:
    found = parse(OPSGENIE, PEOPLE, *WINDOW)
    assert [shift.who for shift in found.shifts] == [("ada",), ("grace",)]
    assert found.problems == ()


def test_an_outlook_calendar_with_a_time_zone_by_microsofts_name() -> None:
    found = parse(OUTLOOK, PEOPLE, at("2027-03-01T00:00"), at("2027-05-01T00:00"))
    assert [(shift.start, shift.end) for shift in found.shifts] == [
        (at("2027-03-15T07:00"), at("2027-03-15T19:00")),
        (at("2027-03-22T07:00"), at("2027-03-22T19:00")),
        (at("2027-03-29T06:00"), at("2027-03-29T18:00")),  # summer time since the day before
        (at("2027-04-05T06:00"), at("2027-04-05T18:00")),
    ]
    assert {shift.who for shift in found.shifts} == {("ada",)}  # not Grace, who made the series


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with BEGIN:VCALENDAR"),
        (b"<!doctype html><title>Sign in</title>", "is it the address of a web page"),
        (GOOGLE[:-200], "stops in the middle"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "an END is missing"),
        (b"x" * (BYTES_MAX + 1), "more than 1000 KB"),
    ],
)
def test_what_is_no_calendar_is_said_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse(data, PEOPLE, *WINDOW)


def test_a_calendar_without_events_is_one() -> None:
    assert parse(calendar(), PEOPLE, *WINDOW) == ((), ())


def test_a_byte_order_mark_and_old_encodings_are_read() -> None:
    people = {"zoe": replace(GRACE, id="zoe", name="Zoë Lovelace")}
    data = calendar(["UID:1", *MORNING, "SUMMARY:Zoë Lovelace"])
    for encoded in (data, b"\xef\xbb\xbf" + data, data.decode().encode("latin-1")):
        assert len(parse(encoded, people, *WINDOW).shifts) == 1


def test_too_many_events_are_refused() -> None:
    hourly = [
        event(":20261101T000000Z", ":20261101T010000Z", "RRULE:FREQ=HOURLY", uid=str(number)) for number in range(2)
    ]
    assert len(parse(calendar(hourly[0]), PEOPLE, *WINDOW).shifts) == 107 * 24
    with pytest.raises(Malformed, match=f"more than {EVENTS_MAX} events from 2026-11-15 to 2027-03-02"):
        parse(calendar(*hourly), PEOPLE, *WINDOW)


def test_a_rule_that_never_ends_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.calendars.SECONDS_MAX", 0.2)
    never = "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(Malformed, match=r"takes more than 0\.2 seconds"):
        parse(calendar(event(":19700101T000000Z", ":19700101T010000Z", never)), PEOPLE, *WINDOW)
    assert len(parse(PAGERDUTY, PEOPLE, *WINDOW).shifts) == 2  # the alarm rings no more


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_the_window_stays_the_same_for_a_day(now: datetime) -> None:
    start, end = window(now)
    assert start <= now - timedelta(days=7) < start + timedelta(days=1)
    assert end - start == timedelta(days=107)
    assert window(start + timedelta(days=7)) == (start, end)


def test_the_zone_of_times_without_one_is_that_of_the_first_layer() -> None:
    layers = (Layer("rota", "Asia/Tokyo", people=("ada",)), Layer("cal", "Europe/London", calendar="calendar-1"))
    oncall = OnCall(1, schedules={"nights": Schedule("nights", "Nights", "UTC", layers)})
    assert timezone_of(oncall, "calendar-1") == "Europe/London"
    assert timezone_of(oncall, "calendar-2") == "UTC"
