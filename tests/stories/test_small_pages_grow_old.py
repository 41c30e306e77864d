"""A little service for everyone: a page of low urgency that stays open is brought back, and in the end raised."""

from dataclasses import replace

from people import ADA, BOSS, GRACE, oncall_of
from stories.conftest import Stage
from stories.story import Story

from callout.domain.alert import Severity
from callout.domain.brief import Kind
from callout.domain.hours import Hours, Span
from callout.domain.oncall import Aging, Loudness, OnCall, Policy, ResponseTarget, Tier
from callout.domain.page import State
from callout.domain.priority import Priority, Urgency

PATIENT = Policy(
    "checkout",
    (Tier(("ada",), ("email",), 3600), Tier(("grace",), ("email",), 3600)),
    last_resort=Tier(("boss",), ("email",)),
    ack_timeout_seconds=None,
)


def aging(aging: Aging | None = Aging(), hours: Hours | None = None) -> OnCall:  # noqa: B008 - a frozen value
    oncall = oncall_of(PATIENT, ADA, GRACE, BOSS)
    return replace(
        oncall, services={"checkout": replace(oncall.services["checkout"], aging=aging, support_hours=hours)}
    )


def acknowledged(stage: Stage, oncall: OnCall, severity: Severity = Severity.WARNING) -> Story:
    story = stage(oncall=oncall)
    story.alert(severity=severity)
    story.expect("ada", "email")
    story.answers("ada")
    return story


def test_it_is_brought_back_once_a_day_to_who_answered_and_then_raised(stage: Stage) -> None:
    story = acknowledged(stage, aging())
    for _ in range(3):
        story.passes(hours=24)
        story.expect("ada", "email", Kind.STILL_OPEN)
        assert story.page.state is State.ACKNOWLEDGED
    story.passes(hours=24)
    assert story.expect("ada", "email").priority == "P2"
    assert story.page.state is State.TRIGGERED
    assert story.page.raised
    story.passes(hours=1)
    story.expect("grace", "email")
    story.resolve()


def test_in_support_hours_a_day_takes_longer_and_nobody_is_woken_at_night(stage: Stage) -> None:
    office = Hours((Span(start=8 * 60, end=16 * 60),))
    story = acknowledged(stage, aging(hours=office))
    story.passes(hours=24 * 2 + 12, minutes=59)
    story.nothing_else()
    story.passes(minutes=1)  # 24 of its hours are over at 16:00 on the third day
    story.expect("ada", "email", Kind.STILL_OPEN)
    story.passes(hours=24 - 8, minutes=-1)
    story.nothing_else()
    story.resolve()


def test_what_is_urgent_by_day_and_not_at_night_grows_old_too(stage: Stage) -> None:
    office = Hours((Span(start=8 * 60, end=16 * 60),))
    oncall = aging(Aging(after_seconds=3600, raise_after=1), office)
    mixed = {Priority.P3: Loudness(inside=Urgency.HIGH, outside=Urgency.LOW)}
    clocked = {Priority.P2: ResponseTarget(7200)}
    service = replace(oncall.services["checkout"], urgencies=mixed, response=clocked)
    story = acknowledged(stage, replace(oncall, services={"checkout": service}))
    story.passes(hours=6)
    story.expect("ada", "email", Kind.STILL_OPEN)
    story.passes(hours=24)
    assert story.expect("ada", "email").answer_by is not None
    story.answers("ada")
    story.passes(hours=24)
    story.expect("ada", "email", Kind.STILL_OPEN)
    story.resolve()


def test_what_is_urgent_has_its_own_ways(stage: Stage) -> None:
    story = acknowledged(stage, aging(), Severity.CRITICAL)
    assert story.page.due_at is None
    story.passes(days=10)


def test_a_service_can_do_without(stage: Stage) -> None:
    story = acknowledged(stage, aging(None))
    story.passes(days=10)


def test_resolved_is_resolved(stage: Stage) -> None:
    story = acknowledged(stage, aging())
    story.resolve()
    story.passes(days=3)


def test_what_nobody_answered_comes_back_by_its_ladder_and_is_raised_just_the_same(stage: Stage) -> None:
    story = stage(oncall=aging(Aging(after_seconds=3 * 3600, raise_after=0)))
    story.alert(severity=Severity.WARNING)
    story.expect("ada", "email")
    story.passes(hours=1)
    story.expect("grace", "email")
    story.passes(hours=1)
    for _ in range(2):
        story.expect("boss", "email", Kind.EXHAUSTED)
        story.passes(minutes=30)
    story.expect("ada", "email")
    assert story.page.priority is Priority.P2
    story.resolve()
