"""Which tiers would have come next, and when, had nobody answered: the engine's own rules, asked ahead of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from callout.domain.agreement import applies, wait_seconds
from callout.domain.clock import after
from callout.domain.oncall import OnCall, Policy, Tier
from callout.domain.page import Page
from callout.domain.roster import Person, reached
from infra.cli.explaining.case import Case


@dataclass(frozen=True, slots=True)
class Slot:
    """A turn that would have come."""

    at: datetime
    tier: int
    """Counted from 1; 0 for the last resort."""
    people: tuple[Person, ...]
    meant: bool = True
    """False: it would have been passed over."""
    left_out: bool = False
    """It comes only now since the ladder began higher."""

    def has(self, who: str) -> bool:
        return self.meant and any(person.responder.id == who for person in self.people)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is gone by."""

    known_at: datetime
    """The description that is live then."""
    policy: Policy
    answered: frozenset[str] = frozenset()
    """Whom the tiers leave in peace."""


def ahead(case: Case, turn: int, start: int, at: datetime, by: Outlook) -> Iterator[Slot]:
    """The turns after `turn`, the first of them at `at`."""
    oncall, policy = case.at(by.known_at), by.policy
    start = min(start, len(policy.tiers) - 1)
    while turn + 1 < policy.turns:
        turn += 1
        index = policy.tier_at(turn, start)
        tier = policy.tiers[index]
        found = reached(oncall, tier, at, robins(case.page, turn)).people
        people = tuple(person for person in found if person.responder.id not in by.answered)
        meant = applies(tier.condition, case.circumstances(at))
        yield Slot(at, index + 1, people, meant, left_out=turn < len(policy.tiers) and index < start)
        if meant and any(person.responder.contacts for person in people):
            at = after(at, wait_seconds(case.page.service, tier, at))
    for last in (_last_of(case, policy, by.known_at), *reversed(policy.tiers)):
        people = reached(oncall, last, at, robins(case.page, policy.turns - 1)).people
        if any(person.responder.contacts for person in people):
            yield Slot(at, 0, people)
            return


def last_resort(case: Case, at: datetime) -> Tier:
    return _last_of(case, case.policy_at(at), at)


def _last_of(case: Case, policy: Policy, at: datetime) -> Tier:
    meant = (tier for tier in reversed(policy.tiers) if applies(tier.condition, case.circumstances(at)))
    return policy.last_resort or next(meant, policy.tiers[-1])


def tier_of(case: Case, number: int, at: datetime) -> Tier:
    """The tier of that number (from 1; 0 is the last resort) by the policy of that time."""
    tiers = case.policy_at(at).tiers
    return last_resort(case, at) if number == 0 else tiers[min(number, len(tiers)) - 1]


def robins(page: Page, turn: int) -> dict[str, int]:
    rounds = max(0, turn) // len(page.policy.tiers) + page.comebacks
    return {team: first + rounds for team, first in page.robins.items()}


def teams_turns(oncall: OnCall, tier: Tier, page: Page) -> Iterator[dict[str, int]]:
    """Whose turn it may have been in the tier's teams: as the page remembers it first, then anybody's."""
    most = max((len(team.members) for team in oncall.teams.values()), default=1)
    taking = [text.removeprefix("robin:") for text in tier.targets if text.startswith("robin:")]
    for shift in range(most if taking else 1):
        yield {team: page.robins.get(team, 0) + shift for team in taking}
