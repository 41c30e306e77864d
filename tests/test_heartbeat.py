"""The outgoing heartbeat: once after a run that succeeded, and never a reason for a run to fail."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from calendars.test_fetch import Answer, anywhere, says, serving
from stories.story import Quiet

from callout.calendars.fetch import Fetch
from callout.domain.errors import Unavailable
from callout.runtime import Clients, Runtime, Settings

SECRET = "0f6b2c11-secret"


def beating(table: str, address: str) -> tuple[Runtime, Quiet]:
    journal = Quiet()
    journal.of_one_event = nullcontext  # type: ignore[attr-defined]
    runtime = Runtime(Settings(table, heartbeat_url=address), Clients(), journal=journal)  # type: ignore[arg-type]
    return runtime, journal


def on_this_machine(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it call plain addresses of this machine, and change nothing else."""
    beat: Any = runtime._beat
    monkeypatch.setattr(beat, "_schemes", ("http",))
    monkeypatch.setattr(beat, "_allowed", anywhere)


@pytest.fixture
def answered(table: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], tuple[list[str], Quiet]]:
    """The paths that were asked for, and what was said, when the other side answers so."""

    def beat(answer: Answer) -> tuple[list[str], Quiet]:
        asked: list[str] = []

        def noting(request: Any) -> None:
            asked.append(request.path)
            answer(request)

        with serving(noting) as address:
            runtime, journal = beating(table, f"{address}/ping/{SECRET}")
            on_this_machine(runtime, monkeypatch)
            runtime.heartbeat()
        return asked, journal

    return beat


@pytest.mark.parametrize("status", [200, 202, 204])
def test_one_get_to_the_address(answered: Any, status: int) -> None:
    asked, journal = answered(says(b"", status))
    assert asked == [f"/ping/{SECRET}"]
    assert (journal.lines, journal.counts) == ([], [])


@pytest.mark.parametrize("answer", [says(b"no", 404), says(b"", 503), says(b"", 302, Location="/elsewhere")])
def test_what_is_not_taken_is_a_line_and_a_metric_and_says_no_address(answered: Any, answer: Answer) -> None:
    asked, journal = answered(answer)
    assert len(asked) == 1, "nothing is repeated or followed"
    assert journal.counts == [("HeartbeatsFailed", {})]
    [line] = journal.lines
    assert SECRET not in line


@pytest.mark.parametrize("address", ["http://hc.example.com/", "https://127.0.0.1/", "https://localhost/x", "nonsense"])
def test_an_address_that_will_not_do_is_not_called_and_not_told(table: str, address: str) -> None:
    runtime, journal = beating(table, address)
    runtime.heartbeat()
    assert journal.counts == [("HeartbeatsFailed", {})]
    assert address not in journal.lines[0]


def test_without_an_address_there_is_none(table: str) -> None:
    runtime, journal = beating(table, "")
    runtime.heartbeat()
    assert (journal.lines, journal.counts) == ([], [])


def test_the_address_is_not_in_what_the_settings_show() -> None:
    assert SECRET not in repr(Settings("t", heartbeat_url=f"https://hc.example.com/{SECRET}"))


def test_only_a_run_that_succeeded_is_told(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", table)
    import watch

    runtime, _ = beating(table, "")
    beats: list[str] = []
    monkeypatch.setattr(runtime, "heartbeat", lambda: beats.append("beat"))
    monkeypatch.setattr(watch, "RUNTIME", runtime)
    watch.handler({}, None)
    assert beats == ["beat"]

    def down(*_: object) -> None:
        raise Unavailable("looking for overdue pages: InternalServerError")

    monkeypatch.setattr(runtime.world.pages, "overdue", down)
    with pytest.raises(Unavailable):
        watch.handler({}, None)
    assert beats == ["beat"]


def test_it_has_five_seconds_and_follows_nothing(table: str) -> None:
    from callout.calendars import fetch

    runtime, _ = beating(table, "https://hc.example.com/")
    beat: Any = runtime._beat
    assert isinstance(beat, Fetch)
    assert (fetch.SECONDS_MAX, beat._redirects_max) == (5, 0)
