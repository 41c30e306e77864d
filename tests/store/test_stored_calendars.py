"""Calendars in the table: what is written is what the functions read with the description."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from callout.domain.errors import Refused, Unavailable
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar, Shift
from callout.store.calendars import Calendars
from callout.store.oncall import OnCallVersions

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
SHIFTS = (Shift(NOW, NOW + timedelta(hours=8), ("ada",)), Shift(NOW, NOW + timedelta(hours=9), ("grace", "ada")))
KNOWN = Calendar("calendar-1", NOW, NOW + timedelta(days=100), SHIFTS)


@pytest.fixture
def calendars(table: str) -> Calendars:
    return Calendars(boto3.client("dynamodb"), table)


@pytest.fixture
def read(table: str) -> Callable[[], dict[str, Calendar]]:
    """As the functions read them; two calendars belong to the live description."""
    versions = OnCallVersions(boto3.client("dynamodb"), table)
    versions.add(OnCall(1, calendar_sources=dict.fromkeys(("calendar-1", "calendar-2"), "https://example.com/")))
    versions.switch(1, 0)
    return lambda: versions.current().oncall.calendars


def test_what_is_written_is_read(calendars: Calendars, read: Callable[[], dict[str, Calendar]]) -> None:
    assert read() == {}
    calendars.write(KNOWN)
    assert read() == {"calendar-1": KNOWN}
    other = replace(KNOWN, id="calendar-2", shifts=())
    calendars.write(other)
    assert read() == {"calendar-1": KNOWN, "calendar-2": other}


def test_what_is_written_again_is_noticed(table: str, calendars: Calendars) -> None:
    versions = OnCallVersions(boto3.client("dynamodb"), table)
    versions.add(OnCall(1, calendar_sources={"calendar-1": "https://example.com/"}))
    versions.switch(1, 0)
    calendars.write(KNOWN)
    before = versions.current()
    assert versions.current(before) is before
    later = replace(KNOWN, fetched_at=NOW + timedelta(minutes=15), shifts=SHIFTS[:1])
    calendars.write(later)
    assert versions.current(before).oncall.calendars == {"calendar-1": later}


def test_thousands_of_shifts_fit(calendars: Calendars, read: Callable[[], dict[str, Calendar]]) -> None:
    hours = (NOW + timedelta(hours=number) for number in range(5_000))
    much = replace(
        KNOWN, shifts=tuple(Shift(hour, hour + timedelta(hours=1), (f"person-{hour:%H}",)) for hour in hours)
    )
    calendars.write(much)
    assert read() == {"calendar-1": much}


def test_what_fits_no_item_is_refused_and_the_old_stays(
    calendars: Calendars, read: Callable[[], dict[str, Calendar]], monkeypatch: pytest.MonkeyPatch
) -> None:
    calendars.write(KNOWN)
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 20)
    with pytest.raises(Refused, match="even when compressed"):
        calendars.write(replace(KNOWN, shifts=()))
    assert read() == {"calendar-1": KNOWN}


class Failing:
    """A table that does one operation no more."""

    def __init__(self, client: Any, operation: str) -> None:
        self._client = client
        self._operation = operation

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self._operation else getattr(self._client, name)

    def _fail(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "made up")


@pytest.mark.parametrize("operation", ["put_item", "update_item"])
def test_where_it_fails_half_way_the_old_is_read_on_and_the_next_time_mends_it(
    table: str, calendars: Calendars, read: Callable[[], dict[str, Calendar]], operation: str
) -> None:
    calendars.write(KNOWN)
    new = replace(KNOWN, fetched_at=NOW + timedelta(minutes=15), shifts=())
    with pytest.raises(Unavailable, match="writing a calendar"):
        Calendars(Failing(boto3.client("dynamodb"), operation), table).write(new)
    calendars.write(new)
    assert read() == {"calendar-1": new}
