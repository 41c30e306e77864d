"""Channels that lead to nobody; who has none of a tier's channels is told by the first contact instead."""

from collections.abc import Iterator
from typing import Any

from infra.cli.description import tree as look
from infra.cli.description.base import CHANNELS
from infra.cli.description.problem import Finding, Path, listed, shown
from infra.cli.description.yaml_tree import Tree

Channels = dict[str, set[str]]
"""Responder id -> the channels that lead to them."""
NAMED_MAX = 5


def reach(tree: Tree) -> Iterator[Finding]:
    own = {
        str(path[1]): set(CHANNELS) if path in tree.twice else _channels(each)  # which of the two, nobody knows
        for path, each in look.entries(tree, "responders")
    }
    groups = behind(tree)
    for path, tier in look.tiers(tree):
        wanted = [text for _, text in look.texts(tier.get("by", ["sms"])) if text in CHANNELS]
        if wanted:
            yield from _tier(path, tier, wanted, own, groups)


def _tier(
    path: Path, tier: dict[str, Any], wanted: list[str], own: Channels, behind: dict[str, list[str]]
) -> Iterator[Finding]:
    reached: set[str] = set()
    for index, item in enumerate(look.items(tier.get("notify"))):
        people = _people(item, own, behind)
        if not people:
            reached |= set(CHANNELS)  # nobody knows, so nothing is said
        reached = reached.union(*(own[name] for name in people))
        yield from _without_channel((*path, "notify", index), item, people, wanted, own)
    useless = [channel for channel in wanted if channel not in reached]
    if useless and reached and len(useless) < len(wanted):
        word = listed(useless, "or")
        yield Finding((*path, "by"), f"nobody in this tier has {word}", f"leave {word} out", "warning")


def _without_channel(path: Path, item: Any, people: list[str], wanted: list[str], own: Channels) -> Iterator[Finding]:
    without = [name for name in people if own[name].isdisjoint(wanted)]
    if not without:
        return
    word = listed(wanted, "or")
    if without == [item]:
        said = f"has no {word} and is told by the first contact instead"
    else:
        few = [
            *map(shown, without[:NAMED_MAX]),
            *([f"{len(without) - NAMED_MAX} more"] if len(without) > NAMED_MAX else []),
        ]
        told = "is told by the first contact" if len(without) == 1 else "are told by their first contacts"
        said = f"{listed(few)} {'has' if len(without) == 1 else 'have'} no {word} and {told} instead"
    yield Finding(path, said, f"add {word}, or change `by`", "warning")


def _people(item: Any, own: Channels, behind: dict[str, list[str]]) -> list[str]:
    """The responders whom a target may mean, those of whom channels are known."""
    names = [item] if isinstance(item, str) else [name for name in look.mapping(item).values() if isinstance(name, str)]
    found = [person for name in names for person in ([name] if name in own else behind.get(name, []))]
    return [person for person in found if own.get(person)]


def behind(tree: Tree) -> dict[str, list[str]]:
    """Who may be meant by a team or a schedule."""
    found: dict[str, dict[str, None]] = {}
    for path, team in look.entries(tree, "teams"):
        found[str(path[1])] = dict.fromkeys(name for _, name in look.texts(team.get("members")))
    for path, layer in look.layers(tree):
        found.setdefault(str(path[1]), {}).update(dict.fromkeys(name for _, name in look.texts(layer.get("people"))))
    for path, override in look.overrides(tree):
        given = (override.get(key) for key in ("who", "add", "swap"))
        people = (name for value in given for name in ([value] if isinstance(value, str) else look.items(value)))
        found.setdefault(str(path[1]), {}).update(dict.fromkeys(name for name in people if isinstance(name, str)))
    return {name: list(people) for name, people in found.items()}


def _channels(responder: dict[str, Any]) -> set[str]:
    contacts = look.items(responder.get("contact"))
    return {channel for contact in contacts for channel in look.mapping(contact) if channel in CHANNELS}
