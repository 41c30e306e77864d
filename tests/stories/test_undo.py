"""What was tapped by mistake can be taken back within a minute, by whoever tapped it."""

from dataclasses import replace

from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import Story

from callout.domain.alert import Action, Severity
from callout.domain.brief import Brief, Kind
from callout.domain.errors import Unavailable
from callout.domain.events import Answered, Reason, Verb
from callout.domain.page import State
from callout.paging import answer


def test_the_ladder_goes_on_as_if_nothing_had_been_said(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=100)
    story.answers("ada")
    story.passes(seconds=60)
    assert story.answers("ada", Verb.UNDO).reason is Reason.UNDONE
    story.passes(seconds=140)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_when_the_tier_ended_meanwhile_the_next_one_is_notified_at_once(stage: Stage) -> None:
    story = stage(replace(TWO_TIERS, ack_timeout_seconds=None))
    story.alert()
    story.expect("ada")
    story.passes(seconds=280)
    story.answers("ada")
    story.passes(seconds=40)
    assert not story.executions
    story.answers("ada", Verb.UNDO)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_a_minute_later_it_is_too_late(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.passes(seconds=61)
    assert story.answers("ada", Verb.UNDO).reason is Reason.TOO_LATE_TO_UNDO
    assert story.page.state is State.ACKNOWLEDGED


def test_nobody_takes_back_what_somebody_else_said(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    assert story.answers("grace", Verb.UNDO).reason is Reason.TOO_LATE_TO_UNDO


def test_resolved_by_mistake_is_open_again_and_pages(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=290)
    story.answers("ada", Verb.RESOLVE)
    story.passes(seconds=30)
    assert not story.executions
    assert story.answers("ada", Verb.UNDO).reason is Reason.UNDONE
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert (story.page.state, story.page.closed_at) == (State.TRIGGERED, None)


def test_resolved_by_mistake_after_an_acknowledgement_is_acknowledged_again(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.answers("ada", Verb.RESOLVE)
    story.answers("ada", Verb.UNDO)
    assert story.page.state is State.ACKNOWLEDGED
    assert [answer.who for answer in story.page.answers] == ["ada"]


def test_when_the_monitor_agrees_there_is_nothing_to_take_back(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada", Verb.RESOLVE)
    story.resolve()
    assert story.answers("ada", Verb.UNDO).reason is Reason.TOO_LATE_TO_UNDO


def test_when_it_came_back_meanwhile_the_old_page_stays_closed(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada", Verb.RESOLVE)
    closed = story.page
    story.alert()
    story.expect("grace", "sms")
    story.expect("grace", "email")
    decision = answer(story.world, closed.id, Answered(Verb.UNDO, "ada", "Ada", "SMS link"))
    assert decision.reason is Reason.TOO_LATE_TO_UNDO
    assert [story.pages.get(closed.id).open, story.page.open] == [False, True]  # type: ignore[union-attr]


def test_what_somebody_else_has_taken_stays_taken(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.answers("grace")
    assert story.answers("ada", Verb.UNDO).reason is Reason.UNDONE
    assert [answer.name for answer in story.page.answers] == ["Grace"]
    assert story.page.state is State.ACKNOWLEDGED
    story.passes(minutes=59)


def test_a_sender_that_has_acknowledged_meanwhile_counts_as_somebody_else(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.alert(action=Action.ACKNOWLEDGE, sender="Zabbix")
    story.answers("ada", Verb.UNDO)
    assert story.page.state is State.ACKNOWLEDGED


def test_a_message_that_the_answer_had_stopped_goes_out_after_all(story: Story) -> None:
    story.sms.fails = [Unavailable("Throttling")]
    story.alert()
    story.answers("grace")
    story.passes(seconds=20)
    story.answers("grace", Verb.UNDO)
    story.expect("ada")


def test_what_was_delivered_while_it_was_answered_is_not_sent_again(story: Story) -> None:
    send = story.sms.send

    def answered_meanwhile(address: str, brief: Brief) -> str:
        told = send(address, brief)
        story.sms.send = send  # type: ignore[method-assign]
        answer(story.world, story.page.id, Answered(Verb.ACKNOWLEDGE, "grace", "Grace", "SMS link"))
        return told

    story.sms.send = answered_meanwhile  # type: ignore[method-assign]
    story.alert()
    story.expect("ada")
    story.answers("grace", Verb.UNDO)
    story.passes(seconds=299)


def test_news_since_the_answer_is_still_told_after_it_was_taken_back(story: Story) -> None:
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    story.sms.fails = [Unavailable("Throttling")]
    story.alert()
    story.answers("ada", Verb.UNDO)
    story.passes(seconds=10)
    story.expect("ada", kind=Kind.NEWS)


def test_news_that_waited_when_it_was_resolved_by_mistake_is_told(story: Story) -> None:
    story.alert(members=("a",))
    story.expect("ada")
    story.alert(members=("a", "b"))
    story.expect("ada", kind=Kind.NEWS)
    story.alert(members=("a", "b", "c"))
    story.answers("ada", Verb.RESOLVE)
    story.answers("ada", Verb.UNDO)
    story.passes(seconds=60)
    story.expect("ada", kind=Kind.NEWS)
