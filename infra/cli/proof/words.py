"""What the proof says: gaps by the clock of a schedule and in UTC, pages by what distinguishes them."""

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from datetime import UTC, date, datetime, timedelta

from callout.domain.agreement import Circumstances
from callout.domain.local_time import local
from callout.domain.oncall import OnCall
from callout.domain.priority import When
from callout.domain.schedule import Schedule
from infra.cli.description.problem import listed, shown
from infra.cli.proof.intervals import Interval, Intervals
from infra.cli.weeks.words import day, length, moment

TIMES_SHOWN_MAX = 3
IDS_SHOWN_MAX = 4
DAY = timedelta(days=1)


def times(gaps: Intervals, timezone: str, within: Interval) -> str:
    """ "Sun 29 Mar 2026 02:00 to 03:00 BST, 1 h (01:00 to 02:00 UTC)", the first few, and how many more there are."""
    if gaps == (within,):
        return "at any time"
    told = [_time(gap, timezone, within) for gap in gaps[:TIMES_SHOWN_MAX]]
    rest = gaps[TIMES_SHOWN_MAX:]
    if rest:
        told.append(f"and {len(rest)} more until {moment(rest[-1].end, timezone)}")
    return "; ".join(told)


def _time(gap: Interval, timezone: str, within: Interval) -> str:
    start, end = (local(at, timezone) for at in gap)
    first, last = (at.astimezone(UTC) for at in gap)
    if gap.end == within.end:
        here, there = f"from {moment(gap.start, timezone)} on", f"from {first:%Y-%m-%d %H:%M} UTC"
    else:
        zone = "" if f"{start:%Z}" == f"{end:%Z}" else f" {start:%Z}"
        until = f"{end:%H:%M %Z}" if start.date() == end.date() else moment(gap.end, timezone)
        here = f"{day(start.date())} {start:%H:%M}{zone} to {until}, {length(gap.end - gap.start)}"
        there = f"{_utc(first, start.date())} to {_utc(last, first.date())} UTC"
    return here if f"{start:%Z}" == "UTC" == f"{end:%Z}" else f"{here} ({there})"


def _utc(at: datetime, known: date) -> str:
    return f"{at:%H:%M}" if at.date() == known else f"{at:%Y-%m-%d %H:%M}"


def changed_clocks(gap: Interval, timezones: Iterable[str]) -> str:
    """Which clocks are changed just then; "" where none are."""
    before, after = gap.start - DAY, min(gap.end, gap.start + DAY) + DAY
    changed = [name for name in dict.fromkeys(timezones) if _offset(before, name) != _offset(after, name)]
    return f"the clocks of {listed(changed)} are changed about then" if changed else ""


def _offset(at: datetime, timezone: str) -> timedelta | None:
    return local(at, timezone).utcoffset()


def clocks_of(schedules: Iterable[Schedule]) -> Iterator[str]:
    """Every zone by which they are read."""
    for layer in (layer for schedule in schedules for layer in schedule.layers):
        yield layer.timezone
        if layer.only is not None:
            yield layer.only.timezone


def pages(
    kinds: Collection[Circumstances], all_kinds: Collection[Circumstances], raised: Set[Circumstances] = frozenset()
) -> str:
    """ "P3 and P4 pages outside of support hours": as much as is needed to tell these from all of them."""
    if set(kinds) == set(all_kinds):
        return "pages"
    priorities = sorted({kind.priority for kind in kinds})
    which = "" if priorities == sorted({kind.priority for kind in all_kinds}) else f"{listed(map(str, priorities))} "
    of_these = [kind for kind in all_kinds if kind.priority in priorities]
    urgencies = {kind.urgency for kind in kinds}
    sides = {kind.support_hours for kind in kinds}
    words = [f"raised {which}pages" if set(kinds) <= raised else f"{which}pages"]
    if urgencies != {kind.urgency for kind in of_these}:
        words.append(f"of {listed(sorted(urgencies))} urgency")
    if sides != {kind.support_hours for kind in of_these}:
        words.append("outside of support hours" if When.OUTSIDE in sides else "inside support hours")
    return " ".join(words)


def name(oncall: OnCall, responder: str) -> str:
    return shown(oncall.responders[responder].name)


def ids(found: Sequence[str], joint: str = "and") -> str:
    """The first few of them, and how many more."""
    if len(found) <= IDS_SHOWN_MAX:
        return listed(map(shown, found), joint)
    return f"{', '.join(map(shown, found[: IDS_SHOWN_MAX - 1]))} {joint} {len(found) - IDS_SHOWN_MAX + 1} more"
