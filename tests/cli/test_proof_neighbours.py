"""Who is next and who was before, at each instant of a proof, as the engine finds them by looking just so far."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zones import utc

from callout.domain.on_call import following, preceding, timeline
from callout.domain.schedule import Change, Override, Schedule, Shift
from callout.domain.target import Kind
from infra.cli.proof.neighbours import INSTANT, SIGHT, neighbours

START = utc("2026-03-01")
END = START + timedelta(days=90)
HOUR = timedelta(hours=1)
ASK = {Kind.NEXT: following, Kind.PREVIOUS: preceding}


def schedule(*shifts: tuple[datetime, datetime, str]) -> Schedule:
    changes = (Override(start, end, Change.REPLACE, (who,)) for start, end, who in shifts)
    return Schedule("nights", "Nights", "UTC", (), tuple(changes))


def found(kind: Kind, nights: Schedule, start: datetime = START, end: datetime = END) -> list[Shift]:
    return neighbours(kind, nights, timeline(nights, start, end, {}), {})


def test_who_was_before_is_out_of_sight_some_day() -> None:
    over = START - timedelta(days=380)
    nights = schedule((over - HOUR, over, "grace"), (over, END, "ada"))
    lost = over + SIGHT
    assert found(Kind.PREVIOUS, nights) == [Shift(START, lost, ("grace",)), Shift(lost, END, ())]
    assert preceding(nights, lost - INSTANT, {}) == ("grace",)
    assert preceding(nights, lost, {}) == ()


def test_who_is_next_comes_into_sight_some_day() -> None:
    begins = END + timedelta(days=380)
    nights = schedule((START, begins, "ada"), (begins, begins + HOUR, "grace"))
    seen = begins - SIGHT + INSTANT
    assert found(Kind.NEXT, nights) == [Shift(START, seen, ()), Shift(seen, END, ("grace",))]
    assert following(nights, seen - INSTANT, {}) == ()
    assert following(nights, seen, {}) == ("grace",)


@pytest.mark.parametrize("kind", ASK)
def test_nobody_else_is_in_sight(kind: Kind) -> None:
    year = timedelta(days=500)
    nights = schedule((START - 2 * year, END + 2 * year, "ada"), (END + year, END + year + HOUR, "grace"))
    assert found(kind, nights) == [Shift(START, END, ())]


days = st.integers(-900, 900)


@st.composite
def rare(draw: st.DrawFn) -> Schedule:
    """A few people, seldom on call, around a year that is proven."""
    cuts = sorted(draw(st.sets(days, min_size=2, max_size=8)))
    who = draw(st.lists(st.sampled_from(("ada", "grace", "")), min_size=8, max_size=8))
    at = [START + timedelta(days=cut) for cut in cuts]
    return schedule(*((low, high, name) for low, high, name in zip(at, at[1:], who, strict=False) if name))


@settings(max_examples=25, deadline=None)
@given(rare(), st.sampled_from(list(ASK)), st.sampled_from((1, 90, 450)))
def test_the_engine_says_the_same_around_each_change(nights: Schedule, kind: Kind, length: int) -> None:
    end = START + timedelta(days=length)
    pieces = found(kind, nights, end=end)
    assert [piece.start for piece in pieces] == [START, *(piece.end for piece in pieces[:-1])]
    assert pieces[-1].end == end
    for piece in pieces:
        for t in (piece.start, piece.start + (piece.end - piece.start) / 2, piece.end - INSTANT):
            assert ASK[kind](nights, t, {}) == piece.who
