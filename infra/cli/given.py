"""What people write on the command line: spans of time, zones, instants."""

from datetime import UTC, date, datetime
from typing import TypeVar

import click

YEAR_MIN, YEAR_MAX = 1980, 2200

D = TypeVar("D", date, datetime)


def duration(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    """A span as the on-call file writes it, in seconds."""
    from infra.cli.description.duration import meant, seconds
    from infra.cli.description.problem import shown

    if text is None:
        return None
    span = seconds(text)
    if span is None:
        guess = meant(text)
        fix = f"did you mean {guess}?" if guess else "write it like 90s, 7m or 1h30m"
        raise click.BadParameter(f'"{shown(text)}" is not a span of time; {fix}')
    return span


def timezone(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """The zone, refused in the words of the on-call file."""
    from pydantic_core import PydanticCustomError

    from infra.cli.description import values

    try:
        return text if text is None else values.timezone(text)
    except PydanticCustomError as error:
        said = error.context or {}
        raise click.BadParameter(f"{said.get('text')}; {said.get('fix')}") from None


def instant(option: str, text: str | None, timezone: str | None) -> datetime:
    """In UTC, by that zone's clock where no offset is written; now where nothing is."""
    from callout.domain import wall
    from infra.cli.description.problem import shown

    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text.strip())
        near(found, found.year, option)
        if found.tzinfo is None:
            return wall.instant(found, timezone or "UTC")
        at = found.astimezone(UTC)
    except (ValueError, OverflowError):
        fix = "write it like 2026-03-29T01:59, with Z or +01:00 behind it if it is not by the clock of --timezone"
        raise click.BadParameter(f'"{shown(text)}" is not a time; {fix}', param_hint=option) from None
    if timezone is not None:
        raise click.UsageError(f"{option} says by its offset which clock it means: leave --timezone out")
    return at


def day(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return near(date.fromisoformat(text.strip()), int(text.strip()[:4]), "--from")
    except ValueError:
        raise click.BadParameter("is not a date; write it like 2026-11-23") from None


def near(found: D, year: int, option: str) -> D:
    """Refuses times at which calendars, and Python's own, come to their ends."""
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise click.BadParameter(f"is too far away; {YEAR_MIN} to {YEAR_MAX} is looked at", param_hint=option)
    return found
