"""What stands in the on-call file twice, and may not."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic_core import PydanticCustomError

from infra.cli.description import tree as look
from infra.cli.description.problem import Finding, Path, shown
from infra.cli.description.references import NOTIFIED
from infra.cli.description.values import PAGERDUTY_KEY_CHARS, digest
from infra.cli.description.yaml_tree import Place, Tree

_ONE: Final = {"responders": "a responder", "schedules": "a schedule", "teams": "a team"}


def doubles(tree: Tree) -> Iterator[Finding]:
    for path, tier in look.tiers(tree):
        for key in ("notify", "by"):
            yield from _twice((*path, key), tier.get(key))
    for section, key in (("teams", "members"), ("responders", "alternates"), ("maintenance", "services")):
        for path, holder in look.entries(tree, section):
            yield from _twice((*path, key), holder.get(key))


def _twice(path: Path, found: Any) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, item in enumerate(look.items(found)):
        word = item if isinstance(item, str) else _picked(item)
        if word in seen:
            yield Finding((*path, index), f'"{shown(word)}" stands here twice', "keep one of the two")
        if word:
            seen.add(word)


def _picked(item: Any) -> str:
    return "".join(f"{{{key}: {value}}}" for key, value in look.mapping(item).items() if isinstance(value, str))


def shared_ids(tree: Tree) -> Iterator[Finding]:
    """A tier names responders, schedules and teams alike, so their ids must differ."""
    owners: dict[str, str] = {}
    for section in NOTIFIED:
        for name in look.section(tree, section):
            if name in owners:
                here, first = tree.place((section, name)), tree.place((owners[name], name))
                text = f"is also the id of {_ONE[owners[name]]} in {spot(first, here.file)}"
                yield Finding((section, name), text, "a tier could mean either: rename one of the two")
            owners.setdefault(name, section)


def spot(place: Place, seen_from: str) -> str:
    """A place, as short as it can be named in what is said about that file."""
    return f"line {place.line}" if place.file == seen_from else f"{place.file}:{place.line}"


def routing_keys(tree: Tree) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for path, service in look.entries(tree, "services"):
        for index, text in look.texts(service.get("routing_keys")):
            yield from _routing_key((*path, "routing_keys", index), text, owners)


def _routing_key(path: Path, text: str, owners: dict[str, str]) -> Iterator[Finding]:
    try:
        key = digest(text)
    except PydanticCustomError:
        return  # said already
    if key in owners:
        said = f'this routing key already belongs to service "{shown(owners[key])}"'
        yield Finding(path, said, "each service needs keys of its own: make one with `callout routing-key`")
    elif not text.startswith("sha256:") and len(text) != PAGERDUTY_KEY_CHARS:
        said = f"has {len(text)} characters: senders for PagerDuty take exactly {PAGERDUTY_KEY_CHARS}"
        yield Finding(path, said, "make one with `callout routing-key`", "warning")
    owners.setdefault(key, str(path[1]))
