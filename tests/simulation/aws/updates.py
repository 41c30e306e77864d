"""Update expressions: SET, ADD and REMOVE."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from simulation.aws.errors import NotModelled
from simulation.aws.expressions import (
    Attribute,
    Invalid,
    Item,
    Names,
    Operand,
    Parsed,
    Source,
    Steps,
    Values,
    finished,
    get,
    number,
)

INVALID_PATH = "The document path provided in the update expression is invalid for update"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
MISSING = "The provided expression refers to an attribute that does not exist in the item"


@dataclass(frozen=True, slots=True)
class Update:
    """What becomes of each path: a function of the old item; None where it is removed."""

    sets: tuple[tuple[Steps, Operand], ...]
    removes: tuple[Steps, ...]

    @property
    def paths(self) -> tuple[Steps, ...]:
        return (*(path for path, _ in self.sets), *self.removes)

    def apply(self, old: Item, values: Values) -> Item:
        """All right sides are of the old item. `old` is left as it is."""
        new = dict(old)
        for path, operand in self.sets:
            found = operand(old, values)
            if found is None:
                raise Invalid(MISSING)
            _at(new, path)[path[-1]] = found
        for path in self.removes:
            _at(new, path).pop(path[-1], None)
        return new


def _at(item: Item, path: Steps) -> Item:
    """The map that a path's last name stands in, with copies of all maps on the way."""
    here = item
    for part in path[:-1]:
        if part not in here or "M" not in here[part]:
            raise Invalid(INVALID_PATH)
        here[part] = {"M": dict(here[part]["M"])}
        here = here[part]["M"]
    return here


@cache
def update(text: str, names: Names) -> Parsed:
    """Its `does` is an Update."""
    source = Source(text, dict(names))
    sets: list[tuple[Steps, Operand]] = []
    removes: list[Steps] = []
    while word := source.word("SET", "ADD", "REMOVE"):
        while True:
            if word == "REMOVE":
                removes.append(source.path())
            else:
                sets.append(_set(source) if word == "SET" else _add(source))
            if source.peek() != ",":
                break
            source.take()
    found = Update(tuple(sets), tuple(removes))
    _refuse_overlaps(found.paths)
    return finished(source, found)


def _refuse_overlaps(paths: tuple[Steps, ...]) -> None:
    for number_, one in enumerate(paths):
        for other in paths[number_ + 1 :]:
            if one[: len(other)] == other[: len(one)]:
                raise Invalid("Invalid UpdateExpression: Two document paths overlap with each other")


def _set(source: Source) -> tuple[Steps, Operand]:
    path = source.path()
    source.expect("=")
    left = _operand(source)
    sign = source.peek()
    if sign not in ("+", "-"):
        return path, left
    source.take()
    return path, _sum(left, _operand(source), 1 if sign == "+" else -1)


def _operand(source: Source) -> Operand:
    if source.peek().startswith(":"):
        token = source.value()
        return lambda item, values: values[token]
    if source.peek() == "if_not_exists":
        source.take()
        source.expect("(")
        path = get(source.path())
        source.expect(",")
        otherwise = _operand(source)
        source.expect(")")
        return lambda item, values: path(item, values) or otherwise(item, values)
    return get(source.path())


def _add(source: Source) -> tuple[Steps, Operand]:
    path = source.path()
    if len(path) > 1:
        raise NotModelled("ADD to what lies inside a map")
    token = source.value()
    return path, _sum(_or_zero(get(path)), lambda item, values: values[token], 1)


def _or_zero(operand: Operand) -> Operand:
    return lambda item, values: operand(item, values) or {"N": "0"}


def _sum(left: Operand, right: Operand, sign: int) -> Callable[[Item, Values], Attribute]:
    def summed(item: Item, values: Values) -> Attribute:
        one, other = left(item, values), right(item, values)
        if one is None or other is None:
            raise Invalid(MISSING)
        if "N" not in one or "N" not in other:
            raise Invalid(WRONG_TYPE)
        return {"N": str(number(one["N"]) + sign * number(other["N"]))}

    return summed
