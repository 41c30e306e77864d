"""Overrides that change nothing: whom they stand in for is not on call then, or a later one replaces everybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from callout.domain.on_call import on_call, timeline
from callout.domain.oncall import OnCall
from callout.domain.schedule import Change, Override, Schedule
from infra.cli.description.dates import OVERRIDE_LENGTH_MAX
from infra.cli.description.problem import Finding, listed, shown
from infra.cli.description.yaml_tree import Tree

PEOPLE_SHOWN_MAX = 3


def idle(tree: Tree, oncall: OnCall, now: datetime) -> Iterator[Finding]:
    """Of those that are still to come, or hold now. `oncall` is what of the description is sound."""
    for schedule in oncall.schedules.values():
        for index, override in enumerate(schedule.overrides):
            if override.start < override.end and override.end > now:
                yield from _idle(tree, schedule, index, override)


def _idle(tree: Tree, schedule: Schedule, index: int, override: Override) -> Iterator[Finding]:
    at = ("schedules", schedule.id, "overrides", index)
    later = enumerate(schedule.overrides[index + 1 :], index + 1)
    winner = next((number for number, each in later if _hides(each, override)), None)
    if winner is not None:
        line = tree.line((*at[:-1], winner))
        text = f"has no effect: overrides[{winner}] in line {line} replaces everybody in all of its time"
        yield Finding(at, text, f"take it out, or write it below overrides[{winner}]", "warning")
    elif said := _for_nobody(schedule, index, override):
        yield Finding(at, said, "check the dates and whom it names, or take it out", "warning")


def _hides(later: Override, override: Override) -> bool:
    covers = later.start <= override.start and later.end >= override.end
    return covers and later.change is Change.REPLACE and not later.of


def _for_nobody(schedule: Schedule, index: int, override: Override) -> str:
    names = _needed(override)
    long = override.end - override.start > OVERRIDE_LENGTH_MAX
    if not names or long or any(layer.calendar for layer in schedule.layers):  # what a calendar says is read later
        return ""
    before = tuple(
        each for each in schedule.overrides[:index] if each.start < override.end and each.end > override.start
    )
    schedule = replace(schedule, overrides=before)
    middle = override.start + (override.end - override.start) / 2
    if any(name in on_call(schedule, t, {}) for t in (override.start, middle) for name in names):
        return ""  # so it is nearly always, and this is quick
    shifts = timeline(schedule, override.start, override.end, {})
    there = dict.fromkeys(name for shift in shifts for name in shift.who)
    if not there.keys().isdisjoint(names):
        return ""
    few = [*map(shown, list(there)[:PEOPLE_SHOWN_MAX]), *(["others"] if len(there) > PEOPLE_SHOWN_MAX else [])]
    who = f"; on call then: {listed(few)}" if few else ""
    return f"has no effect: {listed(map(shown, names), 'or')} is not on call at any time in it{who}"


def _needed(override: Override) -> tuple[str, ...]:
    """Without any of them on call it does nothing."""
    if override.change in (Change.REMOVE, Change.SWAP):
        return override.who
    return (override.of,) if override.of else ()
