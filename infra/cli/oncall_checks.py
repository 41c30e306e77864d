"""What no single value can show: references between parts of the on-call file, doubles, and what nobody uses.

Works on the tree as read rather than on the models, so that a mistake in one place hides none in another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic_core import PydanticCustomError

from infra.cli.oncall_model import Channel
from infra.cli.oncall_values import PAGERDUTY_KEY_CHARS, digest
from infra.cli.problem import Level, Path, Problem, listed, nearest, shown, spelled
from infra.cli.yaml_tree import Tree

IDS_SHOWN_MAX = 10
CHANNELS: tuple[str, ...] = get_args(Channel)


@dataclass(frozen=True, slots=True)
class _Reference:
    """One part of the file naming another by its id."""

    path: Path
    section: str
    id: str


def check(tree: Tree) -> list[Problem]:
    references = [*_policies_of_services(tree), *_targets(tree)]
    unknown = [reference for reference in references if reference.id not in _section(tree, reference.section)]
    problems = [_unknown(tree, reference) for reference in unknown]
    problems += _doubles(tree)
    problems += _routing_keys(tree)
    problems += _unreached(tree)
    if not unknown:  # a misspelt reference would make its right one look unused
        problems += _unused(tree, references)
    return problems


def _problem(tree: Tree, path: Path, text: str, fix: str, level: Level = "error") -> Problem:
    return Problem(tree.line(path), spelled(path), text, fix, level)


def _policies_of_services(tree: Tree) -> Iterator[_Reference]:
    for service_id, service in _section(tree, "services").items():
        policy = _mapping(service).get("policy")
        if isinstance(policy, str):
            yield _Reference(("services", service_id, "policy"), "policies", policy)


def _targets(tree: Tree) -> Iterator[_Reference]:
    for path, tier in _tiers(tree):
        for index, target in _texts(tier.get("notify")):
            yield _Reference((*path, "notify", index), "responders", target)


def _tiers(tree: Tree) -> Iterator[tuple[Path, dict[str, Any]]]:
    for policy_id, policy in _section(tree, "policies").items():
        for index, tier in enumerate(_list(_mapping(policy).get("tiers"))):
            yield ("policies", policy_id, "tiers", index), _mapping(tier)
        if "last_resort" in _mapping(policy):
            yield ("policies", policy_id, "last_resort"), _mapping(_mapping(policy)["last_resort"])


def _unknown(tree: Tree, reference: _Reference) -> Problem:
    known = _section(tree, reference.section)
    right = nearest(reference.id, known)
    fix = f'did you mean "{shown(right)}"?' if right else "add it there"
    if not right and 0 < len(known) <= IDS_SHOWN_MAX:
        fix = f"known there: {listed(map(shown, known))}"
    return _problem(tree, reference.path, f'there is no "{shown(reference.id)}" in {reference.section}', fix)


def _doubles(tree: Tree) -> Iterator[Problem]:
    for path, tier in _tiers(tree):
        for key in ("notify", "by"):
            seen: set[str] = set()
            for index, text in _texts(tier.get(key)):
                if text in seen:
                    yield _problem(
                        tree, (*path, key, index), f'"{shown(text)}" stands here twice', "keep one of the two"
                    )
                seen.add(text)


def _routing_keys(tree: Tree) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for service_id, service in _section(tree, "services").items():
        for index, text in _texts(_mapping(service).get("routing_keys")):
            path = ("services", service_id, "routing_keys", index)
            try:
                key = digest(text)
            except PydanticCustomError:
                continue  # said already
            if key in owners:
                fix = "each service needs keys of its own: make one with `callout routing-key`"
                yield _problem(tree, path, f'this routing key already belongs to service "{shown(owners[key])}"', fix)
            elif not text.startswith("sha256:") and len(text) != PAGERDUTY_KEY_CHARS:
                said = f"has {len(text)} characters: senders for PagerDuty take exactly {PAGERDUTY_KEY_CHARS}"
                yield _problem(tree, path, said, "make one with `callout routing-key`", "warning")
            owners.setdefault(key, service_id)


def _unreached(tree: Tree) -> Iterator[Problem]:
    """Channels that lead to nobody; who has none of a tier's channels is told by the first contact instead."""
    for path, tier in _tiers(tree):
        channels = [text for _, text in _texts(tier.get("by", ["sms"])) if text in CHANNELS]
        found = ((index, _channels(tree, target)) for index, target in _texts(tier.get("notify")))
        reach = {index: own for index, own in found if own}
        if channels:
            yield from _without_channel(tree, path, channels, reach)
            yield from _without_target(tree, path, channels, set().union(*reach.values()) if reach else set(channels))


def _without_channel(tree: Tree, path: Path, channels: list[str], reach: dict[int, set[str]]) -> Iterator[Problem]:
    wanted = listed(channels, "or")
    for index, own in reach.items():
        if own.isdisjoint(channels):
            said = f"has no {wanted} and is told by the first contact instead"
            yield _problem(tree, (*path, "notify", index), said, f"add {wanted}, or change `by`", "warning")


def _without_target(tree: Tree, path: Path, channels: list[str], reached: set[str]) -> Iterator[Problem]:
    useless = [channel for channel in channels if channel not in reached]
    if useless and len(useless) < len(channels):
        word = listed(useless, "or")
        yield _problem(tree, (*path, "by"), f"nobody in this tier has {word}", f"leave {word} out", "warning")


def _channels(tree: Tree, responder: str) -> set[str]:
    contacts = _list(_mapping(_section(tree, "responders").get(responder)).get("contact"))
    return {channel for contact in contacts for channel in _mapping(contact) if channel in CHANNELS}


def _unused(tree: Tree, references: list[_Reference]) -> Iterator[Problem]:
    used = {(reference.section, reference.id) for reference in references}
    for section, said in (("policies", "no service uses it"), ("responders", "no tier notifies it")):
        for name in _section(tree, section):
            if (section, name) not in used:
                yield _problem(tree, (section, name), said, "use it, or take it out", "warning")


def _section(tree: Tree, name: str) -> dict[str, Any]:
    return _mapping(_mapping(tree.value).get(name))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> Iterator[tuple[int, str]]:
    return ((index, item) for index, item in enumerate(_list(value)) if isinstance(item, str))
