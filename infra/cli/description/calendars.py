"""Calendars that layers name as files."""

from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from infra.cli.description import tree as look
from infra.cli.description.problem import Finding, Path
from infra.cli.description.read import beside, is_address
from infra.cli.description.schedules import calendar_source
from infra.cli.description.yaml_tree import Tree


def calendars(tree: Tree) -> Iterator[Finding]:
    for path, layer in look.layers(tree):
        source = layer.get("calendar")
        at = (*path, "calendar")
        if isinstance(source, str) and _is_path(source) and not _is_file(tree, at, source):
            text = "there is no such file beside the description"
            yield Finding(at, text, "check the path, or write the calendar's whole https:// address")


def _is_path(source: str) -> bool:
    try:
        return not is_address(calendar_source(source))
    except PydanticCustomError:
        return False  # said already


def _is_file(tree: Tree, path: Path, source: str) -> bool:
    try:
        return beside(tree, path, source).is_file()
    except (OSError, ValueError):
        return False
