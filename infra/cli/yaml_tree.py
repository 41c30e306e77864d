"""YAML read so that every key and every value knows its line; nothing in it becomes code or an object."""

import re
import warnings
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from infra.cli.problem import Path, Problem, spelled
from infra.cli.yaml_words import in_words

FILE_BYTES_MAX: Final = 1_000_000
VALUES_MAX: Final = 100_000
"""With every alias written out: a file of nested aliases may be small and mean billions."""

_CORE = "tag:yaml.org,2002:"
_TOO_DEEP = Problem(1, "", "it is nested too deeply", "an on-call file is a few levels deep")
_KINDS = {
    "null": "nothing",
    "bool": "true or false",
    "int": "a number",
    "float": "a number with a fraction",
    "timestamp": "a date",
}


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that the on-call file has no use for: neither text, whole number, list nor mapping."""

    kind: str


@dataclass(slots=True)
class Tree:
    """Plain dicts, lists, strings and whole numbers, with the line of each beside them."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the nearest thing above `path` that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(data: bytes) -> Tree:
    """Whatever the bytes are, the answer is a tree; its value is None where nothing could be read."""
    try:
        text = _decoded(data)
        root = _composed(text)
    except _Unreadable as error:
        return Tree(problems=[error.problem])
    return _Reading().tree(root)


class _TooMuch(Exception):
    pass


class _Unreadable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def _decoded(data: bytes) -> str:
    if len(data) > FILE_BYTES_MAX:
        raise _Unreadable(
            Problem(1, "", f"the file is larger than {FILE_BYTES_MAX // 1_000_000} MB", "keep only the on-call file")
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(Problem(line, "", "the file is not UTF-8 text", "save it with the encoding UTF-8")) from None


def _composed(text: str) -> Node:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Unreadable(Problem(line, "", "there is an invisible control character", "delete it")) from None
    except MarkedYAMLError as error:
        raise _Unreadable(in_words(error)) from None
    except YAMLError:
        raise _Unreadable(Problem(1, "", "this is not YAML", "compare it with infra/cli/example.yaml")) from None
    except RecursionError:
        raise _Unreadable(_TOO_DEEP) from None
    if root is None:
        raise _Unreadable(Problem(1, "", "the file is empty", "start from infra/cli/example.yaml"))
    return root


class _Reading:
    """One walk over the nodes of one file."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._open: set[int] = set()
        self._count = 0

    def tree(self, root: Node) -> Tree:
        try:
            self._tree.value = self._value(root, ())
        except _TooMuch:
            text = f"with its aliases written out the file holds more than {VALUES_MAX:,} values"
            return Tree(problems=[Problem(1, "", text, "use fewer aliases (*name)")])
        except RecursionError:
            return Tree(problems=[_TOO_DEEP])
        return self._tree

    def _value(self, node: Node, path: Path) -> Any:
        self._tree.lines.setdefault(path, node.start_mark.line + 1)
        self._count += 1
        if self._count > VALUES_MAX:
            raise _TooMuch
        if id(node) in self._open:
            self._wrong(path, "this alias stands inside what it repeats", "write the value out")
            return Odd("an alias of itself")
        self._open.add(id(node))
        try:
            return self._of_kind(node, path)
        finally:
            self._open.remove(id(node))

    def _of_kind(self, node: Node, path: Path) -> Any:
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._key(key_node, path, line)
            if key is None:
                continue
            at = (*path, key)
            if key in found:
                text = f"this key stands here twice, first in line {self._tree.lines[at]}"
                self._wrong(at, text, "keep one of the two", line)
                continue
            self._tree.lines[at] = line
            found[key] = self._value(value_node, at)
        return found

    def _key(self, node: Node, path: Path, line: int) -> str | None:
        """Keys are names here, so `on`, `no` and `404` are read as they are written."""
        if not isinstance(node, ScalarNode):
            self._wrong(path, "a key must be a single word", "write key: value", line)
        elif not node.value:
            self._wrong(path, "a key is missing before the colon", "write key: value", line)
        elif _kind(node) == "merge":
            self._wrong(path, "merging with << is not understood", "write the keys out, or alias single values", line)
        else:
            return str(node.value)
        return None

    def _wrong(self, path: Path, text: str, fix: str, line: int | None = None) -> None:
        self._tree.problems.append(Problem(line or self._tree.line(path), spelled(path), text, fix))


def _scalar(node: Node) -> str | int | Odd:
    kind = _kind(node)
    if kind == "str":
        return str(node.value)
    if kind == "int" and re.fullmatch(r"[-+]?[0-9]{1,15}", node.value):
        return int(node.value)
    return Odd(_KINDS.get(kind, "something else"))


def _kind(node: Node) -> str:
    return str(node.tag).removeprefix(_CORE)
