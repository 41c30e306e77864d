"""How what is known of calendars stays fresh, on the real runtime: never at the cost of a page, never an outage."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from ical import ADA_IS_INVITED, calendar
from people import ADA, BOSS, GRACE
from stories.story import Quiet

from callout.calendars.refreshing import refresh
from callout.domain.errors import Refused, Unavailable
from callout.domain.on_call import on_call
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar, Layer, Schedule
from callout.runtime import Clients, Runtime, Settings

QUARTER = datetime(2026, 11, 22, 9, 15, 7, tzinfo=UTC)
FIRST, SECOND, FILE = "calendar-1", "calendar-2", "calendar-file"
ADDRESSES = {FIRST: "https://calendar.example.com/1.ics", SECOND: "https://calendar.example.com/2.ics"}
ADAS = calendar(["UID:1", "DTSTART;VALUE=DATE:20261122", ADA_IS_INVITED])
GRACES = calendar(["UID:1", "DTSTART;VALUE=DATE:20261122", "SUMMARY:Grace"])


@dataclass
class Stage:
    """A live description with two calendars; addresses answer what the test lays there."""

    table: str
    now: datetime = QUARTER
    answers: dict[str, bytes | Exception] = field(default_factory=lambda: dict.fromkeys(ADDRESSES.values(), ADAS))
    asked: list[str] = field(default_factory=list)
    journal: Quiet = field(default_factory=Quiet)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runtime = Runtime(Settings(self.table), Clients(self._client), lambda: self.now, self.journal)

    def _client(self, name: str) -> Any:
        client: Any = boto3.client(name)  # type: ignore[call-overload]
        client.meta.events.register("before-call.*.*", lambda model, **_: self.calls.append(model.name))
        return client

    def live(self, sources: dict[str, str], *files: Calendar) -> None:
        layers = tuple(Layer(name, "Europe/London", calendar=name) for name in sources)
        schedules = {layer.name: Schedule(layer.name, layer.name, "UTC", (layer,)) for layer in layers}
        people = {each.id: each for each in (ADA, GRACE, BOSS)}
        version = self.runtime.versions.live() + 1
        oncall = OnCall(version, responders=people, schedules=schedules, calendar_sources=sources)
        self.runtime.versions.add(replace(oncall, calendars={each.id: each for each in files}))
        self.runtime.versions.switch(version, version - 1)

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        answer = self.answers[address]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def refresh(self, **later: float) -> None:
        self.now += timedelta(**later)
        self.runtime.fresh_oncall()
        self.asked.clear()
        self.calls.clear()
        refresh(self.runtime.world, self.runtime.calendars, self.fetch, self.now)

    def on_call(self, name: str) -> tuple[str, ...]:
        oncall = self.runtime.fresh_oncall()
        return on_call(oncall.schedules[name], self.now, oncall.calendars)

    def known(self, name: str) -> Calendar:
        return self.runtime.fresh_oncall().calendars[name]

    def counted(self, name: str) -> int:
        return sum(count[0] == name for count in self.journal.counts)


@pytest.fixture
def stage(table: str) -> Stage:
    stage = Stage(table)
    stage.live(ADDRESSES)
    return stage


def test_calendars_are_read_and_put_their_people_on_call(stage: Stage) -> None:
    assert stage.on_call(FIRST) == ()
    stage.answers[ADDRESSES[SECOND]] = GRACES
    stage.refresh()
    assert (stage.on_call(FIRST), stage.on_call(SECOND)) == (("ada",), ("grace",))
    assert stage.known(FIRST).fetched_at == QUARTER
    assert stage.known(FIRST).until == datetime(2027, 3, 2, tzinfo=UTC)


def test_it_is_done_every_fifteen_minutes_and_costs_nothing_between(stage: Stage) -> None:
    stage.now = stage.now.replace(minute=0)
    for minute in range(60):
        stage.refresh(minutes=1 if minute else 0)
        assert bool(stage.asked) is (minute in (0, 15, 30, 45)), minute
        assert minute in (0, 15, 30, 45) or not stage.calls, minute


def test_without_calendars_it_costs_the_read_of_the_description(table: str) -> None:
    stage = Stage(table)
    stage.live({})
    refresh(stage.runtime.world, stage.runtime.calendars, stage.fetch, stage.now)
    assert set(stage.calls) <= {"GetItem", "PutItem", "BatchGetItem"}
    assert stage.calls.count("BatchGetItem") == 2  # as every function, once in a cache's life


def test_what_has_not_changed_is_written_every_six_hours_only(stage: Stage) -> None:
    stage.refresh()
    stage.refresh(minutes=15)
    assert "PutItem" not in stage.calls
    assert len(stage.asked) == 2
    stage.refresh(hours=6)
    assert stage.calls.count("PutItem") == 2
    assert stage.known(FIRST).fetched_at == stage.now


def test_what_has_changed_is_seen_at_once(stage: Stage) -> None:
    stage.refresh()
    stage.answers[ADDRESSES[FIRST]] = GRACES
    stage.refresh(minutes=15)
    assert stage.on_call(FIRST) == ("grace",)
    assert stage.calls.count("PutItem") == 1


def test_what_was_applied_a_moment_ago_is_left_alone(stage: Stage) -> None:
    stage.refresh()
    stage.runtime.calendars.write(replace(stage.known(FIRST), fetched_at=stage.now + timedelta(minutes=9)))
    stage.refresh(minutes=15)
    assert stage.asked == [ADDRESSES[SECOND]]


@pytest.mark.parametrize(
    "trouble",
    [Unavailable("it does not answer"), Refused("it answers with status 404"), b"<html>", RuntimeError("a bug")],
)
def test_what_cannot_be_read_leaves_the_old_and_the_others(stage: Stage, trouble: bytes | Exception) -> None:
    stage.refresh()
    before = stage.known(FIRST)
    stage.answers = {ADDRESSES[FIRST]: trouble, ADDRESSES[SECOND]: GRACES}
    stage.refresh(minutes=15)
    assert stage.known(FIRST) == before
    assert stage.on_call(SECOND) == ("grace",)
    assert stage.counted("CalendarUnread") == 1
    assert stage.counted("CalendarStale") == 0


def test_after_24_hours_it_is_trouble_of_another_kind_and_serves_on(stage: Stage) -> None:
    stage.answers[ADDRESSES[FIRST]] = calendar(["UID:1", "DTSTART;VALUE=DATE:20261120", "DURATION:P30D", "SUMMARY:Ada"])
    stage.refresh()
    stage.answers[ADDRESSES[FIRST]] = Unavailable("it does not answer")
    stage.refresh(hours=24)
    assert stage.counted("CalendarStale") == 0
    stage.refresh(minutes=15)
    stage.refresh(minutes=15)
    assert stage.counted("CalendarStale") == 2
    assert stage.on_call(FIRST) == ("ada",)


def test_neither_an_address_nor_an_event_is_logged(stage: Stage) -> None:
    data = calendar(["UID:1", "DTSTART;VALUE=DATE:20261122", "SUMMARY:bob@example.com", "RRULE:FREQ=DAILY;COUNT=3"])
    stage.answers = {ADDRESSES[FIRST]: data, ADDRESSES[SECOND]: KeyError("bob@example.com")}
    stage.refresh()
    lines = "\n".join(stage.journal.lines)
    assert "events of a calendar put nobody on call" in lines
    assert "'events': 3" in lines
    assert "example.com" not in lines


def test_a_description_that_cannot_be_read_is_trouble_and_no_error(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(known: object) -> None:
        raise Unavailable("made up")

    monkeypatch.setattr(stage.runtime.versions, "current", unavailable)
    refresh(stage.runtime.world, stage.runtime.calendars, stage.fetch, stage.now)
    assert any("the calendars could not be looked at" in line for line in stage.journal.lines)


def test_one_that_cannot_be_written_is_trouble_and_no_error(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(calendar: Calendar) -> None:
        raise Unavailable("made up")

    monkeypatch.setattr(stage.runtime.calendars, "write", unavailable)
    stage.refresh()
    assert stage.counted("CalendarUnread") == 2


def test_when_the_pages_took_the_time_no_calendar_is_begun(stage: Stage) -> None:
    began = stage.now
    stage.now += timedelta(seconds=26)
    refresh(stage.runtime.world, stage.runtime.calendars, stage.fetch, began)
    assert stage.asked == []
    assert stage.counted("CalendarUnread") == 0
    assert any("no time for more calendars" in line and "'calendars': 2" in line for line in stage.journal.lines)


def test_when_time_runs_out_the_oldest_has_had_its_turn(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.refresh()
    stage.runtime.calendars.write(replace(stage.known(FIRST), fetched_at=stage.now + timedelta(minutes=1)))
    stage.answers = dict.fromkeys(ADDRESSES.values(), GRACES)
    store = stage.runtime.calendars

    class Slow:
        def write(self, calendar: Calendar) -> None:
            store.write(calendar)
            stage.now += timedelta(seconds=26)

    monkeypatch.setattr(stage.runtime, "calendars", Slow())
    stage.refresh(minutes=15)
    assert (stage.on_call(FIRST), stage.on_call(SECOND)) == (("ada",), ("grace",))
    assert any("no time for more calendars" in line and "'calendars': 1" in line for line in stage.journal.lines)


def test_a_calendar_that_is_a_file_is_not_fetched_and_told_before_it_ends(table: str) -> None:
    stage = Stage(table)
    stage.live({FILE: ""}, Calendar(FILE, stage.now, stage.now + timedelta(days=20), ()))
    stage.refresh()
    assert stage.counted("CalendarStale") == 0
    stage.refresh(days=7)
    assert stage.counted("CalendarStale") == 1
    assert stage.asked == []


def test_the_watchdog_drives_its_pages_first(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", stage.table)
    import watch

    order: list[str] = []
    monkeypatch.setattr(watch, "RUNTIME", stage.runtime)
    monkeypatch.setattr(watch, "watch", _noted(order, "pages", 3))
    monkeypatch.setattr(stage.runtime, "refresh_calendars", _noted(order, "calendars", None))
    monkeypatch.setattr(stage.journal, "of_one_event", _context, raising=False)
    assert watch.handler({}, None) == {"overdue": 3}
    assert order == ["pages", "calendars"]


def _noted(order: list[str], what: str, answer: object) -> Callable[..., object]:
    def note(*_: object) -> object:
        order.append(what)
        return answer

    return note


def _context() -> Any:
    from contextlib import nullcontext

    return nullcontext()
