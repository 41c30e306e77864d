"""Response targets against the waits of the policy, and rules of responders against the waits of tiers."""

from datetime import UTC, datetime

import pytest

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
    findings = list(targets_met(oncall))
    assert all(finding.path == ("services", "shop", "respond_within", priority.name) for finding in findings)
    return [(finding.level, finding.text) for finding in findings]


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
    assert found(when(support_hours=side), FIRST, SECOND) == [LATE]


def test_urgency_is_the_services_own() -> None:
    loud = {P3: Loudness(Urgency.HIGH, Urgency.LOW)}
    tiers = (when(urgency=Urgency.HIGH), FIRST, SECOND)
    assert found(*tiers, priority=P3, urgencies=loud) == [("error", "P3 within 5m, but tier 2 comes only after 5m")]
    assert found(*tiers, priority=P3, urgencies={P3: Loudness(Urgency.HIGH, Urgency.HIGH)}) == []


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
