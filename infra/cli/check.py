"""`callout check`: every mistake in an on-call description, before it goes live."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.cli.given import day
from infra.cli.proof.horizon import DAYS, DAYS_MAX

if TYPE_CHECKING:
    from infra.cli.description.file import Loaded
    from infra.cli.description.problem import Problem

_ONE = {
    "responders": "responder",
    "teams": "team",
    "schedules": "schedule",
    "policies": "policy",
    "services": "service",
    "maintenance": "maintenance window",
}
_MANY = {"maintenance": "maintenance windows"}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=DAYS, show_default=True, help="How far to prove.")
@click.option("--from", "first", metavar="DATE", callback=day, help="Prove from then on (UTC), not from now.")
@click.option("--offline", is_flag=True, help="Do not fetch calendars from the web; prove without them.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def check(
    context: click.Context, files: tuple[Path, ...], days: int, first: date | None, offline: bool, as_json: bool
) -> None:
    """Check an on-call description, and prove that a page always reaches somebody.

    Several files, or a folder of YAML files, are one description together. Each problem is printed with its file and
    line, and with what to do about it. Where there is no error, the coming days are proven, across every change of the
    clocks in them: at each instant each service's pages reach somebody. Calendars on the web are fetched for that;
    nothing is sent anywhere.
    Exits with 0 if there are no errors (warnings are fine), and with 1 if there are.
    """
    from infra.cli.calendars import collect
    from infra.cli.description.file import load_all
    from infra.cli.proof.proving import proved, verdict

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    start = datetime.combine(first, time(), UTC) if first else now
    readable = collect(load_all(files, start), start, offline=offline)
    loaded = proved(readable, start, days)
    if as_json:
        proof = _proof(start, days, loaded) if readable.oncall else None
        click.echo(json.dumps({**_as_json(files, loaded), "proof": proof}, indent=2))
    else:
        show(named(files), loaded)
        if loaded.oncall:
            click.echo(f"{named(files)}: {verdict(loaded.oncall, start, days)}")
    if not _ok(loaded):
        context.exit(1)


def named(files: tuple[Path, ...]) -> str:
    """What the summary begins with."""
    return str(files[0]) if len(files) == 1 else f"{len(files)} files"


def show(name: Path | str, loaded: "Loaded") -> None:
    """The problems of a description and a last line that sums it up; `callout apply` says the same."""
    for problem in loaded.problems:
        click.echo(f"{_where(str(name), problem)} {_level(problem)} {problem}")
    click.echo(f"{name}: {_summary(loaded)}")


def _where(name: str, problem: "Problem") -> str:
    file = problem.file or name
    return f"{file}:{problem.line}:" if problem.line else f"{file}:"


def _level(problem: "Problem") -> str:
    return click.style(f"{problem.level}:", fg="red" if problem.level == "error" else "yellow", bold=True)


def _summary(loaded: "Loaded") -> str:
    errors = len(loaded.errors)
    found = [_count(errors, "error"), _count(len(loaded.problems) - errors, "warning")]
    told = [text for text in found if text]
    if loaded.oncall:
        counts = [_count(count, _ONE[kind], _MANY.get(kind, kind)) for kind, count in _counts(loaded).items()]
        return ", ".join([click.style("fine", fg="green", bold=True), *filter(None, counts), *told])
    return ", ".join(told)


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}" if count else ""


def _counts(loaded: "Loaded") -> dict[str, int]:
    return {kind: len(getattr(loaded.oncall, kind)) for kind in _ONE} if loaded.oncall else {}


def _as_json(files: tuple[Path, ...], loaded: "Loaded") -> dict[str, Any]:
    from dataclasses import asdict

    problems = [asdict(problem) for problem in loaded.problems]
    return {
        "files": [str(file) for file in files],
        "ok": _ok(loaded),
        **_counts(loaded),
        "problems": problems,
    }


def _ok(loaded: "Loaded") -> bool:
    return loaded.oncall is not None and not loaded.errors


def _proof(start: datetime, days: int, loaded: "Loaded") -> dict[str, Any]:
    until = start + timedelta(days=days)
    return {"from": start.isoformat(), "until": until.isoformat(), "days": days, "holds": loaded.oncall is not None}
