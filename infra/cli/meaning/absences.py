"""What a plan means for who is away, and for what is not paged about for a while."""

from collections.abc import Iterator
from datetime import datetime

from callout.domain.oncall import Away, Maintenance, OnCall, Responder
from callout.domain.text import clean
from infra.cli.description.problem import shown
from infra.cli.meaning import change_words
from infra.cli.meaning.words import Sentence, person, some, when


def absences(before: OnCall, after: OnCall, now: datetime) -> Iterator[Sentence]:
    for name in sorted(after.responders):
        yield from _away(before, after, after.responders[name], now)
    old = {window.id: window for window in before.maintenance}
    for window in after.maintenance:
        if window != old.pop(window.id, None) and (window.end is None or window.end > now):
            yield _window(after, window, now)
    for window in old.values():
        if window.end is None or window.end > now:
            yield Sentence(
                f"{shown(clean(window.name))} is off: people are paged about {_services(before, window)} as ever"
            )


def _away(before: OnCall, oncall: OnCall, new: Responder, now: datetime) -> Iterator[Sentence]:
    old = before.responders.get(new.id)
    known = old.away if old else ()
    who = person(oncall, new.id)
    for away in new.away:
        if away not in known and away.end > now:
            yield Sentence(f"{_span(away, new, now)} {who} is away{_then(oncall, new)}", not new.alternates)
        elif old and away.end > now and old.alternates != new.alternates:
            text = f"{_span(away, new, now)}, while {who} is away, {_stand_in(oncall, new)}"
            yield Sentence(f"{text}, no longer {_others(before, old) or 'nobody'}", not new.alternates)
    for away in known:
        if away not in new.away and away.end > now:
            yield Sentence(f"{who} is no longer away {_span(away, new, now)}")


def _then(oncall: OnCall, responder: Responder) -> str:
    return f"{':' if responder.alternates else ', and'} {_stand_in(oncall, responder)}"


def _span(away: Away, responder: Responder, now: datetime) -> str:
    start, end = (when(instant, responder.timezone, now) for instant in (away.start, away.end))
    return f"from {start} until {end} ({responder.timezone})"


def _stand_in(oncall: OnCall, responder: Responder) -> str:
    others = _others(oncall, responder)
    if len(responder.alternates) > 1:
        return f"the first of {others} who is there stands in"
    return f"{others or 'NOBODY'} stands in"


def _others(oncall: OnCall, responder: Responder) -> str:
    return some(person(oncall, name) for name in responder.alternates)


def _window(oncall: OnCall, window: Maintenance, now: datetime) -> Sentence:
    labels = (
        f" whose labels say {some(f'{shown(clean(k))}={shown(clean(v))}' for k, v in window.labels.items())}"
        if window.labels
        else ""
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
