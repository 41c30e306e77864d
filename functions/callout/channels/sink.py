"""The channel of the synthetic page: it leads nowhere, and measures how long the way to it took."""

from collections.abc import Callable
from datetime import datetime

from callout.domain.brief import Brief
from callout.domain.errors import Refused


class Sink:
    def __init__(self, now: Callable[[], datetime], measure: Callable[[float], None]) -> None:
        self._now = now
        self._measure = measure

    def send(self, address: str, brief: Brief) -> str:  # noqa: ARG002 (there is none)
        """Measures from the moment that the probe itself wrote into its alert. Raises Refused where there is none."""
        if brief.started_at is None:
            raise Refused("it does not say when it began")
        self._measure(max(0.0, (self._now() - brief.started_at).total_seconds()))
        return "measured"
