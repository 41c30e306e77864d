"""Where a command that only looks takes its description from: files, or what is live in a deployment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from infra.cli.deployment import Deployment, deployment_options

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.domain.schedule import Schedule
    from callout.runtime import Runtime
    from infra.cli.live import Live

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Source:
    files: tuple[Path, ...]
    """() for what is live."""
    deployment: Deployment


@dataclass(frozen=True, slots=True)
class Found:
    oncall: "OnCall"
    live: "Live | None" = None
    runtime: "Runtime | None" = None


def source_options(command: Callable[Concatenate[Source, P], None]) -> Callable[..., None]:
    """Gives the command a Source as its first argument. Whatever names a deployment means --live."""

    @click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(exists=True, path_type=Path))
    @click.option("--live", is_flag=True, help="Look at what is live instead of files.")
    @deployment_options
    @wraps(command)
    def with_source(deployment: Deployment, /, files: tuple[Path, ...], live: bool, **options: Any) -> None:
        wants_live = live or deployment != Deployment()
        if files and wants_live:
            raise click.UsageError(
                "look at files or at what is live: leave the files out, or --live and what goes with it"
            )
        if not files and not wants_live:
            raise click.UsageError("what to look at? name the on-call file, or add --live for what is live")
        command(Source(files, deployment), **options)  # type: ignore[call-arg]

    return with_source


def find(source: Source) -> Found:
    """What the source describes, with the calendars that its layers name."""
    from infra.cli.operating import operate

    if source.files:
        return _in_files(source.files)
    live, runtime = operate(source.deployment)
    return Found(runtime.versions.current().oncall, live, runtime)


def _in_files(files: tuple[Path, ...]) -> Found:
    from infra.cli.calendars import collect
    from infra.cli.check import show
    from infra.cli.description.file import load_all

    loaded = load_all(files)
    if loaded.oncall is None:
        show(files[0], loaded)
        raise click.ClickException("mend that first; `callout check` tells more")
    # What is wrong with a calendar is for `callout check` to say; here its layer is silent, and that is told.
    return Found(collect(loaded).oncall or collect(loaded, offline=True).oncall or loaded.oncall)


def say_unread(found: Found, until: datetime, *schedules: "Schedule") -> None:
    """On stderr: where what is shown is not all that there is, since a layer's calendar is not known, or not so far."""
    for schedule in schedules:
        for name in dict.fromkeys(layer.calendar for layer in schedule.layers if layer.calendar):
            calendar = found.oncall.calendars.get(name)
            if calendar is None:
                why = "has not been fetched yet" if found.live else "cannot be read now"
                click.echo(f"{schedule.id}: a layer's calendar {why}, so that layer says nothing", err=True)
            elif calendar.until < until:
                known = f"{calendar.until:%Y-%m-%d}"
                click.echo(
                    f"{schedule.id}: a layer's calendar is known up to {known}; then that layer says nothing", err=True
                )
