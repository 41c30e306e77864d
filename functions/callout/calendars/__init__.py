"""Somebody's iCalendar as shifts: whose event it is, from when to when."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from callout.calendars.occurrences import Occurrence, Unread, occurrences
from callout.domain.errors import Malformed
from callout.domain.naming import Ids, Names
from callout.domain.oncall import OnCall, Responder
from callout.domain.schedule import Shift

BYTES_MAX = 1_000_000
EVENTS_MAX = 5_000
"""So many of its events may fall into the window."""
SECONDS_MAX = 10
"""So long may it take to work them out: there are rules that never come to an end."""
BACK = timedelta(days=7)
AHEAD = timedelta(days=100)
"""The window that is read of a calendar, from the midnight (UTC) before now: it stays the same for a day, so that what
is known changes only when the calendar does."""
A = TypeVar("A")
NAMES_NOBODY = "names nobody of the description"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Events that put nobody on call though they might have been meant to."""

    summary: str
    """As the calendar has it: it may hold an address, so never in a log."""
    why: str
    """As a sentence goes on that begins with the event."""
    times: int
    first: datetime | None
    """When the first of them begins (UTC), where that is known."""


class Parsed(NamedTuple):
    shifts: tuple[Shift, ...]
    problems: tuple[Unclear, ...]


def window(now: datetime, ahead: timedelta = AHEAD) -> tuple[datetime, datetime]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - BACK, midnight + ahead


def timezone_of(oncall: OnCall, calendar: str) -> str:
    """The zone of the first layer that takes its shifts from this calendar."""
    layers = (layer for schedule in oncall.schedules.values() for layer in schedule.layers)
    return next((layer.timezone for layer in layers if layer.calendar == calendar), "UTC")


def parse(
    data: bytes, people: Mapping[str, Responder], start: datetime, end: datetime, timezone: str = "UTC"
) -> Parsed:
    """The shifts that overlap [start, end), and the events that name nobody. Raises Malformed, with a sentence.

    A time without a zone (a whole day, too) is in the calendar's own zone, or else in `timezone`. In the main thread
    only, for the alarm that ends it after SECONDS_MAX.
    """
    if len(data) > BYTES_MAX:
        raise Malformed(f"it has more than {BYTES_MAX // 1000} KB")
    return _within(SECONDS_MAX, lambda: _read(data, Names(people), start, end, timezone))


def _read(data: bytes, names: Names, start: datetime, end: datetime, timezone: str) -> Parsed:
    shifts, unclear = set[Shift](), dict[tuple[str, str], Unclear]()
    for count, found in enumerate(occurrences(data, start, end, timezone)):
        if count >= EVENTS_MAX:
            raise Malformed(f"it has more than {EVENTS_MAX} events from {start:%Y-%m-%d} to {end:%Y-%m-%d}")
        who = () if isinstance(found, Unread) else _whose(found, names)
        if isinstance(found, Occurrence) and who:
            shifts.add(Shift(found.start, found.end, who))
        else:
            _add(unclear, found)
    return Parsed(tuple(sorted(shifts, key=lambda each: (each.start, each.end, each.who))), tuple(unclear.values()))


def _whose(event: Occurrence, names: Names) -> Ids:
    """Whom an event puts on call: the guests that are known, or else those its summary names, or else its organizer.

    The organizer comes last: managers make events in which others are on call.
    """
    guests = (names.by_address(guest.address) or names.called(guest.name) for guest in event.guests)
    invited = tuple(dict.fromkeys(person for people in guests for person in people))
    organizer = event.organizer
    return invited or names.within(event.summary) or (names.by_address(organizer.address) if organizer else ())


def _add(unclear: dict[tuple[str, str], Unclear], found: Occurrence | Unread) -> None:
    why = found.why if isinstance(found, Unread) else NAMES_NOBODY
    first = found.start if isinstance(found, Occurrence) else None
    known = unclear.get((found.summary, why))
    if known is None:
        unclear[found.summary, why] = Unclear(found.summary, why, 1, first)
    else:
        earliest = min((each for each in (known.first, first) if each is not None), default=None)
        unclear[found.summary, why] = replace(known, times=known.times + 1, first=earliest)


class _TooLong(BaseException):
    """Not an Exception, so that nobody on the way takes it for trouble with one event."""


def _within(seconds: float, work: Callable[[], A]) -> A:
    """What `work` returns; raises Malformed when it takes longer.

    No context manager: the alarm may fall on any step of it, the first of its __exit__ too, and would get away.
    """
    over = False

    def ring(_signal: int, _frame: object) -> None:
        if not over:
            raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # It rings on: a first one may fall where an exception gets lost, as in a destructor.
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
        try:
            return work()
        finally:
            over = True
    except _TooLong:
        over = True
        raise Malformed(f"it takes more than {seconds:g} seconds to work out when its events recur") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
