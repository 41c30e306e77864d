"""Forged, swapped, cut, expired, somebody else's: refused with the right word, and not a word about any page."""

from datetime import timedelta
from typing import Any

import pytest
from end_to_end.desk import LINK, Desk
from end_to_end.person import form_of, look, send
from end_to_end.running import now

from callout.domain import token
from callout.domain.page import Page, State
from callout.domain.token import LinkKind, SigningKey
from callout.store.keys import SigningKeys

pytestmark = pytest.mark.long

FACTS = ("Disk full", "db-1", "CRITICAL", "Desk ", "runbooks.example.com")
"""What the page says to whoever may see it."""


class Known:
    """A page, its real token, and the key that signed it, as only somebody with the table could have it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.trigger(source="db-1")
        self.link = desk.link("sms")
        self.base, _, self.token = self.link.rpartition("/")
        keys = SigningKeys(desk.stack.dynamodb, desk.stack.table, secret=bytes).read()
        assert keys is not None
        self.key: SigningKey = keys.present
        self.nonce = form_of(look(desk.stack.http, self.link)).fields["nonce"]

    def ask(self, text: str, method: str = "GET") -> Any:
        http, link = self.desk.stack.http, f"{self.base}/{text}"
        if method == "POST":
            return send(http, link, {"nonce": self.nonce, "action": "acknowledge"})
        return http(method, link)

    def assert_refused(self, text: str, status: int) -> None:
        for method in ("GET", "POST"):
            answer = self.ask(text, method)
            assert answer.status == status, f"{method} was answered {answer.status}"
            body = answer.data.decode()
            assert not [fact for fact in (*FACTS, self.page.problem) if fact in body]
            assert "<form" not in body

    def assert_untouched(self) -> None:
        assert self.desk.page().state is State.TRIGGERED
        assert self.desk.page().answers == ()


@pytest.fixture
def known(desk: Desk) -> Known:
    return Known(desk)


def test_the_real_link_tells_all_that_the_others_must_not(known: Known) -> None:
    html = look(known.desk.stack.http, known.link)
    assert [fact for fact in FACTS if fact in html] == list(FACTS)


def test_each_character_is_signed(known: Known) -> None:
    for at in range(token.TOKEN_CHARS):
        other = "A" if known.token[at] != "A" else "B"
        known.assert_refused(known.token[:at] + other + known.token[at + 1 :], 403)
    known.assert_untouched()


def test_parts_of_two_links_make_none(known: Known, desk: Desk) -> None:
    for other in (_other_token(known, desk), desk.link("email").rpartition("/")[2]):
        for at in range(1, token.TOKEN_CHARS):
            for mixed in (known.token[:at] + other[at:], other[:at] + known.token[at:]):
                if mixed not in (known.token, other):
                    known.assert_refused(mixed, 403)
    known.assert_untouched()


def _other_token(known: Known, desk: Desk) -> str:
    """Of another page of the same service."""
    desk.trigger("other", "Another")
    desk.notified("other")
    return str(next(found[1] for m in desk.messages("sms", key="other") if (found := LINK.search(m["text"]))))


@pytest.mark.parametrize("cut", [1, 2, 10, 34])
def test_a_cut_link_is_not_valid(known: Known, cut: int) -> None:
    known.assert_refused(known.token[:-cut], 403)
    known.assert_refused(known.token + known.token[:cut], 403)
    known.assert_untouched()


@pytest.mark.parametrize("text", ["%00", "..%2f..", "%ff%fe", "a" * 5000, "%E2%80%AE", "<script>", "'--", "{token}"])
def test_what_is_no_token_at_all_is_not_valid(known: Known, text: str) -> None:
    known.assert_refused(text, 403)


def test_a_link_expires(known: Known) -> None:
    long_ago = now() - timedelta(days=token.DAYS + 2)
    known.assert_refused(token.issue(known.key, known.page.id, "ada", LinkKind.SMS, long_ago), 410)
    known.assert_untouched()


def test_a_link_that_expired_and_is_forged_is_forged(known: Known) -> None:
    long_ago = now() - timedelta(days=token.DAYS + 2)
    stranger = SigningKey(known.key.id, b"\0" * token.SECRET_BYTES)
    known.assert_refused(token.issue(stranger, known.page.id, "ada", LinkKind.SMS, long_ago), 403)


def test_a_key_that_nobody_knows_signs_nothing(known: Known) -> None:
    for number in range(token.KEY_IDS):
        stranger = SigningKey(number, b"\0" * token.SECRET_BYTES)
        known.assert_refused(token.issue(stranger, known.page.id, "ada", LinkKind.SMS, now()), 403)
    known.assert_untouched()


def test_a_responder_who_was_not_notified_has_no_link_and_neither_has_a_page_that_is_not(known: Known) -> None:
    known.assert_refused(token.issue(known.key, known.page.id, "grace", LinkKind.SMS, now()), 404)
    known.assert_refused(token.issue(known.key, f"{known.page.problem}-7", "ada", LinkKind.SMS, now()), 404)
    known.assert_untouched()


def test_another_pages_link_is_for_the_other_page(known: Known, desk: Desk) -> None:
    """Even with this page's hidden field: neither of the two changes."""
    other: Page = desk.trigger("other", "Another")
    desk.notified("other")
    theirs = token.issue(known.key, other.id, "ada", LinkKind.SMS, now())
    assert "Disk full" not in known.ask(theirs).data.decode()
    assert known.ask(theirs, "POST").status == 200
    assert desk.page("other").state is State.TRIGGERED
    known.assert_untouched()
