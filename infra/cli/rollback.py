"""`callout rollback`: an earlier version of the description goes live again, as a new one."""

from typing import TYPE_CHECKING

import click

from infra.cli.apply import FOLLOW, change_options
from infra.cli.deployment import Deployment, deployment_options

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.runtime import Runtime

SEE = "`callout versions` lists them"


@click.command()
@click.argument("version", metavar="[VERSION]", required=False, type=click.IntRange(1))
@deployment_options
@change_options
def rollback(deployment: Deployment, version: int | None, weeks: int, open_pages: str, message: str, yes: bool) -> None:
    """Bring an earlier version of the on-call description back, after showing what would change.

    Without a VERSION, the one that was live before the present one. What it says goes live as a new version: numbers
    only go up. What the proof has against it is shown, and does not stop it.
    """
    from infra.cli.apply import go_live
    from infra.cli.operating import operate
    from infra.cli.plan import planned

    live, runtime = operate(deployment)
    before = runtime.versions.current().oncall
    restored = version or _before(runtime, before.version)
    wanted = _content(runtime, restored, before)
    plan = planned(before, wanted, runtime.now(), weeks)
    click.echo(f"Version {restored} instead of version {before.version}:")
    go_live(live, runtime, plan, open_pages == FOLLOW, message, yes, restored)


def _before(runtime: "Runtime", live: int) -> int:
    """The version that was live before this one."""
    if not live:
        raise click.ClickException("nothing was ever applied; `callout apply FILE` first")
    found = next((applied.before for applied in runtime.versions.applied() if applied.version == live), 0)
    if not found:
        raise click.ClickException(f"it is not known what was live before version {live}; name a version: {SEE}")
    return found


def _content(runtime: "Runtime", version: int, live: "OnCall") -> "OnCall":
    from callout.domain.errors import Unavailable
    from infra.cli.checked import doubted

    try:
        found = runtime.versions.read(version)
    except Unavailable as error:
        if error.__cause__ is not None:
            raise
        raise click.ClickException(f"there is no version {version}; {SEE}") from error
    return doubted(found, live.calendars, runtime.now())
