"""An alert: what a monitoring tool said about one problem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

KEY_CHARS_MAX = 1024
TITLE_CHARS_MAX = 1024


class Severity(StrEnum):
    """How bad the sender says it is; PagerDuty's four words, worst last."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return tuple(Severity).index(self)


class Action(StrEnum):
    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing a sender said. Every text is raw: whoever shows it escapes it."""

    action: Action
    key: str
    """Names the problem within its service: alerts with one key are one page's. Never empty, KEY_CHARS_MAX at most."""
    sender: str
    """Who is speaking, in words for the ledger: "Alertmanager", "PagerDuty Events API"."""
    title: str = ""
    severity: Severity = Severity.ERROR
    source: str = ""
    """What it is about, as the sender names it: a host, an instance, a job."""
    details: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    runbook: str = ""
    """An address that the alert itself brings (an annotation); the service's own runbook is another matter."""
    started_at: datetime | None = None
    """When the problem began, by the sender's clock, in UTC; None where it does not say."""
    members: tuple[str, ...] = ()
    """What is in the group now, as short stable names (Alertmanager: fingerprints of what fires). Empty: no group."""
    says_new: bool = False
    """The sender says outright that the group gained members (Alertmanager's "new alerts added")."""
    unparsed: bool = False
    """The body could not be understood; it pages all the same, with what could be read of it."""
