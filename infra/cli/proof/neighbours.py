"""Who is next, or was before, at every instant of a schedule's timeline.

The engine looks so many days ahead or back from the very instant at which it asks, so the answer may change within a
shift: the last ones before it fall out of sight, the next ones after it come into sight.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from callout.domain.on_call import SEARCH, timeline
from callout.domain.schedule import Calendar, Schedule, Shift
from callout.domain.target import Kind

Who = tuple[str, ...]
Shifts = Sequence[Shift]
"""Without a break from the beginning of the proof to its end; `who` is () where there is nobody."""
SIGHT = SEARCH[-1][1]
"""So far the engine looks."""
INSTANT = timedelta.resolution


def neighbours(kind: Kind, schedule: Schedule, shifts: Shifts, calendars: Mapping[str, Calendar]) -> list[Shift]:
    """For each of the shifts the first one after it, or the last before it, that has somebody else."""
    if kind is Kind.NEXT:
        later = _Beyond(schedule, calendars, shifts[-1].end, ahead=True)
        found = [piece for shift, other in _others(shifts, later) for piece in _next(shift, other)]
    else:
        earlier = _Beyond(schedule, calendars, shifts[0].start, ahead=False)
        backwards = [list(_previous(shift, other)) for shift, other in _others(shifts[::-1], earlier)]
        found = [piece for pieces in reversed(backwards) for piece in pieces]
    return [piece for piece in found if piece.start < piece.end]


def _others(shifts: Shifts, beyond: "_Beyond") -> Iterator[tuple[Shift, Shift | None]]:
    """Each with the first one behind it in the list that has somebody else; what lies beyond the list is searched."""
    for index, shift in enumerate(shifts):
        behind = (shifts[i] for i in range(index + 1, len(shifts)))
        yield shift, _first_other(shift.who, behind) or beyond.first_other(shift.who)


class _Beyond:
    """What comes after the timeline or before it, searched once for each group of people."""

    def __init__(self, schedule: Schedule, calendars: Mapping[str, Calendar], edge: datetime, ahead: bool) -> None:
        self._schedule = schedule
        self._calendars = calendars
        self._edge = edge
        self._ahead = ahead
        self._known: dict[Who, Shift | None] = {}

    def first_other(self, who: Who) -> Shift | None:
        if who not in self._known:
            self._known[who] = _first_other(who, self._shifts())
        return self._known[who]

    def _shifts(self) -> Iterator[Shift]:
        for near, far in SEARCH:
            if self._ahead:
                yield from timeline(self._schedule, self._edge + near, self._edge + far, self._calendars)
            else:
                yield from reversed(timeline(self._schedule, self._edge - far, self._edge - near, self._calendars))


def _first_other(who: Who, shifts: Iterable[Shift]) -> Shift | None:
    return next((shift for shift in shifts if not set(shift.who) <= set(who)), None)


def _next(shift: Shift, other: Shift | None) -> Iterator[Shift]:
    """`other` begins in sight only once it is less than so many days ahead."""
    seen = min(max(shift.start, other.start - SIGHT + INSTANT), shift.end) if other else shift.end
    yield Shift(shift.start, seen, ())
    if other:
        yield Shift(seen, shift.end, other.who)


def _previous(shift: Shift, other: Shift | None) -> Iterator[Shift]:
    """Once `other` has been over for so many days, it is out of sight."""
    lost = min(max(shift.start, other.end + SIGHT), shift.end) if other else shift.start
    if other:
        yield Shift(shift.start, lost, other.who)
    yield Shift(lost, shift.end, ())
