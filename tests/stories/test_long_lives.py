"""A page that nobody answers for a year: its executions give way to new ones before Step Functions ends them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from people import TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.page import EXECUTION_LASTS, STEPS_MAX

EVENTS_A_STEP_MAX = 59
"""TaskStateEntered and Exited, ChoiceStateEntered and Exited, WaitStateEntered and Exited, and for each of at most
13 attempts TaskScheduled, TaskStarted, TaskSubmitted, and TaskSucceeded or TaskFailed; one to begin with."""
LOOKS_MAX = STEPS_MAX + 2
"""With the first, which was expected, and the last, in which it learns that it was replaced."""
HISTORY_EVENTS_MAX = 25_000
ONE_YEAR = timedelta(days=365)
"""Both: quotas of Step Functions for Standard workflows."""

pytestmark = pytest.mark.long


def comes_back_after(stage: Stage, seconds: int) -> Story:
    policy = replace(TWO_TIERS, comeback_seconds=seconds)
    return stage(oncall=oncall_of(policy))


def passes_quietly(story: Story, **time: float) -> None:
    """What is told meanwhile is not this story's subject."""
    story.got.clear()
    story.passes(**time)


def test_the_history_of_an_execution_never_grows_too_long(stage: Stage) -> None:
    story = comes_back_after(stage, 600)
    story.alert()
    told = 0
    for _ in range(4):
        passes_quietly(story, seconds=600 * 200)
        told += sum(brief.kind is Kind.EXHAUSTED for _, _, brief in story.got)
    assert told >= 790
    assert len(story.executions) == 1
    assert story.executions[0].generation == 3
    assert story.taken[story.page.id, 1] <= LOOKS_MAX
    assert story.taken[story.page.id, 2] <= LOOKS_MAX
    assert LOOKS_MAX * EVENTS_A_STEP_MAX < HISTORY_EVENTS_MAX
    story.got.clear()


def test_an_execution_never_grows_too_old(stage: Stage) -> None:
    story = comes_back_after(stage, 7 * 86_400)
    story.alert()
    began = story.now
    generations = {1: began}
    for _ in range(53):
        passes_quietly(story, days=7)
        generations.setdefault(story.executions[-1].generation, story.now)
    assert len(generations) >= 3
    assert all(generations[n + 1] - generations[n] < ONE_YEAR / 2 + timedelta(days=7) for n in (1, 2))
    assert EXECUTION_LASTS < ONE_YEAR / 2
    story.got.clear()


def test_the_new_execution_does_not_start(stage: Stage) -> None:
    story = comes_back_after(stage, 600)
    story.alert()
    passes_quietly(story, seconds=600 * (STEPS_MAX - 10))
    story.machine_down = True
    passes_quietly(story, seconds=600 * 20)
    assert story.page.generation == 2
    assert not story.executions
    story.machine_down = False
    story.got.clear()
    assert story.watchdog() == 1
    assert story.expect("boss", "email", Kind.EXHAUSTED)
    assert [execution.generation for execution in story.executions] == [3]


def test_a_year_later_somebody_answers(stage: Stage) -> None:
    story = comes_back_after(stage, 86_400)
    story.alert()
    passes_quietly(story, days=400)
    story.got.clear()
    story.answers("boss")
    passes_quietly(story, minutes=30)
    story.nothing_else()
