"""What applying a description would change; never an address in full, never a routing key."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import click

from callout.domain.oncall import Maintenance, OnCall
from callout.domain.schedule import Calendar, Shift
from infra.cli.description.problem import listed, shown
from infra.cli.meaning.changes import of_maintenance, of_policy, of_responder, of_service, of_team
from infra.cli.meaning.schedule_changes import of_schedule

AS_GOOD_AS_NEW = timedelta(days=30)


def differences(before: OnCall, after: OnCall) -> list[str]:
    """One line for each change; none where both say the same."""
    return [
        *_lines("responder", before.responders, after.responders, of_responder),
        *_lines("team", before.teams, after.teams, of_team),
        *_lines("schedule", before.schedules, after.schedules, of_schedule),
        *_lines("calendar", _calendars(before, after), _calendars(after, before), _of_calendar),
        *_lines("policy", before.policies, after.policies, of_policy),
        *_lines("service", before.services, after.services, of_service),
        *_routing_keys(before, after),
        *_lines("maintenance", _windows(before), _windows(after), of_maintenance),
    ]


def _lines(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], changes: Callable[[Any, Any], Iterator[str]]
) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield click.style(f"+ {kind} {shown(name)} added", fg="green")
        elif name not in after:
            yield click.style(f"- {kind} {shown(name)} removed", fg="red")
        elif before[name] != after[name]:
            for text in [*changes(before[name], after[name])] or ["changed"]:
                yield click.style(f"~ {kind} {shown(name)}: {text}", fg="yellow")


def _windows(oncall: OnCall) -> dict[str, Maintenance]:
    return {window.id: window for window in oncall.maintenance}


class Events(NamedTuple):
    """What a calendar that came as a file says, as far as the one it is compared with says something, too."""

    shifts: frozenset[Shift]
    until: datetime | None
    """None where the two end about the same time."""


def _calendars(oncall: OnCall, other: OnCall) -> dict[str, str | Events]:
    """What a description says of each: an address, or its events."""
    found = oncall.calendar_sources.items()
    return {name: source or _events(oncall.calendars.get(name), other.calendars.get(name)) for name, source in found}


def _events(mine: Calendar | None, theirs: Calendar | None) -> Events:
    """The same file says more of the future each day, and less of the past: only a month of that is news."""
    if mine is None or theirs is None:
        return Events(frozenset(mine.shifts if mine else ()), mine.until if mine else None)
    start, end = max(mine.fetched_at, theirs.fetched_at), min(mine.until, theirs.until)
    shifts = (Shift(max(each.start, start), min(each.end, end), each.who) for each in mine.shifts)
    far = abs(mine.until - theirs.until) > AS_GOOD_AS_NEW
    return Events(frozenset(each for each in shifts if each.start < each.end), mine.until if far else None)


def _of_calendar(old: str | Events, new: str | Events) -> Iterator[str]:
    """Without the address: whoever has it can read the calendar."""
    if isinstance(old, Events) and isinstance(new, Events):
        come, gone = len(new.shifts - old.shifts), len(old.shifts - new.shifts)
        if come or gone:
            yield f"{_number(come, 'event')} added, {_number(gone, 'event')} removed"
        if old.until != new.until and old.until and new.until:
            yield f"known until {old.until:%Y-%m-%d} -> {new.until:%Y-%m-%d}"
    elif isinstance(old, Events):
        yield "read from an address, no longer from a file"
    elif isinstance(new, Events):
        yield "read from a file, no longer from an address"
    else:
        yield "another address"


def _routing_keys(before: OnCall, after: OnCall) -> Iterator[str]:
    """By service and count. A new service's keys are no news, a removed service's are: somebody may still use them."""
    for name in sorted(before.services.keys() | after.services.keys()):
        lost = _keys(before, name) - _keys(after, name)
        gained = _keys(after, name) - _keys(before, name)
        moved = {key: after.routing_keys[key] for key in lost & after.routing_keys.keys()}
        if gained and name in before.services:
            yield click.style(f"~ service {name}: {_count(len(gained))} added", fg="yellow")
        if moved:
            words = f"moved to {listed(sorted(set(moved.values())))}; senders that use {_them(len(moved))} page there"
            yield click.style(f"~ service {name}: {_count(len(moved))} {words}", fg="yellow", bold=True)
        if refused := len(lost) - len(moved):
            words = f"removed; senders that use {_them(refused)} will be refused"
            yield click.style(f"- service {name}: {_count(refused)} {words}", fg="red", bold=True)


def _keys(oncall: OnCall, service: str) -> set[str]:
    return {digest for digest, owner in oncall.routing_keys.items() if owner == service}


def _count(keys: int) -> str:
    return _number(keys, "routing key")


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _them(keys: int) -> str:
    return "it" if keys == 1 else "them"
