"""Hours of the week on a wall clock: support hours, and the restrictions of a schedule's layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from callout.domain.wall import instant, shown

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
DAY_MINUTES = 24 * 60
DAY = timedelta(days=1)
SEARCH = timedelta(days=400)
"""How far ahead is looked for hours that are open: more than a year, so that what happens once a year is found."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the wall clock that begins on each of these days."""

    days: tuple[int, ...] = EVERY_DAY
    """On which it begins; Monday is 0."""
    start: int = 0
    """Minutes since midnight by the wall clock."""
    end: int = DAY_MINUTES
    """The same; one that is not after `start` lies on the next day."""


@dataclass(frozen=True, slots=True)
class Hours:
    spans: tuple[Span, ...]
    timezone: str = "UTC"
    closed: tuple[date, ...] = ()
    """Holidays: no span begins on them."""
    dates: tuple[date, ...] | None = None
    """Spans begin on these dates only; None: on all."""


def is_open(hours: Hours, t: datetime) -> bool:
    wall = shown(t, hours.timezone)
    days = (wall.date() - DAY, wall.date())
    return any(begin <= wall < end for day in days for begin, end in _spans(hours, day))


def opened(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in UTC between the two instants, in order; those that meet or overlap are one."""
    begun = ended = start
    for begin, until in _resolved(hours, start, end):
        if begin > ended:
            if ended > begun:
                yield begun, ended
            begun = begin
        ended = max(ended, until)
    if ended > begun:
        yield begun, ended


def after_open(hours: Hours | None, t: datetime, seconds: float) -> datetime:
    """The instant at which so many open seconds have passed since `t`; hours that hardly ever open are left out."""
    length = timedelta(seconds=seconds)
    if hours is None or seconds <= 0:
        return t + length
    left = length
    for begin, end in opened(hours, t, t + SEARCH):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return t + length


def open_seconds(hours: Hours | None, start: datetime, end: datetime) -> float:
    if hours is None:
        return max(0.0, (end - start).total_seconds())
    return sum((until - begin).total_seconds() for begin, until in opened(hours, start, end))


def _spans(hours: Hours, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Those that begin on this day, on the wall clock."""
    if day in hours.closed or (hours.dates is not None and day not in hours.dates):
        return
    midnight, weekday = datetime.combine(day, time()), day.weekday()
    for span in hours.spans:
        if weekday in span.days:
            minutes = span.end if span.end > span.start else span.end + DAY_MINUTES
            yield midnight + timedelta(minutes=span.start), midnight + timedelta(minutes=minutes)


def _resolved(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is between the two instants of each span, in the order of their beginnings."""
    if start >= end:
        return
    day, last = shown(start, hours.timezone).date() - DAY, shown(end, hours.timezone).date()
    while day <= last:
        for begin, until in sorted(_spans(hours, day)):
            low = max(start, instant(begin, hours.timezone))
            high = min(end, instant(until, hours.timezone))
            if low < high:
                yield low, high
        day += DAY
