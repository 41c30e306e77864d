"""While nothing can be kept nothing is accepted: senders are told to come again, people to tap again."""

from collections.abc import Iterator

import pytest
from end_to_end.conftest import CALM
from end_to_end.desk import Desk
from end_to_end.person import form_of, look, send
from end_to_end.running import Running

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def broken() -> Iterator[tuple[Desk, str, str]]:
    """A service, a link of its page and its form's nonce, on a stack whose table is gone since."""
    with Running() as running:
        desk = Desk(running, CALM)
        desk.trigger()
        link = desk.link("sms")
        nonce = form_of(look(running.http, link)).fields["nonce"]
        running.client("dynamodb").delete_table(TableName=running.table)
        yield desk, link, nonce


@pytest.mark.parametrize("format_name", ["generic", "alertmanager"])
def test_a_webhook_is_answered_503(broken: tuple[Desk, str, str], format_name: str) -> None:
    answer = broken[0].post(format_name, {"title": "Disk full", "groupKey": "disk", "status": "firing"})
    assert (answer.status, answer.json()["status"]) == (503, "try again")


def test_pagerdutys_path_is_answered_503_in_its_own_shape(broken: tuple[Desk, str, str]) -> None:
    answer = broken[0].enqueue("trigger", "disk")
    assert answer.status == 503
    assert sorted(answer.json()) == ["errors", "message", "status"]


def test_an_answer_that_is_not_kept_is_not_confirmed(broken: tuple[Desk, str, str]) -> None:
    desk, link, nonce = broken
    assert desk.stack.http("GET", link).status == 503
    posted = send(desk.stack.http, link, {"nonce": nonce, "action": "acknowledge"})
    assert posted.status == 503
    assert "not recorded" in posted.data.decode().lower()
