"""The description as read, looked into without trusting it: what is not there, or not as it should be, is empty."""

from collections.abc import Iterator
from typing import Any

from infra.cli.description.problem import Path
from infra.cli.description.yaml_tree import Tree


def section(tree: Tree, name: str) -> dict[str, Any]:
    return mapping(mapping(tree.value).get(name))


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def texts(value: Any) -> Iterator[tuple[int, str]]:
    return ((index, item) for index, item in enumerate(items(value)) if isinstance(item, str))


def entries(tree: Tree, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each id of a section with what it holds."""
    return (((name, each), mapping(value)) for each, value in section(tree, name).items())


def tiers(tree: Tree) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Everything that notifies: tiers, last resorts, and what a service does when a target is at risk."""
    for path, policy in entries(tree, "policies"):
        for index, tier in enumerate(items(policy.get("tiers"))):
            yield (*path, "tiers", index), mapping(tier)
        if "last_resort" in policy:
            yield (*path, "last_resort"), mapping(policy["last_resort"])
    for path, service in entries(tree, "services"):
        if "at_risk" in service:
            yield (*path, "at_risk"), mapping(service["at_risk"])


def layers(tree: Tree) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, schedule in entries(tree, "schedules"):
        for index, layer in enumerate(items(schedule.get("layers"))):
            yield (*path, "layers", index), mapping(layer)


def overrides(tree: Tree) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, schedule in entries(tree, "schedules"):
        for index, override in enumerate(items(schedule.get("overrides"))):
            yield (*path, "overrides", index), mapping(override)
