"""Schedules as the operator names them, and instants as they are meant for them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.domain.schedule import Schedule

IDS_SHOWN_MAX = 20
YEAR_MIN, YEAR_MAX = 1980, 2200

D = TypeVar("D", date, datetime)


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
        found = instant("--at", text, None)
    elif timezone is None and len(shared) > 1:
        raise click.UsageError("whose clock is --at read on? add --timezone, or write Z or an offset behind the time")
    else:
        found = instant("--at", text, timezone or next(iter(shared), "UTC"))
    return near(found, found.year, "--at")


def near(found: D, year: int, option: str) -> D:
    """Refuses times at which calendars, and Python's own, come to their ends."""
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise click.BadParameter(f"is too far away; {YEAR_MIN} to {YEAR_MAX} is looked at", param_hint=option)
    return found


def _has_offset(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.strip()).tzinfo is not None
    except ValueError:
        return False  # said where it is read


def day(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return near(date.fromisoformat(text.strip()), int(text.strip()[:4]), "--from")
    except ValueError:
        raise click.BadParameter("is not a date; write it like 2026-11-23") from None
