"""Several files that are one description: read one by one, joined section by section."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from infra.cli.description.base import kind_of
from infra.cli.description.doubles import spot
from infra.cli.description.model import Parts
from infra.cli.description.problem import Path as At
from infra.cli.description.problem import Problem, listed, shown
from infra.cli.description.yaml_tree import Tree, read

SUFFIXES: Final = (".yaml", ".yml")
_ONCE: Final = "an id is described once in all files: rename one of the two, or take it out"


def read_all(paths: Sequence[Path]) -> list[Tree]:
    """A tree of each file; a folder stands for the YAML files in it, by their names.

    A file is read once, by whatever name it comes first.
    """
    seen: set[str] = set()
    return [tree for path in paths for tree in _read(path, seen)]


def _read(path: Path, seen: set[str]) -> Iterator[Tree]:
    try:
        if path.is_dir():
            yield from _folder(path, seen)
        elif (real := os.path.realpath(path)) not in seen:
            seen.add(real)
            yield read(path.read_bytes(), str(path))
    except OSError as error:
        yield _unread(path, f"cannot be read: {error.strerror}", "check the name and who may read it")


def _folder(path: Path, seen: set[str]) -> Iterator[Tree]:
    files = sorted(file for file in path.iterdir() if _counts(file))
    if not files:
        yield _unread(path, "there is no YAML file in this folder", "an on-call file ends in .yaml or .yml")
    for file in files:
        yield from _read(file, seen)


def _counts(file: Path) -> bool:
    """A link that leads nowhere does: what was meant by it would be missed."""
    yaml = file.suffix.casefold() in SUFFIXES and not file.name.startswith(".")
    return yaml and (file.is_file() or not file.exists())


def _unread(path: Path, text: str, fix: str) -> Tree:
    return Tree(problems=[Problem(0, "", text, fix, file=str(path))], file=str(path))


def joined(trees: Sequence[Tree]) -> Tree:
    """One tree; it has no value where none of them has."""
    if len(trees) == 1:
        return trees[0]
    whole = Tree(problems=[problem for tree in trees for problem in tree.problems], file=_first_file(trees))
    whole.whole = all(isinstance(tree.value, dict) for tree in trees)
    for tree in trees:
        if isinstance(tree.value, dict):
            _join(whole, tree)
        elif tree.value is not None:
            text = f"the file must hold keys and values, but is {kind_of(tree.value)}"
            whole.problems.append(tree.problem((), text, f"begin with one of {listed(Parts.model_fields, 'or')}"))
    return whole


def _first_file(trees: Iterable[Tree]) -> str:
    return next((tree.file for tree in trees if isinstance(tree.value, dict)), "")


def _join(whole: Tree, tree: Tree) -> None:
    value = whole.value = whole.value or {}
    taken: set[At] = {(section,) for section in tree.value if _section(whole, tree, section, value)}
    taken |= {
        (section, name)
        for section, ids in tree.value.items()
        if (section,) not in taken and isinstance(ids, dict)
        for name in ids
        if _id(whole, tree, (section, name), value)
    }
    for path, line in tree.lines.items():
        if path and path[:1] not in taken and path[:2] not in taken:
            whole.lines.setdefault(path, line)


def _section(whole: Tree, tree: Tree, section: str, value: dict[str, Any]) -> bool:
    """Whether this file's part of a section is refused."""
    ids = tree.value[section]
    if section not in value or (isinstance(ids, dict) and _makes_way(whole, section, value)):
        value[section] = {} if isinstance(ids, dict) else ids
        whole.parts[(section,)] = tree.file
        return False
    if isinstance(ids, dict) and isinstance(value[section], dict):
        return False
    if section not in Parts.model_fields:
        return _refused(whole, tree, (section,), "unknown key", f"known here: {listed(Parts.model_fields)}")
    return _refused(whole, tree, (section,), *_no_section(ids))


def _makes_way(whole: Tree, section: str, value: dict[str, Any]) -> bool:
    """What an earlier file says of a section is refused where it is no mapping: it must not hide a later file's."""
    if section not in Parts.model_fields or isinstance(value[section], dict):
        return False
    whole.problems.append(whole.problem((section,), *_no_section(value[section])))
    whole.lines = {path: line for path, line in whole.lines.items() if path[:1] != (section,)}
    return True


def _no_section(ids: Any) -> tuple[str, str]:
    kind = kind_of(ids)
    if kind == "nothing":
        return "has no value", "give it one, or leave the key out"
    return f"must hold keys and values, but is {kind}", "write ids below it"


def _id(whole: Tree, tree: Tree, path: tuple[str, str], value: dict[str, Any]) -> bool:
    """Whether this file's part of this name is refused, since another file has it."""
    section, name = path
    if path in whole.parts:
        first = whole.place(path)
        whole.twice.add(path)
        return _refused(whole, tree, path, f'"{shown(name)}" is described already in {spot(first, tree.file)}', _ONCE)
    value[section][name] = tree.value[section][name]
    whole.parts[path] = tree.file
    return False


def _refused(whole: Tree, tree: Tree, path: tuple[str, ...], text: str, fix: str) -> bool:
    whole.problems.append(tree.problem(path, text, fix))
    return True
