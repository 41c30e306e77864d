"""Response targets against the waits of the policy, and rules of responders against the waits of tiers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callout.domain.hours import Hours, Span
from callout.domain.oncall import AtRisk, Condition, Loudness, OnCall, Policy, ResponseTarget, Service, Tier
from callout.domain.priority import Priority, Urgency, When
from infra.cli.description.file import parse
from infra.cli.description.promises import targets_met

NOW = datetime(2026, 11, 22, tzinfo=UTC)
P1, P3 = Priority.P1, Priority.P3
FIRST, SECOND = Tier(("ada",), wait_seconds=300), Tier(("grace",), wait_seconds=600)


def found(*tiers: Tier, priority: Priority = P1, seconds: int = 300, **service: object) -> list[tuple[str, str]]:
    shop = Service("shop", "Shop", "calm", response={priority: ResponseTarget(seconds)}, **service)  # type: ignore[arg-type]
    oncall = OnCall(0, services={"shop": shop}, policies={"calm": Policy("calm", tiers)})
    findings = list(targets_met(oncall, NOW))
    assert all(finding.path == ("services", "shop", "respond_within", priority.name) for finding in findings)
    return [(finding.level, finding.text) for finding in findings]


OFFICE = Hours((Span((0, 1, 2, 3, 4), 9 * 60, 17 * 60),), "Europe/London")
LATE = ("error", "P1 within 5m, but tier 2 comes only after 5m")
ALONE = ("warning", "only one tier of calm takes part for P1: nobody else is told in time")


@pytest.mark.parametrize(("seconds", "said"), [(299, "4m59s"), (300, "5m")])
def test_the_first_tier_waits_too_long(seconds: int, said: str) -> None:
    assert found(FIRST, SECOND, seconds=seconds) == [("error", f"P1 within {said}, but tier 2 comes only after 5m")]


def test_the_second_tier_has_a_second_left() -> None:
    assert found(FIRST, SECOND, seconds=301) == []


def test_one_tier_alone_is_a_warning() -> None:
    assert found(FIRST) == [ALONE]


def test_the_next_tier_comes_early_where_a_target_is_at_risk() -> None:
    assert found(FIRST, SECOND, at_risk=AtRisk(next_tier=True)) == []
    assert found(FIRST, SECOND, at_risk=AtRisk(raise_urgency=True)) == [LATE]


def when(**condition: object) -> Tier:
    return Tier(("ada",), wait_seconds=60, condition=Condition(**condition))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        when(priorities=(P3,)),
        when(urgency=Urgency.LOW),
    ],
)
def test_tiers_that_do_not_take_part_do_not_count(other: Tier) -> None:
    assert found(other, FIRST, SECOND) == [LATE]
    assert found(FIRST, other) == [ALONE]


@pytest.mark.parametrize("side", When)
def test_either_side_of_the_support_hours_counts(side: When) -> None:
    assert found(when(support_hours=side), FIRST, SECOND, support_hours=OFFICE) == [LATE]


def test_a_service_without_support_hours_is_never_outside_of_them() -> None:
    tiers = (*(when(support_hours=When.INSIDE) for _ in range(2)), Tier(("ada",), wait_seconds=3600), SECOND)
    inside, outside = tiers[:2], tiers[2:]
    outside = tuple(replace(tier, condition=Condition(support_hours=When.OUTSIDE)) for tier in outside)
    assert found(*inside, *outside) == []
    assert found(*inside, *outside, support_hours=OFFICE) == [
        ("error", "P1 within 5m, but tier 2 comes only after 1h"),
    ]


EARLY = (when(urgency=Urgency.LOW), Tier(("ada",), wait_seconds=7200, condition=Condition(Urgency.HIGH)), SECOND)


@pytest.mark.parametrize(
    ("seconds", "until", "said"),
    [
        (3600, timedelta(seconds=1), [("error", "P3 within 1h, but tier 2 comes only after 1h in early life")]),
        (3601, timedelta(seconds=1), []),
        (3600, timedelta(0), []),
        (60, timedelta(0), [("error", "P3 within 1m, but tier 2 comes only after 1m")]),
    ],
)
def test_in_early_life_everything_is_of_high_urgency(
    seconds: int, until: timedelta, said: list[tuple[str, str]]
) -> None:
    assert found(*EARLY, priority=P3, seconds=seconds, early_life_until=NOW + until) == said


def test_early_life_is_no_excuse_for_what_comes_after_it() -> None:
    assert found(FIRST, SECOND, early_life_until=NOW + timedelta(days=365)) == [LATE]


def test_urgency_is_the_services_own() -> None:
    loud = {P3: Loudness(Urgency.HIGH, Urgency.LOW)}
    tiers = (when(urgency=Urgency.HIGH), FIRST, SECOND)
    said = [("error", "P3 within 5m, but tier 2 comes only after 5m")]
    assert found(*tiers, priority=P3, urgencies=loud, support_hours=OFFICE) == said
    assert found(*tiers, priority=P3, urgencies=loud) == []
    assert found(*tiers, priority=P3, urgencies={P3: Loudness(Urgency.HIGH, Urgency.HIGH)}) == []


@pytest.mark.parametrize(("before", "within", "count"), [("2m", "2m", 1), ("1m59s", "2m", 0), ("10m", "2m", 1)])
def test_a_target_that_is_at_risk_from_the_first_moment(before: str, within: str, count: int) -> None:
    text = RULES.replace("DELAY", "1m").replace("WHO", "ada").replace("BY", "[sms]").replace("10m", "30s")
    agreed = f"respond_within: {{P1: {within}, P2: 1h}}, at_risk: {{before: {before}, raise_urgency: true}}"
    problems = parse(text.replace("shop: {", f"shop: {{{agreed}, ").encode(), NOW).problems
    said = f"{before} before it is missed a target is at risk, but P1 within 2m would be so at once"
    assert [(problem.path, problem.level, problem.text) for problem in problems if "at_risk" in problem.path] == [
        ("services.shop.at_risk.before", "error", said)
    ] * count
    assert all(problem.fix == "write less than 2m, or give the target more time" for problem in problems)


RULES = """
responders:
  ada: {contact: [{sms: "+12025550101"}, {email: ada@example.com}], rules: {high: [sms, {email: DELAY}]}}
  grace: {contact: [{sms: "+12025550102"}]}
teams: {all: {members: [ada, grace]}}
schedules: {nights: {layers: [{rotate: daily, people: [ada]}]}}
policies: {calm: {tiers: [{notify: [WHO], by: BY, wait: 10m}, {notify: [grace, all, nights]}]}}
services: {shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}}
"""
TOO_LATE = "10m is not before the 10m that policies.calm.tiers[0] waits"


@pytest.mark.parametrize(
    ("delay", "who", "by", "said"),
    [
        ("10m", "ada", "personal", [TOO_LATE]),
        ("10m", "all", "personal", [TOO_LATE]),
        ("10m", "nights", "personal", [TOO_LATE]),
        ("10m", "{next: nights}", "personal", [TOO_LATE]),
        ("9m59s", "ada", "personal", []),
        ("10m", "ada", "[sms]", []),
        ("10m", "grace", "personal", []),
    ],
)
def test_a_rule_that_comes_after_the_next_tier(delay: str, who: str, by: str, said: list[str]) -> None:
    text = RULES.replace("DELAY", delay).replace("WHO", who).replace("BY", by)
    problems = parse(text.encode(), NOW).problems
    assert [problem.text for problem in problems if "tiers[1]" not in problem.path] == said
    assert all(problem.level == "warning" for problem in problems)


COMES_BACK = "20m is not before the 20m after which policies.calm comes back"


@pytest.mark.parametrize(
    ("delay", "last", "said"),
    [
        ("20m", "last_resort: {notify: [ada], by: personal}, comes_back_every: 20m", [COMES_BACK]),
        ("19m", "last_resort: {notify: [ada], by: personal}, comes_back_every: 20m", []),
        ("20m", "last_resort: {notify: [grace], by: personal}, comes_back_every: 20m", []),
        ("20m", "last_resort: {notify: [ada]}, comes_back_every: 20m", []),
        ("30m", "last_resort: {notify: [ada], by: personal}", [COMES_BACK.replace("20m", "30m")]),
    ],
)
def test_a_rule_that_comes_after_the_last_resort_is_told_again(delay: str, last: str, said: list[str]) -> None:
    text = (
        RULES.replace("DELAY", delay)
        .replace("WHO", "ada")
        .replace("BY", "[sms]")
        .replace("calm: {", f"calm: {{{last}, ")
    )
    assert _late(text) == said


def test_the_last_tier_is_told_again_where_there_is_no_last_resort() -> None:
    text = RULES.replace("DELAY", "20m").replace("WHO", "ada").replace("BY", "[sms]")
    text = text.replace("notify: [grace, all, nights]", "notify: [ada], by: personal, wait: 1h")
    assert _late(text.replace("calm: {", "calm: {comes_back_every: 20m, ")) == [COMES_BACK]
    assert _late(text) == []


def _late(text: str) -> list[str]:
    problems = parse(text.encode(), NOW).problems
    return [problem.text for problem in problems if problem.path == "responders.ada.rules.high[1].email"]
