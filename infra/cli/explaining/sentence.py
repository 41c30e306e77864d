"""What an explanation is made of: sentences with their time, what they stand on, and what to change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from callout.domain.page import Entry
from infra.cli.explaining.case import Case, Lived


class Ground(StrEnum):
    LEDGER = "ledger"
    DESCRIPTION = "description"
    INFERRED = "inferred"
    """Asked of the engine's own rules; no line of the ledger says it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    ground: Ground
    text: str
    at: datetime | None = None
    brief: str = ""
    """Enough to find it: the ledger line's word, the version's number."""


@dataclass(frozen=True, slots=True)
class Sentence:
    at: datetime
    text: str
    evidence: tuple[Evidence, ...] = ()
    fix: str = ""
    """What to change in the description if it was a mistake."""
    times: int = 1
    until: datetime | None = None
    """The last time, of several."""


def ledger(*entries: Entry | None) -> tuple[Evidence, ...]:
    return tuple(Evidence(Ground.LEDGER, f"{e.what}: {e.text}", e.at, e.what) for e in entries if e is not None)


def version(lived: Lived) -> Evidence:
    by = f", by {lived.by}" if lived.by else ""
    brief = f"version {lived.version}"
    return Evidence(Ground.DESCRIPTION, f"{brief}{by}", lived.since, brief)


def described(case: Case, at: datetime) -> Evidence:
    """The version that was live then."""
    return version(case.live_at(at))


def inferred(text: str) -> Evidence:
    return Evidence(Ground.INFERRED, text)


def merged(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """In the order of their times; one that comes again and again stands there once."""
    found: dict[tuple[str, str], Sentence] = {}
    for sentence in sorted(sentences, key=lambda each: each.at):
        key = (sentence.text, sentence.fix)
        first = found.get(key)
        if first is None:
            found[key] = sentence
        elif sentence.at > (first.until or first.at):
            found[key] = replace(first, times=first.times + sentence.times, until=sentence.at)
    return tuple(found.values())
