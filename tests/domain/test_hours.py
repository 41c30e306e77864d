"""Hours of the week: which stretches they open, whether they are open, and clocks that run in them only."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zones import ZONES, changes, utc, wall

from callout.domain.hours import DAY_MINUTES, Hours, Span, after_open, is_open, open_seconds, opened

WEEKDAYS = (0, 1, 2, 3, 4)
OFFICE = Hours((Span(WEEKDAYS, 9 * 60, 17 * 60),), "Europe/Berlin")
NIGHT = Hours((Span(start=22 * 60, end=6 * 60),), "Europe/Berlin")
CHRISTMAS = date(2026, 12, 25)
MOMENT = timedelta(microseconds=1)

minutes = st.sampled_from([0, 1, 30, 90, 120, 135, 150, 180, 600, 1380, 1439, DAY_MINUTES])
spans = st.builds(Span, st.sets(st.integers(0, 6), min_size=1).map(tuple), minutes, minutes)


def walls(hours: Hours, start: str, end: str) -> list[str]:
    """The stretches as the zone's clock shows their ends."""
    place = ZoneInfo(hours.timezone)
    stretches = opened(hours, utc(start), utc(end))
    return [" - ".join(f"{t.astimezone(place):%a %H:%M}" for t in stretch) for stretch in stretches]


def watched(hours: Hours, start: datetime, length: int) -> Iterator[tuple[datetime, bool]]:
    """A person with a list of the spans, who reads the clock each minute: a span begins, and ends, when it is first
    seen to show that time or a later one."""
    place, first = ZoneInfo(hours.timezone), start.date() - timedelta(days=4)
    days = [first + timedelta(days=i) for i in range(12)]
    pending = [
        (midnight + timedelta(minutes=span.start), midnight + timedelta(minutes=span.end, days=span.end <= span.start))
        for day in days
        for midnight in [datetime(day.year, day.month, day.day)]  # noqa: DTZ001
        for span in hours.spans
        if day.weekday() in span.days and day not in hours.closed and (hours.dates is None or day in hours.dates)
    ]
    running: list[datetime] = []
    for minute in range(-3 * DAY_MINUTES, length):
        t = start + timedelta(minutes=minute)
        local = t.astimezone(place).replace(tzinfo=None)
        running += [end for begin, end in pending if begin <= local]
        pending = [(begin, end) for begin, end in pending if begin > local]
        running = [end for end in running if end > local]
        if minute >= 0:
            yield t, bool(running)


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        ("2026-11-20 07:59:59", False),
        ("2026-11-20 08:00", True),
        ("2026-11-20 15:59:59", True),
        ("2026-11-20 16:00", False),
        ("2026-11-21 10:00", False),
    ],
)
def test_open_from_the_start_and_not_at_the_end(at: str, is_it: bool) -> None:
    assert is_open(OFFICE, utc(at)) is is_it


def test_only_days_that_it_names() -> None:
    assert walls(OFFICE, "2026-11-20", "2026-11-24") == ["Fri 09:00 - Fri 17:00", "Mon 09:00 - Mon 17:00"]


def test_a_span_over_midnight_is_one_stretch() -> None:
    assert walls(NIGHT, "2026-11-20 12:00", "2026-11-22 12:00") == ["Fri 22:00 - Sat 06:00", "Sat 22:00 - Sun 06:00"]


def test_what_is_asked_for_cuts_the_stretches() -> None:
    assert walls(OFFICE, "2026-11-20 12:00", "2026-11-20 13:00") == ["Fri 13:00 - Fri 14:00"]


def test_nothing_lies_between_an_instant_and_an_earlier_one() -> None:
    assert walls(OFFICE, "2026-11-20 13:00", "2026-11-20 12:00") == []


def test_days_that_meet_are_one_stretch() -> None:
    hours = Hours((Span((5, 6)), Span((4,), 18 * 60, 0)), "Europe/Berlin")
    assert walls(hours, "2026-11-18", "2026-11-25") == ["Fri 18:00 - Mon 00:00"]


def test_spans_that_overlap_are_one_stretch() -> None:
    hours = Hours((Span(start=9 * 60, end=12 * 60), Span(start=8 * 60, end=17 * 60), Span(start=16 * 60, end=18 * 60)))
    assert walls(hours, "2026-11-20", "2026-11-21") == ["Fri 08:00 - Fri 18:00"]


def test_a_span_from_a_time_to_the_same_lasts_a_day() -> None:
    hours = Hours((Span((4,), 9 * 60, 9 * 60),))
    assert walls(hours, "2026-11-18", "2026-11-25") == ["Fri 09:00 - Sat 09:00"]


def test_closed_days_begin_no_span() -> None:
    hours = Hours(NIGHT.spans, "Europe/Berlin", closed=(CHRISTMAS,))
    assert walls(hours, "2026-12-24 12:00", "2026-12-27 12:00") == ["Thu 22:00 - Fri 06:00", "Sat 22:00 - Sun 06:00"]
    assert not is_open(hours, utc("2026-12-26 00:00"))


def test_dates_are_the_only_ones_that_begin_a_span() -> None:
    hours = Hours(NIGHT.spans, "Europe/Berlin", dates=(CHRISTMAS,))
    assert walls(hours, "2026-12-20", "2026-12-31") == ["Fri 22:00 - Sat 06:00"]
    assert walls(Hours(NIGHT.spans, "UTC", dates=()), "2026-12-20", "2026-12-31") == []


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ("2026-11-20 08:00", 3600, "2026-11-20 09:00"),
        ("2026-11-20 00:00", 3600, "2026-11-20 09:00"),
        ("2026-11-20 15:30", 3600, "2026-11-23 08:30"),
        ("2026-11-20 08:00", 8 * 3600, "2026-11-20 16:00"),
        ("2026-11-21 12:00", 0, "2026-11-21 12:00"),
        ("2026-11-20 08:00", 40 * 3600, "2026-11-26 16:00"),
    ],
)
def test_after_open_counts_open_time_only(start: str, seconds: float, end: str) -> None:
    assert after_open(OFFICE, utc(start), seconds) == utc(end)


def test_after_open_around_the_clock() -> None:
    assert after_open(None, utc("2026-11-21"), 90) == utc("2026-11-21 00:01:30")


def test_hours_that_never_open_do_not_stop_a_clock_for_ever() -> None:
    assert after_open(Hours(()), utc("2026-11-21"), 90) == utc("2026-11-21 00:01:30")


def test_a_holiday_once_a_year_is_still_found() -> None:
    hours = Hours((Span(),), dates=(date(2027, 12, 24),))
    assert after_open(hours, utc("2026-12-25"), 60) == utc("2027-12-24 00:01")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-28 12:00", "2026-03-29 12:00", 7), ("2026-10-24 12:00", "2026-10-25 12:00", 9)],
)
def test_open_seconds_of_a_night_on_which_the_clocks_change(start: str, end: str, hours: int) -> None:
    assert open_seconds(NIGHT, utc(start), utc(end)) == hours * 3600


def test_open_seconds_around_the_clock() -> None:
    assert open_seconds(None, utc("2026-11-21"), utc("2026-11-22")) == 86_400
    assert open_seconds(None, utc("2026-11-22"), utc("2026-11-21")) == 0


def test_a_span_inside_a_skipped_hour_never_opens() -> None:
    hours = Hours((Span(start=2 * 60, end=3 * 60),), "Europe/Berlin")
    assert walls(hours, "2026-03-28 12:00", "2026-03-29 12:00") == []
    assert walls(hours, "2026-10-24 12:00", "2026-10-25 12:00") == ["Sun 02:00 - Sun 03:00"]


def test_a_date_that_a_zone_skips_has_no_hours_of_its_own() -> None:
    hours = Hours((Span(start=9 * 60, end=17 * 60),), "Pacific/Apia")
    assert walls(hours, "2011-12-29 12:00", "2011-12-31 12:00") == ["Thu 09:00 - Thu 17:00", "Sat 09:00 - Sat 17:00"]


@settings(max_examples=2, deadline=None)
@given(drawn=st.lists(st.lists(spans, min_size=1, max_size=3), min_size=4, max_size=4), wanted=st.floats(1, 20_000))
@pytest.mark.parametrize("timezone", ZONES)
def test_the_functions_agree_around_every_change(timezone: str, drawn: list[list[Span]], wanted: float) -> None:
    for change, hours in zip(changes(timezone), cycle(drawn), strict=False):
        described = Hours(tuple(hours), timezone)
        start, end = change - timedelta(hours=6), change + timedelta(hours=9)
        stretches = list(opened(described, start, end))
        assert all(low < high for low, high in stretches)
        assert all(before[1] < after[0] for before, after in pairwise(stretches))
        for low, high in stretches:
            assert is_open(described, low)
            assert is_open(described, high - MOMENT)
            assert low == start or not is_open(described, low - MOMENT)
            assert high == end or not is_open(described, high)
        if open_seconds(described, start, end) >= wanted:
            reached = after_open(described, start, wanted)
            assert reached <= end
            assert open_seconds(described, start, reached) == pytest.approx(wanted, abs=0.001)


@settings(max_examples=20, deadline=None)
@given(hours=st.lists(spans, min_size=1, max_size=3), timezone=st.sampled_from(ZONES), data=st.data())
def test_open_is_what_a_person_with_a_list_sees(hours: list[Span], timezone: str, data: st.DataObject) -> None:
    change = data.draw(st.sampled_from(changes(timezone)))
    closed = data.draw(st.sampled_from([(), (change.date(),)]))
    described = Hours(tuple(hours), timezone, closed=closed)
    start = change - timedelta(hours=4)
    for t, seen in watched(described, start, 8 * 60):
        assert is_open(described, t) is seen, t


def test_the_times_of_a_zone_are_its_own() -> None:
    hours = Hours((Span(start=0, end=60),), "Asia/Kathmandu")
    assert list(opened(hours, utc("2026-11-20"), utc("2026-11-21"))) == [
        (utc("2026-11-20 18:15"), utc("2026-11-20 19:15"))
    ]
    assert wall("2026-11-21 00:00") - utc("2026-11-20 18:15").replace(tzinfo=None) == timedelta(hours=5, minutes=45)
