"""Whom a tier reaches at an instant: its targets as people, with those who stand in for whoever is away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from callout.domain.on_call import following, on_call, preceding
from callout.domain.oncall import OnCall, Policy, Responder, Tier
from callout.domain.schedule import Schedule, Shift
from callout.domain.target import Kind, Target, target

NAMES_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a tier reaches."""

    responder: Responder
    why: str = ""
    """In words: "on call in Nights", "for Ada, who is away"; "" for one who is named outright."""

    def __str__(self) -> str:
        return f"{self.responder.name} ({self.why})" if self.why else self.responder.name


@dataclass(frozen=True, slots=True)
class Reached:
    people: tuple[Person, ...]
    """Each once, in the order of the targets."""
    missing: tuple[str, ...] = ()
    """What led to nobody, in words."""


def reached(oncall: OnCall, tier: Tier, now: datetime, robins: Mapping[str, int] | None = None) -> Reached:
    """`robins`: whose turn it is in the teams that take turns, counted from 0 and on for ever."""
    people: dict[str, Person] = {}
    missing: list[str] = []
    for text in tier.targets:
        named = target(text)
        found = list(_named(oncall, named, now, robins or {}))
        known = [_present(oncall, name, why, now) for name, why in found if name in oncall.responders]
        missing += [f"{name} (not described any more)" for name, _ in found if name not in oncall.responders]
        if not found:
            missing.append(_nobody(oncall, named))
        for person in known:
            people.setdefault(person.responder.id, person)
    return Reached(tuple(people.values()), tuple(missing))


def names(people: tuple[Person, ...]) -> str:
    told = [str(person) for person in people]
    if len(told) <= NAMES_SHOWN_MAX:
        return ", ".join(told)
    return f"{', '.join(told[: NAMES_SHOWN_MAX - 1])} and {len(told) - NAMES_SHOWN_MAX + 1} more"


def known(oncall: OnCall, policy: Policy) -> bool:
    """Whether anybody or anything that the policy notifies is described (still)."""
    return any(_exists(oncall, target(text)) for tier in policy.everywhere for text in tier.targets)


def wholly_known(oncall: OnCall, policy: Policy) -> bool:
    return all(_exists(oncall, target(text)) for tier in policy.everywhere for text in tier.targets)


def _exists(oncall: OnCall, named: Target) -> bool:
    if named.kind is Kind.RESPONDER:
        return named.id in oncall.responders
    return named.id in (oncall.teams if named.kind in (Kind.TEAM, Kind.ROBIN) else oncall.schedules)


def _named(oncall: OnCall, named: Target, now: datetime, robins: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Responder ids, and why they are meant."""
    if named.kind is Kind.RESPONDER:
        yield named.id, ""
    elif named.kind in (Kind.TEAM, Kind.ROBIN):
        team = oncall.teams.get(named.id)
        members = team.members if team else ()
        if named.kind is Kind.ROBIN and members:
            yield members[robins.get(named.id, 0) % len(members)], f"whose turn it is in {team.name}" if team else ""
        elif team:
            yield from ((member, f"of {team.name}") for member in members)
    elif named.id in oncall.schedules:
        schedule = oncall.schedules[named.id]
        yield from ((name, _why(named.kind, schedule)) for name in _of_schedule(oncall, named.kind, schedule, now))


def _of_schedule(oncall: OnCall, kind: Kind, schedule: Schedule, now: datetime) -> tuple[str, ...]:
    ask = {Kind.NEXT: following, Kind.PREVIOUS: preceding}.get(kind, on_call)
    return ask(schedule, now, oncall.calendars)


def _why(kind: Kind, schedule: Schedule) -> str:
    words = {Kind.NEXT: "next in", Kind.PREVIOUS: "before in"}.get(kind, "on call in")
    return f"{words} {schedule.name}"


def _nobody(oncall: OnCall, named: Target) -> str:
    if not _exists(oncall, named):
        return f"{named.kind} {named.id} (not described any more)"
    if named.kind in (Kind.TEAM, Kind.ROBIN):
        return f"nobody is in {oncall.teams[named.id].name}"
    words = {Kind.NEXT: "nobody is next in", Kind.PREVIOUS: "nobody was before in"}
    return f"{words.get(named.kind, 'nobody is on call in')} {oncall.schedules[named.id].name}"


def _present(oncall: OnCall, name: str, why: str, now: datetime) -> Person:
    """The responder or who stands in; the responder all the same where nobody can: a page must go out."""
    responder = oncall.responders[name]
    if not is_away(responder, now):
        return Person(responder, why)
    other = _stand_in(oncall, responder, now, {name})
    if other is None:
        return Person(responder, f"{why}, away without anybody to stand in".removeprefix(", "))
    return Person(other, f"{why}, for {responder.name}, who is away".removeprefix(", "))


def stood_in(oncall: OnCall, shifts: Iterable[Shift]) -> list[Shift]:
    """The shifts with whoever would be paged instead of those who are away."""
    found: list[Shift] = []
    for shift in shifts:
        edges = sorted({shift.start, shift.end, *_absences(oncall, shift)})
        for start, end in pairwise(edges):
            who = tuple(dict.fromkeys(_in_place(oncall, name, start) for name in shift.who))
            if found and found[-1].who == who and found[-1].end == start:
                found[-1] = replace(found[-1], end=end)
            else:
                found.append(Shift(start, end, who))
    return found


def _absences(oncall: OnCall, shift: Shift) -> Iterator[datetime]:
    """Where in the shift somebody goes away or comes back, of all who might matter for it."""
    if not any(oncall.responders[name].away for name in shift.who if name in oncall.responders):
        return
    for responder in oncall.responders.values():
        for away in responder.away:
            yield from (edge for edge in (away.start, away.end) if shift.start < edge < shift.end)


def _in_place(oncall: OnCall, name: str, now: datetime) -> str:
    return _present(oncall, name, "", now).responder.id if name in oncall.responders else name


def is_away(responder: Responder, now: datetime) -> bool:
    return any(away.start <= now < away.end for away in responder.away)


def _stand_in(oncall: OnCall, responder: Responder, now: datetime, seen: set[str]) -> Responder | None:
    others = [oncall.responders[name] for name in responder.alternates if name in oncall.responders]
    for other in others:
        if other.id not in seen and not is_away(other, now):
            return other
    for other in others:
        if other.id not in seen:
            seen.add(other.id)
            found = _stand_in(oncall, other, now, seen)
            if found is not None:
                return found
    return None
