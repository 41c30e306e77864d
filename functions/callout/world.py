"""Everything outside that a verb touches, as the verbs see it; runtime.py brings the real parts."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callout.domain.brief import Brief
from callout.domain.oncall import OnCall
from callout.domain.page import Page


class Pages(Protocol):
    def newest(self, problem: str) -> Page | None: ...

    def get(self, page_id: str) -> Page | None: ...

    def save(self, page: Page, before: Page | None) -> Page:
        """Write the page if it still is as `before`; raises domain.page.Changed otherwise. Returns it as saved."""
        ...

    def overdue(self, before: datetime) -> Iterable[str]: ...


class Turns(Protocol):
    def take(self, team: str) -> int:
        """Whose turn it is in a team, counted from 0; whoever asks next gets the next. Raises Unavailable."""
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
    channels: Mapping[str, Channel]
    links: Links
    journal: Journal
    pool: Callable[[int], Executor] = ThreadPoolExecutor
    """Where so many things are done side by side."""
