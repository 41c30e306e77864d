"""`callout apply` in the middle of 200 pages: each goes on by the policy that opened it, none is lost or doubled."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from end_to_end.desk import problem_of
from end_to_end.running import Running

from callout.domain.identity import problem_id
from callout.domain.page import Page
from infra.cli.main import main

pytestmark = pytest.mark.long

PAGES = 200
KEY = "R0UT1NGKEY0123456789ABCDEF012345"
WAIT_SECONDS = 45
LONG_SECONDS = 90
"""Longer than a function may believe what it has read."""
PATIENCE_SECONDS = 400
SENDERS = 4
OLD, NEW = ("ada", "grace"), ("linus", "margaret")
PHONES = {"ada": "+12025550101", "grace": "+12025550102", "linus": "+12025550103", "margaret": "+12025550104"}

Command = Callable[..., str]
Apply = Callable[..., str]


def description(first: str, second: str, wait: int) -> str:
    people = "\n".join(f'  {name}: {{contact: [sms: "{phone}"]}}' for name, phone in PHONES.items())
    return f"""
responders:
{people}
policies:
  urgent:
    tiers:
      - {{notify: [{first}], by: [sms], wait: {wait}s}}
      - {{notify: [{second}], by: [sms], wait: 6h}}
  idle: {{tiers: [notify: [{", ".join(PHONES)}]]}}
services:
  checkout: {{policy: urgent, routing_keys: [{KEY}]}}
  other: {{policy: idle, routing_keys: [{KEY[::-1]}]}}
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    with Running() as running:
        yield running
        assert not [line for line in running.logs() if "Traceback" in line["text"]]


@pytest.fixture
def command(stack: Running) -> Command:
    def run(*words: str) -> str:
        result = CliRunner().invoke(main, [*words, "--local-url", stack.url], env={"COLUMNS": "200", "LOGNAME": "olga"})
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def apply(command: Command, tmp_path: Path) -> Apply:
    file = tmp_path / "oncall.yaml"

    def applied(people: tuple[str, str], *words: str, wait: int = WAIT_SECONDS) -> str:
        file.write_text(description(*people, wait))
        return command("apply", str(file), "--yes", *words)

    return applied


def alert(stack: Running, key: str) -> None:
    body = json.dumps({"key": key, "title": key, "severity": "critical"}).encode()
    answer = stack.http("POST", f"/webhooks/generic/{KEY}", body, content_type="application/json")
    assert answer.status == 202, key


def page(stack: Running, key: str) -> Page:
    found = stack.pages.newest(problem_id("checkout", key))
    assert found is not None, f"the alert {key} was accepted and has no page"
    return found


def policy(stack: Running, key: str) -> tuple[str, ...]:
    return tuple(name for tier in page(stack, key).policy.tiers for name in tier.targets)


def texts(stack: Running, keys: list[str]) -> Counter[tuple[str, str]]:
    """How many texts there were about each alert to each phone."""
    problems = {problem_id("checkout", key): key for key in keys}
    found = [(problems.get(problem_of(message), ""), message["to"]) for message in stack.outbox()]
    return Counter(each for each in found if each[0])


def patiently(look: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(1)


def opens_by(stack: Running, wanted: tuple[str, str], keys: Iterator[str]) -> Callable[[], bool]:
    """Opens one page after the other until one is opened by that policy."""

    def look() -> bool:
        key = next(keys)
        alert(stack, key)
        return policy(stack, key) == wanted

    return look


def test_none_is_lost_and_none_is_paged_twice(stack: Running, apply: Apply, command: Command) -> None:
    assert "version 1 is live" in apply(OLD)
    keys = [f"alert-{number}" for number in range(PAGES)]
    with ThreadPoolExecutor(SENDERS) as senders:
        half = PAGES // 2
        list(senders.map(partial(alert, stack), keys[:half]))
        rest = senders.map(partial(alert, stack), keys[half:])
        assert "version 2 is live" in apply(NEW)
        list(rest)
    expected: Counter[tuple[str, str]] = Counter()
    for key in keys:
        people = policy(stack, key)
        assert people in (OLD, NEW)
        expected.update((key, PHONES[name]) for name in people)
    assert sum(expected.values()) == 2 * PAGES
    assert {policy(stack, key) for key in keys[:half]} == {OLD}

    patiently(lambda: texts(stack, keys) >= expected)
    assert texts(stack, keys) == expected

    patiently(opens_by(stack, NEW, (f"new-{number}" for number in range(PAGES))))
    assert "version 3 is live" in command("rollback", "--yes", "--message", "it was better before")
    patiently(opens_by(stack, OLD, (f"old-{number}" for number in range(PAGES))))
    assert texts(stack, keys) == expected

    listed = json.loads(command("versions", "--json"))
    assert {each["by"] for each in listed} == {"olga"}
    assert [(each["version"], each["state"], each["before"], each["restores"]) for each in listed] == [
        (3, "live", 2, 1),
        (2, "replaced", 1, None),
        (1, "replaced", None, None),
    ]
    assert "has just this already, as version 3" in apply(OLD)


def test_open_pages_follow_when_they_are_told_to(stack: Running, apply: Apply) -> None:
    apply(OLD, wait=LONG_SECONDS)
    unused = (f"follower-{number}" for number in range(PAGES))
    follower = ""

    def opened() -> bool:
        nonlocal follower
        follower = next(unused)
        alert(stack, follower)
        return page(stack, follower).policy.tiers[0].wait_seconds == LONG_SECONDS

    patiently(opened)
    patiently(lambda: texts(stack, [follower]))
    assert "Pages that are open go on by the new policies." in apply(NEW, "--open-pages", "follow")
    patiently(lambda: len(texts(stack, [follower])) == 2)
    assert texts(stack, [follower]) == Counter({(follower, PHONES["ada"]): 1, (follower, PHONES["margaret"]): 1})
