"""Whom a tier's turn was for: the ledger's words, recognised by asking the engine once more."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from callout.domain.oncall import OnCall, Tier
from callout.domain.roster import Person, reached
from callout.domain.roster import names as in_words
from infra.cli.explaining.case import Case, Lived
from infra.cli.explaining.course import Look, What
from infra.cli.explaining.forecast import last_resort, teams_turns, tier_of

TURN = re.compile(r"^tier \d+: (.*); waits \d+ s")
LAST = re.compile(r"; last resort: (.*)$")
OF_SEVERAL = re.compile(r" and \d+ more$")
ANSWERS = ("counted", "acknowledged", "already acknowledged")
ENDS = ("ran out", "raised", "speaks")
ITEMS = re.compile(r", (?![^()]*\))")


@dataclass(frozen=True, slots=True)
class Asked:
    people: Mapping[str, str]
    """Responder id -> why, in words."""
    by: Lived | None = None
    """The version of which the ledger's words are; None where no version has just these."""
    more: bool = False
    """The ledger counts more people than it names."""


def asked(case: Case, look: Look) -> Asked:
    said = _said(look)
    if not said:
        return Asked({})
    for lived in case.believed_at(look.at):
        for people in _possible(case, case.described(lived.version), look):
            if in_words(people) == said:
                return Asked({person.responder.id: person.why for person in people}, lived)
    return Asked(_read(case, said, look.at), more=OF_SEVERAL.search(said) is not None)


def _said(look: Look) -> str:
    found = (LAST if look.what is What.LAST else TURN).search(look.entry.text)
    return found[1] if found else ""


def _possible(case: Case, oncall: OnCall, look: Look) -> Iterator[tuple[Person, ...]]:
    """Who may have been reached, with and without those who had answered already."""
    for tier in _tiers(case, look):
        for robins in teams_turns(oncall, tier, case.page):
            people = reached(oncall, tier, look.at, robins).people
            yield people
            done = answered(case, look.at)
            yield tuple(person for person in people if person.responder.id not in done)


def _tiers(case: Case, look: Look) -> tuple[Tier, ...]:
    if look.what is not What.LAST:
        return (tier_of(case, look.tier, look.at),)
    return (last_resort(case, look.at), *reversed(case.policy_at(look.at).tiers))


def answered(case: Case, at: datetime) -> set[str]:
    """The ids of those whose answer held then."""
    found: set[str] = set()
    for entry in case.ledger:
        if entry.at > at:
            break
        if entry.what in ANSWERS:
            found |= case.whose(answerer(entry.text), entry.at)
        elif entry.what == "undone":
            found -= case.whose(answerer(entry.text), entry.at)
        elif entry.what in ENDS:
            found.clear()
    return found


def _read(case: Case, said: str, at: datetime) -> dict[str, str]:
    """By the names alone, where the description that was gone by is not known any more."""
    found: dict[str, str] = {}
    for item in ITEMS.split(OF_SEVERAL.sub("", said)):
        cuts = [len(item), *(each.start() for each in re.finditer(r" \(", item))]
        for cut in cuts:
            found |= {who: item[cut:].strip(" ()") for who in case.whose(item[:cut], at) if who not in found}
    return found


def answerer(text: str) -> str:
    """ "Ada" of "acknowledged by Ada (SMS link)"; "" where nobody is named."""
    found = re.search(r" by (?:the sender, )?(.+?)(?: \([^()]*\))?$", text)
    return found[1] if found else ""
