"""YAML read so that every key and every value knows its line; nothing in it becomes code or an object."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from infra.cli.description.problem import Level, Path, Problem, spelled
from infra.cli.description.yaml_nodes import TOO_DEEP, Lines, Unreadable, nodes

VALUES_MAX: Final = 500_000
"""With every alias written out: a file of nested aliases may be small and mean billions."""

_CORE = "tag:yaml.org,2002:"
TRUTH: Final = "true or false"
DATE: Final = "a date"
SWITCH: Final = "on, off, yes, no, y or n"
_HALF: Final = "an escape (\\ud800 to \\udfff) is half of a character"
_KINDS = {
    "null": "nothing",
    "bool": TRUTH,
    "int": "a number",
    "float": "a number with a fraction",
    "timestamp": DATE,
}
_SWITCHES = frozenset({"on", "off", "yes", "no", "y", "n"})


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that the on-call file has no use for: neither text, whole number, list nor mapping."""

    kind: str
    text: str = ""
    """As it is written, for the values that are meant to be dates or truths."""


class Place(NamedTuple):
    file: str
    line: int


@dataclass(slots=True)
class Tree:
    """Plain dicts, lists, strings and whole numbers, with the line of each beside them."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    file: str = ""
    parts: dict[Path, str] = field(default_factory=dict)
    """Where several files are one description: which file an id of a section comes from."""
    twice: set[Path] = field(default_factory=set)
    """Ids that stand in several files: what the others say of them is not here."""
    whole: bool = True
    """False where one of several files could not be read: what seems to be missing may be in that one."""

    def written(self, path: Path) -> Path:
        """`path`, or the nearest thing above it that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return path

    def line(self, path: Path) -> int:
        return self.lines.get(self.written(path), 1)

    def place(self, path: Path) -> Place:
        file = self.parts.get(path[:2]) or self.parts.get(path[:1]) or self.file
        return Place(file, self.line(path))

    def problem(self, path: Path, text: str, fix: str, level: Level = "error") -> Problem:
        file, line = self.place(path)
        return Problem(line, spelled(path), text, fix, level, file)


def read(data: bytes, file: str = "") -> Tree:
    """Whatever the bytes are, the answer is a tree; its value is None where nothing could be read."""
    try:
        root, lines = nodes(data)
    except Unreadable as error:
        return Tree(problems=[replace(error.problem, file=file)], file=file)
    return _Reading(file, lines).tree(root)


class _TooMuch(Exception):
    pass


class _Reading:
    """One walk over the nodes of one file."""

    def __init__(self, file: str, lines: Lines) -> None:
        self._tree = Tree(file=file)
        self._lines = lines
        self._open: set[int] = set()
        self._count = 0

    def tree(self, root: Node) -> Tree:
        try:
            self._tree.value = self._value(root, ())
        except _TooMuch:
            text = f"with its aliases written out the file holds more than {VALUES_MAX:,} values"
            return self._nothing(Problem(1, "", text, "use fewer aliases (*name)"))
        except RecursionError:
            return self._nothing(TOO_DEEP)
        return self._tree

    def _nothing(self, problem: Problem) -> Tree:
        file = self._tree.file
        return Tree(problems=[replace(problem, file=file)], file=file)

    def _value(self, node: Node, path: Path) -> Any:
        self._tree.lines.setdefault(path, self._lines.of(node.start_mark))
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
        found = _scalar(node)
        if isinstance(found, str) and not _is_whole(found):
            self._wrong(path, _HALF, "write the character itself")
            return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", found)
        return found

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self._lines.of(key_node.start_mark)
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
        elif not _is_whole(key := _joined(node.value)):
            self._wrong(path, _HALF, "write the character itself", line)
        else:
            return key
        return None

    def _wrong(self, path: Path, text: str, fix: str, line: int | None = None) -> None:
        where = line or self._tree.line(path)
        self._tree.problems.append(Problem(where, spelled(path), text, fix, file=self._tree.file))


def _scalar(node: Node) -> str | int | Odd:
    kind = _kind(node)
    if kind == "str":
        if not getattr(node, "style", None) and node.value.casefold() in _SWITCHES:
            return Odd(SWITCH, node.value)
        return _joined(node.value)
    if kind == "int" and re.fullmatch(r"[-+]?[0-9]{1,15}", node.value):
        return int(node.value)
    return Odd(_KINDS.get(kind, "something else"), node.value)


def _joined(text: str) -> str:
    """Writers of JSON escape what lies beyond 16 bits in two halves; one that is alone stays as it is."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _is_whole(text: str) -> bool:
    return not re.search("[\ud800-\udfff]", text)


def _kind(node: Node) -> str:
    return str(node.tag).removeprefix(_CORE)
