"""Instants: always aware, always UTC, written so that text order is time order.

Step Functions waits by whole seconds and cuts off the rest, so everything that is ever due is due on one: otherwise the
machine would come up to a second early, be sent back, and come again.
"""

from datetime import UTC, datetime, timedelta


def second_before(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def after(now: datetime, seconds: float) -> datetime:
    """When something is due that many seconds from the second that has begun: waits of 10 s fall 10 s apart."""
    return second_before(now + timedelta(seconds=seconds))


def text(instant: datetime) -> str:
    """RFC 3339 in UTC by the second: fixed width, and what Step Functions' TimestampPath takes."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
