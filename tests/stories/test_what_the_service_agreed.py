"""Conditions, support hours, high value and early life: what a service's agreement makes of a page."""

from dataclasses import replace
from datetime import timedelta

from people import ADA, BOSS, GRACE, oncall_of
from stories.conftest import Stage
from stories.story import BEGIN

from callout.domain.alert import Severity
from callout.domain.brief import Kind
from callout.domain.hours import Hours, Span
from callout.domain.oncall import Condition, Loudness, OnCall, Policy, Service, Tier
from callout.domain.page import State
from callout.domain.priority import Priority, Urgency, When

LOUD = Tier(("ada",), ("sms",), 300, condition=Condition(urgency=Urgency.HIGH))
CALM = Tier(("grace",), ("email",), 600)
BY_URGENCY = Policy("checkout", (LOUD, CALM), last_resort=Tier(("boss",), ("email",)))
MORNING = Hours((Span(start=7 * 60, end=12 * 60),))
"""It is three at night when a story begins."""


def agreed(policy: Policy = BY_URGENCY, **service: object) -> OnCall:
    oncall = oncall_of(policy, ADA, GRACE, BOSS)
    described: Service = replace(oncall.services["checkout"], **service)  # type: ignore[arg-type]
    return replace(oncall, services={"checkout": described})


def test_a_tier_whose_condition_does_not_hold_is_passed_over(stage: Stage) -> None:
    story = stage(oncall=agreed())
    story.alert(severity=Severity.WARNING)
    assert story.expect("grace", "email").tier == 2
    assert "tier 1 is for high urgency" in [entry.text for entry in story.page.ledger]
    story.answers("grace")


def test_a_page_for_which_no_tier_is_meant_reaches_the_last_resort_at_once(stage: Stage) -> None:
    story = stage(oncall=agreed(replace(BY_URGENCY, tiers=(LOUD,))))
    story.alert(severity=Severity.WARNING)
    story.expect("boss", "email", Kind.EXHAUSTED)
    assert story.page.state is State.EXHAUSTED


def test_without_a_last_resort_the_last_tier_that_is_meant_for_it_is_told_again(stage: Stage) -> None:
    story = stage(oncall=agreed(replace(BY_URGENCY, tiers=(CALM, LOUD), last_resort=None)))
    story.alert(severity=Severity.WARNING)
    story.expect("grace", "email")
    story.passes(minutes=10)
    story.expect("grace", "email", Kind.EXHAUSTED)
    story.resolve()


def test_urgency_follows_the_support_hours_though_it_runs_all_night(stage: Stage) -> None:
    by_day = Loudness(inside=Urgency.HIGH, outside=Urgency.LOW)
    story = stage(oncall=agreed(support_hours=MORNING, urgencies={Priority.P1: by_day}))
    story.alert()
    story.expect("grace", "email")
    story.answers("grace")
    story.resolve()
    story.passes(hours=5)
    story.alert(key="later")
    story.expect("ada")
    story.passes(minutes=5)
    story.expect("grace", "email")
    story.resolve(key="later")


def test_a_tier_may_be_for_the_night_only(stage: Stage) -> None:
    night = replace(LOUD, condition=Condition(support_hours=When.OUTSIDE))
    story = stage(oncall=agreed(replace(BY_URGENCY, tiers=(night, CALM)), support_hours=MORNING))
    story.alert()
    story.expect("ada")
    story.resolve()
    story.passes(hours=5)
    story.alert(key="by day")
    story.expect("grace", "email")
    story.resolve(key="by day")


def test_a_services_own_map_decides_the_priority(stage: Stage) -> None:
    tiers = (replace(LOUD, condition=Condition(priorities=(Priority.P1, Priority.P2))), CALM)
    story = stage(oncall=agreed(replace(BY_URGENCY, tiers=tiers), priorities={Severity.WARNING: Priority.P2}))
    story.alert(severity=Severity.WARNING)
    assert story.expect("ada").priority == "P2"
    story.resolve()


def test_a_page_of_a_high_value_service_starts_one_priority_higher(stage: Stage) -> None:
    story = stage(oncall=agreed(high_value=True))
    story.alert(severity=Severity.WARNING)
    assert story.expect("ada").priority == "P2"
    story.resolve()


def test_in_early_life_tiers_wait_half_as_long_and_everything_is_urgent(stage: Stage) -> None:
    story = stage(oncall=agreed(early_life_until=BEGIN + timedelta(days=1)))
    story.alert(severity=Severity.INFO)
    story.expect("ada")
    story.passes(seconds=150)
    story.expect("grace", "email")
    story.resolve()
    story.passes(days=1)
    story.alert(key="grown up", severity=Severity.INFO)
    story.expect("grace", "email")
    story.resolve(key="grown up")


def test_a_worse_alert_raises_the_priority(stage: Stage) -> None:
    story = stage(oncall=agreed())
    story.alert(severity=Severity.WARNING)
    story.expect("grace", "email")
    story.alert(severity=Severity.ERROR)
    assert story.expect("ada").priority == "P2"  # for whom such a page is meant; it does not sit out its quiet tier
    story.alert(severity=Severity.CRITICAL)
    story.expect("ada", kind=Kind.NEWS)
    assert story.page.priority is Priority.P1
    story.passes(minutes=5)
    story.expect("grace", "email")
    story.resolve()


def test_a_page_that_nobody_answered_and_that_gets_worse_climbs_again(stage: Stage) -> None:
    story = stage(oncall=agreed())
    story.alert(severity=Severity.WARNING)
    story.expect("grace", "email")
    story.passes(minutes=10)
    story.expect("boss", "email", Kind.EXHAUSTED)
    story.alert(severity=Severity.CRITICAL)
    story.expect("ada")
    assert story.page.state is State.TRIGGERED
    story.answers("ada")


def test_whoever_has_answered_is_told_of_the_worse_as_news(stage: Stage) -> None:
    story = stage(oncall=agreed())
    story.alert(severity=Severity.WARNING)
    story.expect("grace", "email")
    story.answers("grace")
    story.alert(severity=Severity.CRITICAL)
    story.expect("grace", "email", Kind.NEWS)
    story.passes(minutes=30)
