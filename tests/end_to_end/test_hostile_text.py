"""Text that was written to do harm, in every field of every format: shown as text, and nowhere anything else."""

import json
import unicodedata
from html.parser import HTMLParser
from typing import Any

import pytest
from end_to_end.desk import Desk, link_of

from callout.domain.page import Page

pytestmark = pytest.mark.long

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"
HOSTILE = f"""Fire 🔥\0 \u202egnp.exe\u202c \u200e</title></style>"'> {MARKUP} {{{{7*7}}}} \x1b[31m https://evil.example.net/x"""
LINK = "https://good.example.com/x?a=1&b='\"><script>"

BODIES: dict[str, dict[str, Any]] = {
    "generic": {
        "key": HOSTILE,
        "title": HOSTILE,
        "severity": "critical",
        "source": HOSTILE,
        "details": {HOSTILE: HOSTILE, "nested": {HOSTILE: [HOSTILE]}},
        "links": [{"href": LINK, "text": HOSTILE}],
        HOSTILE: HOSTILE,
    },
    "alertmanager": {
        "groupKey": HOSTILE,
        "status": "firing",
        "receiver": HOSTILE,
        "externalURL": LINK,
        "notification_reason": HOSTILE,
        "groupLabels": {"alertname": HOSTILE, HOSTILE: HOSTILE},
        "commonLabels": {"alertname": HOSTILE, "severity": HOSTILE, HOSTILE: HOSTILE},
        "commonAnnotations": {"summary": HOSTILE, "runbook_url": "javascript:alert(1)", HOSTILE: HOSTILE},
        "alerts": [
            {
                "status": "firing",
                "labels": {"instance": HOSTILE, HOSTILE: HOSTILE},
                "annotations": {"description": HOSTILE},
                "generatorURL": "data:text/html,<script>alert(1)</script>",
                "fingerprint": HOSTILE,
                "startsAt": HOSTILE,
            }
        ]
        * 2,
    },
    "pagerduty": {
        "event_action": "trigger",
        "dedup_key": HOSTILE,
        "client": HOSTILE,
        "client_url": "javascript:alert(1)",
        "payload": {
            "summary": HOSTILE,
            "source": HOSTILE,
            "severity": "critical",
            "component": HOSTILE,
            "group": HOSTILE,
            "class": HOSTILE,
            "custom_details": {HOSTILE: HOSTILE, "list": [HOSTILE, {HOSTILE: HOSTILE}]},
        },
        "links": [{"href": LINK, "text": HOSTILE}],
        "images": [{"src": "javascript:alert(1)", "alt": HOSTILE, "href": HOSTILE}],
    },
}
SHOWN = "</title></style>\"'> " + MARKUP
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "div", "p", "span", "b", "bdi", "strong"),
    *("h1", "h2", "dl", "dt", "dd", "ul", "li", "a", "form", "input", "button", "label"),
    *("table", "tr", "td", "caption", "br"),
}


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, and what it shows as text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name == "href"}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(params=BODIES)
def page(desk: Desk, request: pytest.FixtureRequest) -> Page:
    if request.param == "pagerduty":
        body = json.dumps({"routing_key": desk.key, **BODIES["pagerduty"]}).encode()
        answer = desk.stack.http("POST", "/v2/enqueue", body, content_type="application/json")
    else:
        answer = desk.post(request.param, BODIES[request.param])
    assert answer.status == 202
    (page,) = desk.pages()
    return desk.notified(page.key)


def assert_harmless(html: str) -> None:
    seen = Reader(html)
    assert seen.tags <= TAGS
    assert not [name for name in seen.attributes if name.startswith("on") or name in ("src", "srcdoc", "formaction")]
    assert all(address.startswith(("https://", "http://127.0.0.1:")) for address in seen.addresses)
    assert_visible(html)
    assert SHOWN in seen.text  # nothing was cut out of it either: it is there to be read
    assert "🔥" in seen.text
    assert "{{7*7}}" in seen.text


def assert_visible(text: str) -> None:
    """No control character, and nothing that turns or hides what stands around it."""
    assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]


def test_the_answer_page_shows_it_as_text(desk: Desk, page: Page) -> None:
    assert not page.unparsed
    for channel in ("sms", "email"):
        html = desk.stack.http("GET", desk.link(channel)).data.decode()
        assert_harmless(html)
        assert SHOWN not in html


def test_the_mail_shows_it_as_text(desk: Desk, page: Page) -> None:
    (mail,) = desk.messages("email")
    assert_harmless(mail["html"])
    assert SHOWN in mail["text"]
    assert_visible(mail["text"])
    assert_visible(mail["subject"])
    assert "\n" not in mail["subject"]


def test_the_sms_is_one_clean_line_with_one_link(desk: Desk, page: Page) -> None:
    (sms,) = desk.messages("sms")
    assert_visible(sms["text"])
    assert "\n" not in sms["text"]
    assert sms["text"].count("://") == 1
    assert link_of(sms).startswith(desk.stack.url)


def test_the_logs_hold_none_of_it(desk: Desk, page: Page) -> None:
    lines = [line["text"] for line in desk.stack.logs() if page.id in line["text"]]
    assert lines
    assert not [line for line in lines if "alert(1)" in line]
