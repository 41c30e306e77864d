"""How many webhooks of one service come in a minute: what one broken monitor sends must not cost the others theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callout.domain.errors import Unavailable

REQUESTS_MAX = 600
"""In a minute, for one service: far more than any healthy monitor sends, an Alertmanager of 1,000 groups included."""
TOLD_EVERY = 60
"""Each sandbox counts by itself and adds up with the others after so many, so that a quiet service costs no call."""

Count = Callable[[str, datetime, int], int]


@dataclass(slots=True)
class Minute:
    minute: datetime
    mine: int = 0
    """Since it was added up."""
    all: int = 0
    """When it was."""


class Gate:
    def __init__(self, count: Count, now: Callable[[], datetime]) -> None:
        """`count` adds up over all sandboxes and says the sum; it raises Unavailable."""
        self._count = count
        self._now = now
        self._minutes: dict[str, Minute] = {}

    def admits(self, service: str) -> bool:
        """Whether one more webhook of the service is let in. Late by 60 for each sandbox at worst, never early."""
        now = self._now()
        minute = now.replace(second=0, microsecond=0)
        state = self._minutes.get(service)
        if state is None or state.minute != minute:
            state = self._minutes[service] = Minute(minute)
        if state.all > REQUESTS_MAX:
            return False
        state.mine += 1
        if state.mine == TOLD_EVERY:
            try:
                state.all = self._count(service, now, TOLD_EVERY)
            except Unavailable:
                state.all += TOLD_EVERY
            state.mine = 0
        return state.all <= REQUESTS_MAX
