"""When a turn passes on: `monday 09:00`, and the handoff from which a layer's turns are counted."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from pydantic_core import PydanticCustomError

from callout.domain.schedule import Unit
from infra.cli.description.base import kind_of
from infra.cli.description.problem import shown
from infra.cli.description.times import minutes, weekday
from infra.cli.description.values import at_key, wrong

ROTATIONS: Final = {"hourly": Unit.HOUR, "daily": Unit.DAY, "weekly": Unit.WEEK, "monthly": Unit.MONTH}
LIKE: Final = {
    "hourly": "write it like handoff: 09:00, the time from which the hours are counted",
    "daily": "write it like handoff: 09:00",
    "weekly": "write it like handoff: monday 09:00",
    "monthly": "write it like handoff: 1 09:00, with the day of the month first (31 is its last)",
}
MONTHS_SEARCHED: Final = 48
DEFAULT_START: Final = datetime(2000, 1, 3)  # noqa: DTZ001 - a Monday on whatever clock


@dataclass(frozen=True, slots=True)
class Handoff:
    minutes: int = 0
    """Since midnight."""
    day: int = 0
    """Of the week (Monday is 0), or of the month (from 1)."""

    @property
    def clock(self) -> timedelta:
        return timedelta(minutes=self.minutes)


def handoff_of(rotate: str, written: Any) -> Handoff:
    """Raises what is wrong with it, for that rotation."""
    if written is None:
        return Handoff(day=1 if rotate == "monthly" else 0)
    if not isinstance(written, str):
        raise wrong(f"must be text, but is read as {kind_of(written)}", LIKE[rotate], "handoff")
    first, space, last = written.strip().partition(" ")
    if rotate in ("hourly", "daily"):
        if space:
            raise wrong(f'"{shown(written)}" does not fit a {rotate} rotation', LIKE[rotate], "handoff")
        return Handoff(_clock(written))
    if re.fullmatch(r"\d{1,2}[:.h]\d{2}", written.strip()):
        missing = "the weekday is" if rotate == "weekly" else "the day of the month is"
        raise wrong(f"{missing} missing", LIKE[rotate], "handoff")
    return Handoff(_clock(last) if space else 0, _weekday(first) if rotate == "weekly" else _month_day(first))


def counted_from(rotate: str, every: int, handoff: Handoff, start: datetime, turns: int) -> tuple[datetime, int]:
    """The last handoff not after `start`, and how many turns the rotation has to be wound back for it.

    Only a monthly one is ever wound back: one on the 31st that starts in a shorter month is counted from a month that
    has a 31st, since a rotation goes by its first handoff's day.
    """
    if rotate == "monthly":
        return _monthly(every, handoff, start, turns)
    today = datetime.combine(start.date(), time()) + handoff.clock
    if rotate == "weekly":
        today -= timedelta(days=(today.weekday() - handoff.day) % 7)
        return (today if today <= start else today - timedelta(weeks=1)), 0
    day = today if today <= start else today - timedelta(days=1)
    if rotate == "daily":
        return day, 0
    step = timedelta(hours=every)
    return day + (start - day) // step * step, 0


def _monthly(every: int, handoff: Handoff, start: datetime, turns: int) -> tuple[datetime, int]:
    month = start.year * 12 + start.month - 1
    if _in_month(month, handoff) > start:
        month -= 1
    back = range(MONTHS_SEARCHED)
    best = min(back, key=lambda steps: (-_in_month(month - steps * every, handoff).day, steps % turns != 0, steps))
    return _in_month(month - best * every, handoff), best


def _in_month(month: int, handoff: Handoff) -> datetime:
    year, index = divmod(month, 12)
    last = calendar.monthrange(year, index + 1)[1]
    return datetime(year, index + 1, min(handoff.day, last)) + handoff.clock  # noqa: DTZ001 - a wall clock's


def _clock(text: str) -> int:
    try:
        return minutes(24 * 60 - 1)(text.strip())
    except PydanticCustomError as error:
        raise at_key(error, "handoff") from None


def _weekday(word: str) -> int:
    try:
        return weekday(word)
    except PydanticCustomError as error:
        raise at_key(error, "handoff") from None


def _month_day(word: str) -> int:
    if not re.fullmatch(r"\d{1,2}", word) or not 1 <= int(word) <= 31:
        raise wrong(f'"{shown(word)}" is not a day of the month', LIKE["monthly"], "handoff")
    return int(word)
