"""The second way: the state machine is gone, alerts are accepted all the same, and somebody is notified."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from end_to_end.conftest import CALM
from end_to_end.desk import Desk
from end_to_end.running import Running, now

from callout.domain.page import Page

MINUTES_MAX = 4


@pytest.fixture(scope="module")
def broken() -> Iterator[Running]:
    """A stack whose state machine somebody has deleted: every start is refused."""
    with Running() as running:
        running.client("stepfunctions").delete_state_machine(stateMachineArn=running.outputs["MachineArn"])
        yield running


@pytest.fixture
def desk(broken: Running) -> Desk:
    return Desk(broken, CALM)


def watch(stack: Running) -> None:
    """Calls the watch function, as the schedule does once a minute."""
    resources = stack.client("cloudformation").describe_stack_resource(StackName="callout", LogicalResourceId="Watch")
    name = resources["StackResourceDetail"]["PhysicalResourceId"]
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer


def aged(desk: Desk, page: Page) -> Page:
    """The page as if it had been due a minute ago, saved over what it was."""
    return desk.stack.pages.save(replace(page, ladder_at=now() - timedelta(minutes=1)), page)


def test_an_alert_is_accepted_and_nobody_hears_of_it_from_the_machine(desk: Desk) -> None:
    page = desk.trigger()
    assert page.due_at is not None
    assert page.due_at <= now()
    assert any(page.id in line["text"] and "machine did not start" in line["text"] for line in desk.stack.logs())
    assert desk.messages() == []
    watch(desk.stack)
    assert desk.messages() == []  # nor from the watchdog, before it is overdue


def test_the_watchdog_finds_an_overdue_page_and_notifies_once(desk: Desk) -> None:
    aged(desk, desk.trigger())
    watch(desk.stack)
    desk.notified()
    watch(desk.stack)
    assert sorted(message["channel"] for message in desk.messages()) == ["email", "sms"]


def test_the_watchdog_starts_the_machine_anew_for_what_comes_next(desk: Desk) -> None:
    aged(desk, desk.trigger())
    watch(desk.stack)
    page = desk.notified()
    assert (page.generation, page.wakes_at) == (2, page.due_at)


@pytest.mark.long
def test_the_schedule_alone_brings_it_out(desk: Desk) -> None:
    """Nothing is hurried: the page becomes overdue in its own time, and the template's rule fires in its own."""
    desk.trigger()
    for _ in range(MINUTES_MAX * 60):
        if desk.messages("sms"):
            break
        time.sleep(1)
    assert len(desk.messages("sms")) == 1
