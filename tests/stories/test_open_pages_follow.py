"""An open page goes on by the policy it was opened with, unless the operator lets open pages follow the live one."""

from dataclasses import replace

from people import TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.oncall import OnCall, Policy, Tier

TO_THE_BOSS = Policy("checkout", (Tier(("grace",), ("sms",), 60), Tier(("boss",), ("email",), 60)))


def applied(policy: Policy, version: int, follow: bool) -> OnCall:
    return replace(oncall_of(policy), version=version, follow_version=version if follow else 0)


def test_it_keeps_its_own_policy(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.oncall = applied(TO_THE_BOSS, 2, follow=False)
    story.passes(minutes=5)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.answers("grace")


def test_it_follows_in_the_same_place_of_the_ladder(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.oncall = applied(TO_THE_BOSS, 2, follow=True)
    story.passes(minutes=5)
    story.expect("boss", "email")
    assert "it follows version 2 of the description" in [entry.text for entry in story.page.ledger]
    story.passes(minutes=1)
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_pages_opened_after_that_keep_the_policy_of_their_day(story: Story) -> None:
    story.oncall = applied(TWO_TIERS, 2, follow=True)
    story.alert()
    story.expect("ada")
    story.oncall = replace(applied(TO_THE_BOSS, 3, follow=False), follow_version=2)
    story.passes(minutes=5)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.answers("grace")


def test_a_shorter_ladder_leaves_its_last_tier(stage: Stage) -> None:
    story = stage(replace(TWO_TIERS, repeat=3))
    story.alert()
    for _ in range(2):
        story.expect("ada")
        story.passes(minutes=5)
        story.expect("grace", "sms")
        story.expect("grace", "email")
        story.passes(minutes=10)
    story.expect("ada")
    story.oncall = applied(TO_THE_BOSS, 2, follow=True)
    story.passes(minutes=5)
    story.expect("boss", "email", Kind.EXHAUSTED)
