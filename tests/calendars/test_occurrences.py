"""When the events of an iCalendar happen: recurrences, changes of the clocks, exceptions, and what cannot be read."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical import GOOGLE, OUTLOOK, PAGERDUTY, calendar, event

from callout.calendars import parse
from callout.calendars.occurrences import Occurrence, Unread, occurrences
from callout.domain.errors import Malformed
from callout.domain.oncall import Responder
from callout.domain.schedule import Shift

ADA = {"ada": Responder("ada", "Ada Byron")}
LONDON = ";TZID=Europe/London:"


def happens(data: bytes, start: str, end: str, timezone: str = "UTC") -> list[str]:
    """Beginnings and ends in UTC, and what could not be read."""
    low, high = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    found = list(occurrences(data, low, high, timezone))
    whole = sorted((each.start, each.end) for each in found if isinstance(each, Occurrence))
    unread = [each.why for each in found if isinstance(each, Unread)]
    return [f"{begins:%m-%d %H:%M} {ends:%m-%d %H:%M}" for begins, ends in whole] + unread


def test_a_daily_shift_keeps_its_hours_when_summer_time_begins() -> None:
    nights = event(f"{LONDON}20270327T220000", f"{LONDON}20270328T060000", "RRULE:FREQ=DAILY;COUNT=2")
    assert happens(calendar(nights), "2027-03-20", "2027-04-10") == [
        "03-27 22:00 03-28 05:00",
        "03-28 21:00 03-29 05:00",
    ]


def test_a_daily_shift_keeps_its_hours_when_summer_time_ends() -> None:
    nights = event(f"{LONDON}20261024T220000", f"{LONDON}20261025T060000", "RRULE:FREQ=DAILY;COUNT=2")
    assert happens(calendar(nights), "2026-10-20", "2026-11-01") == [
        "10-24 21:00 10-25 06:00",
        "10-25 22:00 10-26 06:00",
    ]


def test_a_handoff_at_a_time_that_does_not_exist_is_the_moment_of_the_change() -> None:
    first = event(f"{LONDON}20270327T200000", f"{LONDON}20270328T013000", uid="1")
    second = event(f"{LONDON}20270328T013000", f"{LONDON}20270328T020000", uid="2")
    third = event(f"{LONDON}20270328T020000", f"{LONDON}20270328T080000", uid="3")
    shown = happens(calendar(first, second, third), "2027-03-20", "2027-04-10")
    assert shown == ["03-27 20:00 03-28 01:00", "03-28 01:00 03-28 07:00", "lasts no time"]


def test_a_handoff_at_a_time_that_exists_twice_is_the_first_of_them() -> None:
    first = event(f"{LONDON}20261024T200000", f"{LONDON}20261025T013000", uid="1")
    second = event(f"{LONDON}20261025T013000", f"{LONDON}20261025T080000", uid="2")
    assert happens(calendar(first, second), "2026-10-20", "2026-11-01") == [
        "10-24 19:00 10-25 00:30",
        "10-25 00:30 10-25 08:00",
    ]


def test_a_day_of_the_clock_change_is_shorter() -> None:
    data = calendar(event(";VALUE=DATE:20270328", ";VALUE=DATE:20270329"))
    assert happens(data, "2027-03-20", "2027-04-10", "Europe/London") == ["03-28 00:00 03-28 23:00"]


@pytest.mark.parametrize(
    ("head", "timezone", "expected"),
    [
        ([], "Asia/Tokyo", "12-01 00:00 12-01 08:00"),
        (["X-WR-TIMEZONE:America/New_York"], "Asia/Tokyo", "12-01 14:00 12-01 22:00"),
        (["X-WR-TIMEZONE:Nowhere/Else"], "Asia/Tokyo", "12-01 00:00 12-01 08:00"),
    ],
)
def test_times_without_a_zone_are_the_calendars_or_the_schedules(head: list[str], timezone: str, expected: str) -> None:
    data = calendar(event(":20261201T090000", ":20261201T170000"), head=head)
    assert happens(data, "2026-11-20", "2026-12-10", timezone) == [expected]


def test_a_zone_that_only_the_calendar_describes() -> None:
    zone = [
        "BEGIN:VTIMEZONE",
        "TZID:Our Own",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0545",
        "TZOFFSETTO:+0545",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
    data = calendar(event(";TZID=Our Own:20261201T090000", ";TZID=Our Own:20261201T170000"), head=zone)
    assert happens(data, "2026-11-20", "2026-12-10") == ["12-01 03:15 12-01 11:15"]


def test_a_duration_stands_for_an_end_and_a_day_without_either_is_a_day() -> None:
    long = ["UID:1", "DTSTART:20261201T090000Z", "DURATION:PT36H"]
    day = ["UID:2", "DTSTART;VALUE=DATE:20261205"]
    assert happens(calendar(long, day), "2026-11-20", "2026-12-10") == [
        "12-01 09:00 12-02 21:00",
        "12-05 00:00 12-06 00:00",
    ]


def test_an_event_may_begin_in_one_zone_and_end_in_another() -> None:
    data = calendar(event(";TZID=Asia/Tokyo:20261201T100000", ";TZID=Europe/London:20261201T050000"))
    assert happens(data, "2026-11-20", "2026-12-10") == ["12-01 01:00 12-01 05:00"]


def test_an_event_that_lasts_no_time_is_told() -> None:
    assert happens(calendar(["UID:1", "DTSTART:20261201T090000Z"]), "2026-11-20", "2026-12-10") == ["lasts no time"]


def test_exceptions_move_take_out_and_add() -> None:
    series = event(
        ":20261201T090000Z",
        ":20261201T170000Z",
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE:20261202T090000Z",
        "RDATE:20261208T090000Z",
    )
    moved = event(":20261203T120000Z", ":20261203T200000Z", "RECURRENCE-ID:20261203T090000Z")
    cancelled = event(":20261204T090000Z", ":20261204T170000Z", "RECURRENCE-ID:20261204T090000Z", "STATUS:CANCELLED")
    assert happens(calendar(series, moved, cancelled), "2026-11-20", "2026-12-20") == [
        "12-01 09:00 12-01 17:00",
        "12-03 12:00 12-03 20:00",
        "12-08 09:00 12-08 17:00",
    ]


def test_what_is_cancelled_does_not_happen() -> None:
    data = calendar(event(":20261201T090000Z", ":20261201T170000Z", "RRULE:FREQ=DAILY", "STATUS:CANCELLED"))
    assert happens(data, "2026-11-20", "2026-12-20") == []


@pytest.mark.parametrize("uid", ["UID:the-same", "COMMENT:none"])
def test_events_that_share_a_uid_or_have_none_are_all_there(uid: str) -> None:
    days = [[uid, f"DTSTART;VALUE=DATE:202612{day:02}"] for day in (1, 2, 3)]
    assert len(happens(calendar(*days), "2026-11-20", "2026-12-20")) == 3


def test_a_newer_edition_takes_the_place_of_an_older_one() -> None:
    old = event(":20261201T090000Z", ":20261201T170000Z", "SEQUENCE:1")
    new = event(":20261202T090000Z", ":20261202T170000Z", "SEQUENCE:2")
    assert happens(calendar(old, new), "2026-11-20", "2026-12-20") == ["12-02 09:00 12-02 17:00"]


def test_several_calendars_in_one_file_are_all_read() -> None:
    two = calendar(["UID:1", "DTSTART;VALUE=DATE:20261201"]) + calendar(["UID:1", "DTSTART;VALUE=DATE:20261203"])
    assert len(happens(two, "2026-11-20", "2026-12-20")) == 2


def test_an_event_that_is_under_way_at_either_end_is_there_and_one_that_touches_is_not() -> None:
    days = [[f"UID:{day}", f"DTSTART;VALUE=DATE:202612{day:02}"] for day in range(1, 8)]
    assert happens(calendar(*days), "2026-12-02T12:00", "2026-12-05T00:00") == [
        "12-02 00:00 12-03 00:00",
        "12-03 00:00 12-04 00:00",
        "12-04 00:00 12-05 00:00",
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("RRULE:FREQ=SECONDLY", "recurs more than 24 times a day"),
        ("RRULE:FREQ=MINUTELY;COUNT=2", "recurs more than 24 times a day"),
        ("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "recurs more than 24 times a day"),
        ("RRULE:FREQ=HOURLY;BYMINUTE=0,30", "recurs more than 24 times a day"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "cannot be read: its RRULE has an INTERVAL below 1"),
        ("RRULE:FREQ=SOMETIMES", "cannot be read: its RRULE is not as it should be"),
        ("RRULE:BYDAY=MO", "cannot be read (TypeError)"),
        ("EXDATE:yesterday", "cannot be read: its EXDATE is not as it should be"),
        ("EXDATE;TZID=Europe\x07London:20261202T090000", "cannot be read: its EXDATE is not as it should be"),
        ("RRULE;WITHOUT:FREQ=DAILY", "cannot be read: its RRULE is not as it should be"),
    ],
)
def test_an_event_that_cannot_be_worked_out_is_told_and_the_others_are_there(line: str, why: str) -> None:
    bad = event(":20261201T090000Z", ":20261201T170000Z", line, "SUMMARY:Ada Byron", uid="bad")
    good = event(":20261202T090000Z", ":20261202T170000Z", uid="good")
    assert happens(calendar(bad, good), "2026-11-20", "2026-12-20") == ["12-02 09:00 12-02 17:00", why]


def test_an_event_without_or_with_a_broken_beginning_or_that_ends_before_it_is_told() -> None:
    broken = [
        ["UID:1", "SUMMARY:Ada"],
        ["UID:2", "SUMMARY:Ada", "DTSTART:soon", "DTEND:later"],
        event(":20261201T090000Z", ":20261201T080000Z", uid="3"),
    ]
    for each in broken:
        [why] = happens(calendar(each), "2026-11-20", "2026-12-20")
        assert "cannot be read" in why or why == "ends before it begins"


SEEDS = (GOOGLE, PAGERDUTY, OUTLOOK)
LOW, HIGH = datetime(2026, 11, 15, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)


def mutated(data: bytes, seed: int) -> bytes:
    """A calendar with lines taken out, doubled, swapped, cut, or with parts of others."""
    dice = random.Random(seed)
    lines = data.split(b"\r\n")
    for _ in range(dice.randint(1, 6)):
        here, there = (dice.randrange(1, len(lines) - 2) for _ in range(2))
        change = dice.randrange(5)
        if change == 0:
            del lines[here]
        elif change == 1:
            lines.insert(here, lines[there])
        elif change == 2:
            lines[here], lines[there] = lines[there], lines[here]
        elif change == 3:
            lines[here] = lines[here][: dice.randrange(len(lines[here]) + 1)]
        else:
            lines[here] = lines[here].partition(b":")[0] + b":" + lines[there].rpartition(b":")[2]
    return b"\r\n".join(lines)


# What takes too long is ended by an alarm, which may ring in the middle of Python's own cleaning up.
ALARM_MAY_RING_ANYWHERE = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def read_or_refused(data: bytes) -> tuple[Shift, ...]:
    """Anything but Malformed is a crash."""
    try:
        return parse(data, ADA, LOW, HIGH).shifts
    except Malformed:
        return ()


@ALARM_MAY_RING_ANYWHERE
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_whatever_is_changed_it_is_read_or_refused(data: bytes, seed: int) -> None:
    for shift in read_or_refused(mutated(data, seed)):
        assert shift.start < shift.end
        assert shift.start < HIGH
        assert shift.end > LOW
        assert shift.who == ("ada",)


LINES = st.sampled_from(["RRULE", "RDATE", "EXDATE", "DTEND", "DURATION", "RECURRENCE-ID", "SEQUENCE", "STATUS"])
VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40),
    st.sampled_from(["20261201", "20261201T090000", "20261201T090000Z", "PT8H", "-P1D", "FREQ=WEEKLY;COUNT=2", "-1"]),
)


@ALARM_MAY_RING_ANYWHERE
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(LINES, VALUES), max_size=4))
def test_whatever_an_event_says_it_is_read_or_told(lines: list[tuple[str, str]]) -> None:
    written = [f"{name}:{value}" for name, value in lines]
    data = calendar(["UID:1", "DTSTART:20261201T090000Z", "SUMMARY:ada", *written])
    assert all(shift.who == ("ada",) for shift in read_or_refused(data))
