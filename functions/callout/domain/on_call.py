"""Who is on call: at an instant, over a time, next and before.

Whether a handoff has come is asked of the wall clock (`shown`), and when it comes is told by it (`instant`). The two
agree at every instant, and so `on_call` and `timeline` do.
"""

from bisect import bisect_left, insort
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from callout.domain.hours import is_open, opened
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit
from callout.domain.wall import instant, shown

LENGTHS = {Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(weeks=1)}
SEARCH = tuple(pairwise(timedelta(days=days) for days in (0, 7, 28, 112, 400)))
"""Where the next and the previous ones are looked for: near first, then farther away."""

LAST = datetime(9999, 1, 1)  # noqa: DTZ001 - on the wall
FAR = datetime.max.replace(tzinfo=UTC)

Who = tuple[str, ...]
Calendars = Mapping[str, Calendar]


def on_call(schedule: Schedule, t: datetime, calendars: Calendars) -> Who:
    layers = (_said(layer, t, calendars) for layer in reversed(schedule.layers))
    who = next((who for who in layers if who), ())
    return _changed(who, (change for change in schedule.overrides if change.start <= t < change.end))


def timeline(schedule: Schedule, start: datetime, end: datetime, calendars: Calendars) -> list[Shift]:
    """The whole time from start to end, gaps too (nobody), each change of people a new shift."""
    said = [Shift(start, end, ())]
    for layer in schedule.layers:
        said += _stretches(layer, start, end, calendars)
    changes = [change for change in schedule.overrides if change.start < end and change.end > start]
    ranges = [(shift.start, shift.end) for shift in said]
    ranges += [(max(start, change.start), min(end, change.end)) for change in changes]
    shifts: list[Shift] = []
    for begin, until, active in _cut(ranges):
        layers = bisect_left(active, len(said))  # so many of them, and then the overrides
        who = said[active[layers - 1]].who
        _append(shifts, Shift(begin, until, _changed(who, (changes[i - len(said)] for i in active[layers:]))))
    return shifts


def following(schedule: Schedule, t: datetime, calendars: Calendars) -> Who:
    """The next ones on call who are not just those of `t`."""
    later = (shift for near, far in SEARCH for shift in timeline(schedule, t + near, t + far, calendars))
    return _first_other(on_call(schedule, t, calendars), later)


def preceding(schedule: Schedule, t: datetime, calendars: Calendars) -> Who:
    """The last ones on call before `t` who are not just those of `t`."""
    earlier = (shift for near, far in SEARCH for shift in reversed(timeline(schedule, t - far, t - near, calendars)))
    return _first_other(on_call(schedule, t, calendars), earlier)


def _first_other(now: Who, shifts: Iterable[Shift]) -> Who:
    return next((shift.who for shift in shifts if not set(shift.who) <= set(now)), ())


def _said(layer: Layer, t: datetime, calendars: Calendars) -> Who:
    """Who is on call by this layer alone."""
    wall = shown(t, layer.timezone)
    if (layer.begins and wall < layer.begins) or (layer.ends and wall >= layer.ends):
        return ()
    if layer.only is not None and not is_open(layer.only, t):
        return ()
    if layer.calendar:
        shifts = calendars[layer.calendar].shifts if layer.calendar in calendars else ()
        return _each_once(person for shift in shifts if shift.start <= t < shift.end for person in shift.who)
    return _person(layer, _turn(layer, wall)) if layer.people else ()


def _stretches(layer: Layer, start: datetime, end: datetime, calendars: Calendars) -> Iterator[Shift]:
    """Where somebody is on call by this layer alone, in order and without overlaps."""
    low = max(start, instant(layer.begins, layer.timezone)) if layer.begins else start
    high = min(end, instant(layer.ends, layer.timezone)) if layer.ends else end
    for begin, until in opened(layer.only, low, high) if layer.only is not None else [(low, high)]:
        if layer.calendar:
            yield from _events(calendars.get(layer.calendar), begin, until)
        elif layer.people:
            yield from _turns(layer, begin, until)


def _events(calendar: Calendar | None, start: datetime, end: datetime) -> Iterator[Shift]:
    shifts = [shift for shift in calendar.shifts if shift.start < end and shift.end > start] if calendar else []
    for begin, until, active in _cut([(max(start, shift.start), min(end, shift.end)) for shift in shifts]):
        if who := _each_once(person for i in active for person in shifts[i].who):
            yield Shift(begin, until, who)


def _turns(layer: Layer, start: datetime, end: datetime) -> Iterator[Shift]:
    turn = _turn(layer, shown(start, layer.timezone))
    while start < end:
        until = min(end, _handed_over(layer, turn + 1)) if len(layer.people) > 1 else end
        yield Shift(start, until, _person(layer, turn))
        start, turn = until, turn + 1


def _handed_over(layer: Layer, turn: int) -> datetime:
    """When this turn begins; the end of time for one that the calendar does not reach."""
    handoff = _handoff(layer, turn)
    return FAR if handoff >= LAST else instant(handoff, layer.timezone)


def _person(layer: Layer, turn: int) -> Who:
    return (layer.people[turn % len(layer.people)],)


def _turn(layer: Layer, wall: datetime) -> int:
    """Whose turn it is, counted from the anchor: 0 begins there, and -1 ends there."""
    if layer.unit != Unit.MONTH:
        return (wall - layer.anchor) // (LENGTHS[layer.unit] * layer.every)
    months = (wall.year - layer.anchor.year) * 12 + wall.month - layer.anchor.month
    turn = months // layer.every
    return turn if _handoff(layer, turn) <= wall else turn - 1


def _handoff(layer: Layer, turn: int) -> datetime:
    """Where on the wall clock this turn begins."""
    try:
        if layer.unit != Unit.MONTH:
            return layer.anchor + LENGTHS[layer.unit] * layer.every * turn
        years, month = divmod(layer.anchor.month - 1 + layer.every * turn, 12)
        year = layer.anchor.year + years
        day = min(layer.anchor.day, monthrange(year, month + 1)[1])
        return layer.anchor.replace(year=year, month=month + 1, day=day)
    except (OverflowError, ValueError):
        return datetime.max if turn > 0 else datetime.min  # noqa: DTZ901 - on the wall


def _changed(who: Who, overrides: Iterable[Override]) -> Who:
    for override in overrides:
        who = _each_once(_after(override, who))
    return who


def _after(override: Override, who: Who) -> Iterable[str]:
    match override.change:
        case Change.ADD:
            return (*who, *override.who)
        case Change.REMOVE:
            return (person for person in who if person not in override.who)
        case Change.SWAP:
            other = dict(zip(override.who, reversed(override.who), strict=True))
            return (other.get(person, person) for person in who)
        case Change.REPLACE if override.of:
            return (new for person in who for new in (override.who if person == override.of else (person,)))
        case Change.REPLACE:
            return override.who


def _each_once(people: Iterable[str]) -> Who:
    return tuple(dict.fromkeys(people))


def _append(shifts: list[Shift], shift: Shift) -> None:
    """As a shift of its own, or as more of the last one where the people are the same."""
    if shifts and shifts[-1].who == shift.who:
        shift = Shift(shifts.pop().start, shift.end, shift.who)
    shifts.append(shift)


def _cut(ranges: Sequence[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime, list[int]]]:
    """Cut where any of them begins or ends; between two cuts, which of them hold (by index, in order).

    Those without any length, as turns inside a skipped hour are, hold nowhere.
    """
    begins = [(begin, True, i) for i, (begin, end) in enumerate(ranges) if begin < end]
    ends = [(end, False, i) for i, (begin, end) in enumerate(ranges) if begin < end]
    active: list[int] = []
    for (cut, beginning, i), (until, _, _) in pairwise(sorted(begins + ends)):
        if beginning:
            insort(active, i)
        else:
            active.remove(i)
        if cut < until:
            yield cut, until, active
