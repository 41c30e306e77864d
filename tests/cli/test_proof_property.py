"""The proof finds a gap exactly where asking the engine's own rules again and again finds one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.domain import aging, response
from callout.domain.agreement import Circumstances, applies, circumstances, priority_of
from callout.domain.alert import Severity
from callout.domain.hours import Hours, Span
from callout.domain.oncall import (
    Aging,
    AtRisk,
    Away,
    Condition,
    Contact,
    Loudness,
    OnCall,
    Policy,
    Responder,
    ResponseTarget,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency, When
from callout.domain.roster import is_away, reached
from callout.domain.schedule import Change, Layer, Override, Schedule, Unit
from callout.domain.target import Kind, target
from infra.cli.proof.ground import Ground
from infra.cli.proof.intervals import Interval, Intervals, either
from infra.cli.proof.pages import Kinds

pytestmark = pytest.mark.long

STEP = timedelta(minutes=30)
DAYS = 2
STEPS = DAYS * 48
STARTS = (
    datetime(2026, 3, 28, tzinfo=UTC),  # London and Berlin spring forward
    datetime(2026, 10, 24, tzinfo=UTC),  # and back
    datetime(2026, 10, 3, tzinfo=UTC),  # Lord Howe, by half an hour
    datetime(2026, 10, 31, 3, 30, tzinfo=UTC),  # New York back
)
NAMES = ("ada", "grace", "linus")
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe")

LOUD = {Priority.P3: Loudness(Urgency.HIGH, Urgency.LOW), Priority.P1: Loudness(Urgency.LOW, Urgency.HIGH)}

steps = st.integers(0, STEPS)
minutes = st.integers(0, 47).map(lambda half_hour: half_hour * 30)
people = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
spans = st.builds(
    Span, st.lists(st.integers(0, 6), min_size=3, max_size=7, unique=True).map(tuple), start=minutes, end=minutes
)
hours = st.builds(Hours, st.lists(spans, min_size=1, max_size=2).map(tuple), st.sampled_from(ZONES))


@st.composite
def stretches(draw: st.DrawFn, start: datetime) -> tuple[datetime, datetime]:
    low, high = sorted((draw(steps), draw(steps)))
    return start + low * STEP, start + (high + 1) * STEP


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    anchor = datetime(2026, 1, 1) + timedelta(minutes=draw(minutes))  # noqa: DTZ001 - on the wall
    zone, unit = draw(st.sampled_from(ZONES)), draw(st.sampled_from((Unit.HOUR, Unit.DAY)))
    return Layer("layer", zone, draw(people), unit, draw(st.integers(1, 5)), anchor, only=draw(st.none() | hours))


@st.composite
def overrides(draw: st.DrawFn, start: datetime) -> Override:
    change = draw(st.sampled_from(Change))
    who = draw(people) if change is not Change.SWAP else ("ada", "grace")
    return Override(*draw(stretches(start)), change, who)


@st.composite
def responders(draw: st.DrawFn, start: datetime) -> list[Responder]:
    found = []
    for name in NAMES:
        contacts = (Contact("sms", "sms", "+12025550101"),) if draw(st.booleans() | st.just(True)) else ()
        away = draw(st.lists(stretches(start).map(lambda pair: Away(*pair)), max_size=2))
        found.append(Responder(name, name.title(), contacts, alternates=draw(people), away=tuple(away)))
    return found


TARGETS = (*NAMES, "schedule:one", "schedule:two", "next:one", "previous:two", "team:all", "robin:all", "robin:two")
targets = st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2, unique=True).map(tuple)
conditions = st.none() | st.builds(
    Condition,
    st.none() | st.sampled_from(Urgency),
    st.sampled_from([(), (Priority.P1,), (Priority.P2, Priority.P3)]),
    st.none() | st.sampled_from(When),
)
tiers = st.builds(Tier, targets, condition=conditions)


@st.composite
def services(draw: st.DrawFn, start: datetime) -> Service:
    loudness = draw(st.booleans())
    return Service(
        "checkout",
        "Checkout",
        "urgent",
        support_hours=draw(st.none() | hours),
        urgencies=LOUD if loudness else {},
        high_value=draw(st.booleans()),
        early_life_until=draw(st.none() | stretches(start).map(lambda pair: pair[1])),
        priorities=draw(st.dictionaries(st.sampled_from(Severity), st.sampled_from(Priority), max_size=4)),
        response=draw(st.dictionaries(st.sampled_from(Priority), st.just(ResponseTarget(600)), max_size=2)),
        at_risk=draw(st.none() | st.builds(AtRisk, raise_urgency=st.booleans())),
        aging=draw(st.none() | st.just(Aging())),
    )


@st.composite
def organisations(draw: st.DrawFn) -> tuple[datetime, OnCall]:
    start = draw(st.sampled_from(STARTS))
    schedules = [
        Schedule(
            name,
            name.title(),
            draw(st.sampled_from(ZONES)),
            tuple(draw(st.lists(layers(), max_size=2))),
            tuple(draw(st.lists(overrides(start), max_size=2))),
        )
        for name in ("one", "two")
    ]
    policy = Policy("urgent", tuple(draw(st.lists(tiers, min_size=1, max_size=2))), last_resort=draw(st.none() | tiers))
    service = draw(services(start))
    return start, OnCall(
        1,
        {service.id: service},
        {policy.id: policy},
        {responder.id: responder for responder in draw(responders(start))},
        schedules={schedule.id: schedule for schedule in schedules},
        teams={"all": Team("all", "All", NAMES), "two": Team("two", "Two", NAMES[:2])},
    )


def asked_again_and_again(start: datetime, oncall: OnCall) -> tuple[Interval, ...]:
    """Everything here changes at half hours only, and whose turn it is in a team may be anybody's."""
    return either((t, t + STEP) for t in times(start) if loses_a_page(oncall, t))


def loses_a_page(oncall: OnCall, t: datetime) -> bool:
    service, policy = oncall.services["checkout"], oncall.policies["urgent"]
    kinds = kinds_at(service, t)
    last = policy.last_resort or policy.tiers[-1]
    asked = {tuple(i for i, tier in enumerate(policy.tiers) if applies(tier.condition, kind)) for kind in kinds}
    ladders = [(*(policy.tiers[i] for i in taking), last) for taking in asked]
    return any(_nobody(oncall, tiers, t, robins) for tiers in ladders for robins in turns(tiers))


class Life(NamedTuple):
    """What of a page's life matters to the tiers, and what may still happen to it."""

    priority: Priority
    raised: bool
    clock: bool
    """A response target is stated that may be at risk one day."""
    ages: bool


def kinds_at(service: Service, t: datetime) -> set[Circumstances]:
    return {circumstances(service, life.priority, life.raised, t) for life in lives(service)}


def lives(service: Service) -> set[Life]:
    """Every one that the engine can bring a page to, one thing after the other."""
    found: set[Life] = set()
    waiting = [opened(service, severity) for severity in Severity]
    while waiting:
        life = waiting.pop()
        if life not in found:
            found.add(life)
            waiting += afterwards(service, life)
    return found


def opened(service: Service, severity: Severity) -> Life:
    priority = priority_of(service, severity)
    clock = response.started(service, priority, STARTS[0]) is not None
    return Life(priority, False, clock, aging.begins(service, priority, STARTS[0]) is not None)


def afterwards(service: Service, life: Life) -> Iterator[Life]:
    for severity in Severity:  # another alert
        worse = min(life.priority, priority_of(service, severity))
        clock = life.clock or response.started(service, worse, STARTS[0]) is not None
        yield life._replace(priority=worse, clock=clock)
    if life.clock and service.at_risk and service.at_risk.raise_urgency:
        yield life._replace(raised=True)
    if life.ages:
        priority = life.priority.raised()
        clock = response.started(service, priority, STARTS[0]) is not None
        yield Life(priority, True, clock, ages=False)


def turns(tiers: tuple[Tier, ...]) -> Iterator[dict[str, int]]:
    kinds = {target(text) for tier in tiers for text in tier.targets}
    names = sorted(each.id for each in kinds if each.kind is Kind.ROBIN)
    for chosen in product(range(len(NAMES)), repeat=len(names)):
        yield dict(zip(names, chosen, strict=True))


def _nobody(oncall: OnCall, tiers: tuple[Tier, ...], t: datetime, robins: dict[str, int]) -> bool:
    found = (person for tier in tiers for person in reached(oncall, tier, t, robins).people)
    return not any(person.responder.contacts for person in found)


@settings(max_examples=40, deadline=None)
@given(organisations())
def test_the_proof_finds_just_the_gaps_that_the_engine_has(organisation: tuple[datetime, OnCall]) -> None:
    start, oncall = organisation
    ground = Ground(oncall, within(start))
    (used,) = ground.used
    assert ground.lost(used) == asked_again_and_again(start, oncall)


@settings(max_examples=20, deadline=None)
@given(organisations(), st.sampled_from([text for text in TARGETS if not text.startswith("robin")]))
def test_the_proof_knows_whom_each_target_reaches(organisation: tuple[datetime, OnCall], text: str) -> None:
    start, oncall = organisation
    tier = Tier((text, "ada"))
    found = Ground(oncall, within(start)).reach(tier)
    for t in times(start):
        people = [person.responder for person in reached(oncall, tier, t).people if person.responder.contacts]
        assert next(shift.who for shift in found.shifts if t < shift.end) == tuple(each.id for each in people)
        assert holds(found.absent, t) == all(is_away(each, t) for each in people)
        gone = {name for name, away in found.away.items() if holds(away, t)}
        assert gone == {each.id for each in people if is_away(each, t)}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(STARTS).flatmap(lambda start: st.tuples(st.just(start), services(start))))
def test_the_proof_knows_which_pages_there_are(case: tuple[datetime, Service]) -> None:
    start, service = case
    found, possible = Kinds(within(start)).of(service), lives(service)
    for t in list(times(start))[::3]:
        kinds = {circumstances(service, life.priority, life.raised, t) for life in possible}
        assert {kind for kind, held in found.items() if holds(held, t)} == kinds


def times(start: datetime) -> Iterator[datetime]:
    return (start + i * STEP for i in range(STEPS))


def within(start: datetime) -> Interval:
    return Interval(start, start + timedelta(days=DAYS))


def holds(found: Intervals, t: datetime) -> bool:
    return any(each.start <= t < each.end for each in found)
