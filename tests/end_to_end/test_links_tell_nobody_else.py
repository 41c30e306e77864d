"""What surrounds an answer page: headers that keep it where it is, and logs that hold no token, number or key."""

import re
from typing import Any

import pytest
from end_to_end.desk import LINK, Desk
from end_to_end.person import form_of, look, number_of, send, tap

EXTERNAL = re.compile(r"""\b(?:src|srcset|action|data|poster)\s*=|url\(|@import|<(?:script|iframe|img|link|object)\b""")
"""What would make a browser fetch or run something. (The links that people may follow are another matter.)"""


def assert_guarded(answer: Any) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_answer_is_guarded(desk: Desk, method: str) -> None:
    desk.trigger()
    link, http = desk.link("sms"), desk.stack.http
    for address in (link, link[:-1] + "!", link[:-35] + "A" * 35):
        assert_guarded(http(method, address))


def test_what_comes_of_an_answer_is_guarded_too(desk: Desk) -> None:
    desk.trigger()
    http, link = desk.stack.http, desk.link("email")
    html = look(http, link)
    fields = form_of(html).fields
    for code, action in (("0", "acknowledge"), (number_of(html), "acknowledge"), (number_of(html), "resolve")):
        answer = send(http, link, fields | {"code": code, "action": action})
        assert_guarded(answer)
        assert not EXTERNAL.search(answer.data.decode())


def test_the_page_and_the_mail_fetch_and_run_nothing(desk: Desk) -> None:
    desk.trigger(links=[{"href": "https://grafana.example.com/d/1", "text": "board"}])
    link = desk.link("email")
    assert not EXTERNAL.search(look(desk.stack.http, link))
    (mail,) = desk.messages("email")
    assert not EXTERNAL.search(mail["html"])


def test_no_log_line_holds_a_token_a_number_an_address_or_a_key(desk: Desk) -> None:
    page = desk.trigger()
    link = desk.link("email")
    tap(desk.stack.http, link, "acknowledge")
    assert desk.stack.http("GET", link[:-1] + "!").status == 403
    desk.stack.http("POST", "/webhooks/generic", b"{}", x_routing_key=desk.key)
    desk.resolve()
    lines = [line["text"] for line in desk.stack.logs()]
    assert {line["function"] for line in desk.stack.logs()} >= {"Intake", "Step", "Acknowledge"}
    assert [line for line in lines if page.id in line]
    tokens = {found[1] for message in desk.messages() if (found := LINK.search(message["text"]))}
    for secret in (*tokens, *(token[-8:] for token in tokens), desk.key, "2025550101", "@example.com"):
        assert not [line for line in lines if secret in line]
