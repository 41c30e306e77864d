"""The stack as a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from local.driving import DEADLINE_SECONDS, TEMPLATE, eventually

ROOT = Path(__file__).parents[2]


class Running:
    def __init__(self, *options: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "--template", str(TEMPLATE), "--port", "0", *options],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.match(r"Ready: (\S+) ", line)
        assert found, line + self.process.communicate()[1]
        return found[1]

    def end(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.process.returncode, errors


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    # A profile that is nowhere: whoever looked for the developer's own AWS would fail.
    started = Running(*getattr(request, "param", ()), AWS_PROFILE="nowhere", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    yield started
    started.process.kill()
    started.process.communicate()


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(child) for child, parent in map(str.split, listed.splitlines()) if int(parent) == pid]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def handles(pid: int, number: int) -> bool:
    caught = subprocess.run(["ps", "-o", "caught=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(caught.strip()) and bool(int(caught, 16) >> (number - 1) & 1)


def post(url: str, body: dict[str, Any]) -> None:
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"}))


def test_a_signal_ends_it_cleanly_with_an_execution_waiting_and_a_handler_running(running: Running) -> None:
    url = running.url()
    post(url + "/verb/start", {"name": "waiting", "due_at": "2099-01-01T00:00:00Z"})
    post(url + "/verb/start", {"name": "retrying", "raise": True})
    post(url + "/verb/start", {"name": "running", "sleep": 60})
    workers = children(running.process.pid)
    assert workers
    assert running.end(signal.SIGINT) == (0, "")
    assert not [pid for pid in workers if alive(pid)]


def test_a_signal_while_it_starts_ends_it_cleanly(running: Running) -> None:
    eventually(lambda: handles(running.process.pid, signal.SIGTERM))
    assert running.end(signal.SIGTERM) == (0, "")


@pytest.mark.long
def test_workers_end_when_the_stack_is_killed(running: Running) -> None:
    running.url()
    workers = children(running.process.pid)
    running.process.kill()
    assert eventually(lambda: not [pid for pid in workers if alive(pid)])


@pytest.mark.long  # every day the official PagerDuty client speaks to it
@pytest.mark.parametrize("running", [("--tls",)], indirect=True)
def test_tls_is_served_with_a_certificate_of_the_named_authority(running: Running) -> None:
    url = running.url()
    assert url.startswith("https://127.0.0.1:")
    assert running.process.stdout
    authority = running.process.stdout.readline().strip().removeprefix("Certificate authority: ")
    with urllib3.PoolManager(ca_certs=authority) as trusting, urllib3.PoolManager() as doubting:
        assert trusting.request("GET", url + "/_local/stack").json()["outputs"]["BaseUrl"] == url
        with pytest.raises(urllib3.exceptions.MaxRetryError, match="certificate"):
            doubting.request("GET", url + "/_local/stack", retries=0)
    assert running.end(signal.SIGTERM) == (0, "")
    assert not Path(authority).exists()


def test_a_port_that_is_taken_is_told_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = subprocess.run(
            [sys.executable, "-m", "infra.local", "--template", str(TEMPLATE), "--port", str(taken.getsockname()[1])],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert ended.returncode == 1
    assert "is taken" in ended.stderr
    assert "Traceback" not in ended.stderr
