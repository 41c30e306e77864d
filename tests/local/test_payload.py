import base64
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.payload import SERVER_ERROR, HttpRequest, event, response
from infra.local.routes import Route

NOW = datetime(2026, 11, 21, 20, 24, 40, 123000, tzinfo=UTC)
ROUTE = Route("POST", "/a/{token}", "F")
REQUEST = HttpRequest(
    method="POST",
    raw_path="/a/x%20y",
    raw_query="",
    headers=(("Host", "example.com"), ("User-Agent", "tests")),
    body=b"",
    source_ip="192.0.2.1",
    protocol="HTTP/1.1",
    scheme="https",
)


def given(**changes: Any) -> dict[str, Any]:
    return event(replace(REQUEST, **changes), ROUTE, {"token": "x y"}, NOW)


def typed(content_type: str, body: bytes) -> tuple[Any, Any]:
    made = given(headers=(("Content-Type", content_type),) if content_type else (), body=body)
    return made.get("body"), made["isBase64Encoded"]


def test_the_event_has_the_documented_shape() -> None:
    made = given()
    request_id, trace = made["requestContext"].pop("requestId"), made["headers"].pop("x-amzn-trace-id")
    assert len(request_id) == 16
    assert trace.startswith("Root=1-")
    assert made == {
        "version": "2.0",
        "routeKey": "POST /a/{token}",
        "rawPath": "/a/x y",
        "rawQueryString": "",
        "headers": {
            "host": "example.com",
            "user-agent": "tests",
            "content-length": "0",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "example.com",
            "domainPrefix": "example",
            "http": {
                "method": "POST",
                "path": "/a/x y",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "tests",
            },
            "routeKey": "POST /a/{token}",
            "stage": "$default",
            "time": "21/Nov/2026:20:24:40 +0000",
            "timeEpoch": 1795292680123,
        },
        "pathParameters": {"token": "x y"},
        "isBase64Encoded": False,
    }


def test_what_is_sent_twice_is_joined_by_commas() -> None:
    made = given(raw_query="a=1&b=%20&a=2&c=&d", headers=(("X-One", "1"), ("x-one", "2"), ("Host", "example.com")))
    assert made["headers"]["x-one"] == "1,2"
    assert made["queryStringParameters"] == {"a": "1,2", "b": " ", "c": "", "d": ""}
    assert made["rawQueryString"] == "a=1&b=%20&a=2&c=&d"


def test_cookies_are_a_list_and_no_header() -> None:
    made = given(headers=(("Cookie", "a=1; b=2"), ("cookie", "c=3")))
    assert made["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in made["headers"]


def test_what_a_proxy_forwarded_for_is_kept_before_the_peer() -> None:
    assert given(headers=(("X-Forwarded-For", "198.51.100.7"),))["headers"]["x-forwarded-for"] == (
        "198.51.100.7, 192.0.2.1"
    )


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "text/plain", "application/xml", "application/javascript"],
)
def test_text_stays_text(content_type: str) -> None:
    assert typed(content_type, "é".encode()) == ("é", False)


@pytest.mark.parametrize(
    "content_type",
    ["", "application/x-www-form-urlencoded", "application/octet-stream", "application/problem+json", "image/png"],
)
def test_everything_else_is_base64(content_type: str) -> None:
    assert typed(content_type, b"a=1") == (base64.b64encode(b"a=1").decode(), True)


def test_bytes_that_are_no_text_are_base64_whatever_they_are_called() -> None:
    assert typed("application/json", b"\xff\xfe") == (base64.b64encode(b"\xff\xfe").decode(), True)


def test_no_body_is_left_out() -> None:
    assert typed("application/json", b"") == (None, False)


def test_a_structured_result_becomes_the_response() -> None:
    made = response(
        {
            "statusCode": "201",
            "headers": {"X-A": 1, "X-B": True},
            "cookies": ["a=1", "b=2"],
            "body": base64.b64encode(b"\xff").decode(),
            "isBase64Encoded": True,
        }
    )
    assert made.status == 201
    assert made.body == b"\xff"
    assert made.headers == (
        ("x-a", "1"),
        ("x-b", "true"),
        ("content-type", "text/plain;charset=UTF-8"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    )


@pytest.mark.parametrize(
    ("result", "body"), [({"a": "é"}, '{"a": "é"}'), ("words", "words"), (None, "null"), ([], "[]")]
)
def test_anything_else_becomes_the_body_of_a_200(result: Any, body: str) -> None:
    made = response(result)
    assert (made.status, made.headers, made.body) == (200, (("content-type", "application/json"),), body.encode())


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "fine"},
        {"statusCode": None},
        {"statusCode": 42},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": [1]},
        {"statusCode": 200, "headers": {"a": "b\r\nset-cookie: c"}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
    ],
)
def test_a_result_out_of_form_is_a_server_error(result: Any) -> None:
    assert response(result) == SERVER_ERROR
