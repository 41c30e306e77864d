"""A clock's time as exactly as it matters: no two different instants of a day look alike."""

from datetime import datetime


def of_day(at: datetime) -> str:
    """`09:00`, with seconds where there are some, and with the offset while the clock shows an hour twice."""
    seconds = f":{at:%S}" if at.second else ""
    return f"{at:%H:%M}{seconds}{_offset(at)}"


def _offset(at: datetime) -> str:
    offsets = {at.replace(fold=fold).utcoffset() for fold in (0, 1)}
    return at.replace(microsecond=0).isoformat()[len("2026-12-24T09:00:00") :] if len(offsets) > 1 else ""
