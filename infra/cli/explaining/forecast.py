"""Which tiers would have come next, and when, had nobody answered: the engine's own rules, asked ahead of time."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from callout.domain.agreement import applies, wait_seconds
from callout.domain.clock import after
from callout.domain.oncall import OnCall, Policy, Tier
from callout.domain.page import Page
from callout.domain.roster import Person, reached
from infra.cli.explaining.case import Case

ROBIN = "robin:"


@dataclass(frozen=True, slots=True)
class Prospect:
    """Whom a tier would reach: for certain, and perhaps."""

    people: tuple[Person, ...]
    perhaps: Mapping[str, str] = field(default_factory=dict)
    """Responder id -> the team of which one is asked. Whose turn it is there is counted when it comes, not before."""
    waits: bool | None = True
    """Whether it reaches anybody, and so waits for an answer; None: that depends on whose turn it is."""

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.perhaps.values()))


@dataclass(frozen=True, slots=True)
class Slot:
    """A turn that would have come."""

    at: datetime
    tier: int
    """Counted from 1; 0 for the last resort."""
    whom: Prospect
    meant: bool = True
    """False: it would have been passed over."""
    left_out: bool = False
    """It comes only now since the ladder began higher."""

    def has(self, who: str) -> bool:
        return self.meant and any(person.responder.id == who for person in self.whom.people)

    def might(self, who: str) -> bool:
        return self.meant and who in self.whom.perhaps


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is gone by."""

    known_at: datetime
    """The description that is live then."""
    policy: Policy
    answered: frozenset[str] = frozenset()
    """Whom the tiers leave in peace."""
    robins: Mapping[str, int] = field(default_factory=dict)
    """Whose turn it was in the teams that the page has asked."""
    comebacks: int = 0


def ahead(case: Case, turn: int, start: int, at: datetime, by: Outlook) -> Iterator[Slot]:
    """The turns after `turn`, the first of them at `at`; as far as it is known when they come."""
    oncall, policy = case.at(by.known_at), by.policy
    start = min(start, len(policy.tiers) - 1)
    while turn + 1 < policy.turns:
        turn += 1
        index = policy.tier_at(turn, start)
        tier = policy.tiers[index]
        whom = prospect(oncall, tier, at, robins(by, turn), by.answered)
        meant = applies(tier.condition, case.circumstances(at))
        yield Slot(at, index + 1, whom, meant, left_out=turn < len(policy.tiers) and index < start)
        if meant and whom.waits is None:
            return
        if meant and whom.waits:
            at = after(at, wait_seconds(case.page.service, tier, at))
    for last in (_last_of(case, policy, by.known_at), *reversed(policy.tiers)):
        whom = prospect(oncall, last, at, robins(by, policy.turns - 1))
        if whom.waits is not False:
            yield Slot(at, 0, whom)
            return


def prospect(
    oncall: OnCall, tier: Tier, at: datetime, known: Mapping[str, int], answered: Collection[str] = ()
) -> Prospect:
    people: dict[str, Person] = {}
    perhaps: dict[str, str] = {}
    waits: set[bool | None] = {False}
    for text in tier.targets:
        choices = [
            {each.responder.id: each for each in found if each.responder.id not in answered}
            for found in _choices(oncall, replace(tier, targets=(text,)), at, known)
        ]
        always = {who for who in choices[0] if all(who in choice for choice in choices)}
        people |= {who: choices[0][who] for who in choices[0] if who in always}
        team = oncall.teams.get(text.removeprefix(ROBIN))
        perhaps |= {who: team.name for choice in choices for who in choice if team and who not in always}
        heard = {any(each.responder.contacts for each in choice.values()) for choice in choices}
        waits.add(heard.pop() if len(heard) == 1 else None)
    maybe = {who: team for who, team in perhaps.items() if who not in people}
    return Prospect(tuple(people.values()), maybe, True if True in waits else None if None in waits else False)


def _choices(oncall: OnCall, tier: Tier, at: datetime, known: Mapping[str, int]) -> Iterator[tuple[Person, ...]]:
    """Whom a tier of one target reaches; where it depends on whose turn it is, with each of them."""
    team = tier.targets[0].removeprefix(ROBIN)
    if not tier.targets[0].startswith(ROBIN) or team in known or team not in oncall.teams:
        yield reached(oncall, tier, at, known).people
        return
    for turn in range(max(1, len(oncall.teams[team].members))):
        yield reached(oncall, tier, at, {team: turn}).people


def last_resort(case: Case, at: datetime) -> Tier:
    return _last_of(case, case.policy_at(at), at)


def _last_of(case: Case, policy: Policy, at: datetime) -> Tier:
    meant = (tier for tier in reversed(policy.tiers) if applies(tier.condition, case.circumstances(at)))
    return policy.last_resort or next(meant, policy.tiers[-1])


def tier_of(case: Case, number: int, at: datetime) -> Tier:
    """The tier of that number (from 1; 0 is the last resort) by the policy of that time."""
    tiers = case.policy_at(at).tiers
    return last_resort(case, at) if number == 0 else tiers[min(number, len(tiers)) - 1]


def robins(by: Outlook, turn: int) -> dict[str, int]:
    """Whose turn it is then in the teams of which that is known."""
    rounds = max(0, turn) // len(by.policy.tiers) + by.comebacks
    return {team: first + rounds for team, first in by.robins.items()}


def comebacks(case: Case, at: datetime) -> int:
    """How often the last resort had been told again by then."""
    again = (e for e in case.ledger if e.what == "exhausted" and e.at <= at and e.text.startswith("still nobody"))
    return sum(entry.times for entry in again)


def teams_turns(oncall: OnCall, tier: Tier, page: Page) -> Iterator[dict[str, int]]:
    """Whose turn it may have been in the tier's teams: as the page remembers it first, then anybody's."""
    most = max((len(team.members) for team in oncall.teams.values()), default=1)
    taking = [text.removeprefix(ROBIN) for text in tier.targets if text.startswith(ROBIN)]
    for shift in range(most if taking else 1):
        yield {team: page.robins.get(team, 0) + shift for team in taking}
