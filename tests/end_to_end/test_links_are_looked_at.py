"""Nothing acknowledges by accident: previews, prefetches and scanners open links, and some press every button."""

from dataclasses import replace
from itertools import product
from urllib.parse import urlencode

import pytest
from end_to_end.at_once import at_once
from end_to_end.desk import Desk, link_of
from end_to_end.person import buttons, form_of, look, number_of, send, tap

from callout.domain.page import Page, State
from infra.local.forms import Form, forms

LOOKS = 100
THREADS = 4
FILLINGS = ("", "0", "1", "123", "000", "999", "test", "John Smith", "test@example.com", "12345")
"""What programs put into fields that they know nothing about."""


@pytest.fixture
def page(desk: Desk) -> Page:
    """A page that Ada has been notified of, by SMS and email."""
    desk.trigger()
    return desk.notified()


def assert_untouched(desk: Desk, page: Page, opened: int = 1) -> None:
    """That it was looked at is one line on the ledger, whoever looked how often; in everything else it is as it was."""
    after = desk.page()
    lines = after.ledger[len(page.ledger) :]
    assert [entry.what for entry in lines] == ["link opened"] * opened
    assert replace(after, ledger=page.ledger, told=page.told, revision=page.revision) == page
    assert (after.ledger[: len(page.ledger)], after.revision) == (page.ledger, page.revision + opened)
    assert tuple(replace(told, opened_at=None) for told in after.told) == page.told
    assert page.state is State.TRIGGERED


@pytest.mark.parametrize(
    "method", ["GET", pytest.param("HEAD", marks=pytest.mark.long), pytest.param("OPTIONS", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_hundred_looks_change_nothing(desk: Desk, page: Page, channel: str, method: str) -> None:
    link = desk.link(channel)

    def many() -> list[int]:
        return [desk.stack.http(method, link).status for _ in range(LOOKS // THREADS)]

    assert at_once(*[many] * THREADS) == [[200] * (LOOKS // THREADS)] * THREADS
    assert_untouched(desk, page, opened=1 if method == "GET" else 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_only_a_post_acts_whatever_else_carries_the_whole_form(desk: Desk, page: Page, method: str) -> None:
    link = desk.link("sms")
    form = urlencode(form_of(look(desk.stack.http, link)).fields | {"action": "acknowledge"})
    assert desk.stack.http(method, f"{link}?{form}").status == 200
    sent = {"content_type": "application/x-www-form-urlencoded"}
    assert desk.stack.http(method, f"{link}?{form}", form.encode(), **sent).status == 200
    assert_untouched(desk, page)


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_post_without_the_forms_own_field_changes_nothing(desk: Desk, page: Page, channel: str) -> None:
    http, link = desk.stack.http, desk.link(channel)
    code = number_of(look(http, link))
    others = Desk(desk.stack, page.policy)
    others.trigger()
    foreign = form_of(look(http, others.link(channel))).fields["nonce"]
    for nonce in ({}, {"nonce": ""}, {"nonce": "x"}, {"nonce": foreign}):
        assert send(http, link, {**nonce, "action": "acknowledge", "code": code}).status == 200
    assert_untouched(desk, page)


def test_a_post_of_nothing_or_of_rubbish_changes_nothing(desk: Desk, page: Page) -> None:
    http, link = desk.stack.http, desk.link("sms")
    nonce = form_of(look(http, link)).fields["nonce"]
    for body in (b"", b"\xff\xfe", b"&" * 5000, b'{"action": "acknowledge"}', b"action=acknowledge" * 100):
        assert http("POST", link, body, content_type="application/x-www-form-urlencoded").status == 200
    for action in ("", "undo", "ACKNOWLEDGE", "delete", "acknowledge "):
        assert send(http, link, {"nonce": nonce, "action": action}).status == 200
    assert_untouched(desk, page)


class Scanner:
    """Opens what is in a mail, and submits every form that it finds, in every way that it knows, and again."""

    def __init__(self, desk: Desk) -> None:
        self._http = desk.stack.http
        self.submitted = 0

    def visit(self, link: str, depth: int = 2) -> None:
        self._follow(link, self._http("GET", link).data.decode(), depth)

    def _follow(self, link: str, html: str, depth: int) -> None:
        if depth == 0:
            return
        answers = [self._submit(link, form, way) for form in forms(html) for way in self._ways(form)]
        for answer in answers[:: len(FILLINGS)]:  # one of each button: the others show the same form
            self._follow(link, answer, depth - 1)

    def _ways(self, form: Form) -> list[dict[str, str]]:
        pressed = [{name: value} for name, value in form.buttons]
        return [
            {**{name: value or filling for name, value in form.fields.items()}, **button}
            for button, filling in product([*pressed, {}], FILLINGS)
        ]

    def _submit(self, link: str, form: Form, fields: dict[str, str]) -> str:
        assert (form.method, form.action) == ("post", "")
        self.submitted += 1
        return str(send(self._http, link, fields).data.decode())


def test_a_scanner_that_submits_every_form_of_a_mail_acknowledges_nothing(desk: Desk, page: Page) -> None:
    (mail,) = desk.messages("email")
    link = link_of(mail)
    assert mail["html"].count(f'href="{link}"') == 1
    assert forms(mail["html"]) == []
    scanner = Scanner(desk)
    scanner.visit(link)
    assert scanner.submitted > 100
    assert_untouched(desk, page)
    assert buttons(look(desk.stack.http, link)) == ["acknowledge", "resolve"]
    tap(desk.stack.http, link, "acknowledge")  # and the person whom it was for is not locked out by all that
    assert desk.page().state is State.ACKNOWLEDGED
