"""Instants as a person reads them: on the clock of their own zone, and as how long ago."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local(instant: datetime, timezone: str) -> datetime:
    """The instant on that zone's clock. An unknown zone is read as UTC: a page must go out all the same."""
    try:
        return instant.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return instant.astimezone(UTC)


def clock(instant: datetime, timezone: str) -> str:
    """ "03:14 CET" """
    return local(instant, timezone).strftime("%H:%M %Z")


def date_and_clock(instant: datetime, timezone: str) -> str:
    """ "Sat 21 Nov 03:14 CET" """
    moment = local(instant, timezone)
    return f"{moment:%a} {moment.day} {moment:%b %H:%M %Z}"


def ago(then: datetime, now: datetime) -> str:
    """ "just now", "4 min ago", "2 h 5 min ago", "3 days ago"."""
    passed = now - then
    return "just now" if passed < timedelta(minutes=1) else f"{lasting(passed)} ago"


def lasting(time: timedelta) -> str:
    """ "40 s", "4 min", "2 h 5 min", "3 days": two units at most, rounded down."""
    seconds = max(0, time // timedelta(seconds=1))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // (24 * 3600)
    if minutes < 1:
        return f"{seconds} s"
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} days" if days > 1 else "1 day"
