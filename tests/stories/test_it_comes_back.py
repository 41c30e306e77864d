"""Suddenly it was not all well: a page that comes back after "resolved" starts higher than the first time."""

from dataclasses import replace

from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.events import Reason
from callout.domain.oncall import Tier

FOUR = replace(TWO_TIERS, tiers=tuple(Tier(("ada",), ("sms",), 60) for _ in range(4)))


def test_back_within_half_an_hour_it_starts_one_tier_higher_and_knows_the_last_time(story: Story) -> None:
    story.alert()
    story.expect("ada")
    first = story.page.id
    story.resolve()
    story.passes(minutes=29)
    assert story.alert().reason is Reason.RETURNED
    assert story.expect("grace", "sms").returned
    story.expect("grace", "email")
    assert (story.page.predecessor, story.page.number) == (first, 2)


def test_the_tier_that_was_passed_over_still_gets_its_turn_before_the_end(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.resolve()
    story.alert()
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.passes(seconds=600)
    assert story.expect("ada").tier == 1
    story.passes(seconds=300)
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_later_it_is_a_page_like_any_other(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.resolve()
    story.passes(minutes=31)
    assert story.alert().reason is Reason.OPENED
    assert not story.expect("ada").returned


def test_a_flapping_monitor_rises_once_an_hour_and_never_past_the_last_tier(stage: Stage) -> None:
    story = stage(FOUR)
    starts = []
    for _ in range(50):
        story.alert()
        starts.append(story.page.start)
        story.expect("ada")
        story.resolve()
        story.passes(minutes=5)
    assert starts[:13] == [0] + [1] * 12
    assert starts[13:25] == [2] * 12
    assert starts[25:] == [3] * 25


def test_nobody_was_notified_the_last_time_so_it_does_not_rise(story: Story) -> None:
    story.machine_down = True
    story.alert()
    story.resolve()
    story.machine_down = False
    story.alert()
    story.expect("ada")
