"""A schedule's shifts as iCalendar (RFC 5545): a file, or a feed that people subscribe to. Names only, no addresses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from callout.domain.on_call import timeline
from callout.domain.oncall import OnCall
from callout.domain.roster import stood_in
from callout.domain.schedule import Schedule, Shift
from callout.domain.text import clean

BACK = timedelta(weeks=2)
AHEAD = timedelta(weeks=8)
"""What a feed shows."""
MARGIN = timedelta(days=62)
"""A shift is shown whole where its ends lie no farther than this outside; and it keeps its UID as time goes by."""
REFRESH = timedelta(hours=1)
"""How often a calendar should come again. Many come when they like, some but once a day."""
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
HEADERS = {**PLAIN, "Content-Type": "text/calendar; charset=utf-8", "X-Content-Type-Options": "nosniff"}
SUFFIX = ".ics"
"""Some calendars want an address to end so; it makes no difference here."""


def feed(oncall: OnCall, schedule: Schedule, now: datetime) -> str:
    return render(oncall, schedule, now - BACK, now + AHEAD, now)


def render(oncall: OnCall, schedule: Schedule, start: datetime, end: datetime, now: datetime) -> str:
    """Whatever is on call between two instants."""
    made = Calendar()
    name = clean(schedule.name) or schedule.id
    for field, value in _head(f"On call: {name}", schedule.timezone).items():
        made.add(field, value)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for spell in spells(oncall, schedule, start, end):
        made.add_component(_event(oncall, schedule.id, name, spell, now))
    text: bytes = made.to_ical()
    return text.decode()


def _head(name: str, timezone: str) -> dict[str, str | timedelta]:
    """What RFC 7986 calls NAME and REFRESH-INTERVAL has older names, which more calendars know."""
    return {
        "prodid": "-//Callout//Callout//EN",
        "version": "2.0",
        "calscale": "GREGORIAN",
        "method": "PUBLISH",
        "name": name,
        "x-wr-calname": name,
        "x-wr-timezone": timezone,
        "x-published-ttl": "PT1H",
    }


def _event(oncall: OnCall, schedule_id: str, name: str, spell: Shift, now: datetime) -> Event:
    [who] = spell.who
    responder = oncall.responders.get(who)
    event = Event()
    event.add("uid", _uid(schedule_id, spell))
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", spell.start.astimezone(UTC))
    event.add("dtend", spell.end.astimezone(UTC))
    event.add("summary", f"{(clean(responder.name) if responder else '') or who} on call: {name}")
    event.add("transp", "TRANSPARENT")  # on call is not busy: meetings may be made all the same
    return event


def _uid(schedule_id: str, spell: Shift) -> str:
    """The same for the same shift, whenever it is asked for; a later end does not make it another."""
    told = f"{schedule_id}\n{spell.who[0]}\n{spell.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{sha256(told.encode()).hexdigest()[:32]}@callout"


def spells(oncall: OnCall, schedule: Schedule, start: datetime, end: datetime) -> list[Shift]:
    """Each person's times without a break, in order, as far as they touch the time from start to end."""
    first, last = _month(start - MARGIN), _month(end + MARGIN)
    found = _spells(stood_in(oncall, timeline(schedule, first, last, oncall.calendars)), last)
    return sorted(
        (spell for spell in found if spell.start < end and spell.end > start),
        key=lambda spell: (spell.start, spell.who),
    )


def _spells(shifts: list[Shift], last: datetime) -> Iterator[Shift]:
    begun: dict[str, datetime] = {}
    for shift in [*shifts, Shift(last, last, ())]:
        for who in [who for who in begun if who not in shift.who]:
            yield Shift(begun.pop(who), shift.start, (who,))
        for who in shift.who:
            begun.setdefault(who, shift.start)


def _month(at: datetime) -> datetime:
    """A shift without an end is cut here: at a place that stays for a month, so that its UID does."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
