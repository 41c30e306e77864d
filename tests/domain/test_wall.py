"""Wall clocks against a person who watches one, over every change of the clocks from 2000 to 2040 in many zones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zones import ZONES, changes, utc, wall

from callout.domain.wall import instant, shown, zone

MOMENT = timedelta(microseconds=1)
A_DAY_AROUND = st.timedeltas(timedelta(hours=-27), timedelta(hours=27))


def watched(change: datetime, place: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Each quarter of an hour around the change: the instant, and what the clock shows then."""
    for quarter in range(-4 * 5, 4 * 5):
        t = change + timedelta(minutes=15 * quarter)
        yield t, t.astimezone(place).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("timezone", "written", "meant"),
    [
        ("UTC", "2026-03-29 02:30", "2026-03-29 02:30"),
        ("Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-03-29 03:00:01", "2026-03-29 01:00:01"),
        ("Europe/Berlin", "2026-10-25 02:00", "2026-10-25 00:00"),
        ("Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25 00:59:59"),
        ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00"),
        ("Europe/Dublin", "2026-10-25 01:30", "2026-10-25 00:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),
        ("America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04 03:00"),
        ("Asia/Pyongyang", "2018-05-04 23:45", "2018-05-04 15:00"),
        ("Nowhere/AtAll", "2026-03-29 02:30", "2026-03-29 02:30"),
    ],
)
def test_instant(timezone: str, written: str, meant: str) -> None:
    assert instant(wall(written), timezone) == utc(meant)


@pytest.mark.parametrize(
    ("at", "latest"),
    [
        ("2026-10-25 00:59", "2026-10-25 02:59"),
        ("2026-10-25 01:00", "2026-10-25 02:59:59.999999"),
        ("2026-10-25 01:59:59.9", "2026-10-25 02:59:59.999999"),
        ("2026-10-25 02:00", "2026-10-25 03:00"),
        ("2026-03-29 00:59:59", "2026-03-29 01:59:59"),
        ("2026-03-29 01:00", "2026-03-29 03:00"),
    ],
)
def test_shown_stands_still_while_an_hour_is_repeated(at: str, latest: str) -> None:
    assert shown(utc(at), "Europe/Berlin") == wall(latest)


@pytest.mark.parametrize("timezone", ["Nowhere/AtAll", "../etc/passwd", "", "Europe", "a\0b"])
def test_an_unknown_zone_is_read_as_utc(timezone: str) -> None:
    assert zone(timezone).key == "UTC"


@pytest.mark.parametrize("timezone", ["Pacific/Apia", "America/New_York", "UTC"])
@pytest.mark.parametrize("far", [datetime.min, datetime.max])  # noqa: DTZ901 - "for ever" in somebody's file
def test_the_ends_of_the_calendar_are_an_instant_too(far: datetime, timezone: str) -> None:
    assert abs(instant(far, timezone) - far.replace(tzinfo=UTC)) < timedelta(days=400)


@pytest.mark.parametrize("timezone", ZONES)
def test_a_time_is_when_a_watched_clock_first_shows_it_or_a_later_one(timezone: str) -> None:
    place = ZoneInfo(timezone)
    for change in changes(timezone):
        latest = datetime.min  # noqa: DTZ901
        for t, local in watched(change, place):
            if local > latest:
                latest = local
                found = instant(local, timezone)
                assert found.astimezone(place).replace(tzinfo=None) >= local
                assert (found - MOMENT).astimezone(place).replace(tzinfo=None) < local
                assert t - timedelta(minutes=15) < found <= t


@settings(max_examples=3, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("timezone", ZONES)
def test_around_every_change(timezone: str, data: st.DataObject) -> None:
    written, later = sorted([data.draw(A_DAY_AROUND), data.draw(A_DAY_AROUND)])
    offset = data.draw(A_DAY_AROUND)
    for change in changes(timezone):
        middle = change.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
        begins, t = instant(middle + written, timezone), change + offset
        assert begins <= instant(middle + later, timezone)
        assert (t >= begins) == (shown(t, timezone) >= middle + written)
        assert shown(begins, timezone) >= middle + written > shown(begins - MOMENT, timezone)
        assert shown(t, timezone) <= shown(t + MOMENT, timezone)
