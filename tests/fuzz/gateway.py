"""Whatever API Gateway hands over: addresses, headers, bodies and how they are written, for every public function."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fuzz.house import event, filled, house, is_json
from fuzz.parsers import read_tokens, tokens
from fuzz.stage import ROUTING_KEY
from fuzz.target import Target

from callout.web.http import request_of


def subscribe(data: bytes) -> None:
    read_tokens(data)
    address = filled(data.decode("utf-8", "surrogateescape"))
    given = house().feed.handler(event("GET /calendar/{token}", {"token": address}), None)
    ours = address.removesuffix(".ics") == house().links["feed"]
    assert given["statusCode"] == (200 if ours else 404)
    assert ours == given["body"].startswith("BEGIN:VCALENDAR")


ROUTES = ("POST /v2/enqueue", "POST /webhooks/{format}/{key}", "POST /webhooks/{format}")


def take_event(data: bytes) -> None:
    """A JSON object of what a stranger can choose of an event: route, path, headers, body and how it is written."""
    sent = json.loads(data) if is_json(data) else {}
    sent = sent if isinstance(sent, dict) else {}
    route = ROUTES[len(str(sent.get("route", ""))) % len(ROUTES)]
    path = {name: filled(str(sent.get(name, ""))) for name in ("format", "key", "token")}
    given = sent.get("headers")
    headers = {str(name): filled(str(text)) for name, text in given.items()} if isinstance(given, dict) else {}
    asked = event(route, path, str(sent.get("body", "")), headers)
    asked["isBase64Encoded"] = bool(sent.get("base64"))
    stage = house().stage
    stage.again()
    before = stage.items()
    answer = house().intake.handler(asked, None)
    json.loads(answer["body"])
    assert answer["statusCode"] in (202, 400, 404)
    if answer["statusCode"] == 202:
        keys = [ROUTING_KEY, house().links["probe"]]
        assert [key for key in keys if key in f"{path} {headers}" or key.encode() in _raw(asked)]
    else:
        assert stage.items() == before
    for handler, route in ((house().acknowledge, "POST /a/{token}"), (house().feed, "GET /calendar/{token}")):
        answer = handler.handler({**asked, "routeKey": route, "pathParameters": path}, None)
        assert answer["statusCode"] in (200, 403, 404, 410, 422)


def _raw(asked: Mapping[str, Any]) -> bytes:
    return request_of(asked).body


def events() -> Iterator[bytes]:
    """The length of "route" says which of the three it is; requests that come in through each."""
    enqueued = {
        "routing_key": ROUTING_KEY,
        "event_action": "trigger",
        "payload": {"summary": "x", "source": "y", "severity": "info"},
    }
    by_path = {"route": "1", "format": "generic", "key": ROUTING_KEY, "body": "{}"}
    by_header = {"route": "12", "format": "alertmanager", "body": "eyJhIjoxfQ==", "base64": True}
    for sent in (
        {"route": "", "body": json.dumps(enqueued), "token": "<sms>"},
        {**by_path, "token": "<feed>", "headers": {"Content-Type": "application/json"}},
        {**by_path, "key": "<probe>", "token": "<email>"},
        {**by_header, "headers": {"X-Routing-Key": ROUTING_KEY}},
        {**by_header, "headers": {"authorization": f"Bearer {ROUTING_KEY}"}},
        {**by_header, "headers": {"x-routing-key": "<forgedprobe>"}},
    ):
        yield json.dumps(sent).encode()


TARGETS = (
    Target("links", subscribe, tokens, is_json=False, bytes_max=300),
    Target("events", take_event, events),
)
