"""In a maintenance window everything is recorded and nobody is paged; at its end what still fires is paged once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from people import TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import BEGIN, Story

from callout.domain.alert import Action, Severity
from callout.domain.brief import Kind
from callout.domain.events import Reason, Verb
from callout.domain.hours import Hours, Span
from callout.domain.oncall import Maintenance, OnCall
from callout.domain.page import Page, State
from callout.paging import step
from callout.store.pages import Pages

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


def test_a_window_that_goes_on_for_longer_holds_for_longer(stage: Stage) -> None:
    story = held_two(stage)
    longer = replace(maintained(replace(UPGRADE, end=BEGIN + 2 * HOUR)), version=2)
    story.oncall = longer
    story.alert("latency is high")  # one of them is said again, the other learns it at the end that was planned
    story.passes(minutes=59)
    story.nothing_else()
    assert story.page.held_until == story.page_of("disk").held_until == BEGIN + 2 * HOUR
    story.passes(minutes=1, seconds=12)
    assert story.expect("ada").title.startswith("2 still firing")
    story.resolve()
    story.resolve(key="disk")


def test_a_window_that_is_ended_early_lets_go_of_what_it_held(stage: Stage) -> None:
    story = stage(oncall=replace(maintained(replace(UPGRADE, end=BEGIN + 8 * HOUR)), version=2))
    story.alert("latency is high")
    story.passes(minutes=2)
    story.oncall = replace(oncall_of(TWO_TIERS), version=3)
    story.passes(minutes=3, seconds=10)
    assert story.expect("ada").title.startswith("1 still firing")
    story.resolve()


def test_a_held_page_looks_without_filling_its_ledger(stage: Stage) -> None:
    story = stage(oncall=maintained(replace(UPGRADE, end=BEGIN + 8 * HOUR)))
    story.alert()
    story.passes(hours=7, minutes=59)
    assert len(story.page.ledger) == 2
    story.resolve()


def test_an_older_description_does_not_end_a_newer_ones_window(stage: Stage) -> None:
    story = stage(oncall=replace(maintained(), version=2))
    story.alert()
    newer, story.oncall = story.oncall, oncall_of(TWO_TIERS)
    story.alert()
    story.oncall = newer
    story.passes(minutes=59)
    story.resolve()


def test_a_senders_acknowledgement_does_not_run_out_before_the_window_ends(stage: Stage) -> None:
    story = stage(oncall=maintained(replace(UPGRADE, end=BEGIN + 4 * HOUR)))
    story.alert()
    story.alert(action=Action.ACKNOWLEDGE)
    story.passes(hours=3, minutes=59)
    story.nothing_else()
    story.passes(minutes=1)
    story.expect("ada", kind=Kind.STILL_OPEN)
    story.answers("ada")


def test_two_windows_that_end_together_make_one_summary(stage: Stage) -> None:
    other = replace(UPGRADE, id="other", name="Other", labels={"job": "disk"}, end=BEGIN + HOUR)
    story = stage(oncall=replace(maintained(), maintenance=(replace(UPGRADE, labels={"job": "api"}), other)))
    story.alert("latency is high", details={"job": "api"})
    story.alert("disk is full", key="disk", details={"job": "disk"})
    story.passes(hours=1, seconds=11)
    assert story.expect("ada").title.startswith("2 still firing")
    story.resolve()
    story.resolve(key="disk")


def test_a_window_that_is_taken_back_makes_one_summary_for_all(stage: Stage) -> None:
    story = stage(oncall=replace(maintained(), version=2))
    story.alert("latency is high")
    story.alert("disk is full", key="disk")
    story.oncall = replace(oncall_of(TWO_TIERS), version=3)
    story.passes(minutes=1)
    story.alert("latency is high")
    story.passes(seconds=8)
    story.alert("disk is full", key="disk")
    story.passes(seconds=15)
    assert story.expect("ada").title.startswith("2 still firing")
    story.resolve()
    story.resolve(key="disk")


def test_taking_back_that_a_summary_is_resolved_leaves_its_pages_open(stage: Stage) -> None:
    story = after_the_end(stage)
    summary = summary_of(story)
    story.answers("ada", page_id=summary.id)
    story.passes(minutes=14, seconds=30)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary.id)
    story.passes(seconds=30)  # meanwhile its pages look how it is
    assert story.answers("ada", verb=Verb.UNDO, page_id=summary.id).reason is Reason.UNDONE
    story.passes(minutes=20)
    assert story.page.open
    assert summary_of(story).open


def test_a_summary_that_ended_with_its_pages_takes_none_along_that_is_open(stage: Stage) -> None:
    story = after_the_end(stage)
    for key in ("disk", "latency"):
        story.answers("ada", verb=Verb.RESOLVE, page_id=story.page_of(key).id)
    assert summary_of(story).closed_by == "Callout"
    assert story.answers("ada", verb=Verb.UNDO).reason is Reason.UNDONE
    assert story.expect("ada").title == "latency is high"
    story.answers("ada")


def test_news_of_a_page_is_the_summarys_and_goes_to_whoever_has_it(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert("latency is high", severity=Severity.WARNING)
    story.passes(hours=1, seconds=11)
    story.expect("ada")
    story.passes(minutes=5)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.answers("grace", page_id=summary_of(story).id)
    story.alert("latency is high", severity=Severity.CRITICAL)
    news = story.expect("grace", "sms", Kind.NEWS)
    story.expect("grace", "email", Kind.NEWS)
    assert (news.news, news.priority) == ("latency is high: worse: warning to critical", "P1")
    story.resolve()


def test_a_step_that_died_after_joining_makes_no_second_summary(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert("latency is high")
    story.machine_down = True
    held = story.page
    story.executions.clear()
    story.passes(hours=1)
    save, story.world = story.world, replace(story.world, pages=DiesAfterJoining(story.pages, held.id))
    with pytest.raises(RuntimeError):
        step(story.world, held.id, held.generation)
    story.world, story.machine_down = save, False
    story.passes(seconds=31)
    assert story.watchdog() == 1
    story.passes(minutes=1)
    assert story.watchdog() == 1
    assert story.expect("ada").title.startswith("1 still firing")
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    story.passes(minutes=1, seconds=31)
    story.watchdog()
    story.passes(minutes=20)
    assert not story.page.open


class DiesAfterJoining(Pages):
    """The process ends when it wants to save this page."""

    def __init__(self, pages: Pages, page_id: str) -> None:
        super().__init__(pages._client, pages._table)
        self._page_id = page_id

    def save(self, page: Page, before: Page | None) -> Page:
        if page.id == self._page_id:
            raise RuntimeError("killed")
        return super().save(page, before)
