"""What may go live: a description without an error that is proven to reach somebody."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.domain.schedule import Calendar
    from infra.cli.description.file import Loaded

MEND = "nothing was changed: correct the description and apply it again"
DESPITE = "where that cannot wait, --despite-gaps applies it as it is"


def read(files: tuple[Path, ...]) -> "Loaded":
    """What files describe, as far as it can be known without asking anybody; an error ends the command."""
    from infra.cli.check import named, show
    from infra.cli.description.file import load_all

    loaded = load_all(files)
    if loaded.oncall is None:
        show(named(files), loaded)
        raise click.ClickException(MEND)
    return loaded


def proven(
    files: tuple[Path, ...],
    loaded: "Loaded",
    known: "Mapping[str, Calendar]",
    now: datetime,
    despite_gaps: bool = False,
) -> "OnCall":
    """With its calendars, once it is proven; every problem is shown, and an error ends the command.

    `known` are the calendars of what is live: they serve on where one cannot be read now. `despite_gaps` lets pass
    what only the proof has against it.
    """
    from infra.cli.calendars import collect
    from infra.cli.check import named, show
    from infra.cli.proof.horizon import DAYS
    from infra.cli.proof.proving import proved

    read = collect(loaded, now, known)
    done = proved(read, now, DAYS)
    show(named(files), done)
    if done.oncall is not None:
        return done.oncall
    if read.oncall is None or not despite_gaps:
        raise click.ClickException(MEND if read.oncall is None else f"{MEND}; {DESPITE}")
    click.secho("It goes live although pages would reach nobody at times, as --despite-gaps says.", fg="red", bold=True)
    return read.oncall


def doubted(oncall: "OnCall", known: "Mapping[str, Calendar]", now: datetime) -> "OnCall":
    """The same of a version that has been live: what stands against it is shown, and does not stop anybody.

    Calendars of the web are as they are now: those that are live are known, others are read.
    """
    from dataclasses import replace

    from infra.cli.calendars import collect
    from infra.cli.check import show
    from infra.cli.description.file import Loaded
    from infra.cli.proof.horizon import DAYS
    from infra.cli.proof.proving import proved

    calendars = {name: known[name] for name in oncall.calendar_sources if name in known} | oncall.calendars
    missing = {name: source for name, source in oncall.calendar_sources.items() if name not in calendars}
    others = collect(Loaded(replace(oncall, calendar_sources=missing), []), now)
    fetched = others.oncall.calendars if others.oncall and missing else {}
    whole = replace(oncall, calendars={**calendars, **fetched})
    done = proved(Loaded(whole, others.problems), now, DAYS)
    nowhere = [replace(problem, line=0) for problem in done.problems]  # it has no file any more
    show(f"version {oncall.version}", Loaded(whole, nowhere))
    return whole
