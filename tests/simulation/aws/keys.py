"""A query's key condition: one partition, and perhaps a stretch of it."""

from dataclasses import dataclass
from functools import cache

from simulation.aws.expressions import Names, Parsed, Source, Values, finished

BEYOND = "\U0010ffff"
"""After every text that begins so."""


@dataclass(frozen=True, slots=True)
class KeyCondition:
    hash: str
    value: str
    range: str = ""
    sign: str = ""
    bounds: tuple[str, ...] = ()

    def stretch(self, values: Values) -> tuple[str, bool, str, bool]:
        """(from, that one too, to, that one too)."""
        low, high = "", BEYOND
        bounds = [values[name]["S"] for name in self.bounds]
        if self.sign == "begins_with":
            return bounds[0], True, bounds[0] + BEYOND, False
        if self.sign in ("=", "BETWEEN"):
            return bounds[0], True, bounds[-1], True
        if self.sign in ("<", "<="):
            return low, True, bounds[0], self.sign == "<="
        if self.sign in (">", ">="):
            return bounds[0], self.sign == ">=", high, True
        return low, True, high, True


@cache
def key_condition(text: str, names: Names) -> Parsed:
    """Its `does` is a KeyCondition; both halves may come in either order on AWS, here the partition first."""
    source = Source(text, dict(names))
    hash_name = source.name()
    source.expect("=")
    found = KeyCondition(hash_name, source.value())
    if source.word("AND"):
        found = _ranged(source, found)
    return finished(source, found)


def _ranged(source: Source, found: KeyCondition) -> KeyCondition:
    if source.peek() == "begins_with":
        source.take()
        source.expect("(")
        name = source.name()
        source.expect(",")
        bounds: tuple[str, ...] = (source.value(),)
        source.expect(")")
        return KeyCondition(found.hash, found.value, name, "begins_with", bounds)
    name = source.name()
    if source.word("BETWEEN"):
        low = source.value()
        source.expect("AND")
        return KeyCondition(found.hash, found.value, name, "BETWEEN", (low, source.value()))
    sign = source.take()
    if sign not in ("=", "<", "<=", ">", ">="):
        raise source.unknown()
    return KeyCondition(found.hash, found.value, name, sign, (source.value(),))
