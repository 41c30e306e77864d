"""Acknowledged in tier 1: tier 2 is never notified."""

from stories.story import Story

from callout.domain.page import State


def test_the_second_tier_is_never_notified(story: Story) -> None:
    story.alert()
    assert story.expect("ada").tier == 1
    story.passes(seconds=299)
    story.answers("ada")
    story.passes(minutes=59)
    assert story.page.state is State.ACKNOWLEDGED
    story.resolve()
    story.passes(days=2)
    assert not story.executions
    assert story.page.closed_by == "Alertmanager"
