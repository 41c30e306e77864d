"""The second one is told who had answered; the page stays one page, and news reaches both."""

from stories.story import Story

from callout.domain.alert import Action, Severity
from callout.domain.brief import Kind
from callout.domain.events import Reason, Verb
from callout.domain.page import State


def test_the_second_is_told_about_the_first(story: Story) -> None:
    story.alert(severity=Severity.ERROR)
    story.expect("ada")
    story.answers("ada")
    decision = story.answers("grace")
    assert decision.reason is Reason.ALREADY_ACKNOWLEDGED
    assert [answer.name for answer in story.page.answers] == ["Ada", "Grace"]
    story.alert()
    story.expect("ada", kind=Kind.NEWS)
    story.expect("grace", kind=Kind.NEWS)


def test_the_same_tap_twice_is_one_answer(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    revision = story.page.revision
    assert story.answers("ada").reason is Reason.ALREADY_ACKNOWLEDGED
    assert story.page.revision == revision


def test_an_answer_to_a_closed_page_changes_nothing(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.resolve()
    assert story.answers("ada").reason is Reason.ALREADY_CLOSED
    assert story.answers("ada", Verb.RESOLVE).reason is Reason.ALREADY_CLOSED


def test_a_sender_may_acknowledge_and_is_named(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.alert(action=Action.ACKNOWLEDGE, sender="Zabbix")
    assert story.page.state is State.ACKNOWLEDGED
    assert story.page.ledger[-1].text == "acknowledged by the sender, Zabbix"
    story.passes(minutes=59)


def test_a_resolve_or_an_acknowledgement_of_nothing_is_dropped(story: Story) -> None:
    assert story.resolve().reason is Reason.NOTHING_OPEN
    assert story.alert(action=Action.ACKNOWLEDGE).reason is Reason.NOTHING_OPEN
    story.alert()
    story.expect("ada")
