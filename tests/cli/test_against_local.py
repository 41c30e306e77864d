"""The same commands against the real local stack, from another process: template.yaml, its functions, its machine."""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from infra.cli.main import main

EXAMPLE = "infra/cli/example.yaml"
KEY = "R0UT1NGKEY0123456789ABCDEF012345"
DEADLINE_SECONDS = 60
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """In a process of its own: moto's backends are global, and other tests in this one empty them."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [sys.executable, "-m", "infra.local", "--port", "0"]
    with Popen(command, stdout=PIPE, text=True, cwd=ROOT, env=environment) as process:
        assert process.stdout is not None
        try:
            ready = re.match(r"Ready: (\S+)", process.stdout.readline())
            assert ready is not None
            yield ready[1]
        finally:
            process.terminate()


def run(url: str, *words: str) -> str:
    result = CliRunner().invoke(main, [*words, "--local-url", url], env={"COLUMNS": "200", "LOGNAME": "olga"})
    assert result.exit_code == 0, result.output
    return result.output


def fetched(url: str, body: bytes | None = None) -> Any:
    with urlopen(Request(url, body, {"content-type": "application/json"})) as answer:
        return json.load(answer)


def eventually(look: Any) -> Any:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {DEADLINE_SECONDS} s")


def test_from_the_file_to_resolved(url: str) -> None:
    assert "version 1 is live in callout local" in run(url, "apply", EXAMPLE, "--yes")
    assert "has just this already, as version 1" in run(url, "apply", EXAMPLE)

    run(url, "test", "ada")
    tested = fetched(f"{url}/_local/outbox")
    assert [message["to"] for message in tested] == ["ada@example.com", "+12025550101"]

    alert = {"title": "disk full", "severity": "critical", "key": "disk"}
    fetched(f"{url}/webhooks/generic/{KEY}", json.dumps(alert).encode())
    [page] = json.loads(run(url, "pages", "--json"))
    assert (page["title"], page["service"]) == ("disk full", "checkout")

    eventually(lambda: json.loads(run(url, "pages", "--json"))[0]["tier"] == 1)
    eventually(lambda: len(fetched(f"{url}/_local/outbox")) == len(tested) + 1)
    eventually(lambda: "(on call in On duty)" in run(url, "pages", "show", page["id"]))
    eventually(lambda: "sms to " in run(url, "pages", "show", page["id"]))

    assert run(url, "signing-keys") == "key 0: signs new links\n"
    assert "Key 1 signs new links" in run(url, "signing-keys", "rotate", "--yes")

    assert run(url, "pages", "ack", page["id"][:6]).startswith(f"Acknowledged: {page['id']} (disk full)")
    assert run(url, "pages", "resolve", page["id"]).startswith(f"Resolved: {page['id']}")
    assert "resolved by olga (command)" in run(url, "pages", "show", page["id"])
