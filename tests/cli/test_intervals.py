"""Intervals are sets of instants, written down by their edges."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from zones import utc

from infra.cli.proof.intervals import Interval, Intervals, both, either, every, without

START = utc("2026-03-29")
HOUR = timedelta(hours=1)
HOURS = 24


def at(hour: int) -> Interval:
    return Interval(START + hour * HOUR, START + (hour + 1) * HOUR)


def of(hours: set[int]) -> Intervals:
    return either(at(hour) for hour in hours)


def hours(found: Intervals) -> set[int]:
    return {hour for hour in range(HOURS) if both(found, (at(hour),))}


def is_tidy(found: Intervals) -> bool:
    """In order, not empty, and no two that could be one."""
    return all(each.start < each.end for each in found) and all(a.end < b.start for a, b in pairwise(found))


sets = st.sets(st.integers(0, HOURS - 1))


@given(sets, sets)
def test_they_are_what_sets_of_hours_are(one: set[int], other: set[int]) -> None:
    a, b = of(one), of(other)
    for found, meant in (
        (either(a, b), one | other),
        (both(a, b), one & other),
        (without(a, b), one - other),
        (every([a, b], Interval(at(3).start, at(20).end)), one & other & set(range(3, 21))),
    ):
        assert hours(found) == meant
        assert is_tidy(found)


def test_what_has_no_length_is_nothing() -> None:
    assert either([(START, START)], [(START + HOUR, START)]) == ()
    assert every([], Interval(START, START + HOUR)) == (at(0),)
