"""What a provider tells later: "never" takes the next way at once, whenever it comes; nothing ever waits for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from people import ADA, BOSS, GRACE, TWO_TIERS
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Verb
from callout.domain.notice import Outcome
from callout.domain.oncall import Contact
from callout.domain.page import Entry, State
from callout.domain.receipt import Receipt
from callout.paging import receipted

NEVER = Receipt("sms-1", True, "Phone carrier has blocked this message")
ARRIVED = Receipt("sms-1", False, "Message has been accepted by phone carrier")


def receipt(story: Story, notice: int, said: Receipt = NEVER, page_id: str = "") -> None:
    """Comes in; steps that are due at once are taken."""
    receipted(story.world, page_id or story.page.id, notice, said)
    story._run_until(story.now)


def life(story: Story, notice: int) -> list[str]:
    return [entry.what for entry in story.page.ledger if entry.notice == notice]


def outcome(story: Story, notice: int) -> Outcome:
    return next(each.outcome for each in story.page.notices if each.number == notice)


def told(story: Story) -> list[Entry]:
    return [entry for entry in story.page.ledger if entry.what == "receipt"]


def test_one_that_arrived_is_a_line_on_the_ledger_and_nothing_else(story: Story) -> None:
    story.alert()
    story.expect("ada")
    before = story.page
    receipt(story, 1, ARRIVED)
    page = story.page
    assert told(story)[0].text == "sms to Ada: Message has been accepted by phone carrier"
    assert replace(page, ledger=before.ledger, revision=before.revision) == before
    story.passes(seconds=299)


def test_never_takes_the_next_way_in_the_same_second(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=20)
    receipt(story, 1)
    story.expect("ada", "email")
    assert life(story, 1) == ["intended", "sent", "receipt", "next way"]
    assert life(story, 2) == ["intended", "sent"]
    assert outcome(story, 1) is Outcome.REFUSED
    story.passes(seconds=279)


def test_with_every_way_refused_later_the_next_tier_does_not_wait(story: Story) -> None:
    story.alert()
    story.expect("ada")
    receipt(story, 1)
    story.expect("ada", "email")
    receipt(story, 2)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert "unreachable" in story.ledger()


@pytest.mark.parametrize("order", [(NEVER, NEVER), (ARRIVED, NEVER), (NEVER, ARRIVED), (NEVER, ARRIVED, NEVER)])
def test_twice_and_in_any_order_it_is_the_same_as_once(story: Story, order: tuple[Receipt, ...]) -> None:
    story.alert()
    story.expect("ada")
    for said in order:
        receipt(story, 1, said)
    story.expect("ada", "email")
    assert outcome(story, 1) is Outcome.REFUSED
    assert len(told(story)) == len(set(order))
    story.passes(seconds=299)


@pytest.mark.parametrize("refused_by", ["the provider at once", "another receipt", "giving up"])
def test_what_has_failed_already_takes_no_second_next_way(stage: Stage, refused_by: str) -> None:
    numbers = tuple(Contact(f"sms-{n}", "sms", f"+1202555011{n}") for n in range(4))
    story = stage(TWO_TIERS, replace(ADA, contacts=numbers), GRACE, BOSS)
    if refused_by == "the provider at once":
        story.sms.fails = [Refused("OptedOut")]
    if refused_by == "giving up":
        story.sms.fails = [Unavailable("down")] * 5
    story.alert()
    if refused_by == "another receipt":
        story.expect("ada")
        receipt(story, 1, Receipt("sms-1", True, "it did not arrive"))
    story._run_until(story.now + timedelta(seconds=80))
    assert [address for _, address, _ in story.got] == [numbers[1].address]
    story.got.clear()
    receipt(story, 1)
    story.passes(seconds=200)


def while_sending(story: Story, happens: Callable[[], None]) -> None:
    """It happens once: the provider has the text, and the step does not know yet what it answers."""
    send = story.sms.send

    def interrupted(address: str, brief: Brief) -> str:
        story.sms.send = send  # type: ignore[method-assign]
        answer = send(address, brief)
        happens()
        return answer

    story.sms.send = interrupted  # type: ignore[method-assign]


def test_never_comes_before_the_providers_own_answer_was_saved(story: Story) -> None:
    while_sending(story, lambda: receipted(story.world, story.page.id, 1, NEVER))
    story.alert()
    story.expect("ada", "sms")
    story.expect("ada", "email")
    assert outcome(story, 1) is Outcome.REFUSED, "that it was taken does not undo that it never arrives"
    assert life(story, 1) == ["intended", "receipt", "next way", "sent"]
    story.passes(seconds=299)


def test_never_comes_for_a_text_whose_answer_got_lost(story: Story) -> None:
    send = story.sms.send

    def lost(address: str, brief: Brief) -> str:
        story.sms.send = send  # type: ignore[method-assign]
        send(address, brief)
        raise Unavailable("ReadTimeoutError")

    story.sms.send = lost  # type: ignore[method-assign]
    story.alert()
    story.expect("ada")
    receipt(story, 1)
    story.expect("ada", "email")
    story.passes(seconds=299)


def test_after_somebody_answered_it_changes_nothing_but_the_ledger(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("grace")
    story.passes(seconds=61)  # it cannot be taken back any more
    before = story.page
    receipt(story, 1)
    after = story.page
    assert after.ledger[:-1] == before.ledger
    assert replace(after, ledger=before.ledger, revision=before.revision) == before
    story.passes(minutes=58)


def test_as_long_as_the_answer_can_be_taken_back_the_next_way_is_only_remembered(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("grace")
    before = story.page
    receipt(story, 1)
    assert life(story, 1) == ["intended", "sent", "receipt", "next way"]
    assert story.page.ledger[-1].text == "Ada: email instead of sms, if the answer is taken back"
    assert (story.page.notices, story.page.due_at) == (before.notices, before.due_at)
    story.passes(minutes=59)


def test_who_takes_the_answer_back_does_not_wait_for_a_text_that_never_arrives(stage: Stage) -> None:
    story = stage(TWO_TIERS, replace(ADA, contacts=ADA.contacts[:1]), GRACE, BOSS)
    story.alert()
    story.expect("ada")
    story.answers("grace")
    receipt(story, 1)
    story.answers("grace", Verb.UNDO)
    story.expect("grace")  # nobody of the first tier could be reached: it is the second one's turn at once
    story.expect("grace", "email")


def test_news_to_whoever_has_it_that_never_arrives_takes_the_next_way(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    story.passes(minutes=1)
    story.alert(members=("a", "b"))
    story.expect("ada", "sms", Kind.NEWS)
    number = story.page.notices[-1].number
    receipt(story, number)
    story.expect("ada", "email", Kind.NEWS)
    assert story.page.state is State.ACKNOWLEDGED
    receipt(story, 1)
    story.passes(minutes=50)


def test_of_several_who_must_answer_those_who_did_are_left_in_peace(stage: Stage) -> None:
    everyone = replace(TWO_TIERS.tiers[0], targets=("ada", "grace"), everyone=True, channels=("sms",))
    story = stage(replace(TWO_TIERS, tiers=(everyone, *TWO_TIERS.tiers[1:])))
    story.alert()
    story.expect("ada")
    story.expect("grace")
    story.answers("ada")
    for notice in (1, 2):
        receipt(story, notice)
    story.expect("grace", "email")


def test_after_the_page_moved_on_it_is_a_line_on_the_ledger(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    receipt(story, 1)
    assert told(story)[0].text == "notice 1: Phone carrier has blocked this message"
    story.passes(seconds=599)


def test_for_a_page_that_is_closed_it_is_a_line_on_the_ledger(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.resolve()
    receipt(story, 1)
    assert story.page.state is State.RESOLVED
    assert len(told(story)) == 1
    story.passes(days=1)


@pytest.mark.parametrize("page_id", ["aaaaaaaaaaaaaaa-1", "no page id", ""])
def test_for_a_page_that_does_not_exist_it_is_ignored(story: Story, page_id: str) -> None:
    receipted(story.world, page_id, 1, NEVER)
    assert any("not there" in line for line in story.journal.lines)


def test_it_comes_again_while_the_table_cannot_be_reached(story: Story) -> None:
    story.alert()
    story.expect("ada")
    get = story.pages.get

    def gone(page_id: str) -> None:
        raise Unavailable("reading the page")

    story.pages.get = gone  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        receipted(story.world, "aaaaaaaaaaaaaaa-1", 1, NEVER)
    story.pages.get = get  # type: ignore[method-assign]


def test_the_last_resort_too_gets_its_next_way(stage: Stage) -> None:
    story = stage(replace(TWO_TIERS, tiers=TWO_TIERS.tiers[:1], last_resort=TWO_TIERS.tiers[0]), ADA, GRACE, BOSS)
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada", "sms", Kind.EXHAUSTED)
    receipt(story, 2)
    story.expect("ada", "email", Kind.EXHAUSTED)


def test_each_notices_life_can_be_read_from_the_ledger(story: Story) -> None:
    story.sms.fails = [Unavailable("Throttling"), Refused("OptedOut")]
    story.alert()
    story.passes(seconds=5)
    story.expect("ada", "email")
    receipt(story, 2, Receipt("email-1", False, "the mail server took it"))
    lines = [(entry.notice, entry.what, entry.text) for entry in story.page.ledger if entry.notice]
    assert lines == [
        (1, "intended", "sms to Ada: page"),
        (1, "unavailable", "sms to Ada: page (Throttling)"),
        (1, "intended", "sms to Ada: page, try 2"),
        (1, "refused", "sms to Ada: page (OptedOut)"),
        (1, "next way", "Ada: email instead of sms"),
        (2, "intended", "email to Ada: page"),
        (2, "sent", "email to Ada: page (email-1)"),
        (2, "receipt", "email to Ada: the mail server took it"),
    ]
    late = [entry.late_seconds for entry in story.page.ledger if entry.what == "intended"]
    assert late == [0.0, 0.0, 0.0]


def test_how_late_a_notice_is_counts_from_when_it_was_due(story: Story) -> None:
    story.machine_down = True
    story.alert()
    story.now = story.now.replace(minute=2)
    story.watchdog()
    story.expect("ada")
    intended = next(entry for entry in story.page.ledger if entry.what == "intended")
    assert intended.late_seconds == 120


def test_a_provider_that_is_given_up_has_its_line(story: Story) -> None:
    story.sms.down = Unavailable("down")
    story.alert()
    story.passes(seconds=75)
    story.expect("ada", "email")
    assert life(story, 1).count("intended") == life(story, 1).count("unavailable") == 5
    assert life(story, 1)[-2:] == ["given up", "next way"]


def test_the_same_words_about_two_notices_are_two_lines(story: Story) -> None:
    story.alert()
    story.expect("ada")
    page = story.page
    count = len(page.ledger)
    for number in (1, 1, 2):
        page = page.noted(story.now, "receipt", "sms to Ada: it did not arrive", notice=number)
    assert [(entry.notice, entry.times) for entry in page.ledger[count:]] == [(1, 2), (2, 1)]
