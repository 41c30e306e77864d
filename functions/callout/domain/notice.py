"""A notice: one message to one responder through one channel, from the intent to what the provider said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callout.domain.brief import Kind

TEXT = "sms"
"""The channel that costs money."""
ANSWER_SECONDS_MAX = 60
"""An intent without a provider's answer for this long is sent again: two texts are better than none."""

RETRY_SECONDS = (5, 10, 20, 40)
"""How long to wait after each time that the provider could not be reached; after the last one the next way is taken."""


class Outcome(StrEnum):
    QUEUED = "queued"
    """To be sent by the next step."""
    INTENDED = "intended"
    """Written down, handed to the provider, no answer recorded yet."""
    UNAVAILABLE = "unavailable"
    """The provider could not be reached; it will be tried again."""
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given up"


SETTLED = frozenset({Outcome.SENT, Outcome.REFUSED, Outcome.GIVEN_UP})


@dataclass(frozen=True, slots=True)
class Notice:
    number: int
    """Counts the page's notices from 1."""
    responder: str
    contact: str
    """The responder's contact id; its address is looked up when it is sent, so that a changed number counts at once."""
    channel: str
    kind: Kind
    turn: int
    """The turn of the ladder that it belongs to."""
    outcome: Outcome = Outcome.QUEUED
    tries: int = 0
    try_at: datetime | None = None
    """When it must be sent (again); None once it is settled."""
    withheld: bool = False
    """Refused by ourselves, to save money: it may go out after all where the other ways fail."""

    @property
    def settled(self) -> bool:
        return self.outcome in SETTLED

    @property
    def failed(self) -> bool:
        return self.settled and self.outcome is not Outcome.SENT


@dataclass(frozen=True, slots=True)
class Result:
    """What became of handing one notice over."""

    number: int
    outcome: Outcome
    """SENT, REFUSED, UNAVAILABLE; QUEUED for one that was not tried, because time ran out or somebody answered."""
    note: str = ""
    """The provider's message id, or its error code. Never an address."""
    withheld: bool = False
    """It is we who refuse it."""
