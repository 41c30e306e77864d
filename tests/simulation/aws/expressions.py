"""DynamoDB's expressions as far as Callout writes them: parsed once, then plain functions of an item and values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from simulation.aws.errors import NotModelled

Attribute = dict[str, Any]
"""{type: value}."""
Item = dict[str, Attribute]
Values = Mapping[str, Attribute]
Condition = Callable[[Item, Values], bool]
Operand = Callable[[Item, Values], "Attribute | None"]
Names = tuple[tuple[str, str], ...]
Steps = tuple[str, ...]

_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|#[A-Za-z0-9_-]+|:[A-Za-z0-9_]+|<>|<=|>=|[=<>(),.+\-])")


@cache
def reserved_words() -> frozenset[str]:
    """AWS's list, as moto brings it along."""
    moto = find_spec("moto")
    assert moto is not None
    assert moto.origin is not None
    return frozenset((Path(moto.origin).parent / "dynamodb/parsing/reserved_keywords.txt").read_text().split())


class Invalid(Exception):
    """AWS would refuse this request with a ValidationException of these words."""


@dataclass(slots=True)
class Source:
    """An expression being read, with what it has used of names and values."""

    text: str
    names: Mapping[str, str]
    tokens: list[str] = field(default_factory=list)
    at: int = 0
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        place = 0
        while place < len(self.text.rstrip()):
            found = _TOKEN.match(self.text, place)
            if not found:
                raise NotModelled(f"expression {self.text!r}, at {self.text[place:]!r}")
            self.tokens.append(found[1])
            place = found.end()

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def word(self, *words: str) -> str:
        """The next word, in capitals, if it is one of these; it is taken then."""
        found = self.peek().upper()
        if found not in words:
            return ""
        self.at += 1
        return found

    def expect(self, *tokens: str) -> None:
        for token in tokens:
            if self.take() != token:
                raise self.unknown()

    def unknown(self) -> NotModelled:
        return NotModelled(f"expression {self.text!r}, near {' '.join(self.tokens[self.at - 1 :])!r}")

    def name(self) -> str:
        token = self.take()
        if token.startswith("#"):
            if token not in self.names:
                raise Invalid(f"An expression attribute name used in the document path is not defined; {token}")
            self.used.add(token)
            return self.names[token]
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise self.unknown()
        if token.upper() in reserved_words():
            raise Invalid(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return token

    def path(self) -> Steps:
        parts = [self.name()]
        while self.peek() == ".":
            self.take()
            parts.append(self.name())
        return tuple(parts)

    def value(self) -> str:
        token = self.take()
        if not token.startswith(":"):
            raise self.unknown()
        self.used.add(token)
        return token


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an expression does, and the :values and #names that it mentions."""

    does: Any
    values: frozenset[str]
    names: frozenset[str]


def finished(source: Source, does: Any) -> Parsed:
    if source.peek():
        raise source.unknown()
    values = frozenset(token for token in source.used if token[0] == ":")
    return Parsed(does, values, frozenset(source.used - values))


@cache
def condition(text: str, names: Names) -> Parsed:
    """Its `does` is a Condition."""
    source = Source(text, dict(names))
    return finished(source, _either(source))


def _either(source: Source) -> Condition:
    left = _both(source)
    while source.word("OR"):
        left = _or(left, _both(source))
    return left


def _both(source: Source) -> Condition:
    left = _single(source)
    while source.word("AND"):
        left = _and(left, _single(source))
    return left


def _or(left: Condition, right: Condition) -> Condition:
    return lambda item, values: left(item, values) or right(item, values)


def _and(left: Condition, right: Condition) -> Condition:
    return lambda item, values: left(item, values) and right(item, values)


def _single(source: Source) -> Condition:
    if source.peek() == "(":
        source.take()
        inner = _either(source)
        source.expect(")")
        return inner
    if source.word("NOT"):
        negated = _single(source)
        return lambda item, values: not negated(item, values)
    function = source.peek()
    if source.tokens[source.at + 1 : source.at + 2] == ["("]:
        return _function(source, function)
    return _comparison(source)


def _function(source: Source, function: str) -> Condition:
    source.take()
    source.expect("(")
    path = get(source.path())
    if function == "attribute_exists":
        source.expect(")")
        return lambda item, values: path(item, values) is not None
    if function == "attribute_not_exists":
        source.expect(")")
        return lambda item, values: path(item, values) is None
    if function == "begins_with":
        source.expect(",")
        prefix = source.value()
        source.expect(")")
        return lambda item, values: _begins(path(item, values), values[prefix])
    raise source.unknown()


def _comparison(source: Source) -> Condition:
    left = _operand(source)
    sign = source.take()
    if sign not in COMPARE:
        raise source.unknown()
    right, compare = _operand(source), COMPARE[sign]

    if sign == "<>":  # what is not there differs
        return lambda item, values: not _both_equal(left(item, values), right(item, values))

    def compared(item: Item, values: Values) -> bool:
        one, other = left(item, values), right(item, values)
        return one is not None and other is not None and compare(one, other)

    return compared


def _operand(source: Source) -> Operand:
    if source.peek().startswith(":"):
        token = source.value()
        return lambda item, values: values[token]
    return get(source.path())


def get(path: Steps) -> Operand:
    first, *rest = path
    if not rest:
        return lambda item, values: item.get(first)

    def deep(item: Item, values: Values) -> Attribute | None:
        found = item.get(first)
        for part in rest:
            found = found.get("M", {}).get(part) if found is not None else None
        return found

    return deep


def _begins(found: Attribute | None, prefix: Attribute) -> bool:
    if "S" not in prefix:
        raise NotModelled("begins_with other than text")
    return found is not None and "S" in found and found["S"].startswith(prefix["S"])


def number(text: str) -> Decimal | int:
    return int(text) if text.isdigit() else Decimal(text)


def _equal(one: Attribute, other: Attribute) -> bool:
    return one == other or ("N" in one and "N" in other and number(one["N"]) == number(other["N"]))


def _both_equal(one: Attribute | None, other: Attribute | None) -> bool:
    return one is not None and other is not None and _equal(one, other)


def _less(one: Attribute, other: Attribute) -> bool:
    for kind in ("S", "B"):
        if kind in one and kind in other:
            return bool(one[kind] < other[kind])
    if "N" in one and "N" in other:
        return number(one["N"]) < number(other["N"])
    if one.keys() == other.keys():
        raise NotModelled(f"< between {one} and {other}")
    return False


COMPARE: dict[str, Callable[[Attribute, Attribute], bool]] = {
    "=": _equal,
    "<>": lambda one, other: not _equal(one, other),
    "<": _less,
    ">": lambda one, other: _less(other, one),
    "<=": lambda one, other: _less(one, other) or _equal(one, other),
    ">=": lambda one, other: _less(other, one) or _equal(one, other),
}
