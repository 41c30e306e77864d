"""Forced to interleave between read and write: one page, one message, nothing lost. No lock hides them."""

from collections.abc import Callable

import pytest
from stories.story import Story

from callout.domain.alert import Action, Alert, Severity
from callout.domain.events import Verb
from callout.domain.page import Changed, Page, State
from callout.paging import receive

SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99", Severity.CRITICAL)


def between(story: Story, *meanwhile: Callable[[], object]) -> None:
    """Each of these happens after the next verb has read and before it writes."""
    save = story.pages.save
    left = list(meanwhile)

    def interrupted(page: Page, before: Page | None) -> Page:
        if left:
            left.pop(0)()
        return save(page, before)

    story.pages.save = interrupted  # type: ignore[method-assign]


def test_eight_identical_triggers_that_all_read_before_any_wrote(story: Story) -> None:
    oncall = story.oncall

    def trigger() -> None:
        receive(story.world, SAID, oncall.services["checkout"], oncall)

    between(story, *[trigger] * 7)
    story.alert()
    story.expect("ada")
    assert (story.page.alerts, story.page.number, len(story.executions)) == (8, 1, 1)


def test_a_resolve_slips_in_before_a_repeat_is_written(story: Story) -> None:
    story.alert()
    story.expect("ada")
    between(story, story.resolve)
    story.alert()
    assert (story.page.number, story.page.state) == (2, State.TRIGGERED)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_a_trigger_slips_in_before_a_resolve_is_written(story: Story) -> None:
    story.alert()
    story.expect("ada")
    between(story, story.alert)
    story.resolve()
    assert (story.page.number, story.page.state, story.page.alerts) == (1, State.RESOLVED, 2)


def test_an_answer_slips_in_before_the_next_tier_is_written(story: Story) -> None:
    story.alert()
    story.expect("ada")
    between(story, lambda: story.answers("ada"))
    story.passes(seconds=300)
    story.nothing_else()
    assert story.page.state is State.ACKNOWLEDGED


def test_an_answer_while_the_message_is_on_its_way_stands(story: Story) -> None:
    story.alert()
    story.expect("ada")
    send = story.email.send

    def answered_meanwhile(address: str, brief: object) -> str:
        story.answers("ada")
        return send(address, brief)  # type: ignore[arg-type]

    story.email.send = answered_meanwhile  # type: ignore[method-assign, assignment]
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert story.page.state is State.ACKNOWLEDGED
    story.passes(minutes=59)


def test_news_while_a_step_is_sending_is_told_right_after(story: Story) -> None:
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    send = story.email.send

    def worse_meanwhile(address: str, brief: object) -> str:
        receive(story.world, SAID, story.oncall.services["checkout"], story.oncall)
        return send(address, brief)  # type: ignore[arg-type]

    story.email.send = worse_meanwhile  # type: ignore[method-assign, assignment]
    story.passes(seconds=300)
    story.email.send = send  # type: ignore[method-assign]
    kinds = sorted(str(brief.kind) for _, _, brief in story.got)
    assert kinds == ["news", "news", "page", "page"]
    story.got.clear()


def test_our_own_write_is_known_when_its_answer_was_lost_and_it_is_sent_again(story: Story) -> None:
    client = story.pages._client
    put = client.put_item

    def twice(**request: object) -> object:
        put(**request)  # type: ignore[arg-type]
        return put(**request)  # type: ignore[arg-type]

    client.put_item = twice  # type: ignore[assignment, method-assign]
    story.alert()
    story.expect("ada")
    assert (story.page.alerts, len(story.executions)) == (1, 1)


def test_a_trigger_and_an_undo_of_the_resolve_leave_one_open_page(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada", Verb.RESOLVE)
    between(story, lambda: story.answers("ada", Verb.UNDO))
    story.alert()
    assert (story.page.number, story.page.state, story.page.alerts) == (1, State.TRIGGERED, 2)


def test_changed_carries_the_item_as_it_is_now(story: Story) -> None:
    story.alert()
    story.expect("ada")
    page = story.page
    story.pages.save(page, page)
    with pytest.raises(Changed) as changed:
        story.pages.save(page, page)
    assert changed.value.current is not None
    assert changed.value.current.revision == page.revision + 1
