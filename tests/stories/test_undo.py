"""What was tapped by mistake can be taken back within a minute, by whoever tapped it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import Story

from callout.domain.alert import Action, Severity
from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Answered, Reason, Verb
from callout.domain.oncall import Condition, Contact, ResponseTarget, Tier
from callout.domain.page import State
from callout.domain.priority import Priority
from callout.domain.receipt import Receipt
from callout.paging import answer, receipted

LINUS = replace(GRACE, id="linus", name="Linus", contacts=(Contact("sms", "sms", "+12025550103"),))
EVERYONE = replace(
    TWO_TIERS,
    tiers=(Tier(("ada", "grace", "linus"), ("sms",), 300, everyone=True), Tier(("boss",), ("email",), 300)),
)


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


def each_must_answer(stage: Stage) -> Story:
    story = stage(EVERYONE, ADA, GRACE, LINUS, BOSS)
    story.alert()
    for who in EVERYONE.tiers[0].targets:
        story.expect(who)
    return story


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.RESOLVE])
def test_the_last_of_those_who_must_each_answer_is_awaited_again(stage: Stage, verb: Verb) -> None:
    story = each_must_answer(stage)
    story.answers("ada")
    story.answers("grace")
    story.answers("linus", verb)
    assert story.answers("linus", Verb.UNDO).reason is Reason.UNDONE
    assert story.page.awaited == ("linus",)
    assert story.answers("ada").reason is Reason.ALREADY_ACKNOWLEDGED
    assert story.page.state is State.TRIGGERED
    story.passes(minutes=5)
    story.expect("boss", "email")


def test_somebody_else_who_takes_it_over_and_takes_that_back_lets_nobody_off(stage: Stage) -> None:
    story = each_must_answer(stage)
    story.answers("boss")
    assert story.page.state is State.ACKNOWLEDGED
    story.answers("boss", Verb.UNDO)
    assert story.answers("ada").reason is Reason.COUNTED
    assert story.page.awaited == ("grace", "linus")
    story.passes(minutes=5)
    story.expect("boss", "email")


def test_one_of_them_who_answered_meanwhile_has_answered_for_themselves(stage: Stage) -> None:
    story = each_must_answer(stage)
    story.answers("boss")
    story.answers("ada")
    story.answers("boss", Verb.UNDO)
    assert (story.page.state, story.page.awaited) == (State.TRIGGERED, ("grace", "linus"))
    story.answers("grace")
    story.answers("linus")
    assert story.page.state is State.ACKNOWLEDGED
    story.passes(minutes=59)


def test_all_of_them_who_answered_meanwhile_have_it(stage: Stage) -> None:
    story = each_must_answer(stage)
    story.answers("boss")
    for who in ("ada", "grace", "linus"):
        story.answers(who)
    story.answers("boss", Verb.UNDO)
    assert story.page.state is State.ACKNOWLEDGED
    assert [answer.who for answer in story.page.answers] == ["ada", "grace", "linus"]
    story.passes(minutes=59)


def test_who_has_answered_for_themselves_is_left_in_peace_after_somebody_elses_was_taken_back(stage: Stage) -> None:
    story = stage(EVERYONE, ADA, GRACE, LINUS, BOSS)
    story.sms.fails = [Unavailable("Throttling")] * 3
    story.alert()
    story.answers("boss")
    story.answers("ada")
    story.answers("boss", Verb.UNDO)
    story.passes(seconds=20)
    story.expect("grace")
    story.expect("linus")


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.RESOLVE])
def test_a_text_that_bounced_meanwhile_takes_the_next_way(story: Story, verb: Verb) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=100)
    story.answers("grace", verb)
    receipted(story.world, story.page.id, 1, Receipt("sms-1", True, "carrier blocked it"))
    receipted(story.world, story.page.id, 1, Receipt("sms-1", True, "it did not arrive"))
    story.passes(seconds=20)
    story.answers("grace", Verb.UNDO)
    story.expect("ada", "email")
    assert "next way" in story.ledger()
    story.passes(seconds=179)


def test_what_became_more_important_meanwhile_begins_its_ladder_and_its_clock_anew(stage: Stage) -> None:
    grave = Tier(("boss",), ("email",), 300, condition=Condition(priorities=(Priority.P1,)))
    policy = replace(TWO_TIERS, tiers=(grave, *TWO_TIERS.tiers))
    oncall = oncall_of(policy)
    service = replace(oncall.services["checkout"], response={Priority.P1: ResponseTarget(240)})
    story = stage(oncall=replace(oncall, services={"checkout": service}))
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    story.alert(severity=Severity.CRITICAL)
    story.expect("ada", kind=Kind.NEWS)
    story.answers("ada", Verb.UNDO)
    story.expect("boss", "email")
    assert story.page.clock is not None
    assert story.page.clock.running
    story.resolve()


def answered_while_it_is_sent(story: Story, who: str, fails: Exception | None = None) -> None:
    """They answer once the provider has the text, or is about to fail, before the step knows."""
    send = story.sms.send

    def answered_meanwhile(address: str, brief: Brief) -> str:
        story.sms.send = send  # type: ignore[method-assign]
        answer(story.world, story.page.id, Answered(Verb.ACKNOWLEDGE, who, who, "SMS link"))
        if fails is not None:
            raise fails
        return send(address, brief)

    story.sms.send = answered_meanwhile  # type: ignore[method-assign]


def test_a_text_that_was_refused_while_it_was_answered_takes_the_next_way(story: Story) -> None:
    answered_while_it_is_sent(story, "grace", Refused("OptedOut"))
    story.alert()
    story.passes(seconds=20)
    story.answers("grace", Verb.UNDO)
    story.expect("ada", "email")
    story.passes(seconds=279)


def test_a_text_that_was_given_up_while_it_was_answered_takes_the_next_way(story: Story) -> None:
    story.sms.fails = [Unavailable("Throttling")] * 4
    story.alert()
    story.passes(seconds=74)
    answered_while_it_is_sent(story, "grace", Unavailable("Throttling"))
    story.passes(seconds=1)
    assert story.page.state is State.ACKNOWLEDGED
    story.answers("grace", Verb.UNDO)
    story.expect("ada", "email")


def test_a_text_that_failed_while_it_was_answered_is_tried_again_when_it_would_have_been(story: Story) -> None:
    answered_while_it_is_sent(story, "grace", Unavailable("Throttling"))
    story.alert()
    story.answers("grace", Verb.UNDO)
    story.passes(seconds=5)
    story.expect("ada")
    assert "unanswered" not in story.ledger()


def test_of_several_who_must_answer_whose_text_bounced_gets_the_next_way(stage: Stage) -> None:
    story = each_must_answer(stage)
    story.answers("ada")
    receipted(story.world, story.page.id, 1, Receipt("sms-1", True, "carrier blocked it"))
    story.passes(seconds=20)
    story.answers("ada", Verb.UNDO)
    story.expect("ada", "email")
    assert story.page.awaited == ("ada", "grace", "linus")


def test_a_late_no_to_a_text_that_was_sent_twice_notifies_nobody_who_has_answered(story: Story) -> None:
    """A step that hangs is told "no" after another one, which sent the text again, was told "yes"."""
    send = story.sms.send

    def hangs(address: str, brief: Brief) -> str:
        story.sms.send = send  # type: ignore[method-assign]
        story.now += timedelta(seconds=95)
        assert story.watchdog() == 1
        story.expect("ada")
        answer(story.world, story.page.id, Answered(Verb.ACKNOWLEDGE, "ada", "Ada", "SMS link"))
        raise Refused("OptedOut")

    story.sms.send = hangs  # type: ignore[method-assign]
    story.alert()
    assert story.page.state is State.ACKNOWLEDGED
    story.passes(minutes=50)


def test_one_who_has_answered_for_themselves_was_reached_whatever_became_of_their_message(stage: Stage) -> None:
    """So the tier does not give way, as it would not if the answer were taken back."""
    both = Tier(("ada", "boss"), ("sms", "email"), 300, everyone=True)
    story = stage(replace(TWO_TIERS, tiers=(both, Tier(("grace",), ("sms",), 300))))
    story.sms.down = story.email.down = Unavailable("down")
    story.alert()
    story.answers("ada")
    story.sms.down, story.email.down = None, Refused("no such mailbox")
    story.passes(seconds=250)
    story.passes(seconds=60)
    story.expect("grace", "sms")
    story.answers("grace")
