"""What can happen to a page, and what a decision about it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callout.domain.alert import Alert
from callout.domain.notice import Notice, Result
from callout.domain.oncall import OnCall, Policy, Responder, Service
from callout.domain.page import Page


class Reason(StrEnum):
    """Why a decision came out as it did: the word in the log, on the metric and on the ledger."""

    OPENED = "opened"
    RETURNED = "returned"
    REPEATED = "repeated"
    NEWS = "news"
    RESOLVED = "resolved"
    NOTHING_OPEN = "nothing open"
    HELD = "held"
    JOINED = "joined"
    LEFT = "left"
    ACKNOWLEDGED = "acknowledged"
    COUNTED = "counted"
    ALREADY_ACKNOWLEDGED = "already acknowledged"
    ALREADY_CLOSED = "already closed"
    UNDONE = "undone"
    TOO_LATE_TO_UNDO = "too late to undo"
    REPLACED = "replaced"
    NOT_YET = "not yet"
    NOTHING_DUE = "nothing due"
    STEPPED = "stepped"
    DELIVERED = "delivered"
    RECEIPT = "receipt"
    LOOKED = "link opened"


@dataclass(frozen=True, slots=True)
class Received:
    """An alert came in for the problem."""

    alert: Alert
    problem: str
    service: Service
    policy: Policy
    version: int = 0
    """Of the description that names them."""
    held: "Held | None" = None
    """The maintenance window that is open for it."""


@dataclass(frozen=True, slots=True)
class Held:
    window: str
    """Its id."""
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """A page that was held until its maintenance window ended still fires: the service's summary speaks for it."""

    page: Page
    problem: str
    """The summary's."""
    key: str
    service: Service
    policy: Policy
    version: int


@dataclass(frozen=True, slots=True)
class Left:
    """A page for which a summary speaks has been closed."""

    page_id: str


@dataclass(frozen=True, slots=True)
class Worsened:
    """A page for which a summary speaks has news, or was taken out of it and is open again."""

    page: Page


class Verb(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Answered:
    """A person acted on the page."""

    verb: Verb
    who: str
    """The responder id; "" for somebody who is not one (the operator's command)."""
    name: str
    by: str
    """How, in words for the ledger: "SMS link", "email link", "command"."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The machine, or the watchdog, asks what is due."""

    oncall: OnCall
    generation: int | None
    """The execution that asks; None for the watchdog, which takes over from whatever should have come."""
    robins: Mapping[str, int] = field(default_factory=dict)
    """Whose turn it is in the teams that the page has not asked yet."""
    asked: bool = True
    """Whether it was asked how the page's maintenance window and its summary are."""
    held: Held | None = None
    """The window that is still open for a page whose hold is over."""
    summary: Page | None = None
    """The summary that speaks for the page, or is to; None where there is none (any more)."""
    seen: Page | None = None
    """The page as that summary was told of it."""
    ended: tuple[str, ...] = ()
    """For a summary: the page ids of its members that are closed."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A step has handed its notices over."""

    results: Sequence[Result]
    people: Mapping[str, Responder]
    generation: int | None
    """As for Woken."""


@dataclass(frozen=True, slots=True)
class Receipted:
    """A provider tells later what became of a message that it had taken."""

    number: int
    """The notice's."""
    refused: bool
    """It will never arrive."""
    note: str
    """In a few words of ours, or the provider's codes; never an address."""
    people: Mapping[str, Responder]


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody looked at the page behind a link: the responder, or a program that looks through their messages."""

    who: str
    name: str
    by: str
    """As for Answered."""


Event = Received | Joined | Worsened | Left | Answered | Woken | Delivered | Receipted | Opened


@dataclass(frozen=True, slots=True)
class Start:
    """Start the execution of this generation."""

    page_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Notify:
    """Hand these notices over, once the page that intends them is saved."""

    notices: tuple[Notice, ...]


Effect = Start | Notify


@dataclass(frozen=True, slots=True)
class Decision:
    page: Page | None
    """As it should be now; the very same object when nothing changes."""
    reason: Reason
    effects: tuple[Effect, ...] = field(default=())

    @property
    def start(self) -> Start | None:
        return next((effect for effect in self.effects if isinstance(effect, Start)), None)

    @property
    def to_send(self) -> tuple[Notice, ...]:
        return next((effect.notices for effect in self.effects if isinstance(effect, Notify)), ())
