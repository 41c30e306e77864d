"""The team of the simulation: services with different policies, and a plain reading of whom a tier asks.

`asked` is a second reading of the description, by the simulation's own few lines: what it says is held against what
the engine does. It knows only what these policies use.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from simulation.timeline import BEGIN

from callout.domain.alert import Severity
from callout.domain.oncall import (
    Aging,
    AtRisk,
    Condition,
    Contact,
    Maintenance,
    OnCall,
    Policy,
    Responder,
    ResponseTarget,
    Rule,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency
from callout.domain.schedule import Layer, Schedule, Unit

WAIT, LONG_WAIT = 120, 180
COMEBACK_SECONDS = 600
ACK_SECONDS = 900
NO_NUMBERS = ("+12025550198", "+12025550199")
"""Numbers that the provider refuses, whatever it is told."""
SHIFT_HOURS = 2


def person(name: str, number: int, rules: dict[Urgency, tuple[Rule, ...]] | None = None) -> Responder:
    contacts = (
        Contact("sms", "sms", f"+120255501{number:02d}"),
        Contact("email", "email", f"{name}@example.com"),
    )
    return Responder(name, name.capitalize(), contacts, rules=rules or {})


OWN = {Urgency.HIGH: (Rule("sms"), Rule("email", 90)), Urgency.LOW: (Rule("email"),)}
ADA, GRACE, BOSS = person("ada", 1), person("grace", 2), person("boss", 3)
LINUS = replace(person("linus", 4), contacts=(Contact("sms", "sms", NO_NUMBERS[0]), *person("linus", 4).contacts[1:]))
MARY = person("mary", 5, OWN)
JOAN = person("joan", 6)
DEAF = Responder("deaf", "Deaf", (Contact("sms", "sms", NO_NUMBERS[1]),))
CROWD = tuple(person(f"crowd{number}", 20 + number) for number in range(1, 7))
PEOPLE = (ADA, GRACE, BOSS, LINUS, MARY, JOAN, DEAF, *CROWD)

LAST = Tier(("boss",), ("email",))


def policy(name: str, *tiers: Tier, repeat: int = 0, ack: int | None = ACK_SECONDS, last: Tier | None = LAST) -> Policy:
    return Policy(name, tiers, repeat, last, COMEBACK_SECONDS, ack, relapse_seconds=1800)


POLICIES = (
    policy("two", Tier(("ada",), ("sms",), WAIT), Tier(("grace",), ("sms", "email"), LONG_WAIT)),
    policy("everyone", Tier(("team:crew",), ("sms",), LONG_WAIT, everyone=True), Tier(("joan",), ("sms",), WAIT)),
    policy("robin", Tier(("robin:crew",), ("sms",), WAIT), Tier(("joan",), ("sms",), WAIT), repeat=1),
    policy("shifts", Tier(("schedule:shifts",), ("sms",), WAIT), Tier(("next:shifts",), ("sms",), WAIT)),
    policy("rules", Tier(("mary",), (), LONG_WAIT), Tier(("ada", "mary"), ("sms",), WAIT), repeat=1, last=None),
    policy("forever", Tier(("ada",), ("sms",), WAIT), ack=None),
    policy("refused", Tier(("deaf",), ("sms",), LONG_WAIT), Tier(("linus",), ("sms",), WAIT)),
    policy(
        "meant",
        Tier(("ada",), ("sms",), WAIT, condition=Condition(urgency=Urgency.HIGH)),
        Tier(("grace",), ("email",), WAIT),
        Tier(("joan",), ("sms",), WAIT, condition=Condition(priorities=(Priority.P1,))),
    ),
)

CROWDED = policy("crowd", Tier(tuple(each.id for each in CROWD), ("sms",), WAIT), last=None)

TARGETS = {
    "response": {Priority.P1: ResponseTarget(200), Priority.P2: ResponseTarget(400)},
    "at_risk": AtRisk(before_seconds=60, raise_urgency=True, next_tier=True, notify=Tier(("joan",), ("email",))),
}
SERVICES = (
    *(Service(each.id, each.id.capitalize(), each.id, aging=None) for each in POLICIES),
    Service("small", "Small", "meant", aging=Aging(1200, raise_after=1)),
    Service("target", "Target", "two", aging=None, **TARGETS),  # type: ignore[arg-type]
    Service("held", "Held", "two", aging=None),
)
IN_STORIES_ONLY = (Service("crowd", "Crowd", "crowd", aging=None),)
WINDOWS = (
    Maintenance("first", "First", ("held",), start=BEGIN, end=BEGIN + timedelta(minutes=5)),
    Maintenance("later", "Later", ("held",), start=BEGIN + timedelta(hours=1), end=BEGIN + timedelta(hours=1.25)),
)
SHIFTS = Layer("shifts", "UTC", ("ada", "grace", "joan"), Unit.HOUR, SHIFT_HOURS, BEGIN.replace(tzinfo=None))


@cache
def description() -> OnCall:
    return OnCall(
        version=1,
        services={each.id: each for each in (*SERVICES, *IN_STORIES_ONLY)},
        policies={each.id: each for each in (*POLICIES, CROWDED)},
        responders={each.id: each for each in PEOPLE},
        schedules={"shifts": Schedule("shifts", "Shifts", "UTC", (SHIFTS,))},
        teams={"crew": Team("crew", "Crew", ("ada", "grace"))},
        maintenance=WINDOWS,
    )


def priority_of(severity: Severity) -> Priority:
    return Priority(4 - severity.rank)


def asked(oncall: OnCall, tier: Tier, now: datetime) -> Iterator[frozenset[str]]:
    """Of each of these groups at least one must be told; a person is a group of one."""
    for target in tier.targets:
        kind, _, name = target.rpartition(":")
        if not kind:
            yield frozenset({name} & oncall.responders.keys())
        elif kind == "robin":
            yield frozenset(oncall.teams[name].members) & oncall.responders.keys()
        elif kind == "team":
            yield from (frozenset({member} & oncall.responders.keys()) for member in oncall.teams[name].members)
        else:
            # Near a handover both are right: clocks differ.
            near = {_on_shift(now + timedelta(seconds=off), kind) for off in (-5, 0, 5)}
            yield frozenset(near & oncall.responders.keys())


def most(oncall: OnCall, tier: Tier) -> int:
    """How many a turn asks at most: of a round robin one, of a team all, else one for each target."""
    kinds = [target.rpartition(":")[::2] for target in tier.targets]
    return sum(len(oncall.teams[name].members) if kind == "team" else 1 for kind, name in kinds)


def _on_shift(now: datetime, kind: str) -> str:
    turn = int((now - BEGIN).total_seconds() // (SHIFT_HOURS * 3600))
    return SHIFTS.people[(turn + (kind == "next")) % len(SHIFTS.people)]


def changed(number: int) -> OnCall:
    """What the operator makes of the description, the number-th time; the version after it makes it good again."""
    oncall = replace(description(), version=number + 1)
    if number % 2 == 0:
        return oncall
    kind = number // 2 % 4
    if kind == 0:  # a phone changed
        ada = replace(ADA, contacts=(Contact("sms", "sms", "+12025550151"), *ADA.contacts[1:]))
        return replace(oncall, responders={**oncall.responders, "ada": ada})
    if kind == 1:  # a responder was removed
        return replace(oncall, responders={k: v for k, v in oncall.responders.items() if k != "grace"})
    if kind == 2:  # a policy was deleted
        services = {k: replace(v, policy="robin") if v.policy == "two" else v for k, v in oncall.services.items()}
        return replace(oncall, services=services, policies={k: v for k, v in oncall.policies.items() if k != "two"})
    # nobody of a policy is described any more
    return replace(oncall, responders={k: v for k, v in oncall.responders.items() if k not in ("deaf", "linus")})
