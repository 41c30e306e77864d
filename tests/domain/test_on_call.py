"""Who is on call, next and before; that the ways to ask agree whatever the schedule."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from zones import utc, wall

from callout.domain.hours import DAY_MINUTES, Hours, Span
from callout.domain.on_call import following, on_call, preceding, timeline
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit

MOMENT = timedelta(microseconds=1)
PEOPLE = ("ada", "grace", "linus", "barbara")
TIMEZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")
WEEK = (utc("2026-11-23"), utc("2026-11-30"))
DAYS_AWAY = (
    "2024-11-22",
    "2025-11-01",
    "2026-11-10",
    "2026-11-21",
    "2026-11-23",
    "2026-12-10",
    "2027-12-20",
    "2028-01-10",
)


def schedule(*layers: Layer, overrides: Iterable[Override] = ()) -> Schedule:
    return Schedule("nights", "Nights", "UTC", layers, tuple(overrides))


def calendar(*shifts: tuple[str, str, tuple[str, ...]]) -> dict[str, Calendar]:
    read = tuple(Shift(utc(start), utc(end), who) for start, end, who in shifts)
    return {"shared": Calendar("shared", utc("2026-11-01"), utc("2027-02-01"), read)}


SHARED = Layer("shared", "UTC", calendar="shared")
DAILY = Layer("daily", "UTC", PEOPLE[:3], Unit.DAY, anchor=wall("2026-11-23"))


def said(shifts: Iterable[Shift]) -> list[str]:
    return [f"{shift.start:%a %H:%M} {' '.join(shift.who) or '-'}" for shift in shifts]


def test_every_so_many_units_is_a_turn() -> None:
    for unit, expected in [
        (Unit.HOUR, ["Mon 00:00 ada", "Mon 02:00 grace", "Mon 04:00 ada"]),
        (Unit.DAY, ["Mon 00:00 ada", "Wed 00:00 grace", "Fri 00:00 ada"]),
        (Unit.WEEK, ["Mon 00:00 ada", "Mon 00:00 grace", "Mon 00:00 ada"]),
        (Unit.MONTH, ["Mon 00:00 ada", "Sat 00:00 grace", "Tue 00:00 ada"]),
    ]:
        layer = Layer("turns", "UTC", ("ada", "grace"), unit, 2, wall("2026-11-23"))
        assert said(timeline(schedule(layer), WEEK[0], utc("2027-12-01"), {}))[:3] == expected


def test_months_are_counted_from_the_anchors_own_day() -> None:
    layer = Layer("months", "UTC", PEOPLE, Unit.MONTH, 3, wall("2023-11-30 09:00"))
    starts = [shift.start for shift in timeline(schedule(layer), utc("2023-11-30 09:00"), utc("2024-12-01"), {})]
    assert starts == [
        utc(f"{day} 09:00") for day in ("2023-11-30", "2024-02-29", "2024-05-30", "2024-08-30", "2024-11-30")
    ]


def test_turns_before_the_anchor_are_counted_back() -> None:
    assert said(timeline(schedule(DAILY), utc("2026-11-20"), utc("2026-11-24"), {})) == [
        "Fri 00:00 ada",
        "Sat 00:00 grace",
        "Sun 00:00 linus",
        "Mon 00:00 ada",
    ]


def test_a_layer_has_nobody_before_it_begins_nor_after_its_end() -> None:
    layer = Layer("some", "Asia/Kolkata", ("ada",), begins=wall("2026-11-24 09:00"), ends=wall("2026-11-24 17:00"))
    shifts = timeline(schedule(layer), *WEEK, {})
    assert said(shifts) == ["Mon 00:00 -", "Tue 03:30 ada", "Tue 11:30 -"]


def test_nobody_in_no_layer_and_in_one_without_people() -> None:
    for nobody in [schedule(), schedule(Layer("empty", "UTC"))]:
        assert timeline(nobody, *WEEK, {}) == [Shift(*WEEK, ())]
        assert on_call(nobody, WEEK[0], {}) == following(nobody, WEEK[0], {}) == preceding(nobody, WEEK[0], {}) == ()


def test_no_time_has_no_shifts() -> None:
    assert timeline(schedule(DAILY), WEEK[0], WEEK[0], {}) == []
    assert timeline(schedule(DAILY), WEEK[1], WEEK[0], {}) == []


def test_shifts_of_the_same_people_are_one() -> None:
    alone = schedule(
        Layer("alone", "UTC", ("ada", "ada"), Unit.HOUR), Layer("too", "UTC", ("ada",), only=Hours((Span(),)))
    )
    assert timeline(alone, *WEEK, {}) == [Shift(*WEEK, ("ada",))]


def test_for_ever_is_an_end_too() -> None:
    layer = Layer("long", "UTC", PEOPLE, Unit.MONTH, 10_000_000, wall("2026-11-01"), wall("0001-01-01"), datetime.max)  # noqa: DTZ901
    assert timeline(schedule(layer), utc("2026-10-31"), utc("2026-11-02"), {}) == [
        Shift(utc("2026-10-31"), utc("2026-11-01"), ("barbara",)),
        Shift(utc("2026-11-01"), utc("2026-11-02"), ("ada",)),
    ]


def test_events_that_overlap_have_everybody_once() -> None:
    read = calendar(
        ("2026-11-23 00:00", "2026-11-23 12:00", ("ada",)),
        ("2026-11-23 06:00", "2026-11-23 18:00", ("grace", "ada")),
        ("2026-11-23 20:00", "2026-11-23 20:00", ("linus",)),
    )
    assert said(timeline(schedule(SHARED), *WEEK, read)) == [
        "Mon 00:00 ada",
        "Mon 06:00 ada grace",
        "Mon 12:00 grace ada",
        "Mon 18:00 -",
    ]
    assert on_call(schedule(SHARED), utc("2026-11-23 06:00"), read) == ("ada", "grace")


def test_a_calendar_keeps_to_its_layers_hours() -> None:
    read = calendar(("2026-11-23 00:00", "2026-11-25 00:00", ("ada",)))
    nights = Hours((Span(start=22 * 60, end=6 * 60),))
    layer = Layer("nights", "UTC", calendar="shared", only=nights, begins=wall("2026-11-23 04:00"))
    assert said(timeline(schedule(layer), *WEEK, read)) == [
        "Mon 00:00 -",
        "Mon 04:00 ada",
        "Mon 06:00 -",
        "Mon 22:00 ada",
        "Tue 06:00 -",
        "Tue 22:00 ada",
        "Wed 00:00 -",
    ]


@pytest.mark.parametrize(
    ("change", "who", "of", "left"),
    [
        (Change.REPLACE, ("linus",), "", ("linus",)),
        (Change.REPLACE, ("linus", "grace"), "", ("linus", "grace")),
        (Change.REPLACE, ("linus",), "ada", ("linus", "grace")),
        (Change.REPLACE, ("grace",), "ada", ("grace",)),
        (Change.REPLACE, ("linus", "barbara"), "ada", ("linus", "barbara", "grace")),
        (Change.REPLACE, ("linus",), "barbara", ("ada", "grace")),
        (Change.ADD, ("linus",), "", ("ada", "grace", "linus")),
        (Change.ADD, ("grace",), "", ("ada", "grace")),
        (Change.REMOVE, ("ada",), "", ("grace",)),
        (Change.REMOVE, ("ada", "grace"), "", ()),
        (Change.REMOVE, ("linus",), "", ("ada", "grace")),
        (Change.SWAP, ("ada", "grace"), "", ("grace", "ada")),
        (Change.SWAP, ("linus", "ada"), "", ("linus", "grace")),
        (Change.SWAP, ("ada", "linus"), "", ("linus", "grace")),
        (Change.SWAP, ("linus", "barbara"), "", ("ada", "grace")),
    ],
)
def test_a_change(change: Change, who: tuple[str, ...], of: str, left: tuple[str, ...]) -> None:
    read = calendar(("2026-11-01", "2026-12-31", ("ada", "grace")))
    override = Override(utc("2026-11-24"), utc("2026-11-25"), change, who, of)
    changed = schedule(SHARED, overrides=[override])
    for t, expected in [
        (override.start - MOMENT, ("ada", "grace")),
        (override.start, left),
        (override.end - MOMENT, left),
        (override.end, ("ada", "grace")),
    ]:
        assert on_call(changed, t, read) == expected


def test_nobody_can_be_replaced_by_somebody_and_joined() -> None:
    for change in (Change.REPLACE, Change.ADD):
        override = Override(utc("2026-11-24"), utc("2026-11-25"), change, ("ada",))
        assert said(timeline(schedule(overrides=[override]), *WEEK, {})) == [
            "Mon 00:00 -",
            "Tue 00:00 ada",
            "Wed 00:00 -",
        ]


def test_next_is_not_one_of_those_who_are_left() -> None:
    read = calendar(
        ("2026-11-23", "2026-11-24", ("ada", "grace")),
        ("2026-11-24", "2026-11-25", ("grace",)),
        ("2026-11-25", "2026-11-26", ("grace", "linus")),
    )
    assert following(schedule(SHARED), utc("2026-11-23 12:00"), read) == ("grace", "linus")
    assert preceding(schedule(SHARED), utc("2026-11-25 12:00"), read) == ("ada", "grace")


def test_next_and_previous_are_the_nearest() -> None:
    thursday = utc("2026-11-26 12:00")
    assert on_call(schedule(DAILY), thursday, {}) == ("ada",)
    assert following(schedule(DAILY), thursday, {}) == ("grace",)
    assert preceding(schedule(DAILY), thursday, {}) == ("linus",)


def test_next_and_previous_are_looked_for_over_a_year() -> None:
    days = {day: Layer(day, "UTC", ("ada",), begins=wall(day), ends=wall(day) + timedelta(days=1)) for day in DAYS_AWAY}
    t = utc("2026-11-22")
    for day, layer in days.items():
        near = abs(date.fromisoformat(day) - t.date()) < timedelta(days=399)
        looked = following if utc(day) > t else preceding
        assert looked(schedule(layer), t, {}) == (("ada",) if near else ())


minutes = st.sampled_from([0, 60, 90, 120, 150, 540, 1020, 1320, DAY_MINUTES])
spans = st.builds(Span, st.sets(st.integers(0, 6), min_size=1).map(tuple), minutes, minutes)
somewhere = st.sampled_from(TIMEZONES)
restrictions = st.none() | st.builds(Hours, st.lists(spans, min_size=1, max_size=2).map(tuple), somewhere)
nearby = st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 30)).map(lambda t: t.replace(second=0, microsecond=0))  # noqa: DTZ001
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True).map(tuple)
rotations = st.builds(
    Layer,
    st.just("rotation"),
    somewhere,
    people,
    st.sampled_from(Unit),
    st.integers(1, 5),
    nearby,
    begins=st.none() | nearby,
    ends=st.none() | nearby,
    only=restrictions,
)
read_layers = st.builds(Layer, st.just("calendar"), somewhere, only=restrictions, calendar=st.just("read"))
instants = nearby.map(lambda t: t.replace(tzinfo=UTC))
lengths = st.timedeltas(timedelta(minutes=1), timedelta(days=9))
replacements = st.tuples(
    st.sampled_from([Change.REPLACE, Change.ADD, Change.REMOVE]), people, st.sampled_from(["", *PEOPLE])
)
swaps = st.tuples(
    st.just(Change.SWAP), st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=2, unique=True).map(tuple), st.just("")
)
overrides = st.builds(
    lambda start, length, change: Override(start, start + length, *change), instants, lengths, replacements | swaps
)
schedules = st.builds(
    Schedule,
    st.just("any"),
    st.just("Any"),
    somewhere,
    st.lists(rotations | read_layers, max_size=4).map(tuple),
    st.lists(overrides, max_size=6).map(tuple),
)
events = st.builds(lambda start, length, who: Shift(start, start + length, who), instants, lengths, people)
calendars = st.lists(events, max_size=6).map(
    lambda shifts: {
        "read": Calendar("read", utc("2026-09-01"), utc("2027-01-01"), tuple(sorted(shifts, key=lambda s: s.start)))
    }
)


@settings(max_examples=50, deadline=None)
@given(schedules, calendars, instants, lengths, st.floats(0, 1))
def test_the_timeline_is_who_is_on_call_at_each_instant(
    any_schedule: Schedule, read: dict[str, Calendar], start: datetime, length: timedelta, part: float
) -> None:
    end = start + length
    shifts = timeline(any_schedule, start, end, read)
    assert (shifts[0].start, shifts[-1].end) == (start, end)
    assert all(before.end == after.start and before.who != after.who for before, after in pairwise(shifts))
    for shift in shifts:
        assert len(set(shift.who)) == len(shift.who)
        middle = shift.start + (shift.end - shift.start) * part
        for t in (shift.start, min(middle, shift.end - MOMENT), shift.end - MOMENT):
            assert on_call(any_schedule, t, read) == shift.who


@settings(max_examples=20, deadline=None)
@given(schedules, calendars, instants, lengths)
def test_what_is_asked_in_parts_is_the_same(
    any_schedule: Schedule, read: dict[str, Calendar], middle: datetime, length: timedelta
) -> None:
    start, end = middle - length, middle + length / 2
    whole = timeline(any_schedule, start, end, read)
    before, after = timeline(any_schedule, start, middle, read), timeline(any_schedule, middle, end, read)
    if before[-1].who == after[0].who:
        after[0] = Shift(before.pop().start, after[0].end, after[0].who)
    assert before + after == whole


@settings(
    max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # shrinking takes minutes
@given(schedules, calendars, instants)
def test_next_and_previous_are_found_on_the_timeline(
    any_schedule: Schedule, read: dict[str, Calendar], t: datetime
) -> None:
    year = timedelta(days=400)
    now = set(on_call(any_schedule, t, read))
    later = [shift.who for shift in timeline(any_schedule, t, t + year, read) if set(shift.who) - now]
    earlier = [shift.who for shift in timeline(any_schedule, t - year, t, read) if set(shift.who) - now]
    assert following(any_schedule, t, read) == (later[0] if later else ())
    assert preceding(any_schedule, t, read) == (earlier[-1] if earlier else ())
