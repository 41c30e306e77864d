"""`callout check`: every mistake in an on-call file, before it goes live."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from infra.cli.oncall_file import Loaded
    from infra.cli.problem import Problem

_ONE = {"responders": "responder", "policies": "policy", "services": "service"}


@click.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check on-call files and print everything that is wrong with them.

    Each problem is printed with its line, and with what to do about it. Nothing is sent anywhere.
    Exits with 0 if there are no errors (warnings are fine), and with 1 if there are.
    """
    from infra.cli.oncall_file import load

    loaded = {file: load(file) for file in files}
    if as_json:
        click.echo(json.dumps([_as_json(file, found) for file, found in loaded.items()], indent=2))
    else:
        for file, found in loaded.items():
            show(file, found)
    if any(found.errors for found in loaded.values()):
        context.exit(1)


def show(file: Path, loaded: "Loaded") -> None:
    """The problems of one file and a last line that sums it up; `callout apply` says the same."""
    for problem in loaded.problems:
        click.echo(f"{_where(file, problem)} {_level(problem)} {problem}")
    click.echo(f"{file}: {_summary(loaded)}")


def _where(file: Path, problem: "Problem") -> str:
    return f"{file}:{problem.line}:" if problem.line else f"{file}:"


def _level(problem: "Problem") -> str:
    return click.style(f"{problem.level}:", fg="red" if problem.level == "error" else "yellow", bold=True)


def _summary(loaded: "Loaded") -> str:
    errors = len(loaded.errors)
    found = [_count(errors, "error"), _count(len(loaded.problems) - errors, "warning")]
    told = [text for text in found if text]
    if loaded.oncall:
        held = [_count(count, _ONE[kind], kind) for kind, count in _counts(loaded).items()]
        return ", ".join([click.style("fine", fg="green", bold=True), *held, *told])
    return ", ".join(told)


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}" if count else ""


def _counts(loaded: "Loaded") -> dict[str, int]:
    found = loaded.oncall
    if found is None:
        return {}
    return {"responders": len(found.responders), "policies": len(found.policies), "services": len(found.services)}


def _as_json(file: Path, loaded: "Loaded") -> dict[str, Any]:
    from dataclasses import asdict

    problems = [asdict(problem) for problem in loaded.problems]
    return {"file": str(file), "ok": not loaded.errors, **_counts(loaded), "problems": problems}
