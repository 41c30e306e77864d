"""API Gateway's HTTP API events, payload 2.0, as requests and answers."""

import json
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    route: str
    """As in the template: "POST /webhooks/{format}/{key}"."""
    method: str
    path: Mapping[str, str]
    """The path's parameters."""
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes = field(repr=False)


def request_of(event: Mapping[str, Any]) -> Request:
    return Request(
        route=event["routeKey"],
        method=event["requestContext"]["http"]["method"],
        path=event.get("pathParameters") or {},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=_body(event),
    )


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return b64decode(body, validate=True)
    except (Error, ValueError):
        return str(body).encode("utf-8", "surrogatepass")


def answer(status: int, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {"statusCode": status, "headers": dict(headers), "body": body, "isBase64Encoded": False}


def json_answer(status: int, body: Mapping[str, object]) -> dict[str, Any]:
    return answer(status, json.dumps(body), {"content-type": "application/json"})
