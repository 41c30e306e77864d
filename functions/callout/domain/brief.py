"""A brief: everything one message tells one responder, before a channel gives it its shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callout.domain.alert import Link, Severity


class Kind(StrEnum):
    """Why a notice goes out."""

    PAGE = "page"
    STILL_OPEN = "still open"
    """The acknowledgement ran out and the page is not closed."""
    AT_RISK = "at risk"
    """Nobody has answered, and the service's response target is about to be missed."""
    NEWS = "news"
    EXHAUSTED = "exhausted"
    """Nobody answered: this goes to the last resort, and again with every comeback."""
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Brief:
    """What a half-awake person needs: what, since when, how bad, runbook, bridge, and the link to answer with."""

    kind: Kind
    page_id: str
    service: str
    title: str
    severity: Severity
    opened_at: datetime
    link: str
    """The responder's own answer link; empty for a test message."""
    tier: int = 1
    """Counted from 1, for people."""
    tiers: int = 1
    source: str = ""
    news: str = ""
    """What is new, in words, for a notice of kind NEWS."""
    details: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    runbook: str = ""
    bridge: str = ""
    alerts: int = 1
    """How often the sender has said it so far."""
    returned: bool = False
    """It had been resolved a short while ago and is back."""
    unparsed: bool = False
    priority: str = ""
    """ "P1" to "P5"; "" for a test message."""
    answer_by: datetime | None = None
    """When the service's response target ends, where one runs."""
    agreed: str = ""
    """That target in words: "P1 within 5 min"."""
    others: bool = False
    """Others must answer as well: this responder's answer alone does not end it."""
    owner: str = ""
    """Whose service it is, in words."""
    notice: int = 0
    """Its number on the page: receipts name it. 0 for a test message."""
    started_at: datetime | None = None
    """When the problem began, by the sender's clock."""
    timezone: str = "UTC"
    """The responder's: times are shown in it, with its name."""
