"""Personal rules that cannot do what they say."""

from collections.abc import Iterator
from typing import Any

from infra.cli.description import tree as look
from infra.cli.description.base import CHANNELS, URGENCIES
from infra.cli.description.duration import seconds, written
from infra.cli.description.policies import PERSONAL, Policy, Tier
from infra.cli.description.problem import Finding, Path, spelled
from infra.cli.description.reach import behind
from infra.cli.description.yaml_tree import Tree

COMES_BACK = "comes_back_every"
WAIT_SECONDS: int = Tier.model_fields["wait"].default
COMEBACK_SECONDS: int = Policy.model_fields["comes_back_every"].default
Span = tuple[int, Path]
"""So soon somebody else is told, or the same again, and which tier says so."""


def rules(tree: Tree) -> Iterator[Finding]:
    shortest = _shortest_waits(tree)
    for path, responder in look.entries(tree, "responders"):
        own = {channel for contact in look.items(responder.get("contact")) for channel in look.mapping(contact)}
        for at, channel, delay in _steps(path, responder):
            if own and channel in CHANNELS and channel not in own:
                yield Finding(at, f"there is no {channel} in contact", f"add one, or leave {channel} out here")
            elif path[1] in shortest:
                yield from _too_late(at, delay, *shortest[str(path[1])])


def _too_late(at: Path, delay: int, span: int, tier: Path) -> Iterator[Finding]:
    if delay < span:
        return
    if tier[-1] == COMES_BACK:
        text = f"{written(delay)} is not before the {written(span)} after which {spelled(tier[:-1])} comes back"
        yield Finding(at, text, f"shorten the delay, or lengthen {COMES_BACK}", "warning")
    else:
        text = f"{written(delay)} is not before the {written(span)} that {spelled(tier)} waits"
        yield Finding(at, text, "shorten the delay, or lengthen the wait: the next tier is told by then", "warning")


def _steps(path: Path, responder: dict[str, Any]) -> Iterator[tuple[Path, str, int]]:
    for urgency in URGENCIES:
        for index, item in enumerate(look.items(look.mapping(responder.get("rules")).get(urgency))):
            at = (*path, "rules", urgency, index)
            if isinstance(item, str):
                yield at, item, 0
            for channel, delay in look.mapping(item).items():
                yield (*at, channel), channel, (seconds(delay) or 0) if isinstance(delay, str) else 0


def _shortest_waits(tree: Tree) -> dict[str, Span]:
    """Of each responder: the shortest wait of the tiers that leave it to them, and which tier that is."""
    found: dict[str, Span] = {}
    groups = behind(tree)
    for tier, span in _personal(tree):
        for name in _names(tier):
            for person in groups.get(name, [name]):
                found[person] = min(found.get(person, span), span, key=lambda each: each[0])
    return found


def _personal(tree: Tree) -> Iterator[tuple[dict[str, Any], Span]]:
    """The tiers that leave it to their people; a last resort, which the last tier may be, is told again and again."""
    for path, policy in look.entries(tree, "policies"):
        tiers = [look.mapping(tier) for tier in look.items(policy.get("tiers"))]
        spans = [(tier, (_span(tier, "wait", WAIT_SECONDS), (*path, "tiers", i))) for i, tier in enumerate(tiers)]
        last = look.mapping(policy.get("last_resort")) if "last_resort" in policy else next(reversed(tiers), {})
        spans.append((last, (_span(policy, COMES_BACK, COMEBACK_SECONDS), (*path, COMES_BACK))))
        yield from (each for each in spans if each[0].get("by") == PERSONAL)


def _span(holder: dict[str, Any], key: str, default: int) -> int:
    said = holder.get(key)
    return (seconds(said) if isinstance(said, str) else None) or default


def _names(tier: dict[str, Any]) -> Iterator[str]:
    for item in look.items(tier.get("notify")):
        yield from (
            [item] if isinstance(item, str) else [name for name in look.mapping(item).values() if isinstance(name, str)]
        )
