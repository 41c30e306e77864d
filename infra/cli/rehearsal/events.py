"""What happens in a rehearsal, one line each: the pages' ledgers, with the notices in the place of "sent"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from callout.domain.brief import Brief
from callout.domain.notice import Notice, Outcome
from callout.domain.page import Entry, Page, State
from infra.cli.rehearsal.memory_pages import MemoryPages

UNTOLD = frozenset({"step", "intended", "sent"})
"""Ledger words that say nothing more here: a step is whatever it did, and of what was sent there is the notice."""
FAILED = frozenset({Outcome.UNAVAILABLE.value, Outcome.REFUSED.value})
ONCE = frozenset({"summarised"})
"""Words that a page says again and again while nothing changes."""
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice as its channel was given it."""

    at: datetime
    page_id: str
    notice: Notice
    address: str
    brief: Brief


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    page_id: str
    what: str
    """A word of the ledger, or NOTICE."""
    text: str = ""
    """As the ledger has it; "" for a notice."""
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a page is like from an instant on, until its next stretch begins."""

    start: datetime
    page_id: str
    state: State
    tier: int
    """Counted from 1; of a triggered page the one whose turn it is, 0 before the first."""
    turn: int
    held: bool = False
    """Nobody is asked before a maintenance window has ended."""
    spoken_for: bool = False
    """A summary asks in its place."""


class Witness:
    """Looks after each deed at what has become of the pages."""

    def __init__(self, pages: MemoryPages) -> None:
        self.happenings: list[Happening] = []
        self.stretches: list[Stretch] = []
        self._pages = pages
        self._read: dict[str, int] = {}
        self._said: dict[str, set[str]] = {}
        self._stood: dict[str, Stretch] = {}

    def looks(self, now: datetime, sent: Sequence[Sent]) -> None:
        """`sent`: the notices since the last look, in order."""
        for page in sorted(self._pages.all(), key=lambda page: (page.opened_at, page.id)):
            self._reads(page, [each for each in sent if each.page_id == page.id])
            self._stands(page, now)

    def _reads(self, page: Page, sent: Sequence[Sent]) -> None:
        read = self._read.get(page.id, 0)
        new = self._pages.entries_after(page, read)
        self._read[page.id] = read + len(new)
        said = self._said.setdefault(page.id, set())
        self.happenings += _told(page.id, [entry for entry in new if entry.what not in said | UNTOLD], sent)
        said |= ONCE & {entry.what for entry in new}

    def _stands(self, page: Page, now: datetime) -> None:
        stretch = _stretch(page, now)
        before = self._stood.get(page.id)
        if before is None or _kind(before) != _kind(stretch):
            self._stood[page.id] = stretch
            self.stretches.append(stretch)


def _told(page_id: str, entries: Sequence[Entry], sent: Sequence[Sent]) -> Iterator[Happening]:
    """What went out stands behind what led to it, and before what could not go out."""
    notices = [Happening(each.at, page_id, NOTICE, sent=each) for each in sent]
    for entry in entries:
        if entry.what in FAILED:
            yield from notices
            notices = []
        yield Happening(entry.at, page_id, entry.what, entry.text)
    yield from notices


def _stretch(page: Page, now: datetime) -> Stretch:
    tier = page.tier + 1 if page.turn >= 0 else 0
    spoken_for = page.open and bool(page.summary)
    held = page.open and page.held_until is not None and not spoken_for
    return Stretch(now, page.id, page.state, tier, page.turn, held, spoken_for)


def _kind(stretch: Stretch) -> tuple[State, int, bool, bool]:
    return stretch.state, stretch.turn, stretch.held, stretch.spoken_for
