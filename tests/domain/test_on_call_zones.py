"""Rotations over every change of the clocks from 2000 to 2040 in many zones: as rules, and against a walked clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import cycle, pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zones import ZONES, changes

from callout.domain.hours import Hours, Span
from callout.domain.on_call import on_call, timeline
from callout.domain.schedule import Layer, Schedule, Shift, Unit

MOMENT, MINUTE, HOUR, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
T = TypeVar("T")
PEOPLE = ("ada", "grace", "linus", "barbara", "edsger")


@dataclass(frozen=True)
class Rotation:
    """How somebody describes it: turns of so many units, with handoffs at this time of day."""

    unit: Unit
    every: int
    minute: int
    shift: int
    """How many days before the change the anchor lies: before all that is looked at, even where a day is skipped."""

    def layer(self, timezone: str, near: datetime) -> Layer:
        return Layer("rotation", timezone, PEOPLE, self.unit, self.every, self.anchor(timezone, near))

    def anchor(self, timezone: str, near: datetime) -> datetime:
        day = datetime.combine(near.astimezone(ZoneInfo(timezone)).date(), time())
        day -= DAY * (4 if self.unit == Unit.HOUR else self.shift)
        return day + MINUTE * self.minute

    def next_handoff(self, handoff: datetime, anchor: datetime) -> datetime:
        """The way a person does it on a calendar: hour by hour, day by day, month by month."""
        if self.unit != Unit.MONTH:
            return handoff + {Unit.HOUR: HOUR, Unit.DAY: DAY, Unit.WEEK: 7 * DAY}[self.unit] * self.every
        for _ in range(self.every):
            first_of_next = handoff.replace(day=1) + 32 * DAY
            last = (first_of_next.replace(day=1) + 32 * DAY).replace(day=1) - DAY
            handoff = last.replace(day=min(anchor.day, last.day))
        return handoff


REPEATED = (0, 10, 29, 31, 59, 90, 130)
"""Minutes after a change at which the clock may show again what it has shown."""
ODD_MINUTES = (0, 1, 15, 30, 59, 60, 75, 90, 105, 120, 121, 135, 150, 179, 180, 240, 540, 1425, 1439)
rotations = st.builds(
    Rotation,
    st.sampled_from([Unit.HOUR, Unit.HOUR, Unit.DAY, Unit.DAY, Unit.WEEK, Unit.MONTH]),
    st.integers(1, 4),
    st.sampled_from(ODD_MINUTES),
    st.sampled_from((4, 7, 14, 27, 28, 29, 30, 31, 35, 40)),
)
several = st.lists(rotations, min_size=5, max_size=5)


def each(timezone: str, drawn: list[T]) -> Iterator[tuple[datetime, T]]:
    """Every change of the clocks, with one of what was drawn for each."""
    return zip(changes(timezone), cycle(drawn), strict=False)


def schedule(*layers: Layer) -> Schedule:
    return Schedule("any", "Any", "UTC", layers)


def walked(rotation: Rotation, timezone: str, change: datetime, start: datetime, end: datetime) -> list[Shift]:
    """Somebody who reads the clock on the wall each minute, and hands over whenever it shows the next handoff's time or
    a later one for the first time."""
    place, anchor = ZoneInfo(timezone), rotation.anchor(timezone, change)
    person, handoff, shifts = 0, rotation.next_handoff(anchor, anchor), list[Shift]()
    day_before = (start - 2 * DAY).astimezone(place).replace(tzinfo=None)
    while handoff < day_before:
        person, handoff = person + 1, rotation.next_handoff(handoff, anchor)
    t = start - 2 * DAY
    while t < end:
        local = t.astimezone(place).replace(tzinfo=None)
        while local >= handoff:
            person, handoff = person + 1, rotation.next_handoff(handoff, anchor)
        who = (PEOPLE[person % len(PEOPLE)],)
        if t >= start and not (shifts and shifts[-1].who == who):
            shifts.append(Shift(t, end, who))
        t += MINUTE
    return [Shift(a.start, b.start, a.who) for a, b in pairwise([*shifts, Shift(end, end, ())])]


def ticks(rotation: Rotation, timezone: str, change: datetime, until: datetime) -> Iterator[datetime]:
    """Its handoffs on the wall."""
    anchor = handoff = rotation.anchor(timezone, change)
    while handoff < until:
        yield handoff
        handoff = rotation.next_handoff(handoff, anchor)


@settings(max_examples=2, deadline=None)
@given(drawn=several)
@pytest.mark.parametrize("timezone", ZONES)
def test_one_person_at_every_instant_and_shifts_add_up(timezone: str, drawn: list[Rotation]) -> None:
    for change, rotation in each(timezone, drawn):
        start, end = change - 6 * HOUR, change + 6 * HOUR
        nights = schedule(rotation.layer(timezone, change))
        shifts = timeline(nights, start, end, {})
        assert [len(shift.who) for shift in shifts] == [1] * len(shifts)
        assert (shifts[0].start, shifts[-1].end) == (start, end)
        assert sum((shift.end - shift.start for shift in shifts), timedelta()) == end - start
        assert all(before.end == after.start for before, after in pairwise(shifts))
        for shift in shifts:
            near = {change - MOMENT, *(change + part * MINUTE for part in REPEATED), shift.start, shift.end - MOMENT}
            assert {on_call(nights, t, {}) for t in near if shift.start <= t < shift.end} == {shift.who}


@settings(max_examples=2, deadline=None)
@given(drawn=several)
@pytest.mark.parametrize("timezone", ZONES)
def test_handoffs_are_at_the_time_asked_for_or_at_the_jump(timezone: str, drawn: list[Rotation]) -> None:
    place = ZoneInfo(timezone)
    for change, rotation in each(timezone, drawn):
        start, end = change - 6 * HOUR, change + 6 * HOUR
        asked = set(ticks(rotation, timezone, change, change.replace(tzinfo=None) + 4 * DAY))
        before = (change - MOMENT).astimezone(place).replace(tzinfo=None)
        after = change.astimezone(place).replace(tzinfo=None)
        for shift in timeline(schedule(rotation.layer(timezone, change)), start, end, {})[1:]:
            local = shift.start.astimezone(place)
            at_the_jump = shift.start == change and any(before < handoff <= after for handoff in asked)
            assert at_the_jump or (local.replace(tzinfo=None) in asked and not local.fold), shift


@settings(max_examples=2, deadline=None)
@given(drawn=st.lists(st.integers(-26 * 60, 26 * 60), min_size=5, max_size=5), only=st.booleans())
@pytest.mark.parametrize("timezone", ZONES)
def test_a_layers_end_and_the_next_ones_beginning_meet(timezone: str, drawn: list[int], only: bool) -> None:
    place = ZoneInfo(timezone)
    for change, minutes in each(timezone, drawn):
        day = change.astimezone(place).replace(tzinfo=None, second=0)
        handoff = day + timedelta(minutes=minutes)
        always = Hours((Span(),), timezone) if only else None
        old = Layer("old", timezone, ("ada",), ends=handoff, only=always)
        new = Layer("new", timezone, ("grace",), begins=handoff, only=always)
        start, end = change - 60 * HOUR, change + 60 * HOUR
        first_of_both, second_of_both = timeline(schedule(old, new), start, end, {})
        assert (first_of_both.who, second_of_both.who) == (("ada",), ("grace",))
        assert timeline(schedule(new, old), start, end, {}) == [first_of_both, second_of_both]
        assert timeline(schedule(old), start, end, {})[0] == first_of_both
        assert timeline(schedule(new), start, end, {})[1] == second_of_both


@settings(max_examples=2, deadline=None)
@given(drawn=st.lists(st.tuples(st.sampled_from(ODD_MINUTES), st.integers(1, 1439)), min_size=5, max_size=5))
@pytest.mark.parametrize("timezone", ZONES)
def test_hours_that_meet_on_the_wall_leave_no_second(timezone: str, drawn: list[tuple[int, int]]) -> None:
    """Days for one, nights for the other, whatever the times between them."""
    for change, (minute, length) in each(timezone, drawn):
        other = (minute + length) % 1440
        day = Layer("day", timezone, ("ada",), only=Hours((Span(start=minute, end=other),), timezone))
        night = Layer("night", timezone, ("grace",), only=Hours((Span(start=other, end=minute),), timezone))
        start, end = change - 6 * HOUR, change + 6 * HOUR
        shifts = timeline(schedule(day, night), start, end, {})
        assert all(shift.who for shift in shifts)
        assert timeline(schedule(night, day), start, end, {}) == shifts


@settings(max_examples=50, deadline=None)
@given(rotations, st.sampled_from(ZONES), st.data())
def test_a_rotation_is_what_a_walked_clock_says(rotation: Rotation, timezone: str, data: st.DataObject) -> None:
    change = data.draw(st.sampled_from(changes(timezone)))
    start, end = change - 26 * HOUR, change + 8 * HOUR
    shifts = timeline(schedule(rotation.layer(timezone, change)), start, end, {})
    assert shifts == walked(rotation, timezone, change, start, end)


@pytest.mark.long
@pytest.mark.parametrize("timezone", ZONES)
def test_every_rotation_over_every_change_is_what_a_walked_clock_says(timezone: str) -> None:
    units = [(Unit.HOUR, 1), (Unit.DAY, 1), (Unit.HOUR, 2), (Unit.WEEK, 1), (Unit.MONTH, 1)]
    for i, change in enumerate(changes(timezone)):
        for j in range(2):
            unit, every = units[(2 * i + j) % len(units)]
            rotation = Rotation(unit, every, ODD_MINUTES[(7 * i + j) % len(ODD_MINUTES)], 4 + (i + j) % 32)
            start, end = change - 26 * HOUR, change + 26 * HOUR
            shifts = timeline(schedule(rotation.layer(timezone, change)), start, end, {})
            assert shifts == walked(rotation, timezone, change, start, end), (rotation, change)
