"""Every tier gets its turn, in order; then the last resort is told, and told again until somebody answers."""

from dataclasses import replace

from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import BEGIN, Story

from callout.domain.brief import Kind
from callout.domain.page import State


def test_every_tier_in_order_then_exhausted_and_back_on_its_rhythm(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    assert story.expect("grace", "sms").tier == 2
    story.expect("grace", "email")
    story.passes(seconds=600)
    assert story.page.state is State.EXHAUSTED
    for _ in range(3):
        story.expect("boss", "email", Kind.EXHAUSTED)
        story.passes(minutes=30)
    story.expect("boss", "email", Kind.EXHAUSTED)
    story.answers("boss")
    story.passes(minutes=59)
    assert story.page.state is State.ACKNOWLEDGED
    assert max(story.journal.lateness) == 0


def test_the_ladder_is_climbed_again_as_often_as_the_policy_says(stage: Stage) -> None:
    story = stage(replace(TWO_TIERS, repeat=1))
    story.alert()
    for _ in range(2):
        story.expect("ada")
        story.passes(seconds=300)
        story.expect("grace", "sms")
        story.expect("grace", "email")
        story.passes(seconds=600)
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_steps_are_taken_at_the_very_second(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=299)
    story.nothing_else()
    story.passes(seconds=1)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert (story.now - BEGIN).total_seconds() == 300
