"""Keeps what is known of calendars fresh: the watchdog's second task, once its pages are driven."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from callout.calendars import parse, timezone_of, window
from callout.domain.errors import Malformed, Refused, Unavailable
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar
from callout.world import World

EVERY_MINUTES = 15
FRESH = timedelta(minutes=10)
"""What is no older than this (it was just applied) is left alone; less than the rhythm, whose minutes are not exact."""
WRITTEN_AGAIN = timedelta(hours=6)
"""After so long even what has not changed is written, so that its age can be told."""
STALE = timedelta(hours=24)
"""The age limit: what is older still serves on, but as trouble."""
FILE_ENDS = timedelta(days=14)
"""So long before its events run out, a calendar that came as a file is trouble too."""
SECONDS_MAX = 25
"""So long after the watchdog began, no other calendar is begun: its function has 55 seconds, and one takes 5 to fetch,
10 to work out and 18 to write at the very worst."""
FETCHED_AT_ONCE = 8

Fetch = Callable[[str], bytes]


class Store(Protocol):
    def write(self, calendar: Calendar) -> None: ...


@dataclass(frozen=True, slots=True)
class Due:
    id: str
    address: str
    known: Calendar | None


def refresh(world: World, store: Store, fetch: Fetch, began: datetime) -> None:
    """Read the calendars of the live description again; to be called every minute, when all pages have been driven.

    1. Only every EVERY_MINUTES, by the clock: nothing is remembered between two runs.
    2. See which are due, the oldest first.
    3. Fetch them, several at once, and work their shifts out, one after the other, while there is time.
    4. Write what has changed.

    Never raises: whatever goes wrong, what is known serves on.
    """
    if began.minute % EVERY_MINUTES:
        return
    try:
        oncall = world.oncall()
        if oncall.calendar_sources:
            _report_files(world, oncall, began)
            _refresh(world, store, fetch, oncall, began)
    except Exception as error:
        world.journal.trouble("the calendars could not be looked at", error=type(error).__name__)


def _due(oncall: OnCall, now: datetime) -> list[Due]:
    sources = ((name, address) for name, address in oncall.calendar_sources.items() if address)
    every = [Due(name, address, oncall.calendars.get(name)) for name, address in sources]
    old = [each for each in every if each.known is None or now - each.known.fetched_at > FRESH]
    return sorted(old, key=lambda each: each.known.fetched_at.timestamp() if each.known else 0)


def _refresh(world: World, store: Store, fetch: Fetch, oncall: OnCall, began: datetime) -> None:
    due, until = _due(oncall, began), began + timedelta(seconds=SECONDS_MAX)
    pool = ThreadPoolExecutor(FETCHED_AT_ONCE)
    try:
        bodies = [(each, pool.submit(fetch, each.address)) for each in due if world.now() <= until]
        for each, body in bodies:
            if world.now() > until:
                break
            _take(world, store, oncall, each, body.result)
            due.remove(each)
    finally:
        pool.shutdown(cancel_futures=True)
    if due:
        world.journal.note("no time for more calendars: they are the next run's first", calendars=len(due))


def _take(world: World, store: Store, oncall: OnCall, due: Due, body: Callable[[], bytes]) -> None:
    """One calendar; its trouble must not be that of the others. No fact here may name its address or its events."""
    now = world.now()
    try:
        start, end = window(now)
        parsed = parse(body(), oncall.responders, start, end, timezone_of(oncall, due.id))
        if parsed.problems:
            events = sum(problem.times for problem in parsed.problems)
            world.journal.note("events of a calendar put nobody on call", calendar=due.id, events=events)
        if _is_news(due.known, parsed.shifts, now):
            store.write(Calendar(due.id, now, end, parsed.shifts))
            world.journal.note("a calendar was read", calendar=due.id, shifts=len(parsed.shifts))
    except Exception as error:
        _failed(world, due, now, error)


def _failed(world: World, due: Due, now: datetime, error: Exception) -> None:
    why = error if isinstance(error, Refused | Unavailable | Malformed) else ""  # others may quote the calendar
    age = now - due.known.fetched_at if due.known else None
    world.journal.trouble(
        "a calendar could not be read: what is known of it serves on",
        calendar=due.id,
        age=age or "never read",
        error=type(error).__name__,
        why=why,
    )
    world.journal.count("CalendarUnread")
    if age is None or age > STALE:
        world.journal.count("CalendarStale")


def _is_news(known: Calendar | None, shifts: tuple[object, ...], now: datetime) -> bool:
    return known is None or known.shifts != shifts or now - known.fetched_at > WRITTEN_AGAIN


def _report_files(world: World, oncall: OnCall, now: datetime) -> None:
    for name, address in oncall.calendar_sources.items():
        known = oncall.calendars.get(name)
        if not address and (known is None or known.until - now < FILE_ENDS):
            until = known.until if known else "not there"
            world.journal.trouble(
                "a calendar that came as a file ends soon: apply the description again", calendar=name, until=until
            )
            world.journal.count("CalendarStale")
