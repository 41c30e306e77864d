"""API Gateway's HTTP API payload format 2.0: a request as the event, a handler's result as the response.

From AWS's page "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway". Where that page is silent this
follows what others measured on AWS: rawPath comes decoded; a body is text only for text/* and for
application/json, application/xml and application/javascript, so a submitted form arrives in base64.
"""

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.function import ACCOUNT
from infra.local.routes import Route

API_ID = "local"
_TEXT_TYPES = frozenset({"application/json", "application/xml", "application/javascript"})


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    raw_path: str  # as sent, percent signs and all
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    protocol: str
    scheme: str


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def message(status: int, text: str) -> HttpResponse:
    """API Gateway's own answers all look like this."""
    return HttpResponse(status, (("content-type", "application/json"),), json.dumps({"message": text}).encode())


NOT_FOUND = message(404, "Not Found")
TOO_LARGE = message(413, "Request Entity Too Large")
SERVER_ERROR = message(500, "Internal Server Error")
UNAVAILABLE = message(503, "Service Unavailable")


def event(request: HttpRequest, route: Route, parameters: Mapping[str, str], now: datetime) -> dict[str, Any]:
    headers = _joined((name.lower(), value) for name, value in request.headers if name.lower() != "cookie")
    cookies = [
        crumb.strip()
        for name, value in request.headers
        if name.lower() == "cookie"
        for crumb in value.split(";")
        if crumb.strip()
    ]
    query = _joined(parse_qsl(request.raw_query, keep_blank_values=True))
    body, encoded = _body(request.body, headers.get("content-type", ""))
    # What is empty is left out, not null.
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": unquote(request.raw_path),
        "rawQueryString": request.raw_query,
        **({"cookies": cookies} if cookies else {}),
        "headers": _forwarded(headers, request),
        **({"queryStringParameters": query} if query else {}),
        "requestContext": _context(request, route, headers, now),
        **({"body": body} if request.body else {}),
        **({"pathParameters": dict(parameters)} if parameters else {}),
        "isBase64Encoded": encoded,
    }


def _joined(pairs: Any) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _forwarded(headers: dict[str, str], request: HttpRequest) -> dict[str, str]:
    host, _, port = headers.get("host", "").partition(":")
    earlier = headers.get("x-forwarded-for")
    return {
        "content-length": str(len(request.body)),
        "host": host,
        **headers,
        "x-amzn-trace-id": f"Root=1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": f"{earlier}, {request.source_ip}" if earlier else request.source_ip,
        "x-forwarded-port": port or ("443" if request.scheme == "https" else "80"),
        "x-forwarded-proto": request.scheme,
    }


def _context(request: HttpRequest, route: Route, headers: Mapping[str, str], now: datetime) -> dict[str, Any]:
    domain = headers.get("host", "").partition(":")[0]
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": unquote(request.raw_path),
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": base64.b64encode(uuid.uuid4().bytes[:11]).decode(),
        "routeKey": route.key,
        "stage": "$default",
        "time": now.astimezone(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in _TEXT_TYPES:
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass  # bytes that are no text cannot stand in JSON
    return base64.b64encode(body).decode(), bool(body)


def response(result: Any) -> HttpResponse:
    """What is not a response in API Gateway's form becomes the body of a 200."""
    if not isinstance(result, dict) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        return HttpResponse(200, (("content-type", "application/json"),), body.encode("utf-8", "replace"))
    try:
        return _structured(result)
    except (TypeError, ValueError, AttributeError, binascii.Error):
        return SERVER_ERROR


def _structured(result: Mapping[str, Any]) -> HttpResponse:
    status = int(result["statusCode"])
    headers = {str(name).lower(): _header(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain;charset=UTF-8")
    cookies = [("set-cookie", _header(cookie)) for cookie in result.get("cookies") or []]
    text = result.get("body") or ""
    if not isinstance(text, str) or not 100 <= status <= 599:
        raise TypeError
    body = base64.b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode("utf-8", "replace")
    return HttpResponse(status, (*headers.items(), *cookies), body)


def _header(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "\n" in text or "\r" in text:
        raise ValueError(text)
    return text
