"""A service says how soon somebody should answer; the page says whether they did, and acts before it is late."""

from dataclasses import replace
from datetime import timedelta

from people import ADA, BOSS, GRACE, oncall_of
from stories.conftest import Stage
from stories.story import BEGIN, Story

from callout.domain.alert import Severity
from callout.domain.brief import Kind
from callout.domain.events import Verb
from callout.domain.hours import Hours, Span
from callout.domain.oncall import AtRisk, Condition, OnCall, Policy, ResponseTarget, Tier
from callout.domain.priority import Priority, Urgency
from callout.domain.response import Standing

SLOW = Policy(
    "checkout",
    (Tier(("ada",), ("sms",), 3600), Tier(("grace",), ("sms",), 3600)),
    last_resort=Tier(("boss",), ("email",)),
)
FIVE_MINUTES = {Priority.P1: ResponseTarget(300), Priority.P3: ResponseTarget(600)}


def expecting(**service: object) -> OnCall:
    oncall = oncall_of(SLOW, ADA, GRACE, BOSS)
    described = replace(oncall.services["checkout"], **({"response": FIVE_MINUTES} | service))  # type: ignore[arg-type]
    return replace(oncall, services={"checkout": described})


def standing(story: Story) -> Standing | None:
    clock = story.page.clock
    return clock.standing if clock else None


def test_an_answer_in_time_meets_it(stage: Stage) -> None:
    story = stage(oncall=expecting())
    story.alert()
    assert story.expect("ada").answer_by == BEGIN + timedelta(minutes=5)
    story.passes(minutes=3)
    story.answers("ada")
    assert standing(story) is Standing.MET
    story.passes(minutes=30)


def test_what_was_taken_back_was_no_answer(stage: Stage) -> None:
    story = stage(oncall=expecting())
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.answers("ada", Verb.UNDO)
    assert standing(story) is Standing.RUNNING
    story.passes(minutes=6)
    assert standing(story) is Standing.MISSED


def test_at_risk_after_three_quarters_and_missed_at_the_end_are_on_the_ledger(stage: Stage) -> None:
    story = stage(oncall=expecting())
    story.alert()
    story.expect("ada")
    story.passes(seconds=225)
    assert standing(story) is Standing.AT_RISK
    story.passes(seconds=75)
    assert standing(story) is Standing.MISSED
    assert {"target at risk", "target missed"} <= set(story.ledger())
    assert ("ResponseTargets", {"standing": "missed"}) in story.journal.counts
    story.answers("ada")
    assert standing(story) is Standing.MISSED


def test_at_risk_the_next_tier_has_its_turn_and_somebody_else_is_told(stage: Stage) -> None:
    wants = AtRisk(before_seconds=60, next_tier=True, notify=Tier(("boss",), ("email",)))
    story = stage(oncall=expecting(at_risk=wants))
    story.alert()
    story.expect("ada")
    story.passes(minutes=4)
    story.expect("grace")
    assert story.expect("boss", "email", Kind.AT_RISK).answer_by == BEGIN + timedelta(minutes=5)
    story.answers("boss")
    assert standing(story) is Standing.MET


def test_at_risk_its_urgency_can_be_raised(stage: Stage) -> None:
    story = stage(oncall=expecting(at_risk=AtRisk(raise_urgency=True)))
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.passes(minutes=8)
    assert story.page.raised
    story.resolve()


def test_a_raised_page_goes_to_whom_such_a_page_is_meant_for(stage: Stage) -> None:
    oncall = expecting(at_risk=AtRisk(raise_urgency=True))
    quiet, loud = (Condition(urgency=urgency) for urgency in (Urgency.LOW, Urgency.HIGH))
    tiers = (Tier(("ada",), ("email",), 3600, condition=quiet), Tier(("grace",), ("sms",), 3600, condition=loud))
    story = stage(oncall=replace(oncall, policies={"checkout": replace(SLOW, tiers=tiers)}))
    story.alert(severity=Severity.WARNING)
    story.expect("ada", "email")
    story.passes(seconds=450)
    story.expect("grace")
    story.resolve()


def test_the_clock_can_run_in_support_hours_only(stage: Stage) -> None:
    morning = Hours((Span(start=7 * 60, end=12 * 60),))
    stated = {Priority.P1: ResponseTarget(3600, in_support_hours=True)}
    story = stage(oncall=expecting(response=stated, support_hours=morning))
    story.alert()
    assert story.expect("ada").answer_by == BEGIN.replace(hour=8)
    story.resolve()


def test_a_worse_alert_asks_for_an_earlier_answer(stage: Stage) -> None:
    story = stage(oncall=expecting())
    story.alert(severity=Severity.WARNING)
    assert story.expect("ada").answer_by == BEGIN + timedelta(minutes=10)
    story.passes(minutes=1)
    story.alert(severity=Severity.CRITICAL)
    assert story.expect("ada", "sms", Kind.NEWS).answer_by == BEGIN + timedelta(minutes=6)
    story.resolve()


def test_an_exhausted_page_still_misses_its_target(stage: Stage) -> None:
    oncall = expecting(response={Priority.P1: ResponseTarget(2 * 3600 + 60)})
    story = stage(oncall=oncall)
    story.alert()
    story.expect("ada")
    story.passes(hours=1)
    story.expect("grace")
    story.passes(hours=1)
    story.expect("boss", "email", Kind.EXHAUSTED)
    story.passes(minutes=1)
    assert standing(story) is Standing.MISSED
