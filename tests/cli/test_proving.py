"""The proof's bar is for a person who waits, and for nobody else."""

import io
import sys
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.progress import Progress

from infra.cli.proof.proving import QUIET_SECONDS, Late, bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def late(times: Iterator[float]) -> tuple[Late, Terminal]:
    seen = Terminal()
    console = Console(file=seen, force_terminal=True, width=80)
    return Late(Progress(console=console, auto_refresh=False), lambda: next(times)), seen


def test_what_takes_no_second_shows_nothing() -> None:
    shown, seen = late(iter([0, 0.1, 0.9]))
    with shown:
        shown.tell(1, 2)
        shown.tell(2, 2)
    assert seen.getvalue() == ""


def test_what_takes_longer_shows_how_far_it_is() -> None:
    shown, seen = late(iter([0, 0.1, QUIET_SECONDS]))
    with shown:
        for done in range(1, 5):
            shown.tell(done, 4)
    assert "proving that somebody is always reached" in seen.getvalue()
    assert "100%" in seen.getvalue()


def test_a_program_sees_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    with bar() as progress:
        assert progress is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    with bar(iter([0.0, 0.0]).__next__) as progress:
        assert progress is not None
        progress(1, 1)
