"""`callout apply`: an on-call file goes live, whole or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.cli.deployment import Deployment, deployment_options

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.runtime import Runtime


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@deployment_options
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply(deployment: Deployment, file: Path, yes: bool) -> None:
    """Put an on-call file live, after showing what would change.

    A file with an error is refused whole. Until the very last step, everybody is paged by the description before.
    """
    wanted = _checked(file)
    from infra.cli.differences import differences
    from infra.cli.operating import operate
    from infra.cli.screen import confirmed

    live, runtime = operate(deployment)
    before = runtime.versions.live()
    lines = differences(runtime.versions.read(before), wanted)
    if before and not lines:
        click.echo(f"{live.name} has just this already, as version {before}. Nothing was changed.")
        return
    for line in lines:
        click.echo(line)
    confirmed(f"Apply to {live.name}?", yes)
    version = put_live(runtime, wanted, before)
    _say(version, live.name)


def _checked(file: Path) -> "OnCall":
    from infra.cli.check import show
    from infra.cli.oncall_file import load

    loaded = load(file)
    show(file, loaded)
    if loaded.oncall is None:
        raise click.ClickException("nothing was changed: correct the file and apply it again")
    return loaded.oncall


def put_live(runtime: "Runtime", wanted: "OnCall", before: int) -> int:
    """Write a new version and switch to it, if `before` is still the live one. Returns its number.

    Until the switch nobody reads what was written; a command that ends before it leaves a version that never lives.
    """
    version = _written(runtime, wanted, before)
    # Where the answer to our own switch was lost and botocore sent it again, the second one is refused.
    if not runtime.versions.switch(version, before) and runtime.versions.live() != version:
        raise click.ClickException(
            "nothing was changed: somebody else applied a file meanwhile; look at what differs now and apply again"
        )
    return version


def _written(runtime: "Runtime", wanted: "OnCall", before: int) -> int:
    from dataclasses import replace

    version = before + 1
    while not runtime.versions.add(replace(wanted, version=version)):
        version += 1
    return version


def _say(version: int, name: str) -> None:
    from callout.runtime import CACHE_SECONDS

    click.echo(f"{click.style('Applied', fg='green', bold=True)}: version {version} is live in {name}.")
    click.echo(f"New routing keys work at once, everything else within {CACHE_SECONDS} seconds.")
    click.echo("Pages that are open go on by the policy they were opened with.")
