"""What the simulation itself has seen of one page: what was intended, tried and handed over, and what went wrong."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from simulation.seen import Notice, Page

Way = tuple[str, str]
"""A responder and a channel."""


@dataclass
class Sent:
    """One way of one page: each count against the one before it."""

    numbers: set[int] = field(default_factory=set)
    """Of the notices that were ever written down as intended."""
    tried: set[tuple[int, int]] = field(default_factory=set)
    """Each with which try."""
    intents: int = 0
    """How often one was."""
    attempts: int = 0
    """How often the provider was called for it."""
    accepted: int = 0
    """How often it took the message: the phone rings."""
    at_once: int = 1
    """The most notices that were on their way together: what one process has in its hands when it dies."""
    marked: set[int] = field(default_factory=set)
    """Of which notices the page says that they were sent."""
    rejected: int = 0
    """How often the provider's final word was no."""
    refused: set[int] = field(default_factory=set)
    """Of which notices the page says so."""


@dataclass
class Account:
    page: Page
    """As it was written last."""
    ways: dict[Way, Sent] = field(default_factory=lambda: defaultdict(Sent))
    faults: int = 0
    """That hit an invocation while it worked on this page."""
    disturbed_at: float = float("-inf")
    disturbed: bool = False
    """Something of its own has gone wrong at any time: a call, an execution, the delivery of a step."""
    writers: list[str] = field(default_factory=list)
    """Which invocation wrote each revision."""
    due: float | None = None
    """Since when it is late, or will be."""
    shown: float | None = None
    """Where the index shows it."""
    put_off: int = 0
    outstanding: Counter[Way] = field(default_factory=Counter)
    """How many messages may still go out although it was answered: their intents were written down before."""
    stopped: tuple[Notice, ...] = ()
    """What was not settled when somebody answered the last time."""
    turn_began: float = 0.0
    climbing_since: float = 0.0
    """When its ladder began the last time."""
    hurried: bool = False
    """Something since then was a reason to leave the turn early."""
    answered: dict[str, float] = field(default_factory=dict)
    """Whose answer is on the page, since when."""
    gone: dict[str, float] = field(default_factory=dict)
    """Whose answer was on the page, until when."""
    ever_answered: bool = False
    last_resort_at: float | None = None
    """When somebody of the last resort was tried last."""
