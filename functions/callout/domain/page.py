"""A page: one problem being brought to people, from the first alert until it is closed."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from callout.domain.alert import Link, Severity
from callout.domain.notice import Notice
from callout.domain.oncall import Policy, Service
from callout.domain.priority import Priority
from callout.domain.response import ResponseClock

MEMBERS_MAX = 500
"""Members of a group that are remembered, those of the last alert first; who was forgotten and returns is news."""
MEMBER_BYTES_MAX = 32
STEPS_MAX = 400
"""Steps of one execution. Its history may have 25,000 events; a step has 59 at most, with all twelve retries."""
EXECUTION_LASTS = timedelta(days=180)
"""An execution may last a year."""
LEDGER_ENTRIES_MAX = 300
"""Entries kept in the page's own item; older ones go to archive items, so that a page open for a year stays small."""
LEDGER_ENTRIES_KEPT = 100
LEDGER_CHARS_MAX = 40_000
"""Characters in these entries, at most four bytes each; with more, older ones move out as well."""


class State(StrEnum):
    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    at: datetime
    what: str
    """A word of a closed list: an event, a reason or a notice's outcome."""
    text: str
    """The same for people. Names and channels, never an address."""
    late_seconds: float | None = None
    """For what had been due: how long after."""
    until: datetime | None = None
    """For what was said again and again: the last time."""
    times: int = 1
    notice: int = 0
    """The number of the notice that it is about; 0: it concerns none."""


@dataclass(frozen=True, slots=True)
class Told:
    """A responder whom this page has notified: whose link may answer it, and how times are shown there."""

    id: str
    name: str
    timezone: str
    opened_at: datetime | None = None
    """When a link in one of their messages was opened first, by them or by what scans their messages."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody answered."""

    who: str
    """A responder id, or "" for a sender or an operator."""
    name: str
    at: datetime
    made: int | None = None
    """How many notices had been made by then, which tells later ones apart as no clock does; None: not known."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What a responder may take back, and what then holds again."""

    who: str
    until: datetime
    state: State
    ladder_at: datetime | None
    answers: tuple[Answer, ...] = ()
    must_answer: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    """With those that had not been sent when the answer stopped them, and what became of any of them since."""
    news: str = ""
    news_at: datetime | None = None
    clock: ResponseClock | None = None
    aging_at: datetime | None = None
    held_until: datetime | None = None
    counted: bool = False
    """It was one answer of several that must be given: it changed neither the state nor the ladder."""
    turn: int = -1
    """Whose turn it was."""
    priority: Priority | None = None
    """Which it was; None where one of Callout's first versions did not write it down."""


@dataclass(frozen=True, slots=True)
class Page:
    problem: str
    """Names the (service, dedup key) that it is about."""
    number: int
    """Counts the pages of this problem from 1."""
    service: Service
    policy: Policy
    """As it stood when the page was opened: an open page goes on by it, whatever becomes of the description."""
    key: str
    state: State
    title: str
    severity: Severity
    """The worst so far."""
    opened_at: datetime
    alerted_at: datetime
    """The last time the sender said that it is firing."""
    policy_version: int = 0
    """Of which version of the description its policy is."""
    priority: Priority = Priority.P2
    """The highest so far."""
    raised: bool = False
    """Its urgency is high whatever its priority says: somebody, or a rule of its service, made it so."""
    clock: ResponseClock | None = None
    """Against the service's response target; None where it states none."""
    aging_at: datetime | None = None
    """When a page of low urgency that is still open is brought back."""
    aged: int = 0
    """How often it was."""
    held_until: datetime | None = None
    """Opened in a maintenance window: nobody is notified before its end."""
    held_by: str = ""
    """The window's name; a summary keeps it too."""
    held_for: datetime | None = None
    """When the window was to end as the page was opened: those that were to end together are summed up together."""
    summary: str = ""
    """The page id of the summary that speaks for it after its window; "" where it speaks for itself."""
    is_summary: bool = False
    """It speaks for the pages whose ids are in `firing`."""
    sender: str = ""
    source: str = ""
    details: dict[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    runbook: str = ""
    started_at: datetime | None = None
    unparsed: bool = False
    alerts: int = 1
    members: tuple[str, ...] = ()
    """Everything that was ever in the group while the page was open: who leaves and returns is no news."""
    firing: tuple[str, ...] = ()
    """What was in the group the last time."""
    start: int = 0
    """The tier (from 0) at which the ladder began."""
    turn: int = -1
    """The turn of the ladder that was given last; -1: none yet."""
    risen_at: datetime | None = None
    """When this problem last started higher than before."""
    predecessor: str = ""
    """The page id of the last time."""
    comebacks: int = 0
    """How often the last resort was told."""
    returned: bool = False
    """It came back soon after it had been resolved."""
    ladder_at: datetime | None = None
    """When the tier's wait, the acknowledgement or the pause of an exhausted page ends; None: never."""
    news: str = ""
    """What is new and has not been told yet."""
    news_at: datetime | None = None
    news_told_at: datetime | None = None
    notices: tuple[Notice, ...] = ()
    """Those of the present turn, and older ones that are not settled."""
    notices_made: int = 0
    told: tuple[Told, ...] = ()
    texted: tuple[str, ...] = ()
    """The ids of the responders who have got a text about it."""
    answers: tuple[Answer, ...] = ()
    """Who answered, first first; emptied when the acknowledgement runs out."""
    must_answer: tuple[str, ...] = ()
    """The responders of a tier in which each of them must answer; () where one is enough."""
    robins: dict[str, int] = field(default_factory=dict)
    """Whose turn it was in each team that takes turns, when this page first asked."""
    undo: Undo | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    generation: int = 0
    """Numbers the executions that were started for it; only the newest may act."""
    wakes_at: datetime | None = None
    """When the running execution will look again; None: it has ended, or there is none."""
    began_at: datetime | None = None
    """When the running execution was started; None for one of Callout's first versions."""
    steps: int = 0
    """How often it has looked."""
    ledger: tuple[Entry, ...] = ()
    ledger_parts: int = 0
    """How many archive items hold older entries."""
    revision: int = 0
    """Counts the writes: an item is replaced only if it is the one that was read."""

    @property
    def id(self) -> str:
        return f"{self.problem}-{self.number}"

    @property
    def open(self) -> bool:
        return self.state is not State.RESOLVED

    @property
    def tier(self) -> int:
        """The tier (from 0) whose turn it is, or was last."""
        last = self.policy.turns - 1
        return self.policy.tier_at(max(0, min(self.turn, last)), self.start)

    @property
    def highest_tier(self) -> int:
        """The highest tier (from 0) that had a turn; the start where none had."""
        given = range(min(self.turn + 1, self.policy.turns))
        return max((self.policy.tier_at(turn, self.start) for turn in given), default=self.start)

    @property
    def due_at(self) -> datetime | None:
        """The next moment at which something must be done; None when it is closed or rests for good."""
        if not self.open:
            return None
        clock = self.clock.wakes_at if self.clock and self.state is not State.ACKNOWLEDGED else None
        moments = [self.ladder_at, self.news_at, clock, self.aging_at, *(notice.try_at for notice in self.notices)]
        return min((moment for moment in moments if moment is not None), default=None)

    @property
    def quiet_until(self) -> datetime | None:
        """When an acknowledged page is brought back; None: not of itself."""
        return min((moment for moment in (self.ladder_at, self.aging_at) if moment is not None), default=None)

    @property
    def awaited(self) -> tuple[str, ...]:
        """Of those who must each answer, who has not."""
        answered = {answer.who for answer in self.answers}
        return tuple(name for name in self.must_answer if name not in answered)

    def robins_now(self) -> dict[str, int]:
        """Whose turn it is in this round of the ladder, or this time that the last resort is told."""
        turn = max(0, min(self.turn, self.policy.turns - 1))
        rounds = turn // len(self.policy.tiers) + self.comebacks
        return {team: first + rounds for team, first in self.robins.items()}

    def late_seconds(self, now: datetime) -> float:
        """How long it has been due, 0 where it is not: a new page since it was opened, not since that second began."""
        due = self.due_at
        return 0.0 if due is None else max(0.0, (now - max(due, self.opened_at)).total_seconds())

    @property
    def worn_out(self) -> bool:
        """Whether the running execution must give way to a new one before Step Functions ends it."""
        last = self.due_at
        began = self.began_at or self.opened_at
        return last is not None and (self.steps >= STEPS_MAX or last - began > EXECUTION_LASTS)

    def restarted(self, now: datetime) -> "Page":
        """The page with its next execution, which looks when it is due."""
        return replace(self, generation=self.generation + 1, wakes_at=self.due_at, began_at=now, steps=0)

    def noted(self, at: datetime, what: str, text: str, late_seconds: float | None = None, notice: int = 0) -> "Page":
        """The page with one more line on its ledger; the same line again adds to the last one."""
        last = self.ledger[-1] if self.ledger else None
        same = last is not None and (last.what, last.text, last.notice) == (what, text, notice)
        if last is not None and same and late_seconds is None:
            entry = replace(last, until=at, times=last.times + 1)
            return replace(self, ledger=(*self.ledger[:-1], entry))
        return replace(self, ledger=(*self.ledger, Entry(at, what, text, late_seconds, notice=notice)))

    def slimmed(self) -> "Page":
        """The page without what its sender made too large for an item: better a bare page than none."""
        notices = tuple(notice for notice in self.notices if not notice.settled or notice.turn == self.turn)
        left_out = {"left out": "what the alert carried is too large"}
        return replace(self, details=left_out, links=(), runbook="", notices=notices, undo=None)

    def folded(self) -> tuple["Page", tuple[Entry, ...]]:
        """The page with a ledger that fits its item, and the entries to be archived (none, most of the time)."""
        long = sum(len(entry.text) for entry in self.ledger) > LEDGER_CHARS_MAX
        if len(self.ledger) <= LEDGER_ENTRIES_MAX and not long:
            return self, ()
        kept = min(LEDGER_ENTRIES_KEPT, len(self.ledger) // 2) if long else LEDGER_ENTRIES_KEPT
        old, new = self.ledger[:-kept], self.ledger[-kept:]
        return replace(self, ledger=new, ledger_parts=self.ledger_parts + 1), old


class Changed(Exception):
    """Somebody else wrote the page since it was read."""

    def __init__(self, current: Page | None) -> None:
        super().__init__("changed since it was read")
        self.current = current
        """As it is now, where that is known."""
