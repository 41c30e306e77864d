"""Alerts on their way in, and on to the one who is told."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from zlib import crc32

from fuzz import harmless
from fuzz.house import HEADERS, event, house
from fuzz.stage import ROUTING_KEY, Stage
from fuzz.target import Target

from callout.domain.alert import Action
from callout.domain.errors import Malformed
from callout.domain.page import Page
from callout.formats import Delivery
from callout.formats.registry import FORMATS
from callout.paging import step
from callout.store import shapes
from tests.formats.samples import CAPTURES, EXAMPLES

BAD = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)> www.evil.example.net {{7*7}}"
HOSTILE: Mapping[str, Any] = {
    "generic": {
        "title": BAD + 30 * " and so on",
        "details": {BAD: BAD},
        "links": [{"href": f"https://x.example.com/{BAD[:8]}", "text": BAD}],
    },
    "alertmanager": {"groupLabels": {"alertname": BAD}, "alerts": [{"labels": {BAD: BAD}, "annotations": {BAD: BAD}}]},
    "pagerduty": {
        "routing_key": "",
        "event_action": "trigger",
        "client": BAD,
        "payload": {"summary": BAD, "source": BAD, "severity": "info", "custom_details": {BAD: BAD}},
    },
}
SIZE_MAX = 60_000
"""Of a page that one alert made, as JSON."""


def enqueue(data: bytes) -> None:
    _take_in("pagerduty", event("POST /v2/enqueue", {}), data)


def webhook(name: str) -> Callable[[bytes], None]:
    def post(data: bytes) -> None:
        if crc32(data) % 2:
            asked = event("POST /webhooks/{format}/{key}", {"format": name, "key": ROUTING_KEY})
        else:
            headers = {**HEADERS, "authorization": f"Bearer {ROUTING_KEY}"}
            asked = event("POST /webhooks/{format}", {"format": name}, headers=headers)
        _take_in(name, asked, data)

    return post


def _take_in(name: str, asked: dict[str, Any], data: bytes) -> None:
    stage = house().stage
    stage.again()
    # API Gateway hands over text as it is and anything else as base64; either way these bytes arrive.
    asked["body"] = data.decode("utf-8", "surrogateescape") if _is_text(data) else b64encode(data).decode()
    asked["isBase64Encoded"] = not _is_text(data)
    before = stage.items()
    answer = house().intake.handler(asked, None)
    said = json.loads(answer["body"])
    assert answer["statusCode"] in (202, 400), answer
    if answer["statusCode"] == 202:
        _accepted(stage, said, _opens(name, data))
    else:
        assert stage.items() == before, "refused, and something was saved"
        assert said.get("problems") or said.get("errors")
        assert name == "pagerduty"  # where the key came in the address, whatever cannot be read pages


def _opens(name: str, data: bytes) -> bool:
    """Whether the request must have made a page."""
    with suppress(Malformed):
        return any(
            alert.action is Action.TRIGGER for alert in FORMATS[name].alerts(Delivery(data, HEADERS, lambda: "x"))
        )
    return True


def _accepted(stage: Stage, said: Mapping[str, Any], opens: bool) -> None:
    pages = [*stage.pages(), *(page for page in _of_stage(stage) if page.alerts > 1)]
    assert len(pages) <= 1, "one request is one page"
    assert opens == bool(pages), said
    for page in pages:
        assert page.open
        assert page.due_at is not None
        assert 0 < len(page.title) <= 1_024
        assert "\n" not in page.title
        assert sum(len(name) + len(text) for name, text in page.details.items()) <= 16_000
        assert len(page.details) <= 62
        assert len(json.dumps(shapes.page_item(page, "x"))) <= SIZE_MAX
        _told(stage, page.id)


def _of_stage(stage: Stage) -> Iterator[Page]:
    page = stage.runtime.pages.get(stage.page_id)
    if page is not None:
        yield page


def _told(stage: Stage, page_id: str) -> None:
    """What its responder gets and sees."""
    if page_id == stage.page_id:
        return
    step(stage.runtime.world, page_id, 1)
    texts = [sent.text for sent in stage.aws.sent if sent.channel == "sms"]
    assert len(texts) == len(stage.mails) == 1
    harmless.sms(texts[0])
    harmless.subject(stage.mails[0]["Subject"]["Data"])
    harmless.html(stage.mails[0]["Body"]["Html"]["Data"])
    link = harmless.LINK.findall(texts[0])[0].rpartition("/")[2]
    shown = house().acknowledge.handler(event("GET /a/{token}", {"token": link}), None)
    assert shown["statusCode"] == 200
    harmless.html(shown["body"])


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def bodies(name: str) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        for body in (json.dumps(HOSTILE[name]).encode(), *_sent(name)):
            yield re.sub(rb'"routing_key":\s*"[^"]*"', b'"routing_key": "%s"' % ROUTING_KEY.encode(), body)

    return read


def _sent(name: str) -> Iterator[bytes]:
    for file in sorted((EXAMPLES / name).iterdir()):
        yield file.read_bytes()
    folder = {"alertmanager": "webhook", "pagerduty": "pagerduty_v2"}.get(name)
    for file in sorted((CAPTURES / folder).iterdir()) if folder else ():
        if file.stat().st_size < 20_000:
            yield json.loads(file.read_text(encoding="utf-8"))["body"].encode()


TARGETS = (
    Target("enqueue", enqueue, bodies("pagerduty")),
    Target("alertmanager", webhook("alertmanager"), bodies("alertmanager")),
    Target("generic", webhook("generic"), bodies("generic")),
)
