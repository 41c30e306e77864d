"""The probe, fired by hand: through front door, table, machine and step, to a sink that only measures."""

import json
import re
import time

import pytest
from end_to_end.running import Running, eventually

from callout.domain import synthetic
from callout.domain.identity import problem_id

PROBLEM = problem_id(synthetic.ID, synthetic.DEDUP_KEY)
SECOND_TIER_SECONDS = 100


def fire(stack: Running) -> None:
    resources = stack.client("cloudformation").describe_stack_resource(StackName="callout", LogicalResourceId="Probe")
    name = resources["StackResourceDetail"]["PhysicalResourceId"]
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    assert json.loads(answer["Payload"].read()) == {"opened": True}


def measured(stack: Running) -> list[float]:
    """What the logs say of SyntheticSeconds so far."""
    lines = (line["text"] for line in stack.logs() if '"SyntheticSeconds"' in line["text"] and "_aws" in line["text"])
    return [seconds for line in lines for seconds in json.loads(line)["SyntheticSeconds"]]


def test_it_arrives_is_measured_and_the_next_takes_its_place(stack: Running) -> None:
    told, before = stack.outbox(), len(measured(stack))
    fire(stack)
    eventually(lambda: len(measured(stack)) > before)
    first = stack.pages.newest(PROBLEM)
    assert first is not None
    assert first.open
    fire(stack)
    eventually(lambda: len(measured(stack)) > before + 1)
    second, first = stack.pages.newest(PROBLEM), stack.pages.get(first.id)
    assert second is not None
    assert first is not None
    assert (second.number, second.open, first.open) == (first.number + 1, True, False)
    assert [message for message in stack.outbox() if message not in told] == []
    assert not [line for line in stack.logs() if re.search(r"probe\.[A-Za-z0-9_-]{28}", line["text"])]


@pytest.mark.long
def test_the_second_tier_arrives_a_minute_later_by_the_machines_wait(stack: Running) -> None:
    fire(stack)
    deadline = time.monotonic() + SECOND_TIER_SECONDS
    while not [seconds for seconds in measured(stack) if seconds >= 59] and time.monotonic() < deadline:
        time.sleep(1)
    page = stack.pages.newest(PROBLEM)
    assert page is not None
    assert (page.turn, page.generation) == (1, 1)
    assert [seconds for seconds in measured(stack) if seconds >= 59]
