"""What the ledger says of a page's ladder: which tier was looked at when, what came of it, and what ended the climb."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from callout.domain.clock import after, second_before
from callout.domain.page import Entry
from infra.cli.explaining.case import Case

TIER = re.compile(r"tier (\d+)")
WAITS = re.compile(r"; waits (\d+) s")
STARTS = re.compile(r"it starts at tier (\d+)$")
GOES_ON = re.compile(r"it is (triggered|exhausted)")
STOPS = ("acknowledged", "resolved", "held", "summarised")
ANEW = ("risen", "raised", "speaks")
"""After these the ladder is climbed from its foot."""


class What(StrEnum):
    GIVEN = "turn"
    PASSED = "passed over"
    EMPTY = "empty"
    LAST = "exhausted"
    """The last resort's turn."""


LOOKS = tuple(What)
LOOKS_KEPT = 150


@dataclass(frozen=True, slots=True)
class Look:
    """A tier was looked at."""

    at: datetime
    what: What
    tier: int
    """Counted from 1; 0 for the last resort."""
    turn: int
    climb: int
    entry: Entry
    beside: tuple[Entry, ...] = ()
    """What the same step said about it besides: who is missing, who has no contact method."""
    late_seconds: float = 0.0

    @property
    def waits(self) -> int | None:
        found = WAITS.search(self.entry.text)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody answered, or it was closed: the ladder rested."""

    entry: Entry
    turn: int
    start: int
    climb: int
    next_at: datetime | None
    """When the ladder would have gone on."""
    until: datetime | None = None
    """When it went on all the same: the acknowledgement ran out, or was taken back."""
    taken_back: bool = False
    then: Entry | None = None
    """Somebody answered, or it was closed, while it was held."""

    @property
    def at(self) -> datetime:
        return self.entry.at


@dataclass
class Course:
    """Follows the ledger, line by line, as the engine wrote it."""

    case: Case
    looks: list[Look] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    turn: int = -1
    start: int = 0
    climb: int = 0
    next_at: datetime | None = None
    late: float = 0.0

    left_out: int = 0
    """Looks of a long life that are not gone into, those in its middle."""

    def follow(self, entries: Sequence[Entry]) -> None:
        self.next_at = second_before(self.case.page.opened_at)
        beside: list[Entry] = []
        for entry in entries:
            if entry.what == "step":
                self.late, beside = entry.late_seconds or 0.0, []
            elif entry.what in ("nobody", "no contact", "too many"):
                beside.append(entry)
                self._beside(entry)
            elif entry.what in LOOKS:
                self._look(entry, tuple(beside))
                beside = []
            else:
                self._other(entry)

    def _beside(self, entry: Entry) -> None:
        """Who has no contact method, and whom the last resort lacks, is said after the look itself."""
        last = self.looks[-1] if self.looks else None
        if last is not None and last.at == entry.at and (entry.what != "nobody" or not entry.text.startswith("tier ")):
            self.looks[-1] = replace(last, beside=(*last.beside, entry))

    def _look(self, entry: Entry, beside: tuple[Entry, ...]) -> None:
        what = What(entry.what)
        policy = self.case.policy_at(entry.at)
        if what is What.LAST:
            self.turn, tier = policy.turns, 0
            self.next_at = after(entry.at, policy.comeback_seconds)
        else:
            self.turn += entry.times
            tier = _tier(entry)
        look = Look(entry.at, what, tier, self.turn, self.climb, entry, beside, self.late)
        self.looks.append(look)
        if what is What.GIVEN:
            self.next_at = after(entry.at, look.waits or 0)

    def _other(self, entry: Entry) -> None:
        if entry.what in STOPS and not self._stopped():
            self.stops.append(Stop(entry, self.turn, self.start, self.climb, self.next_at))
        elif self._held() and entry.what in ("acknowledged", "resolved", "undone"):
            then = None if entry.what == "undone" else self.stops[-1].then or entry
            self.stops[-1] = replace(self.stops[-1], then=then)
        elif entry.what == "undone" and self._stopped() and GOES_ON.search(entry.text):
            last = self._went_on(entry.at, taken_back=True)
            self.next_at = max(last.next_at, second_before(entry.at)) if last.next_at else second_before(entry.at)
        elif entry.what == "ran out":
            self._went_on(entry.at)
            self.turn, self.climb = max(self.turn, 0) - 1, self.climb + 1
        elif entry.what in ANEW:
            self._anew(entry)
        elif entry.what in ("hurried", "unreachable"):
            self.next_at = second_before(entry.at)
        elif entry.what == "returned" and (found := STARTS.search(entry.text)):
            self.start = int(found[1]) - 1
        elif entry.what == "policy" and entry.text.startswith("nobody"):
            self._anew(entry)

    def _anew(self, entry: Entry) -> None:
        if self._stopped():
            self._went_on(entry.at)
        self.start = 0 if entry.what in ("raised", "policy") else self.start
        self.turn, self.climb, self.next_at = -1, self.climb + 1, second_before(entry.at)

    def _stopped(self) -> bool:
        return bool(self.stops) and self.stops[-1].until is None

    def _held(self) -> bool:
        return self._stopped() and self.stops[-1].entry.what == "held"

    def _went_on(self, at: datetime, taken_back: bool = False) -> Stop:
        if not self.stops:  # the ledger's beginning is not kept any more
            return Stop(Entry(at, "", ""), self.turn, self.start, self.climb, self.next_at, at)
        self.stops[-1] = replace(self.stops[-1], until=at, taken_back=taken_back)
        return self.stops[-1]

    def shorten(self) -> None:
        """A page that comes back for a year has its beginning and its end explained."""
        if len(self.looks) <= 2 * LOOKS_KEPT:
            return
        first, last = self.looks[:LOOKS_KEPT], self.looks[-LOOKS_KEPT:]
        self.left_out = len(self.looks) - 2 * LOOKS_KEPT
        self.looks = first + last
        self.stops = [stop for stop in self.stops if stop.at < first[-1].at or stop.at >= last[0].at]


def follow(case: Case) -> Course:
    course = Course(case)
    course.follow(case.ledger)
    course.shorten()
    return course


def _tier(entry: Entry) -> int:
    found = TIER.search(entry.text)
    return int(found[1]) if found else 1


def step_of(case: Case, at: datetime) -> Entry | None:
    """The step that did something at that instant."""
    return next((entry for entry in case.ledger if entry.what == "step" and entry.at == at), None)
