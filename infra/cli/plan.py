"""`callout plan`: what applying a description would mean, and what it would change, without doing it."""

import json
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.cli.deployment import Deployment, deployment_options

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from infra.cli.meaning.words import Sentence

WEEKS = 6
WEEKS_MAX = 52
CHANGES = 2
"""The status of --exit-code."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The way from what is live to what is wanted."""

    before: "OnCall"
    after: "OnCall"
    until: datetime
    meaning: "list[Sentence]"
    items: list[str]

    @property
    def empty(self) -> bool:
        return not self.items and self.before.version > 0


def planned(before: "OnCall", after: "OnCall", now: datetime, weeks: int = WEEKS) -> Plan:
    from infra.cli.meaning.differences import differences
    from infra.cli.meaning.meaning import meaning

    until = now + timedelta(weeks=weeks)
    return Plan(before, after, until, meaning(before, after, now, until), differences(before, after))


def show(plan: Plan) -> None:
    if plan.meaning:
        click.echo(f"What it would mean, until {plan.until:%a %-d %b %Y}:")
    for sentence in plan.meaning:
        click.echo(f"  {click.style(sentence.text, fg='red', bold=True) if sentence.loud else sentence.text}")
    if plan.items:
        click.echo("What would change:")
    for line in plan.items:
        click.echo(line)


def as_json(plan: Plan) -> dict[str, Any]:
    return {
        "live": plan.before.version,
        "changes": not plan.empty,
        "until": plan.until.isoformat(),
        "meaning": [sentence._asdict() for sentence in plan.meaning],
        "items": [click.unstyle(line) for line in plan.items],
    }


def weeks_option(command: Callable[..., Any]) -> Callable[..., Any]:
    kind = click.IntRange(1, WEEKS_MAX)
    return click.option(
        "--weeks", type=kind, default=WEEKS, show_default=True, help="How far ahead to compare who is on call."
    )(command)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@deployment_options
@weeks_option
@click.option("--json", "as_json_", is_flag=True, help="Print the plan as JSON.")
@click.option("--exit-code", is_flag=True, help=f"Exit with {CHANGES} if something would change.")
@click.pass_context
def plan(
    context: click.Context, deployment: Deployment, files: tuple[Path, ...], weeks: int, as_json_: bool, exit_code: bool
) -> None:
    """Show what applying on-call files would change, and change nothing.

    First what it would mean for people: who is on call instead of whom, whom pages wake first. Then each item that
    differs. Exits with 0; with 1 if the description cannot go live.
    """
    from infra.cli.checked import proven, read
    from infra.cli.operating import operate

    with redirect_stdout(sys.stderr) if as_json_ else nullcontext():
        loaded = read(files)
        live, runtime = operate(deployment)
        before = runtime.versions.current().oncall
        after = proven(files, loaded, before.calendars, runtime.now())
    made = planned(before, after, runtime.now(), weeks)
    if as_json_:
        click.echo(json.dumps(as_json(made), indent=2))
    elif made.empty:
        click.echo(f"{live.name} has just this already, as version {before.version}. Nothing would change.")
    else:
        show(made)
    if exit_code and not made.empty:
        context.exit(CHANGES)
