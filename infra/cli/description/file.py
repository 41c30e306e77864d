"""The on-call file, or several of them, or a folder: YAML in, `OnCall` or every one of its mistakes out."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any, Final

from pydantic import ValidationError

from callout.domain import oncall
from infra.cli.description import model as model
from infra.cli.description.checks import check
from infra.cli.description.parts import joined, read_all
from infra.cli.description.problem import Path, Problem
from infra.cli.description.read import calendar_files, oncall_of
from infra.cli.description.words import in_words
from infra.cli.description.yaml_tree import Tree, read

_WEIGHTY: Final = ("urgency", "at_risk")
"""Without these keys a service would look as if it promised something else."""


@dataclass(frozen=True, slots=True)
class Loaded:
    oncall: oncall.OnCall | None
    """None where there is an error; version 0, until it is applied."""
    problems: list[Problem]
    tree: Tree = field(default_factory=Tree, repr=False)
    """Knows the file and line of everything: `tree.problem(path, text, fix, level)`."""
    calendar_files: dict[str, File] = field(default_factory=dict)
    """Calendar id (Layer.calendar) -> the file that a layer names; https ones are in OnCall.calendar_sources."""

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]


def load(path: File, now: datetime | None = None) -> Loaded:
    """One file, or a folder of them."""
    return load_all([path], now)


def load_all(paths: Sequence[File], now: datetime | None = None) -> Loaded:
    """Files and folders that are one description together."""
    return loaded_from(joined(read_all(paths)), now)


def parse(data: bytes, now: datetime | None = None) -> Loaded:
    return loaded_from(read(data), now)


def loaded_from(tree: Tree, now: datetime | None) -> Loaded:
    problems = list(tree.problems)
    parts = model.Parts()
    if tree.value is not None:
        parts, refused = _validated(tree)
        problems += refused
        problems += check(tree, parts, now or datetime.now(UTC))
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.path))
    loaded = Loaded(None, problems, tree)
    if tree.value is None or loaded.errors:
        return loaded
    return Loaded(oncall_of(parts), problems, tree, calendar_files(tree, parts))


def _validated(tree: Tree) -> tuple[model.Parts, list[Problem]]:
    """What is sound, and what is said to the rest."""
    try:
        shape = model.File if tree.whole else model.Parts
        return shape.model_validate(tree.value), []
    except ValidationError as error:
        refused = error.errors(include_url=False)
    return _sound(tree.value, [detail["loc"] for detail in refused]), [in_words(detail, tree) for detail in refused]


def _sound(value: Any, refused: Sequence[Path]) -> model.Parts:
    """A mistake in one place must not hide what is wrong elsewhere, not even with the same service or policy.

    Its keys that are wrong are left out; all of it where it cannot be judged without them.
    """
    dropped = {path[:2] for path in refused if len(path) < 3 or path[2] in _WEIGHTY}
    rest = _without(value, dropped | {path[:3] for path in refused})
    try:
        return model.Parts.model_validate(rest)
    except ValidationError as error:
        rest = _without(rest, {detail["loc"][:2] for detail in error.errors(include_url=False)})
    try:
        return model.Parts.model_validate(rest)
    except ValidationError:
        return model.Parts()  # nothing more is said, but what was refused has been


def _without(value: Any, paths: Set[Path]) -> dict[str, dict[str, Any]]:
    return {
        section: {
            name: _keys(entry, (section, name), paths) for name, entry in ids.items() if (section, name) not in paths
        }
        for section, ids in (value.items() if isinstance(value, dict) else ())
        if section in model.Parts.model_fields and isinstance(ids, dict)
    }


def _keys(entry: Any, above: Path, paths: Set[Path]) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if (*above, key) not in paths}
