"""What a service agrees to, and does not go together: clocks without hours, risks without targets."""

from collections.abc import Iterator
from typing import Any

from infra.cli.description import tree as look
from infra.cli.description.problem import Finding, Path
from infra.cli.description.yaml_tree import TRUTH, Odd, Tree


def agreements(tree: Tree) -> Iterator[Finding]:
    for path, service in look.entries(tree, "services"):
        if "support_hours" not in service:
            yield from _clocks(path, service)
        if isinstance(service.get("at_risk"), dict):
            yield from _at_risk((*path, "at_risk"), service, service["at_risk"])


def _clocks(path: Path, service: dict[str, Any]) -> Iterator[Finding]:
    for priority, target in look.mapping(service.get("respond_within")).items():
        if look.mapping(target).get("clock") == "support_hours":
            at = (*path, "respond_within", priority, "clock")
            yield Finding(at, "this service has no support_hours", "add them, or take the clock out")


def _at_risk(path: Path, service: dict[str, Any], risk: dict[str, Any]) -> Iterator[Finding]:
    if "respond_within" not in service:
        text = "no response target is there that could be missed"
        yield Finding(path, text, "add respond_within: {P1: 15m}, or take this out")
    if "by" in risk and "notify" not in risk:
        yield Finding((*path, "by"), "goes with notify", "say who is notified, or leave it out")
    if not any(_does(risk.get(key)) for key in ("notify", "raise_urgency", "next_tier")):
        yield Finding(path, "says nothing that is done", "add raise_urgency: true, next_tier: true or notify: [ada]")


def _does(value: Any) -> bool:
    """Whatever is not plainly nothing; if it is wrong, that is said already."""
    return bool(value) and not (isinstance(value, Odd) and value.kind == TRUTH and value.text.casefold() == "false")
