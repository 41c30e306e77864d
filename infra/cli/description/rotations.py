"""What the domain makes of a schedule: instants from wall-clock times, and rotations counted from a handoff."""

import hashlib

from callout.domain import schedule as domain
from callout.domain.hours import Hours, Span
from infra.cli.description.handoff import DEFAULT_START, ROTATIONS, counted_from, handoff_of
from infra.cli.description.hours import Holidays, dates, spans
from infra.cli.description.schedules import Layer, Override, Schedule


def schedule(name: str, written: Schedule, holidays: Holidays) -> domain.Schedule:
    return domain.Schedule(
        id=name,
        name=written.name or name,
        timezone=written.timezone,
        layers=tuple(_layer(index, each, written.timezone, holidays) for index, each in enumerate(written.layers)),
        overrides=tuple(_override(each, written.timezone) for each in written.overrides),
    )


def calendar_id(source: str) -> str:
    """Says nothing of the address: whoever knows that may read the calendar."""
    return f"calendar-{hashlib.sha256(source.encode()).hexdigest()[:16]}"


def _layer(index: int, written: Layer, timezone: str, holidays: Holidays) -> domain.Layer:
    zone = written.timezone or timezone
    name = written.name or f"layer {index + 1}"
    only = _only(written, zone, holidays)
    end = written.end.wall() if written.end else None
    if written.rotate is None:
        return domain.Layer(name, zone, ends=end, only=only, calendar=calendar_id(written.calendar))
    handoff = handoff_of(written.rotate, written.handoff)
    start = written.start.wall(handoff.clock) if written.start else None
    anchor, back = counted_from(written.rotate, written.every, handoff, start or DEFAULT_START, len(written.people))
    return domain.Layer(
        name=name,
        timezone=zone,
        people=_wound_back(tuple(written.people), back),
        unit=ROTATIONS[written.rotate],
        every=written.every,
        anchor=anchor,
        begins=start,
        ends=end,
        only=only,
    )


def _wound_back(people: tuple[str, ...], turns: int) -> tuple[str, ...]:
    cut = -turns % len(people)
    return people[cut:] + people[:cut]


def _only(written: Layer, zone: str, holidays: Holidays) -> Hours | None:
    if not (written.only or written.not_on or written.only_on):
        return None
    return Hours(
        spans=spans(written.only) if written.only else (Span(),),
        timezone=zone,
        closed=dates(written.not_on, holidays),
        dates=dates(written.only_on, holidays) if written.only_on else None,
    )


def _override(written: Override, zone: str) -> domain.Override:
    change, who = _change(written)
    return domain.Override(
        start=written.start.instant(zone),
        end=written.end.instant(zone),
        change=change,
        who=tuple(who),
        of=written.instead_of,
    )


def _change(written: Override) -> tuple[domain.Change, list[str]]:
    said = {
        domain.Change.REPLACE: written.who,
        domain.Change.ADD: written.add,
        domain.Change.REMOVE: written.remove,
        domain.Change.SWAP: written.swap,
    }
    return next((change, who) for change, who in said.items() if who)
