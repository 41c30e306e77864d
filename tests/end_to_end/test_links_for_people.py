"""What a person does with a link, and what the page says to them and to the next one."""

import pytest
from end_to_end.conftest import Hire
from end_to_end.desk import Desk
from end_to_end.person import buttons, form_of, look, number_of, send, tap

from callout.domain.oncall import Policy, Tier
from callout.domain.page import State

TOGETHER = Policy("together", (Tier(("ada", "grace"), ("sms", "email"), 600),))
ADA, GRACE = "+12025550101", "+12025550102"


@pytest.fixture
def desk(hire: Hire) -> Desk:
    desk = hire(TOGETHER)
    desk.trigger()
    return desk


def test_one_tap_on_the_smss_page_acknowledges(desk: Desk) -> None:
    link = desk.link("sms", ADA)
    assert "Not answered" in look(desk.stack.http, link)
    assert "You have it" in tap(desk.stack.http, link, "acknowledge")
    page = desk.page()
    assert (page.state, [answer.name for answer in page.answers]) == (State.ACKNOWLEDGED, ["Ada"])
    assert page.ledger[-1].text == "acknowledged by Ada (SMS link)"


def test_the_emails_page_wants_its_number_typed(desk: Desk) -> None:
    http, link = desk.stack.http, desk.link("email", "grace")
    html = look(http, link)
    fields = form_of(html).fields | {"action": "acknowledge"}
    for typed in ("", "000", number_of(html)[:2], number_of(html) + "0"):
        answer = send(http, link, fields | {"code": typed})
        assert answer.status == 422
        assert "That was not the number" in answer.data.decode()
    assert desk.page().state is State.TRIGGERED
    spaced = " ".join(number_of(html))
    assert "You have it" in send(http, link, fields | {"code": spaced}).data.decode()
    assert desk.page().ledger[-1].text == "acknowledged by Grace (email link)"


def test_tapping_twice_is_tapping_once(desk: Desk) -> None:
    link = desk.link("sms", ADA)
    tap(desk.stack.http, link, "acknowledge")
    once = desk.page()
    assert "You have it" in tap(desk.stack.http, link, "acknowledge")
    assert desk.page() == once


def test_within_a_minute_it_can_be_taken_back(desk: Desk) -> None:
    link = desk.link("sms", ADA)
    assert "undo" in buttons(tap(desk.stack.http, link, "acknowledge"))
    assert "Taken back" in tap(desk.stack.http, link, "undo")
    page = desk.page()
    assert (page.state, page.answers) == (State.TRIGGERED, ())
    assert page.ladder_at is not None


def test_nobody_takes_back_what_somebody_else_did(desk: Desk) -> None:
    tap(desk.stack.http, desk.link("sms", ADA), "acknowledge")
    grace = desk.link("sms", GRACE)
    assert "undo" not in buttons(look(desk.stack.http, grace))
    assert "Too late" in tap(desk.stack.http, grace, "undo")
    assert desk.page().state is State.ACKNOWLEDGED


def test_the_second_is_told_who_had_answered(desk: Desk) -> None:
    tap(desk.stack.http, desk.link("sms", ADA), "acknowledge")
    grace = desk.link("sms", GRACE)
    assert "Ada has it" in look(desk.stack.http, grace)
    html = tap(desk.stack.http, grace, "acknowledge")
    assert "You have it" in html
    assert "Ada, " in html
    assert [answer.name for answer in desk.page().answers] == ["Ada", "Grace"]


def test_a_person_can_resolve_and_the_others_are_told_that_it_is_closed(desk: Desk) -> None:
    assert "Resolved" in tap(desk.stack.http, desk.link("sms", ADA), "resolve")
    assert desk.page().state is State.RESOLVED
    html = look(desk.stack.http, desk.link("sms", GRACE))
    assert "Closed by Ada" in html
    assert buttons(html) == []


def test_a_link_of_a_page_that_the_monitor_closed_says_so_and_cannot_open_it_again(desk: Desk) -> None:
    link = desk.link("sms", ADA)
    fields = form_of(look(desk.stack.http, link)).fields
    desk.resolve()
    closed = desk.page()
    assert "Closed by" in look(desk.stack.http, link)
    for action in ("acknowledge", "resolve", "undo"):
        assert "Resolved" in send(desk.stack.http, link, fields | {"action": action}).data.decode()
    assert desk.page() == closed
