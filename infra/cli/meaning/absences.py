"""What a plan means for who is away, and for what is not paged about for a while."""

from collections.abc import Iterator
from datetime import datetime

from callout.domain.oncall import Maintenance, OnCall, Responder
from callout.domain.text import clean
from infra.cli.description.problem import shown
from infra.cli.meaning import change_words
from infra.cli.meaning.words import Sentence, person, some, when


def absences(before: OnCall, after: OnCall, now: datetime) -> Iterator[Sentence]:
    for name, responder in sorted(after.responders.items()):
        yield from _away(after, responder, before.responders.get(name), now)
    old = {window.id: window for window in before.maintenance}
    for window in after.maintenance:
        if window != old.pop(window.id, None) and (window.end is None or window.end > now):
            yield _window(after, window, now)
    for window in old.values():
        if window.end is None or window.end > now:
            yield Sentence(
                f"{shown(clean(window.name))} is off: people are paged about {_services(before, window)} as ever"
            )


def _away(oncall: OnCall, responder: Responder, old: Responder | None, now: datetime) -> Iterator[Sentence]:
    known = old.away if old else ()
    for away in responder.away:
        if away not in known and away.end > now:
            times = [when(instant, responder.timezone, now) for instant in (away.start, away.end)]
            for_whom = some(person(oncall, name) for name in responder.alternates)
            then = (
                f"{for_whom} stands in"
                if len(responder.alternates) == 1
                else f"the first of {for_whom} who is there stands in"
            )
            who = person(oncall, responder.id)
            text = f"from {times[0]} until {times[1]} ({responder.timezone}) {who} is away"
            yield Sentence(
                f"{text}: {then}" if responder.alternates else f"{text}, and NOBODY stands in", not responder.alternates
            )


def _window(oncall: OnCall, window: Maintenance, now: datetime) -> Sentence:
    labels = (
        f" whose labels say {some(f'{key}={value}' for key, value in window.labels.items())}" if window.labels else ""
    )
    times = _times(window, now)
    return Sentence(f"{times} nobody is paged about {_services(oncall, window)}{labels}: {shown(clean(window.name))}")


def _times(window: Maintenance, now: datetime) -> str:
    zone = window.hours.timezone if window.hours else "UTC"
    start = f"from {when(window.start, zone, now)}" if window.start else ""
    end = f"until {when(window.end, zone, now)}" if window.end else ""
    bounds = " ".join(filter(None, [start, end]))
    if window.hours is None:
        return f"{bounds} (UTC)"
    return " ".join(filter(None, [change_words.hours(window.hours), bounds]))


def _services(oncall: OnCall, window: Maintenance) -> str:
    return (
        some(shown(clean(oncall.services[each].name)) if each in oncall.services else each for each in window.services)
        or "all services"
    )
