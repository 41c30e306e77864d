"""Stretches of time and what can be done with them: in order, apart from each other, the end excluded."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple


class Interval(NamedTuple):
    start: datetime
    end: datetime


Intervals = tuple[Interval, ...]


def either(*several: Iterable[tuple[datetime, datetime]]) -> Intervals:
    """When at least one of them holds; what meets or overlaps becomes one. Takes any order."""
    found: list[Interval] = []
    for start, end in sorted(pair for each in several for pair in each):
        if start >= end:
            continue
        if found and start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, end))
        else:
            found.append(Interval(start, end))
    return tuple(found)


def both(one: Intervals, other: Intervals) -> Intervals:
    """When the two hold at once."""
    return tuple(_overlaps(one, other)) if one and other else ()


def every(several: Sequence[Intervals], within: Interval) -> Intervals:
    """When all of them hold, between those two instants."""
    found: Intervals = (within,)
    for each in several:
        found = both(found, each)
    return found


def without(one: Intervals, other: Intervals) -> Intervals:
    """When the first holds and the second does not."""
    if not one or not other:
        return one
    low, high = min(one[0].start, other[0].start), max(one[-1].end, other[-1].end)
    edges = [low, *(edge for pair in other for edge in pair), high]
    outside = (Interval(start, end) for start, end in list(pairwise(edges))[::2])
    return both(one, tuple(pair for pair in outside if pair.start < pair.end))


def _overlaps(one: Intervals, other: Intervals) -> Iterator[Interval]:
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i].start, other[j].start), min(one[i].end, other[j].end)
        if start < end:
            yield Interval(start, end)
        if one[i].end <= other[j].end:
            i += 1
        else:
            j += 1
