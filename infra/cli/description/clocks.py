"""Times whose clock nobody named: they are read in UTC, and rarely meant so."""

from collections.abc import Iterator
from typing import Any, Final

from infra.cli.description import tree as look
from infra.cli.description.dates import moment_at
from infra.cli.description.problem import Finding, Path
from infra.cli.description.yaml_tree import Tree

FIXED: Final = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
"""Zones that are there by these names, without any summer time."""
UNNAMED: Final = "its times are read in UTC"
NAME_IT: Final = "add timezone: Europe/London, or timezone: UTC if that is meant"


def clocks(tree: Tree) -> Iterator[Finding]:
    for path, schedule in look.entries(tree, "schedules"):
        layers = map(look.mapping, look.items(schedule.get("layers")))
        if "timezone" not in schedule and any(_by_the_clock(layer) for layer in layers):
            yield Finding(path, UNNAMED, NAME_IT, "warning")
    for path, window in look.entries(tree, "maintenance"):
        if "timezone" not in window:
            yield from _window(path, window)
    yield from _fixed(tree)


def _by_the_clock(layer: dict[str, Any]) -> bool:
    """Whether it matters where the clock hangs: for one person around the clock it does not."""
    turns = "rotate" in layer and len(look.items(layer.get("people"))) > 1
    return "timezone" not in layer and (turns or any(key in layer for key in ("only", "not_on", "only_on")))


def _window(path: Path, window: dict[str, Any]) -> Iterator[Finding]:
    times = [moment_at(window, key) for key in ("from", "to")]
    if "every" in window or any(each and not each.offset for each in times):
        yield Finding(path, UNNAMED, NAME_IT, "warning")


def _fixed(tree: Tree) -> Iterator[Finding]:
    holders = [*look.entries(tree, "schedules"), *look.entries(tree, "responders"), *look.entries(tree, "maintenance")]
    services = look.entries(tree, "services")
    holders += [((*path, "support_hours"), look.mapping(each.get("support_hours"))) for path, each in services]
    for path, holder in [*holders, *look.layers(tree)]:
        zone = holder.get("timezone")
        if isinstance(zone, str) and zone in FIXED:
            text = f"{zone} has no summer time"
            yield Finding((*path, "timezone"), text, f"name a city, such as {FIXED[zone]}", "warning")
