"""Calendars show whoever would be paged: whoever stands in for those who are away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of

from callout.domain.oncall import Away
from callout.domain.roster import stood_in
from callout.domain.schedule import Shift

NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_shift_is_cut_where_somebody_goes_away_and_comes_back() -> None:
    ada = replace(ADA, alternates=("grace",), away=(Away(NOON, NOON + DAY),))
    oncall = oncall_of(TWO_TIERS, ada, GRACE, BOSS)
    shifts = [Shift(NOON - DAY, NOON + 2 * DAY, ("ada",)), Shift(NOON + 2 * DAY, NOON + 3 * DAY, ("boss",))]
    assert stood_in(oncall, shifts) == [
        Shift(NOON - DAY, NOON, ("ada",)),
        Shift(NOON, NOON + DAY, ("grace",)),
        Shift(NOON + DAY, NOON + 2 * DAY, ("ada",)),
        shifts[1],
    ]


def test_an_alternate_who_is_away_as_well_hands_on() -> None:
    ada = replace(ADA, alternates=("grace",), away=(Away(NOON, NOON + 2 * DAY),))
    grace = replace(GRACE, alternates=("boss",), away=(Away(NOON + DAY, NOON + 2 * DAY),))
    oncall = oncall_of(TWO_TIERS, ada, grace, BOSS)
    found = stood_in(oncall, [Shift(NOON, NOON + 2 * DAY, ("ada",))])
    assert [shift.who for shift in found] == [("grace",), ("boss",)]


def test_nobody_and_somebody_unknown_stay_as_they_are() -> None:
    shifts = [Shift(NOON, NOON + DAY, ()), Shift(NOON + DAY, NOON + 2 * DAY, ("ghost",))]
    assert stood_in(oncall_of(TWO_TIERS), shifts) == shifts
