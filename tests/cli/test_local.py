"""`callout local`: what it says when it is ready, and when it cannot start."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli.local import show_ready
from infra.cli.main import main

KEY = "R0UT1NGKEY0123456789ABCDEF012345"
FILE = Path("oncall.yaml")


def stack(url: str, ca: Path | None = None) -> Any:
    return SimpleNamespace(url=url, ca=ca)


def test_ready(capsys: pytest.CaptureFixture[str]) -> None:
    url = "http://127.0.0.1:8025"
    show_ready(stack(url), FILE, KEY)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        f"Ready: {url} runs template.yaml with oncall.yaml",
        f"Phones and inboxes:   {url}/_local/phone",
        f"Alertmanager posts to {url}/webhooks/alertmanager/{KEY}",
        f"PagerDuty senders to  {url}/v2/enqueue with the routing key {KEY}",
        f"Generic JSON goes to  {url}/webhooks/generic/{KEY}",
    ]
    assert not [line for line in lines if "SSL_CERT_FILE" in line or "--cacert" in line]
    assert lines[-1] == "Everything it holds is gone when it ends (Ctrl-C)."


def test_ready_with_tls(capsys: pytest.CaptureFixture[str]) -> None:
    show_ready(stack("https://127.0.0.1:8025", Path("/tmp/a b/ca.pem")), FILE, KEY)
    said = capsys.readouterr().out
    trusted = "export SSL_CERT_FILE='/tmp/a b/ca.pem'   # so that Python's clients trust it (curl: --cacert)\n"
    assert trusted in said
    assert "curl --cacert '/tmp/a b/ca.pem' https://127.0.0.1:8025/webhooks/generic/" in said


def run(*words: str, **environment: str | None) -> Result:
    return CliRunner().invoke(main, ["local", *words], env=environment)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        yield somebody.getsockname()[1]


def test_a_port_that_is_taken(taken: int) -> None:
    result = run("--port", str(taken))
    assert (result.exit_code, result.output) == (
        1,
        f"Error: port {taken} is taken: is `callout local` already running? Another can be given with --port\n",
    )


@pytest.mark.parametrize("host", ["192.0.2.4", "2001:db8::4", "no-such-host.invalid"])
def test_an_address_of_another_machine(host: str) -> None:
    result = run("--host", host, "--port", "0")
    assert (result.exit_code, result.output) == (
        1,
        f"Error: {host} is not an address of this machine: leave --host out\n",
    )


def test_what_is_inert_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    result = run("--inert")
    assert result.exit_code == 0
    heading, *lines = result.output.splitlines()
    assert heading.split() == ["what", "template.yaml", "says", "why", "it", "does", "nothing", "here", "where"]
    assert "AWS::DynamoDB::Table.SSESpecification" in {line.split()[0] for line in lines}
    assert result.output.isascii()


def test_what_is_inert_in_a_narrow_pipe() -> None:
    assert max(map(len, run("--inert", COLUMNS="120").output.splitlines())) == 120
