"""Who may page: a key in the address, in a header or in the body, and what a wrong one is told."""

import json
import statistics
import time
from typing import Any

import pytest
from end_to_end.desk import Desk

BODY = json.dumps({"key": "disk", "title": "Disk full"}).encode()
UNKNOWN = "0123456789abcdef0123456789abcdef"
REQUESTS = 40
INVALID = {"status": "invalid event", "message": "Event object is invalid", "errors": ["Invalid routing key"]}
REFUSED = {"status": "refused", "problems": ["no service has this routing key"]}


def post(desk: Desk, path: str, body: bytes = BODY, **headers: str) -> Any:
    return desk.stack.http("POST", path, body, content_type="application/json", **headers)


def event(key: str) -> bytes:
    said = {"summary": "Disk full", "source": "db-1", "severity": "critical"}
    return json.dumps({"routing_key": key, "event_action": "trigger", "dedup_key": "disk", "payload": said}).encode()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "GenieKey", "Token"])
def test_the_key_may_stand_in_the_authorization_header(desk: Desk, scheme: str) -> None:
    assert post(desk, "/webhooks/generic", authorization=f"{scheme} {desk.key}").status == 202
    assert desk.page().title == "Disk full"


def test_the_key_may_stand_in_a_header_of_its_own(desk: Desk) -> None:
    assert post(desk, "/webhooks/generic", x_routing_key=desk.key).status == 202
    assert desk.page().title == "Disk full"


def test_a_valid_key_in_a_header_pages_what_cannot_be_read(desk: Desk) -> None:
    answer = post(desk, "/webhooks/generic", b"rubbish", x_routing_key=desk.key)
    assert (answer.status, answer.json()["unparsed"]) == (202, True)


@pytest.mark.parametrize("body", [BODY, b"", b"rubbish"])
@pytest.mark.parametrize("format_name", ["generic", "alertmanager"])
def test_without_a_valid_key_nothing_is_accepted(desk: Desk, format_name: str, body: bytes) -> None:
    for path, headers in (
        (f"/webhooks/{format_name}/{UNKNOWN}", {}),
        (f"/webhooks/{format_name}/{desk.key[:-1]}", {}),
        (f"/webhooks/{format_name}/{desk.key.upper()}A", {}),
        (f"/webhooks/{format_name}/%00%ff", {}),
        (f"/webhooks/{format_name}/{'k' * 5000}", {}),
        (f"/webhooks/{format_name}", {}),
        (f"/webhooks/{format_name}", {"authorization": "Bearer"}),
        (f"/webhooks/{format_name}", {"authorization": f"Bearer {UNKNOWN}"}),
        (f"/webhooks/{format_name}", {"x_routing_key": UNKNOWN}),
    ):
        answer = post(desk, path, body, **headers)
        assert (answer.status, answer.json()) == (404, REFUSED)
    assert desk.pages() == []


def test_pagerdutys_path_answers_an_unknown_key_as_pagerduty_does(desk: Desk) -> None:
    answer = post(desk, "/v2/enqueue", event(UNKNOWN))
    assert (answer.status, answer.json()) == (400, INVALID)


def test_a_format_that_does_not_exist_is_named_with_those_that_do(desk: Desk) -> None:
    answer = post(desk, f"/webhooks/opsgenius/{desk.key}")
    assert answer.status == 404
    assert answer.json()["message"].endswith("There are: alertmanager, generic, pagerduty")
    assert "opsgenius" not in answer.json()["message"]


def test_an_unknown_key_is_refused_each_time_and_a_known_one_taken(desk: Desk) -> None:
    """In turns, so that both meet the same machine. How long each took is printed (pytest -s) for people to judge."""
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    post(desk, "/v2/enqueue", event(desk.key))
    for _ in range(REQUESTS):
        for name, key, status in (("known", desk.key, 202), ("unknown", UNKNOWN, 400)):
            began = time.perf_counter()
            assert post(desk, "/v2/enqueue", event(key)).status == status
            took[name].append(time.perf_counter() - began)
    for name, seconds in took.items():
        low, middle, high = statistics.quantiles(seconds, n=4)
        print(f"{name:8} key: median {middle * 1000:.1f} ms, quartiles {low * 1000:.1f} and {high * 1000:.1f} ms")
    assert desk.page().alerts == REQUESTS + 1
