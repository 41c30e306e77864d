"""One run names every mistake of a description that is full of them, and whatever stands in it, there is an answer."""

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.cli.description.file import Loaded, load, loaded_from
from infra.cli.description.problem import Problem
from infra.cli.description.yaml_tree import DATE, SWITCH, TRUTH, Odd, Tree, read
from infra.cli.main import main

FILE = Path("tests/cli/fixtures/mistakes.yaml")
SAID = FILE.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
NOW = datetime(2026, 11, 22, tzinfo=UTC)
KINDS_MIN = 40


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(FILE, NOW)


def line(problem: Problem) -> str:
    return f"{problem.line}: {problem.level}: {problem}"


def kind(problem: Problem) -> str:
    """What is said, without what is said about: a number, a name, a key."""
    return problem.text.partition('"')[0] + problem.text.rpartition('"')[2] + problem.path.rpartition(".")[2]


@pytest.mark.parametrize("said", SAID)
def test_each_mistake_is_named_in_one_run(loaded: Loaded, said: str) -> None:
    assert said in [line(problem) for problem in loaded.problems]


def test_nothing_else_is_said(loaded: Loaded) -> None:
    assert [line(problem) for problem in loaded.problems] == SAID


def test_they_are_of_many_kinds(loaded: Loaded) -> None:
    assert len({kind(problem) for problem in loaded.errors}) >= 2 * KINDS_MIN
    assert all(problem.file == str(FILE) and problem.fix for problem in loaded.problems)


def test_the_command_shows_them_and_fails() -> None:
    result = CliRunner().invoke(main, ["check", str(FILE)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert sum("error:" in shown for shown in result.output.splitlines()) >= KINDS_MIN


def test_no_address_and_no_key_is_repeated(loaded: Loaded) -> None:
    told = repr(loaded.problems)
    for secret in ("1202555", "2025550", "R0UT1NGKEY", "example.com/secret", "ada@"):
        assert secret not in told


ODD = st.sampled_from(
    [
        Odd("nothing", "~"), Odd(TRUTH, "true"), Odd(SWITCH, "no"), Odd(DATE, "2026-02-30"), Odd(DATE, "2026-11-23"),
        Odd("something else", "!x"), 0, -1, 99, "", "x", "ada", "duty", "mon-sun", "24:00", "99:99",
        "2026-11-23 24:00", "5m",
        "0001-01-01", "2099-12-31 24:00", "2026-11-23 09:00+99:99", "9am", "https://[", "never", "personal", "1 09:00",
        [], {}, [[]], [{}], {"x": 1}, ["ada", "ada"], [{"days": "mon"}], {"from": "2026-11-23"}, {"next": "duty"},
    ]
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in parts for place in places(part, (*path, key)))]


EXAMPLE = read(Path("infra/cli/example.yaml").read_bytes())
PLACES = places(EXAMPLE.value)[1:]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD | st.sampled_from(["drop", "rename"])), min_size=1, max_size=4))
def test_whatever_is_written_there_is_an_answer(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    value = copy.deepcopy(EXAMPLE.value)
    for path, new in changes:
        put(value, path, new)
    loaded = loaded_from(Tree(value, dict.fromkeys(places(value), 1)), NOW)
    assert (loaded.oncall is None) == bool(loaded.errors)
    assert all(str(problem).isprintable() for problem in loaded.problems)


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    """Another change may have taken away what this one is about."""
    *above, last = path
    try:
        for part in above:
            value = value[part]
        if new == "drop":
            del value[last]
        elif new == "rename" and isinstance(value, dict):
            value["strange"] = value.pop(last)
        else:
            value[last] = copy.deepcopy(new)
    except (KeyError, IndexError, TypeError):
        return
