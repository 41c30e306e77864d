"""The calendars that a description names, read when it is checked or applied."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from callout.calendars import AHEAD, BYTES_MAX, NAMES_NOBODY, Parsed, Unclear, parse, timezone_of, window
from callout.domain.errors import Malformed, Refused, Unavailable
from callout.domain.oncall import OnCall
from callout.domain.schedule import Calendar
from infra.cli.description.file import Loaded
from infra.cli.description.problem import Level, Problem, shown
from infra.cli.description.problem import Path as At

if TYPE_CHECKING:
    from callout.calendars.refreshing import Store

FILE_AHEAD = timedelta(days=400)
"""How far a calendar that is a file is known: nobody reads it again until the description is applied again."""
FETCHED_AT_ONCE = 8
UNCLEAR_SHOWN_MAX = 10
NAME_THEM = "invite somebody by an address of the description, or put a responder's name or id into the title"

Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one calendar."""

    id: str
    findings: tuple[tuple[str, str, Level], ...] = ()
    """Text, fix and level."""
    calendar: Calendar | None = None


def collect(
    loaded: Loaded,
    now: datetime | None = None,
    known: Mapping[str, Calendar] | None = None,
    offline: bool = False,
    fetch: Fetch | None = None,
) -> Loaded:
    """The same with its calendars, and with everything that is wrong with them; `oncall` is None if that is too much.

    `known` are those of what is live: one that cannot be fetched now keeps its events. `offline`: files only.
    """
    oncall = loaded.oncall
    if oncall is None or not oncall.calendar_sources:
        return loaded
    now = now or datetime.now(UTC)
    reading = _Reading(oncall, now, known or {}, offline)
    read = [*reading.files(loaded.calendar_files), *reading.addresses(fetch or _fetch())]
    problems = sorted(
        [*loaded.problems, *_problems(loaded, oncall, read)], key=lambda each: (each.file, each.line, each.path)
    )
    calendars = {each.id: each.calendar for each in read if each.calendar is not None}
    done = replace(loaded, oncall=replace(oncall, calendars=calendars), problems=problems)
    return replace(done, oncall=None) if done.errors else done


def write(store: "Store", oncall: OnCall, known: Mapping[str, Calendar]) -> None:
    """Put the calendars of the web where the functions read them, before the version that names them goes live.

    What is known to be so already is not touched: a description that never goes live after all changes nothing. (Those
    that came as files lie in their version.) Raises Refused, Unavailable.
    """
    for name, calendar in oncall.calendars.items():
        same = name in known and known[name].shifts == calendar.shifts
        if oncall.calendar_sources.get(name) and not same:
            store.write(calendar)


class _Reading:
    def __init__(self, oncall: OnCall, now: datetime, known: Mapping[str, Calendar], offline: bool) -> None:
        self._oncall, self._now, self._known, self._offline = oncall, now, known, offline

    def files(self, paths: Mapping[str, Path]) -> Iterator[Read]:
        for name, path in paths.items():
            try:
                yield self._parsed(name, _bytes(path), FILE_AHEAD)
            except (OSError, Malformed) as error:
                text = error.strerror if isinstance(error, OSError) else str(error)
                yield Read(name, ((f"the calendar cannot be read: {text}", "export it again", "error"),))

    def addresses(self, fetch: Fetch) -> Iterator[Read]:
        sources = {name: address for name, address in self._oncall.calendar_sources.items() if address}
        if self._offline:
            yield from (self._unread(name, "it is not fetched, because of --offline", "warning") for name in sources)
            return
        with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
            bodies = {name: pool.submit(fetch, address) for name, address in sources.items()}
        yield from (self._fetched(name, body) for name, body in bodies.items())

    def _fetched(self, name: str, body: "Future[bytes]") -> Read:
        try:
            return self._parsed(name, body.result(), AHEAD)
        except (Refused, Unavailable, Malformed) as error:
            return self._unread(name, str(error), "error")

    def _parsed(self, name: str, data: bytes, ahead: timedelta) -> Read:
        start, end = window(self._now, ahead)
        parsed = parse(data, self._oncall.responders, start, end, timezone_of(self._oncall, name))
        return Read(name, tuple(_findings(parsed, end)), Calendar(name, self._now, end, parsed.shifts))

    def _unread(self, name: str, why: str, level: Level) -> Read:
        known = self._known.get(name)
        if known is not None:
            since = f"its events are those of {known.fetched_at:%Y-%m-%d %H:%M} UTC"
            return Read(name, ((f"the calendar could not be read: {why}; {since}", "", "warning"),), known)
        fix = "nobody is on call by it here" if self._offline else "look at the address, or leave it out with --offline"
        return Read(name, ((f"the calendar could not be read: {why}", fix, level),))


def _fetch() -> Fetch:
    from callout.calendars.fetch import Fetch as HttpsFetch

    return HttpsFetch(monotonic)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(BYTES_MAX + 1)


def _findings(parsed: Parsed, end: datetime) -> Iterator[tuple[str, str, Level]]:
    for each in parsed.problems[:UNCLEAR_SHOWN_MAX]:
        fix = NAME_THEM if each.why == NAMES_NOBODY else "correct it where the calendar is kept"
        yield f"“{shown(each.summary)}” in the calendar {each.why} ({_events(each)})", fix, "warning"
    if more := parsed.problems[UNCLEAR_SHOWN_MAX:]:
        events = sum(each.times for each in more)
        yield f"{events} more events of the calendar put nobody on call", NAME_THEM, "warning"
    if not parsed.shifts:
        yield f"the calendar puts nobody on call until {end:%Y-%m-%d}", "is it the right one?", "warning"


def _events(unclear: Unclear) -> str:
    count = f"{unclear.times} events" if unclear.times > 1 else "1 event"
    when = ", the first at" if unclear.times > 1 else " at"
    return f"{count}{when} {unclear.first:%Y-%m-%d %H:%M} UTC" if unclear.first else count


def _problems(loaded: Loaded, oncall: OnCall, read: Iterable[Read]) -> Iterator[Problem]:
    for each in read:
        where = _named_at(oncall, each.id)
        for text, fix, level in each.findings:
            yield loaded.tree.problem(where, text, fix, level)


def _named_at(oncall: OnCall, calendar: str) -> At:
    places: Iterator[At] = (
        ("schedules", schedule.id, "layers", index, "calendar")
        for schedule in oncall.schedules.values()
        for index, layer in enumerate(schedule.layers)
        if layer.calendar == calendar
    )
    return next(places, ("schedules",))
