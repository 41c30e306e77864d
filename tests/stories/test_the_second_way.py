"""Whatever should have come and did not: the watchdog finds the page and drives it through the same step."""

import pytest
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.events import Reason
from callout.paging import step


def test_the_machine_never_started(story: Story) -> None:
    story.machine_down = True
    assert story.alert().reason is Reason.OPENED
    story.passes(seconds=30)
    assert story.watchdog() == 0
    story.passes(seconds=1)
    story.machine_down = False
    assert story.watchdog() == 1
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_the_machine_died_in_mid_wait(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.executions.clear()
    story.passes(seconds=331)
    assert story.watchdog() == 1
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert [execution.generation for execution in story.executions] == [2]
    assert story.watchdog() == 0


def test_with_the_machine_gone_for_good_the_watchdog_climbs_the_whole_ladder(story: Story) -> None:
    story.machine_down = True
    story.alert()
    story.passes(seconds=31)
    story.watchdog()
    story.expect("ada")
    story.passes(seconds=331)
    story.watchdog()
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.passes(seconds=631)
    story.watchdog()
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_an_execution_that_was_replaced_ends_and_sends_nothing(story: Story) -> None:
    story.alert()
    story.expect("ada")
    old = story.executions.pop()
    story.passes(seconds=331)
    story.watchdog()
    story.got.clear()
    assert step(story.world, old.page_id, old.generation).done
    assert story.page.due_at is not None
    story.now = story.page.due_at
    assert step(story.world, old.page_id, old.generation).done
    story.nothing_else()


def test_a_step_that_comes_twice_sends_once(story: Story) -> None:
    story.alert()
    story.expect("ada")
    for _ in range(3):
        rest = step(story.world, story.page.id, 1)
        assert rest.due_at == story.page.due_at


def test_killed_between_the_intent_and_the_sending_it_is_sent_a_minute_later(story: Story) -> None:
    class Killed(BaseException):
        pass

    def killed(address: str, brief: object) -> str:
        raise Killed

    send, story.sms.send = story.sms.send, killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        story.alert()
    story.sms.send = send  # type: ignore[method-assign]
    assert not story.got
    story.executions[0].wakes_at = story.page.due_at  # type: ignore[assignment]
    story.passes(seconds=59)
    story.nothing_else()
    story.passes(seconds=1)
    story.expect("ada")
    assert "unanswered" in story.ledger()


def test_one_poisoned_page_does_not_hold_up_the_others(story: Story) -> None:
    story.machine_down = True
    story.alert(key="bad")
    story.alert()
    story.passes(seconds=31)
    get = story.pages.get

    def poisoned(page_id: str) -> object:
        page = get(page_id)
        if page is not None and page.key == "bad":
            raise ValueError("rotten")
        return page

    story.pages.get = poisoned  # type: ignore[method-assign, assignment]
    assert story.watchdog() == 2
    story.expect("ada")
    assert any("the watchdog's step failed" in line for line in story.journal.lines)


def test_there_is_no_such_page(story: Story) -> None:
    assert step(story.world, "aaaaaaaaaaaaaaa-1", 1).done
