"""A page as the table shows it, read by types of the simulation's own."""

from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.json import Decoder

from callout.domain.oncall import Policy

QUIET = frozenset({"acknowledged", "resolved"})
SETTLED = frozenset({"sent", "refused", "given up"})


class Notice(Struct, frozen=True):
    number: int
    responder: str
    contact: str
    channel: str
    kind: str
    turn: int
    outcome: str = "queued"
    tries: int = 0
    try_at: datetime | None = None

    @property
    def way(self) -> tuple[str, str]:
        return self.responder, self.channel


class Line(Struct, frozen=True):
    at: datetime
    what: str
    text: str
    times: int = 1


class Answer(Struct, frozen=True):
    who: str
    name: str


class Service(Struct, frozen=True):
    id: str


class Page(Struct, frozen=True):
    problem: str
    number: int
    service: Service
    policy: Policy
    key: str
    state: str
    opened_at: datetime
    alerted_at: datetime
    revision: int
    priority: int = 2
    raised: bool = False
    clock: Any = None
    aging_at: datetime | None = None
    held_until: datetime | None = None
    summary: str = ""
    is_summary: bool = False
    start: int = 0
    turn: int = -1
    comebacks: int = 0
    ladder_at: datetime | None = None
    news_at: datetime | None = None
    notices: tuple[Notice, ...] = ()
    notices_made: int = 0
    answers: tuple[Answer, ...] = ()
    must_answer: tuple[str, ...] = ()
    undo: Any = None
    closed_at: datetime | None = None
    generation: int = 0
    alerts: int = 1
    ledger: tuple[Line, ...] = ()
    ledger_parts: int = 0
    firing: tuple[str, ...] = field(default_factory=tuple)
    members: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.problem}-{self.number}"

    @property
    def open(self) -> bool:
        return self.state != "resolved"

    @property
    def quiet(self) -> bool:
        return self.state in QUIET

    @property
    def standing(self) -> tuple[object, ...]:
        """What must not change without a line on the ledger."""
        return (
            self.state, self.alerts, self.turn, self.start, self.comebacks, self.ladder_at, self.answers,
            self.must_answer,
            self.priority, self.raised, self.news_at, self.aging_at, self.summary, self.held_until, self.policy,
            [(n.number, n.outcome if n.outcome in SETTLED else "", n.contact) for n in self.notices],
        )  # fmt: skip

    def has_new_line(self, before: "Page") -> bool:
        return self.ledger_parts != before.ledger_parts or self.ledger[-1:] != before.ledger[-1:]

    def words_since(self, before: "Page") -> set[str]:
        """What the lines say that this write added."""
        if self.ledger_parts != before.ledger_parts:
            return {line.what for line in self.ledger}
        new = self.ledger[len(before.ledger) :]
        last = self.ledger[len(before.ledger) - 1 : len(before.ledger)]
        return {line.what for line in (*new, *(last if last != before.ledger[-1:] else ()))}


_decoder = Decoder(Page)


def read(item: dict[str, Any]) -> Page:
    return _decoder.decode(item["doc"]["S"])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
