"""Times that cannot follow each other, and overrides that cannot matter or matter for too long."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic_core import PydanticCustomError

from callout.domain.local_time import local
from infra.cli.description import tree as look
from infra.cli.description.problem import Finding, Path
from infra.cli.description.times import Moment, moment
from infra.cli.description.values import zones
from infra.cli.description.yaml_tree import Tree

OVERRIDE_LENGTH_MAX: Final = timedelta(days=400)


def dates(tree: Tree, now: datetime) -> Iterator[Finding]:
    for path, person in look.entries(tree, "responders"):
        for index, away in enumerate(look.items(person.get("away"))):
            yield from _order((*path, "away", index), look.mapping(away), _zone(person))
    for path, window in look.entries(tree, "maintenance"):
        yield from _order(path, window, _zone(window))
        yield from _past_window(path, window, now)
    for path, layer in look.layers(tree):
        yield from _layer(path, layer)
    for path, override in look.overrides(tree):
        zone = _zone(look.mapping(look.section(tree, "schedules")[str(path[1])]))
        yield from _order(path, override, zone)
        yield from _override(path, override, zone, now)


def _layer(path: Path, layer: dict[str, Any]) -> Iterator[Finding]:
    start, end = moment_at(layer, "start"), moment_at(layer, "end")
    if start and end and end.wall() <= start.wall():
        yield Finding((*path, "end"), "is not after `start`", "let `end` be later than `start`")


def _order(path: Path, holder: dict[str, Any], zone: str) -> Iterator[Finding]:
    start, end = moment_at(holder, "from"), moment_at(holder, "to")
    if not start or not end or end.instant(zone) > start.instant(zone):
        return
    if end.wall() > start.wall() and not start.offset and not end.offset:
        there = f"{local(end.instant(zone), zone):%H:%M}"
        text = f"this time does not exist in {zone} on that day: its clocks go forward to {there}"
        yield Finding((*path, "to"), text, f"let `to` be later than {there}, or write both with an offset from UTC")
    else:
        yield Finding((*path, "to"), "is not after `from`", "let `to` be later than `from`")


def _past_window(path: Path, window: dict[str, Any], now: datetime) -> Iterator[Finding]:
    end = moment_at(window, "to")
    if end and end.instant(_zone(window)) <= now:
        said = "does not recur any more" if "every" in window else "is over"
        yield Finding(path, f"this maintenance window {said}", "take it out, or correct its dates", "warning")


def _override(path: Path, override: dict[str, Any], zone: str, now: datetime) -> Iterator[Finding]:
    start, end = moment_at(override, "from"), moment_at(override, "to")
    if not start or not end or end.instant(zone) <= start.instant(zone):
        return
    if end.instant(zone) <= now:
        yield Finding(path, "this override is over", "take it out", "warning")
    elif end.instant(zone) - start.instant(zone) > OVERRIDE_LENGTH_MAX:
        text = f"lasts longer than {OVERRIDE_LENGTH_MAX.days} days"
        yield Finding((*path, "to"), text, "check the year, or change the layers instead", "warning")


def moment_at(holder: dict[str, Any], key: str) -> Moment | None:
    """None where it is not there, or is not a moment: that is said already."""
    try:
        return moment(holder[key]) if key in holder else None
    except PydanticCustomError:
        return None


def _zone(holder: dict[str, Any]) -> str:
    zone = holder.get("timezone")
    return zone if isinstance(zone, str) and zone in zones() else "UTC"
