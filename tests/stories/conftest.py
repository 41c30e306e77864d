"""A story on a fresh table, with the two-tier policy unless it asks for another."""

from collections.abc import Callable, Iterator

import pytest
from people import TWO_TIERS, oncall_of
from stories.story import Story

from callout.domain.oncall import OnCall, Policy, Responder

Stage = Callable[..., Story]


@pytest.fixture
def stage(table: str) -> Iterator[Stage]:
    """Sets the stage for a policy; at the end nothing unexpected may have been sent."""
    stories: list[Story] = []

    def set_up(policy: Policy = TWO_TIERS, *responders: Responder, oncall: OnCall | None = None) -> Story:
        stories.append(Story(table, oncall or oncall_of(policy, *responders)))
        return stories[-1]

    yield set_up
    for story in stories:
        story.nothing_else()


@pytest.fixture
def story(stage: Stage) -> Story:
    return stage()
