"""Requests that meet: several processes of the intake function read and write the same page at the same time."""

from functools import partial

import pytest
from end_to_end.at_once import at_once
from end_to_end.conftest import CALM
from end_to_end.desk import Desk, problem_of
from end_to_end.running import Running, eventually

from callout.domain.page import Page, State

RACES = 20

pytestmark = pytest.mark.long


@pytest.fixture(scope="module", autouse=True)
def _several_processes(stack: Running) -> None:
    """The intake function's pool is full-grown: what arrives together is handled together."""
    at_once(*[partial(Desk(stack, CALM).enqueue, "trigger", "disk")] * 8)


def test_eight_identical_triggers_are_one_page_and_one_sms(desk: Desk) -> None:
    for key in ("disk", "memory", "network", "queue", "clock"):
        answers = at_once(*[partial(desk.enqueue, "trigger", key)] * 8)
        assert [answer.status for answer in answers] == [202] * 8
        assert {answer.json()["dedup_key"] for answer in answers} == {key}
        page = desk.notified(key)
        assert (page.number, page.alerts) == (1, 8)
        assert len(desk.messages("sms", key)) == 1
    assert len(desk.pages()) == 5


def test_a_resolve_before_any_trigger_opens_nothing(desk: Desk) -> None:
    answer = desk.enqueue("resolve", "disk")
    assert (answer.status, answer.json()["dedup_key"]) == (202, "disk")
    assert desk.enqueue("acknowledge", "disk").status == 202
    assert desk.post("generic", {"action": "resolve", "key": "disk"}).status == 202
    assert desk.pages() == []


@pytest.mark.parametrize("open_already", [False, True], ids=["new problem", "open problem"])
def test_triggers_and_a_resolve_that_race_lose_nothing(desk: Desk, open_already: bool) -> None:
    keys = [f"disk {number}" for number in range(RACES)]
    for key in keys:
        if open_already:
            desk.trigger(key)
        answers = at_once(*[partial(desk.enqueue, action, key) for action in ("trigger", "resolve", "trigger")])
        assert [answer.status for answer in answers] == [202] * 3
    pages = desk.pages()
    for key in keys:
        about = sorted((page for page in pages if page.key == key), key=lambda page: page.number)
        assert_consistent(about, accepted=3 if open_already else 2)
    still_open = {page.problem for page in pages if page.open}
    eventually(lambda: still_open <= {problem_of(message) for message in desk.messages("sms")})


def assert_consistent(about: list[Page], accepted: int) -> None:
    """Every accepted trigger is counted once, on some page; at most the newest page is open, and it is due."""
    assert sum(page.alerts for page in about) == accepted
    assert [page.number for page in about] == list(range(1, len(about) + 1))
    assert all(page.state is State.RESOLVED and page.due_at is None for page in about[:-1])
    assert about[-1].open is (about[-1].due_at is not None)
