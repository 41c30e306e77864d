"""Schedules as the operator names them, and instants as they are meant for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.domain.schedule import Schedule

IDS_SHOWN_MAX = 20


def chosen(oncall: "OnCall", name: str | None) -> "list[Schedule]":
    """The one of that id, or all of them."""
    return [the_schedule(oncall, name)] if name is not None else list(oncall.schedules.values())


def the_schedule(oncall: "OnCall", name: str | None) -> "Schedule":
    """The schedule of that id, or the only one; otherwise the command ends with a sentence that names the right."""
    from infra.cli.description.problem import nearest

    ids = list(oncall.schedules)
    if not ids:
        raise click.ClickException("no schedule is described here")
    if name is None and len(ids) > 1:
        raise click.UsageError(f"which schedule? add --schedule; there are {_listed(ids)}")
    wanted = ids[0] if name is None else name
    if wanted not in oncall.schedules:
        right = nearest(wanted, ids)
        fix = f'did you mean "{right}"?' if right else f"there {'is' if len(ids) == 1 else 'are'} {_listed(ids)}"
        raise click.BadParameter(f"no schedule has this id; {fix}", param_hint="--schedule")
    return oncall.schedules[wanted]


def _listed(ids: list[str]) -> str:
    from infra.cli.description.problem import listed

    more = [f"{len(ids) - IDS_SHOWN_MAX} more"] if len(ids) > IDS_SHOWN_MAX else []
    return listed([*sorted(ids)[:IDS_SHOWN_MAX], *more])


def instant_of(text: str | None, timezone: str | None, zones: Iterable[str]) -> datetime:
    """The instant that --at means: by its own offset, by --timezone, or by the clock that all of these share."""
    from infra.cli.given import instant

    shared = set(zones)
    if text is None or _has_offset(text):
        return instant("--at", text, None)
    if timezone is None and len(shared) > 1:
        raise click.UsageError("whose clock is --at read on? add --timezone, or write Z or an offset behind the time")
    return instant("--at", text, timezone or next(iter(shared), "UTC"))


def _has_offset(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.strip()).tzinfo is not None
    except ValueError:
        return False  # said where it is read
