"""Whoever has a valid key is believed: what nobody can read pages all the same, once, marked as unread."""

import json

import pytest
from end_to_end.bad_bodies import CONTENT_TYPES, KB, UNREADABLE, WRONG, padded
from end_to_end.conftest import CALM, Hire
from end_to_end.desk import Desk
from end_to_end.person import look
from end_to_end.running import Running

from callout.domain.page import State

pytestmark = pytest.mark.long

READABLE: dict[str, dict[str, object]] = {
    "generic": {"key": "disk", "title": "Disk full"},
    "alertmanager": {"groupKey": "disk", "status": "firing", "commonLabels": {"alertname": "Disk full"}},
}
FORMATS = list(READABLE)


@pytest.fixture(scope="module")
def desks(stack: Running) -> dict[str, Desk]:
    """One a format for the whole module: all that is unreadable belongs to one page."""
    return {name: Desk(stack, CALM) for name in FORMATS}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("format_name", FORMATS)
def test_an_unreadable_body_is_accepted_and_pages(desks: dict[str, Desk], format_name: str, name: str) -> None:
    desk = desks[format_name]
    answer = desk.post(format_name, UNREADABLE[name])
    told = answer.json()
    assert (answer.status, told["status"], told["unparsed"]) == (202, "accepted", True)
    assert told["problems"]
    assert "Traceback" not in answer.data.decode()
    (page,) = desk.pages()
    assert (page.key, page.unparsed, page.state) == (told["keys"][0], True, State.TRIGGERED)


@pytest.mark.parametrize("format_name", FORMATS)
def test_all_of_them_are_one_page_and_a_body_that_is_not_the_last_one_is_news(hire: Hire, format_name: str) -> None:
    desk = hire()
    for body in (b"not JSON", b"not JSON", b"not JSON"):
        assert desk.post(format_name, body).status == 202
    page = desk.notified(f"unparsed:{format_name}")
    assert (len(desk.pages()), page.alerts) == (1, 3)
    (sms,) = desk.messages("sms")
    assert "Unreadable alert" in sms["text"]
    assert desk.post(format_name, b"\xff").status == 202
    page = desk.notified(f"unparsed:{format_name}")
    assert (len(desk.pages()), page.alerts) == (1, 4)
    assert desk.messages("sms")[-1]["text"].startswith("News: ")
    assert "could not be understood" in look(desk.stack.http, desk.link("sms"))
    assert "could not be understood" in desk.messages("email")[0]["html"]


@pytest.mark.parametrize("name", WRONG)
def test_generic_json_with_something_wrong_pages_and_the_answer_names_it(desk: Desk, name: str) -> None:
    answer = desk.post("generic", WRONG[name])
    assert (answer.status, answer.json()["unparsed"]) == (202, True)
    assert all(problem.startswith("'") for problem in answer.json()["problems"])
    assert [page.unparsed for page in desk.pages()] == [True]


@pytest.mark.parametrize(
    "body",
    [
        {"alerts": 5, "groupKey": ["x"], "commonLabels": "none", "status": 7, "truncatedAlerts": "many"},
        {"alerts": [1, None, "x", {"labels": [1], "annotations": {"summary": {"a": 1}}, "startsAt": 12}]},
        {"status": "firing", "commonLabels": {"alertname": {"deep": [1, 2]}, "severity": 5}},
    ],
)
def test_alertmanagers_fields_of_the_wrong_kind_page_with_what_is_left(desk: Desk, body: dict[str, object]) -> None:
    assert desk.post("alertmanager", body).status == 202
    (page,) = desk.pages()
    assert page.title


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_content_type_does_not_matter(desk: Desk, format_name: str, content_type: str) -> None:
    body = json.dumps(READABLE[format_name]).encode()
    headers = {"content_type": content_type} if content_type else {}
    answer = desk.stack.http("POST", f"/webhooks/{format_name}/{desk.key}", body, **headers)
    assert (answer.status, answer.json()) == (202, {"status": "accepted", "keys": ["disk"]})
    assert not desk.page().unparsed


@pytest.mark.parametrize("size", [512 * KB, 600 * KB])
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_large_body_is_read(desk: Desk, format_name: str, size: int) -> None:
    body = padded(READABLE[format_name], size)
    assert len(body) == size
    assert desk.post(format_name, body).json() == {"status": "accepted", "keys": ["disk"]}
    assert "Disk full" in desk.page().title


@pytest.mark.parametrize("format_name", FORMATS)
def test_over_long_fields_are_cut_and_a_long_key_stays_one_key(desk: Desk, format_name: str) -> None:
    long = "y" * 100_000
    body = {
        "generic": {"key": long, "title": long, "source": long, "details": {long: long, "z": long}},
        "alertmanager": {"groupKey": long, "status": "firing", "commonLabels": {"alertname": long, long: long}},
    }[format_name]
    first, again = desk.post(format_name, body), desk.post(format_name, body)
    assert (first.status, first.json()) == (202, again.json())
    (page,) = desk.pages()
    assert (page.alerts, page.unparsed) == (2, False)
    assert len(page.title) <= 1024
    assert page.title.endswith("…")
    assert sum(map(len, page.details.values())) < 10_000
