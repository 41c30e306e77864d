"""Everything outside that a verb touches, as the verbs see it; runtime.py brings the real parts."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callout.domain.brief import Brief
from callout.domain.oncall import OnCall
from callout.domain.overdue import Overdue
from callout.domain.page import Page


class Pages(Protocol):
    def newest(self, problem: str) -> Page | None: ...

    def get(self, page_id: str) -> Page | None: ...

    def save(self, page: Page, before: Page | None) -> Page:
        """Write the page if it still is as `before`; raises domain.page.Changed otherwise. Returns it as saved."""
        ...

    def overdue(self, before: datetime, limit: int) -> Sequence[Overdue]:
        """What was due before an instant, longest overdue first, at most so many pages. Raises Unavailable."""
        ...

    def put_off(self, page: Overdue, now: datetime) -> datetime | None:
        """Leave a page whose step failed alone until the instant that is returned, longer each time in a row.

        None where it was changed since it was seen; its next save ends this. Raises Unavailable.
        """
        ...


class Turns(Protocol):
    def take(self, team: str) -> int:
        """Whose turn it is in a team, counted from 0; whoever asks next gets the next. Raises Unavailable."""
        ...


class Counters(Protocol):
    def texts(self, service: str, now: datetime, count: int) -> int:
        """That so many more texts go out for a service; how many it makes on that day (UTC). Raises Unavailable."""
        ...


class Machine(Protocol):
    def start(self, page_id: str, generation: int) -> None:
        """Start the execution; starting it twice is starting it once. Raises Unavailable."""
        ...


class Channel(Protocol):
    def send(self, address: str, brief: Brief) -> str:
        """Hand one message over and return the provider's message id.

        Raises Refused (final: this address or this message will not go through) or Unavailable (may succeed later).
        """
        ...


class Links(Protocol):
    def link(self, page_id: str, responder: str, channel: str) -> str: ...


class Journal(Protocol):
    """Logs and metrics. Whoever writes here hands over no address and no key."""

    def note(self, message: str, page_id: str = "", **facts: object) -> None: ...

    def trouble(self, message: str, page_id: str = "", **facts: object) -> None: ...

    def count(self, name: str, **dimensions: str) -> None: ...

    def late(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside that a verb touches."""

    now: Callable[[], datetime]
    pause: Callable[[int], None]
    """Before each attempt to change a page, counted from 0: a while by chance, so that many do not meet again."""
    pages: Pages
    machine: Machine
    oncall: Callable[[], OnCall]
    """The live description, perhaps a minute old."""
    fresh_oncall: Callable[[], OnCall]
    turns: Turns
    counters: Counters
    channels: Mapping[str, Channel]
    links: Links
    journal: Journal
    pool: Callable[[int], Executor] = ThreadPoolExecutor
    """Where so many things are done side by side."""
