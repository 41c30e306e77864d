"""`callout apply`: an on-call description goes live, whole or not at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.plan import weeks_option

if TYPE_CHECKING:
    from callout.domain.applied import Applied
    from callout.domain.oncall import OnCall
    from callout.runtime import Runtime
    from infra.cli.live import Live
    from infra.cli.plan import Plan

MESSAGE_CHARS_MAX = 500
FOLLOW = "follow"


def change_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a change of the live description takes, whichever command makes it."""
    open_pages = click.option(
        "--open-pages",
        type=click.Choice(["keep", FOLLOW]),
        default="keep",
        show_default=True,
        help="Let open pages keep the policy they were opened with, or follow the new one.",
    )
    message = click.option("--message", "-m", metavar="TEXT", default="", help="Why; `callout versions` shows it.")
    yes = click.option("--yes", is_flag=True, help="Do not ask.")
    return weeks_option(open_pages(message(yes(command))))


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@deployment_options
@click.option("--despite-gaps", is_flag=True, help="Apply even if the proof finds times at which nobody is reached.")
@change_options
def apply(
    deployment: Deployment,
    files: tuple[Path, ...],
    despite_gaps: bool,
    weeks: int,
    open_pages: str,
    message: str,
    yes: bool,
) -> None:
    """Put an on-call description live, after showing what would change.

    Several files, or a folder of YAML files, are one description together. One with an error, or that would leave a
    page without anybody to wake, is refused whole. Until the very last step, everybody is paged by the description
    before.
    """
    from infra.cli.checked import proven, read
    from infra.cli.operating import operate
    from infra.cli.plan import planned

    loaded = read(files)
    live, runtime = operate(deployment)
    before = runtime.versions.current().oncall
    wanted = proven(files, loaded, before.calendars, runtime.now(), despite_gaps)
    go_live(live, runtime, planned(before, wanted, runtime.now(), weeks), open_pages == FOLLOW, message, yes)


def go_live(
    live: "Live", runtime: "Runtime", plan: "Plan", follow: bool, message: str, yes: bool, restores: int = 0
) -> None:
    """1. Show the plan, and end where there is nothing to do. 2. Ask. 3. Write a new version. 4. Switch to it."""
    from callout.domain import clock
    from callout.domain.applied import Applied
    from callout.domain.text import clean, cut
    from infra.cli.author import author
    from infra.cli.contacts import warning
    from infra.cli.plan import show
    from infra.cli.screen import confirmed

    before = plan.before
    if plan.empty and not follow:
        click.echo(f"{live.name} has just this already, as version {before.version}. Nothing was changed.")
        return
    show(plan)
    if follow:
        click.echo("Open pages would go on by the new policies.")
    confirmed(f"Apply to {live.name}?", yes)
    said = cut(clean(message), MESSAGE_CHARS_MAX)
    applied = Applied(0, clock.text(runtime.now()), author(live), said, before.version, restores)
    wanted = replace(plan.after, follow_version=before.follow_version)
    version = put_live(runtime, wanted, before.version, applied, follow, before)
    _say(version, live.name, follow)
    if never := warning(runtime, plan.after.responders.values()):
        click.echo(never)


def put_live(
    runtime: "Runtime",
    wanted: "OnCall",
    before: int,
    applied: "Applied | None" = None,
    follow: bool = False,
    standing: "OnCall | None" = None,
) -> int:
    """Write a new version and switch to it, if `before` is still the live one. Returns its number.

    Until the switch nobody reads what was written; a command that ends before it leaves a version that never lives.
    By the calendars of `standing` people are paged until then: they are written only once the new version is live.
    """
    from callout.domain.errors import Refused, Unavailable
    from infra.cli.calendars import write

    now_read = standing.calendar_sources if standing else {}
    later = {name: calendar for name, calendar in wanted.calendars.items() if name in now_read}
    first = {name: calendar for name, calendar in wanted.calendars.items() if name not in now_read}
    try:
        write(runtime.calendars, replace(wanted, calendars=first), {})
        version = _written(runtime, wanted, before, applied, follow)
    except Refused as error:
        raise click.ClickException(f"nothing was changed: {error}") from error
    # Where the answer to our own switch was lost and botocore sent it again, the second one is refused.
    if not runtime.versions.switch(version, before) and runtime.versions.live() != version:
        raise click.ClickException(
            "nothing was changed: somebody else applied a file meanwhile; look at what differs now and apply again"
        )
    # Whatever fails from here on, the version is live, and the watchdog reads its calendars again soon.
    with suppress(Refused, Unavailable):
        write(runtime.calendars, replace(wanted, calendars=later), standing.calendars if standing else {})
    return version


def _written(runtime: "Runtime", wanted: "OnCall", before: int, applied: "Applied | None", follow: bool) -> int:
    version = before + 1
    while not runtime.versions.add(_numbered(wanted, version, follow), applied):
        version += 1
    return version


def _numbered(wanted: "OnCall", version: int, follow: bool) -> "OnCall":
    return replace(wanted, version=version, follow_version=version if follow else wanted.follow_version)


def _say(version: int, name: str, follow: bool) -> None:
    from callout.runtime import CACHE_SECONDS

    click.echo(f"{click.style('Applied', fg='green', bold=True)}: version {version} is live in {name}.")
    click.echo(f"New routing keys work at once, everything else within {CACHE_SECONDS} seconds.")
    if follow:
        click.echo("Pages that are open go on by the new policies.")
    else:
        click.echo("Pages that are open go on by the policy they were opened with.")
