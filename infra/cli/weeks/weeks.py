"""A schedule's weeks as a picture has them: days of equal width, and on them who is on call from where to where."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from typing import NamedTuple

from callout.domain.local_time import local
from callout.domain.on_call import timeline
from callout.domain.oncall import OnCall
from callout.domain.roster import stood_in
from callout.domain.schedule import Calendar, Override, Schedule, Shift
from callout.domain.wall import instant

WEEK_DAYS = 7
DAY_HOURS = 24
NOBODY = ""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class Day(NamedTuple):
    date: date
    start: datetime
    """UTC, as all instants here."""
    end: datetime

    @property
    def hours(self) -> float:
        """24, and on the days on which clocks are changed something else."""
        return (self.end - self.start) / _HOUR


@dataclass(frozen=True, slots=True)
class Bar:
    """Somebody, or NOBODY, on call without a break, as far as it lies within the week."""

    who: str
    start: datetime
    end: datetime
    left: float
    """In days from the week's beginning, 0 to 7."""
    right: float
    begins: bool = True
    """False where it is the week that cut it."""
    beaten: bool = False
    """What a layer says, and a later one says something else."""


Lane = tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What one layer alone would say."""

    name: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[Day, ...]
    lanes: tuple[Lane, ...]
    """One above the other: those who are on call at the same time."""
    handoffs: tuple[tuple[Shift, ...], ...]
    """For each day what begins on it."""
    layers: tuple[Row, ...]
    """The last one first, since it wins."""
    overrides: tuple[Override, ...]

    @property
    def start(self) -> datetime:
        return self.days[0].start

    @property
    def end(self) -> datetime:
        return self.days[-1].end


class ClockChange(NamedTuple):
    at: datetime
    day: Day


@dataclass(frozen=True, slots=True)
class Month:
    """As many weeks as were asked for."""

    schedule: Schedule
    weeks: tuple[Week, ...]
    shifts: tuple[Shift, ...]

    @property
    def start(self) -> datetime:
        return self.weeks[0].start

    @property
    def end(self) -> datetime:
        return self.weeks[-1].end

    @property
    def gaps(self) -> tuple[Shift, ...]:
        return tuple(shift for shift in self.shifts if not shift.who)

    @property
    def clock_changes(self) -> tuple[ClockChange, ...]:
        days = (day for week in self.weeks for day in week.days)
        return tuple(
            ClockChange(_changed_at(day, self.schedule.timezone), day) for day in days if day.hours != DAY_HOURS
        )

    def seconds(self) -> dict[str, float]:
        """How long each is on call in all."""
        found: dict[str, float] = {}
        for shift in self.shifts:
            for who in shift.who:
                found[who] = found.get(who, 0) + (shift.end - shift.start).total_seconds()
        return found


def month(oncall: OnCall, schedule: Schedule, begins: date, weeks: int) -> Month:
    """From the Monday of the week in which that day lies; with those who stand in for whoever is away."""
    monday = begins - timedelta(days=begins.weekday())
    days = [_day(monday + timedelta(days=number), schedule.timezone) for number in range(weeks * WEEK_DAYS)]
    start, end = days[0].start, days[-1].end
    shifts = tuple(stood_in(oncall, timeline(schedule, start, end, oncall.calendars)))
    layers = [
        (layer.name, _alone(schedule, place, start, end, oncall.calendars))
        for place, layer in enumerate(schedule.layers)
    ]
    made = tuple(
        _week(tuple(days[at : at + WEEK_DAYS]), shifts, layers, schedule.overrides)
        for at in range(0, len(days), WEEK_DAYS)
    )
    return Month(schedule, made, shifts)


def _day(on: date, timezone: str) -> Day:
    begin = datetime.combine(on, time.min)
    return Day(on, instant(begin, timezone), instant(begin + _DAY, timezone))


def _alone(
    schedule: Schedule, place: int, start: datetime, end: datetime, calendars: Mapping[str, Calendar]
) -> tuple[Shift, ...]:
    only = replace(schedule, layers=(schedule.layers[place],), overrides=())
    return tuple(shift for shift in timeline(only, start, end, calendars) if shift.who)


def _week(
    days: tuple[Day, ...],
    shifts: Sequence[Shift],
    layers: Sequence[tuple[str, Sequence[Shift]]],
    overrides: Sequence[Override],
) -> Week:
    start, end = days[0].start, days[-1].end
    mine = within(shifts, start, end)
    return Week(
        days=days,
        lanes=lanes(mine, days),
        handoffs=tuple(_handoffs(shifts, day) for day in days),
        layers=tuple(reversed(_rows([(name, within(each, start, end)) for name, each in layers], days))),
        overrides=tuple(each for each in overrides if each.start < end and each.end > start),
    )


def _handoffs(shifts: Sequence[Shift], day: Day) -> tuple[Shift, ...]:
    return tuple(shift for shift in shifts[1:] if day.start <= shift.start < day.end)


def within(shifts: Iterable[Shift], start: datetime, end: datetime) -> tuple[Shift, ...]:
    return tuple(
        Shift(max(shift.start, start), min(shift.end, end), shift.who)
        for shift in shifts
        if shift.start < end and shift.end > start
    )


def place(days: Sequence[Day], at: datetime) -> float:
    """Where on the days' axis an instant lies; each day is as wide as the others, however long it is."""
    number = bisect_right([day.start for day in days], at) - 1
    if number < 0:
        return 0.0
    day = days[number]
    return number + min(1.0, (at - day.start) / (day.end - day.start)) if day.end > day.start else float(number)


def lanes(shifts: Sequence[Shift], days: Sequence[Day]) -> tuple[Lane, ...]:
    """Whoever stays on call stays in their lane; whoever comes takes the uppermost that is free."""
    made: list[list[Shift]] = []
    before: dict[str, int] = {}
    last_end: datetime | None = None
    for shift in shifts:
        held = before if last_end == shift.start else {}
        now = _lanes_of(shift.who or (NOBODY,), held)
        for who, lane in now.items():
            made.extend([] for _ in range(lane + 1 - len(made)))
            _append(made[lane], Shift(shift.start, shift.end, (who,)), who in held)
        before, last_end = now, shift.end
    return tuple(tuple(bar(spell, days) for spell in lane) for lane in made)


def _lanes_of(who: Sequence[str], held: Mapping[str, int]) -> dict[str, int]:
    kept = {each: held[each] for each in who if each in held}
    free = (number for number in count() if number not in kept.values())
    return {each: kept[each] if each in kept else next(free) for each in who}


def _append(lane: list[Shift], spell: Shift, goes_on: bool) -> None:
    if goes_on:
        spell = Shift(lane.pop().start, spell.end, spell.who)
    lane.append(spell)


def bar(spell: Shift, days: Sequence[Day], beaten: bool = False) -> Bar:
    left, right = place(days, spell.start), place(days, spell.end)
    begins = spell.start > days[0].start
    return Bar(spell.who[0], spell.start, spell.end, left, right, begins, beaten)


def _rows(layers: Sequence[tuple[str, Sequence[Shift]]], days: Sequence[Day]) -> list[Row]:
    """Each layer, with what later ones beat set apart."""
    later: list[Shift] = []
    rows: list[Row] = []
    for name, shifts in reversed(layers):
        rows.insert(0, Row(name, _set_apart(lanes(shifts, days), later, days)))
        later += shifts
    return rows


def _set_apart(made: Sequence[Lane], later: Sequence[Shift], days: Sequence[Day]) -> tuple[Lane, ...]:
    return tuple(tuple(part for each in lane for part in _parts(each, later, days)) for lane in made)


def _parts(whole: Bar, later: Sequence[Shift], days: Sequence[Day]) -> Iterable[Bar]:
    over = within(later, whole.start, whole.end)
    cuts = sorted({whole.start, whole.end, *(shift.start for shift in over), *(shift.end for shift in over)})
    for start, end in pairwise(cuts):
        beaten = any(shift.start <= start < shift.end for shift in over)
        part = bar(Shift(start, end, (whole.who,)), days, beaten)
        yield replace(part, begins=part.begins and start == whole.start)


def _changed_at(day: Day, timezone: str) -> datetime:
    """The second at which that day's clocks are changed."""
    low, high = day.start - timedelta(seconds=1), day.end
    before = local(low, timezone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        middle = max(middle, low + timedelta(seconds=1))
        low, high = (middle, high) if local(middle, timezone).utcoffset() == before else (low, middle)
    return high.astimezone(UTC)
