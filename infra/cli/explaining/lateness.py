"""What came late: by how much, why that is known, and what must have driven it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from callout.domain.clock import second_before
from callout.domain.local_time import lasting
from callout.domain.page import Entry
from callout.watching import OVERDUE_SECONDS
from infra.cli.explaining.case import Case
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.course import Look, step_of
from infra.cli.explaining.sentence import Sentence, inferred, ledger

LATE_SECONDS = 10
EXACT_SECONDS = 600
KEPT = timedelta(milliseconds=1)
"""To this the ledger keeps how late something was."""


def due(case: Case, at: datetime, late_seconds: float) -> datetime:
    """When that was due, to the second: everything is due on one, but a new page when it was opened."""
    moment = at - timedelta(seconds=late_seconds)
    new = abs(moment - case.page.opened_at) <= KEPT
    return second_before(case.page.opened_at if new else moment + KEPT)


def between(earlier: datetime, later: datetime) -> int:
    """Seconds from one shown time to another, as whoever reads both would count them."""
    return int((second_before(later) - second_before(earlier)).total_seconds())


def late_words(case: Case, look: Look, say: Clock) -> str:
    if look.late_seconds < LATE_SECONDS:
        return ""
    was = due(case, look.at, look.late_seconds)
    return f" It was due at {say(was)} and came {span(between(was, look.at))} late."


def step_behind(case: Case, look: Look) -> Entry | None:
    """The line that says how late a turn was."""
    return step_of(case, look.at) if look.late_seconds >= LATE_SECONDS else None


def span(seconds: int) -> str:
    """By the second where that matters."""
    return f"{seconds} s" if seconds < EXACT_SECONDS else lasting(timedelta(seconds=seconds))


def late_steps(case: Case, say: Clock) -> Iterator[Sentence]:
    for entry in case.ledger:
        late = entry.late_seconds or 0.0
        if entry.what != "step" or late < LATE_SECONDS:
            continue
        was = due(case, entry.at, late)
        text = f"A step was late: due at {say(was)}, it came {span(between(was, entry.at))} after that."
        grounds = ledger(entry)
        if late >= OVERDUE_SECONDS:
            text += " Most likely the watchdog drove it, as the state machine had not."
            rule = f"the machine comes within a second or two; what is {OVERDUE_SECONDS} s overdue the watchdog drives"
            grounds = (*grounds, inferred(rule))
        yield Sentence(entry.at, text, grounds)
