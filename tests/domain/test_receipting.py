"""Receipts in any order, and looks at links: what holds whatever comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert
from callout.domain.decide import decide
from callout.domain.events import Delivered, Opened, Reason, Receipted, Received, Woken
from callout.domain.notice import Outcome, Result
from callout.domain.oncall import Tier
from callout.domain.page import Page

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
PEOPLE = {person.id: person for person in (ADA, GRACE, BOSS)}
BOTH = replace(TWO_TIERS, tiers=(Tier(("ada", "grace"), ("sms",), 300), *TWO_TIERS.tiers))
ONCALL = oncall_of(BOTH)
said = st.tuples(st.integers(1, 2), st.booleans())


def intended() -> Page:
    """A page that has written down a text to Ada (1) and one to Grace (2)."""
    page = decide(
        None, Received(Alert(Action.TRIGGER, "disk", "Zabbix"), "a" * 15, ONCALL.services["checkout"], BOTH), NOW
    ).page
    assert page is not None
    page = decide(page, Woken(ONCALL, 1), NOW).page
    assert page is not None
    return page


def met(page: Page, *events: Receipted | Delivered) -> Page:
    for event in events:
        decided = decide(page, event, NOW + timedelta(seconds=20)).page
        assert decided is not None
        page = decided
    return page


def receipt(number: int, refused: bool) -> Receipted:
    return Receipted(number, refused, "never" if refused else "arrived", PEOPLE)


def stand(page: Page) -> tuple[object, ...]:
    """Everything but in which order things were said."""
    ways = {(n.responder, n.contact, n.outcome, n.try_at, n.tries) for n in page.notices}
    lines = sorted((entry.what, entry.text, entry.notice) for entry in page.ledger if entry.what == "receipt")
    return ways, page.ladder_at, page.due_at, lines


@given(st.lists(said, max_size=6), st.randoms(use_true_random=False))
def test_the_same_receipts_in_any_order_and_number_leave_the_same_page(
    receipts: list[tuple[int, bool]], chance: object
) -> None:
    sent = met(intended(), Delivered([Result(number, Outcome.SENT) for number in (1, 2)], PEOPLE, 1))
    shuffled = [*receipts, *receipts]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    once = met(sent, *(receipt(*each) for each in dict.fromkeys(receipts)))
    assert stand(met(sent, *(receipt(*each) for each in shuffled))) == stand(once)


@given(st.lists(said, max_size=6), st.integers(0, 6))
def test_it_makes_no_difference_whether_they_come_before_the_providers_answer_is_saved(
    receipts: list[tuple[int, bool]], at: int
) -> None:
    told = [receipt(*each) for each in receipts]
    answered = Delivered([Result(number, Outcome.SENT) for number in (1, 2)], PEOPLE, 1)
    assert stand(met(intended(), *told[:at], answered, *told[at:])) == stand(met(intended(), answered, *told))


@given(st.lists(said, max_size=6))
def test_where_one_of_them_says_never_the_responders_other_way_is_due_at_once_and_once(
    receipts: list[tuple[int, bool]],
) -> None:
    page = met(intended(), *(receipt(*each) for each in receipts))
    never = {number for number, refused in receipts if refused}
    assert {n.number for n in page.notices if n.outcome is Outcome.REFUSED} == never
    queued = [n for n in page.notices if n.outcome is Outcome.QUEUED]
    assert sorted(n.responder for n in queued) == sorted({1: "ada", 2: "grace"}[number] for number in never)
    assert all(n.contact == "email" and n.try_at == page.due_at for n in queued)


@given(st.lists(st.sampled_from(["ada", "grace", "boss", "nobody"]), max_size=6))
def test_looks_change_nothing_that_is_due(who: list[str]) -> None:
    before = page = intended()
    for name in who:
        decision = decide(page, Opened(name, name, "SMS link"), NOW)
        assert decision.effects == ()
        assert decision.page is not None
        page = decision.page
    lines = [entry for entry in page.ledger if entry.what == Reason.LOOKED]
    assert len(lines) == len(set(who) & {"ada", "grace"})
    assert replace(page, ledger=before.ledger, told=before.told) == before
