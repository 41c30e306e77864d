"""One part of the on-call file naming another by its id."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from infra.cli.description import tree as look
from infra.cli.description.hours import is_date
from infra.cli.description.problem import Finding, Path, listed, nearest, shown
from infra.cli.description.yaml_tree import Tree

IDS_SHOWN_MAX = 10
NOTIFIED: Final = ("responders", "schedules", "teams")
"""The sections that share their ids: a tier names any of them."""
_ONE: Final = {
    "responders": "a responder", "schedules": "a schedule", "teams": "a team", "policies": "a policy",
    "services": "a service", "holidays": "a list of holidays",
}  # fmt: skip
_PICKS: Final = {"next": ("schedules",), "previous": ("schedules",), "one_of": ("teams",)}


class Reference(NamedTuple):
    path: Path
    sections: tuple[str, ...]
    id: str


def references(tree: Tree) -> list[Reference]:
    return [*_services(tree), *_notified(tree), *_people(tree), *_holidays(tree)]


def _services(tree: Tree) -> Iterator[Reference]:
    for path, service in look.entries(tree, "services"):
        yield from _one(service, path, "policy", "policies")
    for path, window in look.entries(tree, "maintenance"):
        yield from _many(window, path, "services", "services")


def _notified(tree: Tree) -> Iterator[Reference]:
    for path, tier in look.tiers(tree):
        for index, item in enumerate(look.items(tier.get("notify"))):
            at = (*path, "notify", index)
            if isinstance(item, str):
                yield Reference(at, NOTIFIED, item)
            for key, sections in _PICKS.items():
                name = look.mapping(item).get(key)
                if isinstance(name, str) and name:  # an empty one is refused where it is validated
                    yield Reference((*at, key), sections, name)


def _people(tree: Tree) -> Iterator[Reference]:
    for path, team in look.entries(tree, "teams"):
        yield from _many(team, path, "members", "responders")
    for path, responder in look.entries(tree, "responders"):
        yield from _many(responder, path, "alternates", "responders")
    for path, layer in look.layers(tree):
        yield from _many(layer, path, "people", "responders")
    for path, override in look.overrides(tree):
        for key in ("who", "instead_of", "add", "remove"):
            yield from _one(override, path, key, "responders")
        for key in ("who", "add", "remove", "swap"):
            yield from _many(override, path, key, "responders")


def _holidays(tree: Tree) -> Iterator[Reference]:
    hours = [
        ((*path, "support_hours"), service.get("support_hours")) for path, service in look.entries(tree, "services")
    ]
    for path, holder in [*look.layers(tree), *((path, look.mapping(each)) for path, each in hours)]:
        for key in ("not_on", "only_on"):
            for reference in (*_one(holder, path, key, "holidays"), *_many(holder, path, key, "holidays")):
                if not is_date(reference.id):
                    yield reference


def _one(holder: dict[str, Any], path: Path, key: str, section: str) -> Iterator[Reference]:
    name = holder.get(key)
    if isinstance(name, str):
        yield Reference((*path, key), (section,), name)


def _many(holder: dict[str, Any], path: Path, key: str, section: str) -> Iterator[Reference]:
    for index, name in look.texts(holder.get(key)):
        yield Reference((*path, key, index), (section,), name)


def unknown(tree: Tree, found: Iterable[Reference]) -> list[Finding]:
    known = {name: look.section(tree, name) for name in _ONE}
    return [
        _unknown(tree, reference)
        for reference in found
        if not any(reference.id in known[name] or _unreadable(tree, name) for name in reference.sections)
    ]


def _unreadable(tree: Tree, name: str) -> bool:
    """Whether the section is there, but not as ids: what seems to be missing may be in it."""
    return not isinstance(look.mapping(tree.value).get(name, {}), dict)


def _unknown(tree: Tree, reference: Reference) -> Finding:
    there = [name for name in reference.sections if look.section(tree, name)] or list(reference.sections[:1])
    known = [name for section in there for name in look.section(tree, section)]
    text = f'there is no "{shown(reference.id)}" in {listed(there, "or")}'
    elsewhere = next((name for name in _ONE if reference.id in look.section(tree, name)), "")
    if elsewhere in NOTIFIED:
        return Finding(reference.path, text, _wrong_kind(reference, elsewhere))
    right = nearest(reference.id, known)
    fix = f'did you mean "{shown(right)}"?' if right else "add it there"
    if not right and 0 < len(known) <= IDS_SHOWN_MAX:
        fix = f"known there: {listed(map(shown, known))}"
    return Finding(reference.path, text, fix)


def _wrong_kind(reference: Reference, section: str) -> str:
    """The id is there, but means something else than is asked for here."""
    said = f"that is {_ONE[section]}"
    if reference.path[-1] in _PICKS:
        right = f"{{one_of: {shown(reference.id)}}}" if section == "teams" else "the id alone"
        return f"{said}; write {right}"
    return f"{said}, and only {' or '.join(_ONE[name] for name in reference.sections)} can stand here"
