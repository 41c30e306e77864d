"""What the page behind an answer link is to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callout.domain.alert import Link, Severity
from callout.domain.response import ResponseClock


class Situation(StrEnum):
    OPEN = "open"
    """Nobody has it: triggered or exhausted."""
    COUNTED = "counted"
    """This responder has answered, and others must as well: nobody has it yet."""
    MINE = "mine"
    """Acknowledged, by this responder among others."""
    THEIRS = "theirs"
    """Acknowledged by somebody else."""
    RESOLVED = "resolved"
    EXPIRED = "expired"
    FORGED = "forged"
    MISSING = "missing"
    NOT_SHOWN = "not shown"
    """Something of ours is down, and nothing was attempted."""
    NOT_RECORDED = "not recorded"
    """An answer was given and could not be kept."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What the page is about. Every text is raw."""

    title: str
    service: str
    severity: Severity
    opened_at: datetime
    priority: str = ""
    owner: str = ""
    clock: ResponseClock | None = None
    """Against the service's response target; None where it states none."""
    held_until: datetime | None = None
    """The end of the maintenance window before which nobody is notified."""
    held_by: str = ""
    summary: str = ""
    """The page id of the summary that speaks for it."""
    speaks_for: int = 0
    """For a summary: how many pages are in it."""
    source: str = ""
    alerts: int = 1
    exhausted: bool = False
    unparsed: bool = False
    news: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    runbook: str = ""
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that somebody gave."""

    name: str
    """As people know them; "" for one whose name is not known."""
    at: datetime


@dataclass(frozen=True, slots=True)
class View:
    situation: Situation
    now: datetime
    timezone: str = "UTC"
    """The responder's; times are shown in it, with its name."""
    problem: Problem | None = None
    """None where nothing may be told, or nothing is known."""
    answers: tuple[Given, ...] = ()
    """Who has acknowledged besides this responder, first first."""
    mine: Given | None = None
    """This responder's own answer."""
    awaited: tuple[str, ...] = ()
    """Who must answer besides this responder, by name; () where one answer is enough."""
    must: bool = False
    """This responder is one of those who must each answer."""
    closed: Given | None = None
    lasts_until: datetime | None = None
    """When the acknowledgement runs out."""
    undo_until: datetime | None = None
    """Until when this responder may take back what they did last; None: nothing to take back."""
    message: str = ""
    """What came of the last answer, where the situation does not say it: "Taken back." """
    wrong_code: bool = False
    code: str = ""
    """The three digits to type before a button acts; "" where a button alone is enough (SMS)."""
    nonce: str = ""
    """The form's hidden field; without it there is no form."""
