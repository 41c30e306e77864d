"""Personal rules that cannot do what they say."""

from collections.abc import Iterator
from typing import Any

from infra.cli.description import tree as look
from infra.cli.description.base import CHANNELS, URGENCIES
from infra.cli.description.duration import seconds, written
from infra.cli.description.policies import PERSONAL, Tier
from infra.cli.description.problem import Finding, Path, spelled
from infra.cli.description.reach import behind
from infra.cli.description.yaml_tree import Tree

WAIT_SECONDS: int = Tier.model_fields["wait"].default


def rules(tree: Tree) -> Iterator[Finding]:
    shortest = _shortest_waits(tree)
    for path, responder in look.entries(tree, "responders"):
        own = {channel for contact in look.items(responder.get("contact")) for channel in look.mapping(contact)}
        for at, channel, delay in _steps(path, responder):
            if own and channel in CHANNELS and channel not in own:
                yield Finding(at, f"there is no {channel} in contact", f"add one, or leave {channel} out here")
            elif path[1] in shortest:
                yield from _too_late(at, delay, *shortest[str(path[1])])


def _too_late(at: Path, delay: int, wait: int, tier: Path) -> Iterator[Finding]:
    if delay >= wait:
        text = f"{written(delay)} is not before the {written(wait)} that {spelled(tier)} waits"
        yield Finding(at, text, "shorten the delay, or lengthen the wait: the next tier is told by then", "warning")


def _steps(path: Path, responder: dict[str, Any]) -> Iterator[tuple[Path, str, int]]:
    for urgency in URGENCIES:
        for index, item in enumerate(look.items(look.mapping(responder.get("rules")).get(urgency))):
            at = (*path, "rules", urgency, index)
            if isinstance(item, str):
                yield at, item, 0
            for channel, delay in look.mapping(item).items():
                yield (*at, channel), channel, (seconds(delay) or 0) if isinstance(delay, str) else 0


def _shortest_waits(tree: Tree) -> dict[str, tuple[int, Path]]:
    """Of each responder: the shortest wait of the tiers that leave it to them, and which tier that is."""
    found: dict[str, tuple[int, Path]] = {}
    groups = behind(tree)
    for path, tier in look.tiers(tree):
        if tier.get("by") != PERSONAL or "tiers" not in path:
            continue
        wait = tier.get("wait")
        span = (seconds(wait) if isinstance(wait, str) else None) or WAIT_SECONDS
        for name in _names(tier):
            for person in groups.get(name, [name]):
                found[person] = min(found.get(person, (span, path)), (span, path), key=lambda each: each[0])
    return found


def _names(tier: dict[str, Any]) -> Iterator[str]:
    for item in look.items(tier.get("notify")):
        yield from (
            [item] if isinstance(item, str) else [name for name in look.mapping(item).values() if isinstance(name, str)]
        )
