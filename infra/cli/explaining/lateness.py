"""What came late: by how much, why that is known, and what must have driven it."""

from collections.abc import Iterator
from datetime import timedelta

from callout.domain.local_time import lasting
from callout.domain.page import Entry
from callout.paging import OVERDUE_SECONDS
from infra.cli.explaining.case import Case
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.course import Look, step_of
from infra.cli.explaining.sentence import Sentence, inferred, ledger

LATE_SECONDS = 10
EXACT_SECONDS = 600


def late_words(look: Look, say: Clock) -> str:
    if look.late_seconds < LATE_SECONDS:
        return ""
    due = look.at - timedelta(seconds=look.late_seconds)
    return f" It was due at {say(due)} and came {span(round(look.late_seconds))} late."


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
        due = entry.at - timedelta(seconds=late)
        text = f"A step was late: due at {say(due)}, it came {span(round(late))} after that."
        grounds = ledger(entry)
        if late >= OVERDUE_SECONDS:
            text += " Most likely the watchdog drove it, as the state machine had not."
            rule = f"the machine comes within a second or two; what is {OVERDUE_SECONDS} s overdue the watchdog drives"
            grounds = (*grounds, inferred(rule))
        yield Sentence(entry.at, text, grounds)
