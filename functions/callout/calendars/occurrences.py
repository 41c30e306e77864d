"""What an iCalendar says happens in a stretch of time: its events, each recurrence on its own.

The one place that knows the libraries. They are loaded when the first calendar is read: no page waits for them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from callout.domain.errors import Malformed
from callout.domain.wall import instant, zone

if TYPE_CHECKING:
    from icalendar import Calendar, Event

TIMES_A_DAY_MAX = 24
"""How often on one day an event may recur."""
SLACK = timedelta(days=2)
"""A time without a zone is up to so much earlier or later than the library takes it to be."""
TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
"""What must be readable of an event."""

_LINE = re.compile(r"into parts: ['\"]([A-Za-z-]+)")


@dataclass(frozen=True, slots=True)
class Guest:
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    start: datetime
    """UTC, as is the end."""
    end: datetime
    summary: str
    guests: tuple[Guest, ...]
    """Who is invited and has not declined."""
    organizer: Guest | None


@dataclass(frozen=True, slots=True)
class Unread:
    """An event that could not be understood."""

    summary: str
    why: str


def occurrences(data: bytes, start: datetime, end: datetime, timezone: str) -> Iterator[Occurrence | Unread]:
    """Everything that happens between two instants; `timezone` is for times that come without one.

    Raises Malformed where it is no iCalendar. What is cancelled does not happen.
    """
    for calendar in _calendars(data):
        own = _zone(calendar)
        for events in _series(calendar):
            try:
                yield from _expanded(events, own, start, end, timezone)
            except Malformed as malformed:
                yield Unread(_text(events[0], "SUMMARY"), str(malformed))
            except Exception as error:  # a library at work on a stranger's text: no list of errors would be complete
                yield Unread(_text(events[0], "SUMMARY"), f"cannot be read ({type(error).__name__})")


def _calendars(data: bytes) -> "list[Calendar]":
    import icalendar

    text = _decoded(data).strip()
    lines = text.upper().split("\n")
    if lines[0].strip() != "BEGIN:VCALENDAR":
        raise Malformed("it is no iCalendar: that begins with BEGIN:VCALENDAR; is it the address of a web page?")
    if lines[-1].strip() != "END:VCALENDAR":
        raise Malformed("it stops in the middle: the last line of an iCalendar is END:VCALENDAR")
    try:
        # As bytes: a string of one line would be taken for the name of a file.
        found = list(icalendar.Calendar.from_ical(text.encode(), multiple=True))
    except Exception as error:
        raise Malformed(f"it cannot be read as an iCalendar ({type(error).__name__})") from error
    if sum(len(each.walk("VEVENT")) for each in found) != [line.strip() for line in lines].count("BEGIN:VEVENT"):
        raise Malformed("it cannot be read as an iCalendar: an END is missing, or one too many is there")
    return found


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _zone(calendar: "Calendar") -> str:
    """The calendar's own time zone, which its times without one are in."""
    name = _text(calendar, "X-WR-TIMEZONE")
    return name if zone(name).key == name else ""


def _series(calendar: "Calendar") -> "Iterator[list[Event]]":
    """The events that belong together: one with all its exceptions.

    Some programs give all events the same UID, or none. Each that is not a newer edition of another is one of its own.
    """
    by_uid: dict[str, list[Any]] = defaultdict(list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        by_uid[_text(event, "UID") or str(number)].append(event)
    for events in by_uid.values():
        changes = [event for event in events if "RECURRENCE-ID" in event]
        whole = [event for event in events if "RECURRENCE-ID" not in event]
        edition = max(map(_edition, whole), default=0)
        first, *others = [event for event in whole if _edition(event) == edition] or [None]
        yield [*([first] if first is not None else []), *changes]
        yield from ([other] for other in others)


def _edition(event: "Event") -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _expanded(
    events: "Iterable[Event]", own: str, start: datetime, end: datetime, timezone: str
) -> Iterator[Occurrence | Unread]:
    import icalendar
    import recurring_ical_events

    alone = icalendar.Calendar()
    if own:
        alone.add("X-WR-TIMEZONE", own)
    for event in events:
        _refuse_unread(event)
        alone.add_component(event)
    for found in recurring_ical_events.of(alone).between(start - SLACK, end + SLACK):
        if _text(found, "STATUS").upper() == "CANCELLED":
            continue
        begins, ends = (_instant(found[name].dt, own or timezone) for name in ("DTSTART", "DTEND"))
        if begins >= ends:
            yield Unread(_text(found, "SUMMARY"), "lasts no time")
        elif begins < end and ends > start:
            yield _occurrence(found, begins, ends)


def _refuse_unread(event: "Event") -> None:
    """The library leaves out what it cannot read, and runs as far as a rule tells it to: neither will do here."""
    if unread := TIMES.intersection(_named(name, str(error)) for name, error in event.errors):
        raise Malformed(f"cannot be read: its {min(unread)} is not as it should be")
    start, end, duration = (event.get(name) for name in ("DTSTART", "DTEND", "DURATION"))
    if start is None or any(isinstance(each, list) for each in (start, end, duration)):
        raise Malformed("cannot be read: it has no DTSTART, or more than one time of a kind")
    with suppress(TypeError):  # a time with a zone and one without cannot be compared; the library finds a way
        if end is not None and start.dt > end.dt:
            raise Malformed("ends before it begins")
    for rule in _listed(event.get("RRULE")):
        if min(map(int, rule.get("INTERVAL", [1]))) < 1:
            raise Malformed("cannot be read: its RRULE has an INTERVAL below 1")
        if _times_a_day(rule) > TIMES_A_DAY_MAX:
            raise Malformed(f"recurs more than {TIMES_A_DAY_MAX} times a day")


def _named(name: object, error: str) -> str:
    """What could not be read. Of a line that could not even be taken apart the library says no name, but the line."""
    line = _LINE.search(error) if name is None else None
    return (line[1] if line else str(name)).upper()


def _times_a_day(rule: Any) -> int:
    hours, minutes, seconds = (max(1, len(set(rule.get(part, [])))) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    often = {"HOURLY": 24, "MINUTELY": 24 * 60, "SECONDLY": 24 * 60 * 60}
    return max(hours, *(often.get(str(each).upper(), 1) for each in rule.get("FREQ", ["DAILY"]))) * minutes * seconds


def _instant(value: date, timezone: str) -> datetime:
    """What has no zone of its own is in `timezone`; wall-clock times follow the one rule of this house."""
    if not isinstance(value, datetime):
        return instant(datetime.combine(value, time.min), timezone)
    if value.tzinfo is None:
        return instant(value, timezone)
    name = _key(value.tzinfo)
    return instant(value.replace(tzinfo=None, fold=0), name) if name else value.astimezone(UTC)


def _key(place: tzinfo) -> str:
    return str(getattr(place, "key", ""))


def _occurrence(event: "Event", start: datetime, end: datetime) -> Occurrence:
    organizer = event.get("ORGANIZER")
    return Occurrence(
        start,
        end,
        _text(event, "SUMMARY"),
        tuple(_guest(each) for each in _listed(event.get("ATTENDEE")) if not _declined(each)),
        _guest(organizer) if organizer is not None and not isinstance(organizer, list) else None,
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _declined(guest: Any) -> bool:
    return _parameter(guest, "PARTSTAT").upper() == "DECLINED"


def _guest(value: Any) -> Guest:
    text = str(value)
    address = text[len("mailto:") :] if text[: len("mailto:")].lower() == "mailto:" else text
    return Guest(address if "@" in address else _parameter(value, "EMAIL"), _parameter(value, "CN"))


def _parameter(value: Any, name: str) -> str:
    found = getattr(value, "params", {}).get(name, "")
    return str(found[0] if isinstance(found, list) and found else found or "")


def _text(component: Any, name: str) -> str:
    value = component.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value).strip()
