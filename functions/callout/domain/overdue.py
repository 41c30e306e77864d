"""What the index of due items says about one that is past its moment, before anything of it is read."""

from dataclasses import dataclass
from datetime import timedelta

PUT_OFF = timedelta(minutes=2)
PUT_OFF_MAX = timedelta(minutes=32)
"""How long the watchdog leaves a page alone whose step failed: twice as long each time, up to this."""


@dataclass(frozen=True, slots=True)
class Overdue:
    page_id: str
    """"" where the key is no page's: it is for somebody who knows it."""
    due_at: str
    """As it stands in the index; not to be read as a time, since nothing else of the item is known to be whole."""


def put_off_for(times: int) -> timedelta:
    """How long for, the first, second, ... time in a row."""
    return min(PUT_OFF_MAX, PUT_OFF * (1 << min(times - 1, 10)))
