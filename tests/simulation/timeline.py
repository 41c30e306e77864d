"""Virtual time: what happens when, one thing at a time, in an order that is the same for the same seed.

Every invocation of a function is a fiber: it runs until it sleeps (each call to AWS takes a while), then whatever is
next in time runs. So invocations overlap at call boundaries and nowhere else.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from greenlet import getcurrent, greenlet

BEGIN = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)


class Fiber(greenlet):
    """Something that goes on for a while."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        super().__init__(work)
        self.name = name


class Timeline:
    def __init__(self) -> None:
        self.seconds = 0.0
        """Since BEGIN."""
        self._coming: list[tuple[float, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._count = 0
        self._hub = getcurrent()

    @property
    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def at(self, seconds: float, action: Callable[..., Any], *arguments: Any) -> None:
        """At that time, or now where it is over."""
        self._count += 1
        heappush(self._coming, (max(seconds, self.seconds), self._count, action, arguments))

    def after(self, seconds: float, action: Callable[..., Any], *arguments: Any) -> None:
        self.at(self.seconds + seconds, action, *arguments)

    def go(self, fiber: Fiber) -> None:
        """Begin it now, as the next thing that happens."""
        self.at(self.seconds, fiber.switch)

    def sleep(self, seconds: float) -> None:
        """Only within a fiber: everything else goes on meanwhile."""
        current = getcurrent()
        if current is self._hub:
            raise RuntimeError("only a fiber sleeps")
        self.after(seconds, current.switch)
        self._hub.switch()

    def next_at(self) -> float | None:
        """When the next thing happens."""
        return self._coming[0][0] if self._coming else None

    def run(self, until: float) -> None:
        coming = self._coming
        while coming and coming[0][0] <= until:
            self.step()
        self.seconds = max(self.seconds, until)

    def step(self) -> None:
        """The next thing that happens."""
        self.seconds, _, action, arguments = heappop(self._coming)
        action(*arguments)


def seconds_of(moment: datetime) -> float:
    return (moment - BEGIN).total_seconds()
