"""What the demo shows at its end; its whole run is the README's first command."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from callout.domain.page import Entry
from infra.cli.demo import show_ledger, what_next
from infra.cli.screen import console

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANSWER = "email to Grace Hopper: page (codlokojogkblkjd-gerecwkk-czvb-qfie-dimg-fycyjdenerml-igmfow)"
LEDGER = [Entry(AT, "sent", ANSWER, 0.25)]


def test_the_ledger_in_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    show_ledger(console(markup=True), "page-1", LEDGER)
    _, title, heading, line = capsys.readouterr().out.splitlines()
    assert title.rstrip() == "The ledger of page page-1"
    assert heading.split() == ["time", "(UTC)", "what", "late", "by"]
    assert line.split() == ["09:30:00.000", "sent", *ANSWER.split(), "0.250", "s"]


def test_the_ledger_in_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    show_ledger(console(markup=True), "page-1", LEDGER)
    shown = capsys.readouterr().out
    assert "┏" in shown
    assert ANSWER not in shown


def test_what_to_try_next(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.argv", [".venv/bin/callout"])
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(Path, "exists", lambda _: True)
    what_next(console(markup=True))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "Try next"
    assert lines[2::2] == [
        "  .venv/bin/callout local",
        "  .venv/bin/callout check infra/cli/example.yaml",
        "  sam build && sam deploy --stack-name callout --resolve-s3 --capabilities CAPABILITY_IAM"
        " --parameter-overrides EmailFrom=you@example.com FallbackEmail=you@example.com",
    ]
