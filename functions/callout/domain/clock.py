"""Instants: always aware, always UTC, written so that text order is time order."""

from datetime import UTC, datetime, timedelta


def second_before(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def second_after(instant: datetime) -> datetime:
    """The next whole second, or the instant itself when it is one.

    Step Functions waits by whole seconds and cuts off the rest, so everything that is ever due is due on one:
    otherwise the machine would come up to a second early, be sent back, and come again.
    """
    down = second_before(instant)
    return down if down == instant else down + timedelta(seconds=1)


def after(now: datetime, seconds: float) -> datetime:
    """The moment at least `seconds` from now at which something is due."""
    return second_after(now + timedelta(seconds=seconds))


def text(instant: datetime) -> str:
    """RFC 3339 in UTC by the second: fixed width, and what Step Functions' TimestampPath takes."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
