"""A tier that names a schedule wakes whoever is on call when its turn comes."""

from dataclasses import replace
from datetime import timedelta

from people import ADA, BOSS, GRACE, oncall_of
from stories.conftest import Stage
from stories.story import BEGIN

from callout.domain.brief import Kind
from callout.domain.hours import Hours, Span
from callout.domain.oncall import Away, OnCall, Policy, Tier
from callout.domain.page import State
from callout.domain.schedule import Change, Layer, Override, Schedule, Unit

MIDNIGHT = BEGIN.replace(hour=0, tzinfo=None)
DAILY = Layer("daily", "UTC", ("ada", "grace"), Unit.DAY, anchor=MIDNIGHT, begins=MIDNIGHT)
"""Ada today, Grace tomorrow, and so on."""


def rota(policy: Policy, *layers: Layer, overrides: tuple[Override, ...] = ()) -> OnCall:
    schedule = Schedule("rota", "Rota", "UTC", layers or (DAILY,), overrides)
    return replace(oncall_of(policy, ADA, GRACE, BOSS), schedules={"rota": schedule})


ONE_TIER = Policy("checkout", (Tier(("schedule:rota",), ("sms",), 300),), last_resort=Tier(("boss",), ("email",)))
TWICE = replace(ONE_TIER, repeat=1)


def test_whoever_is_on_call_is_paged(stage: Stage) -> None:
    story = stage(oncall=rota(ONE_TIER))
    story.alert()
    story.expect("ada")
    story.answers("ada")
    assert "Ada (on call in Rota)" in " ".join(entry.text for entry in story.page.ledger)


def test_a_shift_that_ends_while_the_page_is_open_takes_it_along(stage: Stage) -> None:
    story = stage(oncall=rota(replace(ONE_TIER, repeat=2)))
    story.passes(hours=20, minutes=55)
    story.alert()
    story.expect("ada")
    story.passes(minutes=5)
    story.expect("grace")
    story.answers("grace")


def test_a_swap_in_the_middle_of_an_open_page_changes_whom_the_next_tier_pages(stage: Stage) -> None:
    story = stage(oncall=rota(TWICE))
    story.alert()
    story.expect("ada")
    swap = Override(BEGIN, BEGIN + timedelta(hours=1), Change.SWAP, ("ada", "grace"))
    story.oncall = rota(TWICE, overrides=(swap,))
    story.passes(minutes=5)
    story.expect("grace")
    story.answers("grace")


def test_next_and_previous_are_those_of_the_neighbouring_shifts(stage: Stage) -> None:
    trio = replace(DAILY, people=("ada", "grace", "boss"))
    policy = Policy("checkout", (Tier(("next:rota",), ("sms",), 300), Tier(("previous:rota",), ("email",), 300)))
    story = stage(oncall=rota(policy, trio))
    story.passes(days=1)
    story.alert()
    story.expect("boss", "email")  # Grace is on call; the boss, who has no phone, is next
    story.passes(minutes=5)
    story.expect("ada", "email")
    story.answers("ada")


def test_an_empty_tier_is_skipped_at_once_and_the_ledger_says_so(stage: Stage) -> None:
    nights = replace(DAILY, only=Hours((Span(start=22 * 60, end=60),)))
    policy = replace(ONE_TIER, tiers=(*ONE_TIER.tiers, Tier(("grace",), ("sms",), 300)))
    story = stage(oncall=rota(policy, nights))
    story.alert()
    assert story.expect("grace").tier == 2
    texts = [entry.text for entry in story.page.ledger]
    assert "tier 1: nobody is on call in Rota" in texts
    assert "tier 1 is skipped at once: nobody is in it now" in texts
    story.answers("grace")


def test_with_nobody_in_any_tier_the_last_resort_is_told_at_once(stage: Stage) -> None:
    story = stage(oncall=rota(ONE_TIER, replace(DAILY, begins=MIDNIGHT + timedelta(days=30))))
    story.alert()
    story.expect("boss", "email", Kind.EXHAUSTED)
    assert story.page.state is State.EXHAUSTED


def test_a_schedule_that_is_not_described_any_more_is_looked_up_afresh_and_then_skipped(stage: Stage) -> None:
    policy = replace(ONE_TIER, tiers=(*ONE_TIER.tiers, Tier(("grace",), ("sms",), 300)))
    story = stage(oncall=rota(policy))
    story.known = replace(story.oncall, schedules={})
    story.alert()
    story.expect("ada")
    story.oncall = replace(story.oncall, schedules={})
    story.passes(minutes=5)
    story.expect("grace")
    story.answers("grace")


def test_whoever_is_away_is_replaced_by_the_alternate(stage: Stage) -> None:
    away = (Away(BEGIN - timedelta(hours=1), BEGIN + timedelta(hours=1)),)
    oncall = rota(ONE_TIER)
    ada = replace(ADA, alternates=("boss", "grace"), away=away)
    boss = replace(BOSS, away=away)
    story = stage(oncall=replace(oncall, responders={"ada": ada, "grace": GRACE, "boss": boss}))
    story.alert()
    story.expect("grace")
    assert any("for Ada, who is away" in entry.text for entry in story.page.ledger)
    story.answers("grace")


def test_whoever_is_away_without_anybody_to_stand_in_is_paged_all_the_same(stage: Stage) -> None:
    away = (Away(BEGIN - timedelta(hours=1), BEGIN + timedelta(hours=1)),)
    oncall = rota(ONE_TIER)
    people = {"ada": replace(ADA, alternates=("grace",), away=away), "grace": replace(GRACE, away=away), "boss": BOSS}
    story = stage(oncall=replace(oncall, responders=people))
    story.alert()
    story.expect("ada")
    story.answers("ada")
