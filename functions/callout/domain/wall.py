"""What a clock on the wall of some zone shows, and when it shows it.

One rule for every time that somebody wrote down: it means the first instant at which that zone's clock shows that time
or a later one. So a time that a change of the clocks leaves out is the moment of the change, and one that comes twice
is the first of the two. Times never change their order by it: of two, the later one never means an earlier instant.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = datetime(2, 1, 1)  # noqa: DTZ001 - naive, as all times on a wall are
LATEST = datetime(9998, 12, 31)  # noqa: DTZ001
MOMENT = timedelta.resolution


@cache
def zone(name: str) -> ZoneInfo:
    """An unknown zone is read as UTC: a page must go out all the same."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def instant(wall: datetime, timezone: str) -> datetime:
    """The first instant (UTC) at which the clock shows `wall` (naive) or a later time."""
    place = zone(timezone)
    wall = min(max(wall, EARLIEST), LATEST)
    first = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    if first.astimezone(place).replace(tzinfo=None) == wall:
        return first
    return _change(wall.replace(tzinfo=place, fold=1).astimezone(UTC), first, place)


def shown(t: datetime, timezone: str) -> datetime:
    """The latest time (naive) that the clock has shown up to `t`.

    It stands still while an hour is repeated, so that it answers without any search whether a time on the wall has
    come: t >= instant(wall) exactly when shown(t) >= wall.
    """
    place = zone(timezone)
    local = t.astimezone(place)
    if not local.fold:
        return local.replace(tzinfo=None)
    before = local.replace(fold=0)
    change = _change(before.astimezone(UTC), t, place)
    return (change - MOMENT).astimezone(place).replace(tzinfo=None)


def _change(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The instant between the two at which the clock was changed; that is always at a whole second."""
    before = before.replace(microsecond=0)
    offset = before.astimezone(place).utcoffset()

    def changed(seconds: int) -> bool:
        return (before + timedelta(seconds=seconds)).astimezone(place).utcoffset() != offset

    return before + timedelta(seconds=bisect_left(range(int((after - before).total_seconds())), True, key=changed))
