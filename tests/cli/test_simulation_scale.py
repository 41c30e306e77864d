"""Time as a distance: what is later is farther right, nothing lies on anything else, and long nothings are cut."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from infra.cli.rehearsal.scale import APART_MIN, CUT_FACTOR, CUT_WIDTH, scale

BEGIN = datetime(2026, 3, 29, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
seconds = st.lists(st.integers(0, 90 * 86_400), min_size=1, max_size=60)


def moments(offsets: Sequence[float]) -> list[datetime]:
    return [BEGIN + timedelta(seconds=offset) for offset in offsets]


@given(seconds, st.lists(st.integers(0, 86_400), max_size=10), st.floats(100, 2000))
def test_later_is_farther_right_and_never_too_near(offsets: list[int], waits: list[int], room: float) -> None:
    made = scale(moments(offsets), [timedelta(seconds=wait) for wait in waits], room)
    shown = [made.x(at) for at in moments(sorted(set(offsets)))]
    assert shown[0] == 0
    assert shown[-1] == made.width
    assert all(right - left >= APART_MIN - 1e-6 for left, right in pairwise(shown))


@given(seconds, st.integers(0, 90 * 86_400), st.integers(0, 90 * 86_400))
def test_what_lies_between_two_moments_is_drawn_between_them(offsets: list[int], one: int, other: int) -> None:
    made = scale(moments(offsets), [], 800)
    (first,), (second,) = moments([min(one, other)]), moments([max(one, other)])
    assert 0 <= made.x(first) <= made.x(second) <= made.width


def test_twice_as_long_is_twice_as_wide() -> None:
    made = scale(moments([0, 300, 900]), [5 * MINUTE, 10 * MINUTE], 900)
    assert [made.x(at) for at in made.moments] == [0, 300, 900]


def test_a_long_stretch_without_anything_is_cut() -> None:
    waits = [10 * MINUTE] * 3
    just, more = 600 * CUT_FACTOR, 600 * CUT_FACTOR + 1
    assert scale(moments([0, just, just + 600]), waits, 900).cuts == ()
    made = scale(moments([0, more, more + 600]), waits, 900)
    (cut,) = made.cuts
    assert (cut.x, cut.start, cut.end) == (CUT_WIDTH / 2, BEGIN, BEGIN + timedelta(seconds=more))
    assert made.x(cut.end) == CUT_WIDTH
    assert made.width == 900


def test_what_would_lie_on_another_moment_is_moved_and_the_rest_gives_way() -> None:
    made = scale(moments([0, 5, 15, 3600]), [timedelta(hours=1)], 600)
    assert [made.x(at) for at in made.moments] == [0, APART_MIN, 2 * APART_MIN, 600]


def test_too_many_moments_make_it_wider() -> None:
    assert scale(moments(range(0, 60_000, 600)), [10 * MINUTE], 600).width > 100 * APART_MIN


def test_one_moment_is_a_point() -> None:
    assert scale(moments([7]), [], 600).width == 0
