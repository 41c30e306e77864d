"""PagerDuty's key stands in the body: what is malformed there gets PagerDuty's answer, and no page."""

import json
from typing import Any

import pytest
from end_to_end.bad_bodies import CONTENT_TYPES, KB, UNREADABLE, padded
from end_to_end.desk import Desk

NOT_RECOGNIZED = {
    "status": "Unrecognized object",
    "message": "Event object format is unrecognized",
    "errors": ["JSON parse error"],
}
EVENT: dict[str, Any] = {
    "event_action": "trigger",
    "dedup_key": "disk",
    "payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"},
}


def post(desk: Desk, body: bytes, content_type: str = "application/json") -> Any:
    headers = {"content_type": content_type} if content_type else {}
    return desk.stack.http("POST", "/v2/enqueue", body, **headers)


def send(desk: Desk, **fields: object) -> Any:
    return post(desk, json.dumps({"routing_key": desk.key, **EVENT, **fields}).encode())


@pytest.mark.parametrize("name", [name for name in UNREADABLE if not name.startswith(("512", "600"))])
def test_what_is_no_object_is_not_recognized(desk: Desk, name: str) -> None:
    answer = post(desk, UNREADABLE[name])
    assert (answer.status, answer.json()) == (400, NOT_RECOGNIZED)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"event_action": None}, "'event_action' is missing or blank"),
        ({"event_action": 3}, "'event_action' is invalid"),
        ({"event_action": "explode"}, "'event_action' is invalid"),
        ({"event_action": "resolve", "dedup_key": ""}, "'dedup_key' is missing or blank"),
        ({"dedup_key": "x" * 256}, "'dedup_key' is too long"),
        ({"dedup_key": ["x"]}, "'dedup_key' is invalid"),
        ({"payload": None}, "'payload.summary' is missing or blank"),
        ({"payload": "Disk full"}, "'payload' is invalid"),
        ({"payload": {"summary": "x" * 1025, "source": "s", "severity": "info"}}, "'summary' is too long"),
        ({"payload": {"summary": {}, "source": [], "severity": "bad"}}, "'payload.summary' is invalid"),
    ],
)
def test_every_mistake_is_named(desk: Desk, fields: dict[str, object], error: str) -> None:
    answer = send(desk, **fields)
    told = answer.json()
    assert (answer.status, told["status"], told["message"]) == (400, "invalid event", "Event object is invalid")
    assert told["errors"][0].startswith(error)
    assert desk.pages() == []


@pytest.mark.parametrize(
    ("routing_key", "error"),
    [
        (None, "'routing_key' cannot be blank"),
        ("", "'routing_key' cannot be blank"),
        (5, "'routing_key' is invalid (must be a string)"),
        ("short", "Length of 'routing_key' is incorrect (should be 32 characters)"),
        ("x" * 33, "Length of 'routing_key' is incorrect (should be 32 characters)"),
        ("-" * 32, "'routing_key' cannot contain non-alphanumeric characters."),
    ],
)
def test_a_routing_key_of_the_wrong_shape(desk: Desk, routing_key: object, error: str) -> None:
    answer = send(desk, routing_key=routing_key)
    assert (answer.status, answer.json()["errors"]) == (400, [error])


def test_an_event_may_have_512_kb_and_not_600(desk: Desk) -> None:
    event = {"routing_key": desk.key, **EVENT}
    largest = post(desk, padded(event, 512 * KB))
    assert (largest.status, desk.page().title) == (202, "Disk full")
    for body in (padded(event, 512 * KB + 1), padded(event, 600 * KB), b"x" * (600 * KB)):
        answer = post(desk, body)
        assert answer.status == 400
        assert answer.json()["errors"] == ["Event is too large (maximum is 512 KB)"]
    assert desk.page().alerts == 1


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_the_content_type_does_not_matter(desk: Desk, content_type: str) -> None:
    answer = post(desk, json.dumps({"routing_key": desk.key, **EVENT}).encode(), content_type)
    assert (answer.status, answer.json()["dedup_key"]) == (202, "disk")


def test_an_empty_dedup_key_means_make_one(desk: Desk) -> None:
    keys = [send(desk, dedup_key="").json()["dedup_key"] for _ in range(2)]
    assert len(set(keys)) == 2
    assert sorted(page.key for page in desk.pages()) == sorted(keys)
