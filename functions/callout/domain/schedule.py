"""Who is on call at an instant: rotations in layers, and what was changed by hand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callout.domain.hours import Hours


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on call from one instant (included) to another (excluded). Both in UTC."""

    start: datetime
    end: datetime
    who: tuple[str, ...]
    """Responder ids; () where nobody is."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A rotation, or a calendar's events. Wall-clock times are naive datetimes, read in `timezone`."""

    name: str
    timezone: str
    people: tuple[str, ...] = ()
    """Responder ids in the order of their turns; () for a calendar's layer."""
    unit: Unit = Unit.WEEK
    every: int = 1
    """A turn lasts so many units."""
    anchor: datetime = datetime(2000, 1, 3)  # noqa: DTZ001 - a wall clock's time has no zone of its own
    """A handoff on the wall clock: the first person's turn begins here, and each later handoff is counted from here."""
    begins: datetime | None = None
    """Nobody is on call by this layer before (wall clock)."""
    ends: datetime | None = None
    """Nor from then on (wall clock)."""
    only: Hours | None = None
    """Restrictions: outside of these hours the layer says nothing. Turns are counted all the same."""
    calendar: str = ""
    """The id of the calendar (OnCall.calendars) whose events it takes instead of a rotation."""


class Change(StrEnum):
    REPLACE = "replace"
    """`who` instead of `of`; instead of everybody where `of` is ""."""
    ADD = "add"
    """`who` as well."""
    REMOVE = "remove"
    """`who` not."""
    SWAP = "swap"
    """The two of `who` take each other's place."""


@dataclass(frozen=True, slots=True)
class Override:
    start: datetime
    """UTC, included."""
    end: datetime
    """UTC, excluded."""
    change: Change
    who: tuple[str, ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What was read of somebody's iCalendar."""

    id: str
    fetched_at: datetime
    until: datetime
    """Its events are known up to here."""
    shifts: tuple[Shift, ...]
    """In the order of their starts; they may overlap (both are on call then)."""


@dataclass(frozen=True, slots=True)
class Schedule:
    id: str
    name: str
    timezone: str
    """In which its gaps and its calendar are shown."""
    layers: tuple[Layer, ...]
    """Where several have somebody at an instant, the last of them wins."""
    overrides: tuple[Override, ...] = ()
    """Applied one after the other to what the layers say."""
