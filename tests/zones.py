"""Every change of the clocks from 2000 to 2040 in zones that have caught people out, found by reading their clocks."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONES = (
    "Africa/Cairo",  # stopped and began again, four changes in a year
    "Africa/Casablanca",  # off in Ramadan: a negative summer time that moves through the year
    "Africa/El_Aaiun",
    "Africa/Windhoek",
    "America/Asuncion",
    "America/Caracas",  # half an hour back, and forth
    "America/Havana",  # changes at midnight
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",  # a midnight that did not exist, until it gave it up
    "America/Scoresbysund",
    "America/St_Johns",  # changed at one minute past midnight
    "Antarctica/Casey",  # three hours at once
    "Antarctica/Troll",  # two hours
    "Asia/Amman",
    "Asia/Dhaka",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",  # none since 1986
    "Asia/Kolkata",  # none since 1945
    "Asia/Pyongyang",  # half an hour back, and forth
    "Asia/Tehran",
    "Asia/Yerevan",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",  # winter time is the one that is saved
    "Europe/Istanbul",  # stopped
    "Europe/London",
    "Europe/Moscow",  # changed its rules twice
    "Europe/Volgograd",
    "Pacific/Apia",  # left out 2011-12-30
    "Pacific/Auckland",
    "Pacific/Chatham",  # a quarter of an hour off
    "Pacific/Fakaofo",  # left out 2011-12-30 too
    "Pacific/Norfolk",
)
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
QUIET = (datetime(2026, 3, 29, 1, tzinfo=UTC),)
"""An ordinary moment, for the zones that change nothing."""


def wall(text: str) -> datetime:
    """ "2026-03-29 02:30" on some wall."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def changes(timezone: str) -> tuple[datetime, ...]:
    """The instants (UTC) at which the zone's clock is changed; QUIET where it never is."""
    place = ZoneInfo(timezone)
    days = [int(FIRST.timestamp()) + day * 86_400 for day in range((LAST - FIRST).days + 1)]
    offsets = [_offset(day, place) for day in days]
    found = [_search(days[i - 1], days[i], place) for i in range(1, len(days)) if offsets[i] != offsets[i - 1]]
    return tuple(datetime.fromtimestamp(second, UTC) for second in found) or QUIET


def _offset(second: int, place: ZoneInfo) -> timedelta | None:
    return datetime.fromtimestamp(second, place).utcoffset()


def _search(before: int, after: int, place: ZoneInfo) -> int:
    offset = _offset(before, place)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(middle, place) == offset else (before, middle)
    return after
