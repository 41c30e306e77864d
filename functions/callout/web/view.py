"""What the page behind an answer link is to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callout.domain.alert import Link, Severity


class Situation(StrEnum):
    OPEN = "open"
    """Nobody has it: triggered or exhausted."""
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
