"""`callout apply` may be killed at any moment: what is live is the old description or the new one, whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from click.testing import CliRunner

from callout.domain.oncall import OnCall
from callout.runtime import Clients, Runtime, Settings
from callout.store import shapes
from infra.cli.main import main
from infra.cli.operating import Quiet
from tests.cli.conftest import Deployed

pytestmark = pytest.mark.long

TEMPLATE = """
responders:
  ada: {{name: {name}, contact: [sms: "+1 202 555 0101"]}}
  grace: {{contact: [sms: "+1 202 555 0102"]}}
schedules:
  nights:
    layers:
      - {{rotate: weekly, handoff: monday 09:00, start: 2026-01-05, people: [ada, grace]}}
      - calendar: https://calendar.example.com/team.ics
      - calendar: beside.ics
{more}
policies:
  urgent:
    tiers: [notify: [nights, ada]]
services:
  checkout: {{policy: urgent, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}}
"""
TABLE = "callout"
MORE = "      - calendar: https://calendar.example.com/other.ics"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:1
SUMMARY:{who}
DTSTART:{day}T090000Z
DTEND:{day}T170000Z
END:VEVENT
END:VCALENDAR
"""


NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """Not an Exception: nothing on the way may take it for an error that it knows."""


class Calls:
    """Every call to AWS of this process; dies at one of their boundaries, or tells each of them."""

    def __init__(self, dies_at: int | None = None, told: Callable[[], None] | None = None) -> None:
        self.names: list[str] = []
        self._boundary = 0
        self._dies_at = dies_at
        self._told = told

    def cross(self) -> None:
        if self._boundary == self._dies_at:
            raise Killed
        self._boundary += 1
        if self._told:
            self._told()

    @contextmanager
    def watched(self) -> Iterator["Calls"]:
        call = BaseClient._make_api_call

        def crossing(client: Any, operation: str, parameters: Any) -> Any:
            BaseClient._make_api_call = call
            try:
                self.cross()
                answer = call(client, operation, parameters)
                live = parameters.get("Item", {}).get("pk") == shapes.LIVE_KEY["pk"]
                self.names.append("switch" if live else operation)
                self.cross()
                return answer
            finally:
                BaseClient._make_api_call = crossing

        BaseClient._make_api_call = crossing
        try:
            yield self
        finally:
            BaseClient._make_api_call = call


class Ground:
    """A description that is live, and another one that is to be applied over it; both with calendars."""

    def __init__(self, deployed: Deployed, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deployed, self.file = deployed, folder / "oncall.yaml"
        self.today = f"{datetime.now(UTC):%Y%m%d}"
        self.who = "ada"
        monkeypatch.setattr("infra.cli.calendars._fetch", lambda: lambda _: self.events())
        self.describe("Ada Byron", "")
        deployed.run("apply", str(self.file), "--yes")
        self.before = self.live()
        self.items = self.scan()
        self.who = "grace"
        self.describe("Ada King", MORE)

    def events(self) -> bytes:
        return EVENT.format(who=self.who, day=self.today).encode()

    def describe(self, name: str, more: str) -> None:
        self.file.write_text(TEMPLATE.format(name=name, more=more))
        (self.file.parent / "beside.ics").write_bytes(self.events())

    def scan(self) -> list[Any]:
        found: list[Any] = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
        return found

    def restore(self) -> None:
        client = boto3.client("dynamodb")
        for item in self.scan():
            key = {name: item[name] for name in ("pk", "sk")}
            client.delete_item(TableName=TABLE, Key=key)
        for item in self.items:
            client.put_item(TableName=TABLE, Item=item)

    def live(self) -> OnCall:
        """As a function reads it that has read nothing before."""
        return Runtime(Settings(TABLE), Clients(), journal=Quiet()).oncall()

    def apply(self) -> None:
        result = CliRunner().invoke(main, ["--debug", "apply", str(self.file), "--yes"])
        assert result.exception is None, result.exception


@pytest.fixture
def ground(deployed: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 400)
    return Ground(deployed, tmp_path, monkeypatch)


def same(one: OnCall, other: OnCall, fetched: bool = True) -> bool:
    """But for its number and for when its calendars were read."""
    return timeless(one, fetched) == timeless(other, fetched)


def timeless(oncall: OnCall, fetched: bool) -> OnCall:
    calendars = {
        name: replace(calendar, fetched_at=NEVER, until=NEVER, shifts=calendar.shifts if fetched else ())
        for name, calendar in oncall.calendars.items()
    }
    return replace(oncall, version=0, calendars=calendars)


def test_killed_at_any_call_leaves_the_old_one_or_the_new_one_whole(ground: Ground) -> None:
    with Calls().watched() as calls:
        ground.apply()
    after = ground.live()
    assert set(after.calendars) > set(ground.before.calendars)
    assert calls.names.count("switch") == 1
    assert calls.names.count("PutItem") > 5, "the description has several parts"
    switched = 2 * calls.names.index("switch") + 1
    """The boundary behind the switch."""
    for boundary in range(2 * len(calls.names)):
        ground.restore()
        with Calls(dies_at=boundary).watched(), pytest.raises(Killed):
            ground.apply()
        if boundary < switched:
            assert ground.live() == ground.before, boundary
            ground.apply()
            assert same(ground.live(), after), boundary
        else:  # only a calendar that was there before may be read again later, by the watchdog
            assert same(ground.live(), after, fetched=False), boundary


def test_whoever_reads_meanwhile_sees_the_old_one_or_the_new_one(ground: Ground) -> None:
    seen: list[OnCall] = []
    with Calls(told=lambda: seen.append(ground.live())).watched() as calls:
        ground.apply()
    after = ground.live()
    switched = 2 * calls.names.index("switch") + 1
    assert len(seen) == 2 * len(calls.names)
    assert all(one == ground.before for one in seen[:switched])
    assert all(same(one, after, fetched=False) for one in seen[switched:])
    assert seen[-1] == after
