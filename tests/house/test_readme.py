"""What README.md says about commands, files and fields is held against the project."""

import re
from pathlib import Path

import pytest
from click import Group

from callout.formats import generic
from infra.cli.main import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)


def test_the_first_command_installs_and_runs_the_demo() -> None:
    assert BLOCKS[0].endswith("callout demo")
    assert BLOCKS[0].count("\n") == 0


def test_the_second_command_is_what_ci_runs() -> None:
    command = BLOCKS[1].removeprefix(".venv/bin/")
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def rooms() -> list[str]:
    section = README.partition("## The map")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_every_room_on_the_map_is_there() -> None:
    assert [room for room in rooms() if not (ROOT / room).exists()] == []


def test_every_room_that_is_there_is_on_the_map() -> None:
    found = ["template.yaml", *(f"functions/callout/{p.name}" for p in (ROOT / "functions/callout").glob("*.py"))]
    for house in ("functions/callout", "infra", "tests"):
        found += [f"{p.relative_to(ROOT)}/" for p in (ROOT / house).iterdir() if p.is_dir() and p.name[0] not in "._"]
    mirrored = {f"tests/{p.name}/" for p in (ROOT / "functions/callout").iterdir()} | {"tests/cli/", "tests/local/"}
    ignored = mirrored | {"functions/callout/__init__.py"}
    assert sorted(set(found) - set(rooms()) - ignored) == []


def commands(group: Group, prefix: str = "callout") -> set[str]:
    names = set()
    for name, command in group.commands.items():
        names.add(f"{prefix} {name}")
        if isinstance(command, Group):
            names |= commands(command, f"{prefix} {name}")
    return names


SHOWN = sorted(set(re.findall(r"(?:`|/|^)callout ((?:[a-z-]+ ?)+)", README, re.MULTILINE)))


@pytest.mark.parametrize("words", SHOWN)
def test_every_command_that_is_shown_exists(words: str) -> None:
    first = words.split()[0]
    assert f"callout {first}" in commands(main)
    below = [word for word in words.split()[1:] if not word.startswith("--")]
    if isinstance(main.commands[first], Group) and below:
        assert f"callout {first} {below[0]}" in commands(main)


def test_the_table_of_generic_json_is_the_formats_own() -> None:
    docstring = generic.__doc__ or ""
    rows = [line for line in docstring.splitlines() if line.startswith("|")]
    assert "\n".join(rows) in README


def test_every_rule_about_time_is_a_test_of_that_name() -> None:
    section = README.partition("### What time means")[2].partition("\n### ")[0]
    rules = re.findall(r"^\| (?!rule |-)([^|]+) \|", section, re.MULTILINE)
    tests = re.findall(r"^def test_(\w+)\(", (ROOT / "tests/domain/test_on_call_rules.py").read_text(), re.MULTILINE)
    assert [rule.replace(" ", "_") for rule in rules] == tests
