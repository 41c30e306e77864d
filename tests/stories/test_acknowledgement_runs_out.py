"""Answered means quiet, until the acknowledgement runs out: then the same tier is paged again, marked "still open"."""

from dataclasses import replace

from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.page import State


def test_the_same_tier_is_paged_again_and_the_ladder_goes_on(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.answers("grace")
    story.passes(minutes=60)
    story.expect("grace", "sms", Kind.STILL_OPEN)
    story.expect("grace", "email", Kind.STILL_OPEN)
    assert story.page.answers == ()
    story.passes(seconds=600)
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_an_exhausted_page_that_was_answered_goes_back_to_the_last_resort(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.got.clear()
    story.passes(seconds=600)
    story.expect("boss", "email", Kind.EXHAUSTED)
    story.answers("boss")
    story.passes(minutes=60)
    story.expect("boss", "email", Kind.EXHAUSTED)
    assert story.page.state is State.EXHAUSTED


def test_with_never_it_rests_for_good_and_the_execution_ends(stage: Stage) -> None:
    story = stage(replace(TWO_TIERS, ack_timeout_seconds=None))
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.passes(days=30)
    assert (story.executions, story.page.due_at) == ([], None)
    story.resolve()


def test_one_execution_waits_through_it_all(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.passes(minutes=59)
    assert [execution.generation for execution in story.executions] == [1]
