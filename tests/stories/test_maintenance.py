"""In a maintenance window everything is recorded and nobody is paged; at its end what still fires is paged once."""

from dataclasses import replace
from datetime import timedelta

from people import TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import BEGIN, Story

from callout.domain.brief import Kind
from callout.domain.events import Reason, Verb
from callout.domain.hours import Hours, Span
from callout.domain.oncall import Maintenance, OnCall
from callout.domain.page import Page, State

HOUR = timedelta(hours=1)
UPGRADE = Maintenance("upgrade", "Upgrade", ("checkout",), start=BEGIN, end=BEGIN + HOUR)


def maintained(window: Maintenance = UPGRADE) -> OnCall:
    return replace(oncall_of(TWO_TIERS), maintenance=(window,))


def summary_of(story: Story) -> Page:
    pages = [page for page in story.pages.recent(story.now, 50) if page.is_summary]
    return max(pages, key=lambda page: page.number)


def held_two(stage: Stage) -> Story:
    story = stage(oncall=maintained())
    assert story.alert("latency is high").reason is Reason.HELD
    assert story.alert("disk is full", key="disk").reason is Reason.HELD
    story.passes(minutes=59, seconds=59)
    story.nothing_else()
    return story


def after_the_end(stage: Stage) -> Story:
    story = held_two(stage)
    story.passes(seconds=11)
    brief = story.expect("ada")
    assert brief.title.startswith("2 still firing after maintenance Upgrade: ")
    assert {"latency is high", "disk is full"} <= set(brief.details.values())
    return story


def test_what_still_fires_at_its_end_is_paged_once(stage: Stage) -> None:
    story = after_the_end(stage)
    story.answers("ada", page_id=summary_of(story).id)
    story.alert("latency is high")
    story.alert("disk is full", key="disk")
    story.passes(minutes=50)


def test_nobody_answers_the_summary_and_it_climbs_for_all_of_them(stage: Stage) -> None:
    story = after_the_end(stage)
    story.passes(minutes=5)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.passes(minutes=10)
    story.expect("boss", "email", Kind.EXHAUSTED)
    story.resolve()
    story.resolve(key="disk")
    assert not summary_of(story).open


def test_resolves_are_recorded_and_what_is_over_is_not_paged(stage: Stage) -> None:
    story = held_two(stage)
    story.resolve()
    story.resolve(key="disk")
    assert not story.page.open
    story.passes(hours=3)


def test_one_of_two_is_over_when_it_ends(stage: Stage) -> None:
    story = held_two(stage)
    story.resolve()
    story.passes(seconds=11)
    assert story.expect("ada").title == "1 still firing after maintenance Upgrade: disk is full"
    story.resolve(key="disk")
    assert summary_of(story).closed_by == "Callout"


def test_one_that_ends_later_leaves_the_summary_and_the_last_one_closes_it(stage: Stage) -> None:
    story = after_the_end(stage)
    story.resolve()
    assert summary_of(story).firing == (story.page_of("disk").id,)
    story.resolve(key="disk")
    assert not summary_of(story).open
    story.passes(hours=1)


def test_a_summary_that_was_resolved_takes_its_pages_along(stage: Stage) -> None:
    story = after_the_end(stage)
    story.passes(minutes=1)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    story.passes(minutes=15)
    assert not story.page.open
    assert not story.page_of("disk").open


def test_one_that_fires_on_after_its_summary_was_resolved_speaks_for_itself(stage: Stage) -> None:
    story = after_the_end(stage)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    story.passes(minutes=5)
    story.alert("latency is high")
    story.passes(seconds=30)
    assert story.expect("ada").title == "latency is high"
    assert story.page.state is State.TRIGGERED
    story.answers("ada")


def test_the_machine_never_started_and_the_watchdog_brings_what_still_fires(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.machine_down = True
    story.alert("latency is high")
    story.passes(hours=1, minutes=1)
    story.machine_down = False
    assert story.watchdog() == 1
    story.passes(seconds=30)
    story.expect("ada")
    story.answers("ada", page_id=summary_of(story).id)


def test_a_page_that_was_open_before_goes_on(stage: Stage) -> None:
    story = stage(oncall=oncall_of(TWO_TIERS))
    story.alert()
    story.expect("ada")
    story.oncall = maintained()
    story.alert()
    story.passes(minutes=5)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.resolve()


def test_other_services_and_other_labels_are_not_concerned(stage: Stage) -> None:
    for window in (replace(UPGRADE, services=("search",)), replace(UPGRADE, labels={"cluster": "eu-2"})):
        story = stage(oncall=maintained(window))
        story.alert(key=f"{window.services}", details={"cluster": "eu-1"})
        story.expect("ada")
        story.resolve(key=f"{window.services}")
        story.passes(days=1)


def test_a_window_by_label_holds_what_bears_the_label(stage: Stage) -> None:
    story = stage(oncall=maintained(replace(UPGRADE, services=(), labels={"cluster": "eu-1"})))
    assert story.alert(details={"cluster": "eu-1", "job": "api"}).reason is Reason.HELD
    story.resolve()


def test_a_window_recurs(stage: Stage) -> None:
    nightly = replace(UPGRADE, start=None, end=None, hours=Hours((Span(start=3 * 60, end=4 * 60),)))
    story = stage(oncall=maintained(nightly))
    for _ in range(2):
        assert story.alert().reason is Reason.HELD
        assert story.page.held_until == story.now + HOUR
        story.resolve()
        story.passes(days=1)


def test_a_window_that_is_taken_back_does_not_hold_any_longer(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert()
    story.oncall = oncall_of(TWO_TIERS)
    story.passes(minutes=1)
    story.alert()
    story.passes(seconds=10)
    assert story.expect("ada").title.startswith("1 still firing after maintenance Upgrade")
    story.resolve()
