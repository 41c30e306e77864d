"""Instants as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from callout.domain.local_time import ago, clock, date_and_clock, lasting

NIGHT = datetime(2026, 11, 21, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timezone", "shown"),
    [
        ("UTC", "02:14 UTC"),
        ("Europe/Berlin", "03:14 CET"),
        ("Asia/Kolkata", "07:44 IST"),
        ("Nowhere/AtAll", "02:14 UTC"),
        ("../etc/passwd", "02:14 UTC"),
        ("", "02:14 UTC"),
    ],
)
def test_clock(timezone: str, shown: str) -> None:
    assert clock(NIGHT, timezone) == shown


def test_the_day_is_the_zones_own() -> None:
    assert date_and_clock(NIGHT, "America/New_York") == "Fri 20 Nov 21:14 EST"


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=2, minutes=5), "2 h 5 min ago"),
        (timedelta(hours=24), "1 day ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_ago(past: timedelta, shown: str) -> None:
    assert ago(NIGHT - past, NIGHT) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0 s"), (40, "40 s"), (60, "1 min"), (299, "4 min"), (9000, "2 h 30 min"), (172800, "2 days")],
)
def test_lasting(seconds: int, shown: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == shown
