"""How somebody stands to a tier at an instant: meant by it, or why not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callout.domain.on_call import following, on_call, preceding, timeline
from callout.domain.oncall import OnCall, Responder, Tier
from callout.domain.roster import is_away
from callout.domain.schedule import Change, Override, Schedule
from callout.domain.target import Kind, Target, target
from infra.cli.description.problem import listed
from infra.cli.explaining.clock import Clock
from infra.cli.standing import standings

NAMES_MAX = 8
NEAR = timedelta(days=35)
SCHEDULES = (Kind.SCHEDULE, Kind.NEXT, Kind.PREVIOUS)


@dataclass(frozen=True, slots=True)
class Reason:
    text: str
    fix: str = ""
    rule: str = ""
    """What it is inferred from."""


def named_by(oncall: OnCall, tier: Tier) -> tuple[str, ...]:
    """Everybody who might be meant by a tier, whoever's turn it is: outright, by a schedule or by a team."""
    found = [who for text in tier.targets for who in cast(oncall, target(text))]
    return tuple(dict.fromkeys(found))


def cast(oncall: OnCall, named: Target) -> Iterator[str]:
    if named.kind is Kind.RESPONDER:
        yield named.id
    elif named.kind in SCHEDULES:
        if named.id in oncall.schedules:
            yield from in_schedule(oncall, oncall.schedules[named.id])
    elif named.id in oncall.teams:
        yield from oncall.teams[named.id].members


def in_schedule(oncall: OnCall, schedule: Schedule) -> tuple[str, ...]:
    people = [who for layer in schedule.layers for who in layer.people]
    calendars = [oncall.calendars[layer.calendar] for layer in schedule.layers if layer.calendar in oncall.calendars]
    people += [who for calendar in calendars for shift in calendar.shifts for who in shift.who]
    people += [who for change in schedule.overrides for who in (*change.who, *([change.of] if change.of else []))]
    return tuple(dict.fromkeys(people))


def why_not(
    oncall: OnCall,
    tier: Tier,
    who: str,
    at: datetime,
    say: Clock,
    whys: Collection[str] = (),
    taken: Collection[str] | None = None,
) -> Iterator[Reason]:
    """Why the tier did not mean somebody at that instant, once for each target that might have.

    `whys`: why those were asked who were. Whose turn it was in a team nothing else tells.
    `taken`: the teams of which it is known whose turn it was; None: of all.
    """
    person = oncall.responders.get(who)
    for text in tier.targets:
        named = target(text)
        if who not in cast(oncall, named):
            continue
        if person is None:
            fix = f"describe them again under responders.{who}, or name somebody else"
            yield Reason(f"{who} is named there, but was not described any more.", fix, "who was described then")
        elif _meant(oncall, named, who, at) and is_away(person, at):
            yield _away(oncall, person, at, say)
        elif named.kind in SCHEDULES and not _meant(oncall, named, who, at):
            yield _not_on_call(oncall, oncall.schedules[named.id], named, person, at, say)
        elif named.kind is Kind.ROBIN and any(why.endswith(f"for {person.name}, who is away") for why in whys):
            yield _away(oncall, person, at, say)
        elif named.kind is Kind.ROBIN and taken is not None and named.id not in taken:
            if is_away(person, at):
                yield _away(oncall, person, at, say)
        elif named.kind is Kind.ROBIN:
            yield _another_turn(oncall, named.id, person)


def _meant(oncall: OnCall, named: Target, who: str, at: datetime) -> bool:
    if named.kind in SCHEDULES:
        return who in _asked(oncall, named, oncall.schedules[named.id], at)
    return named.kind is not Kind.ROBIN


def _asked(oncall: OnCall, named: Target, schedule: Schedule, at: datetime) -> tuple[str, ...]:
    ask = {Kind.NEXT: following, Kind.PREVIOUS: preceding}.get(named.kind, on_call)
    return ask(schedule, at, oncall.calendars)


def _away(oncall: OnCall, person: Responder, at: datetime, say: Clock) -> Reason:
    end = max(away.end for away in person.away if away.start <= at < away.end)
    others = names(oncall, person.alternates) if person.alternates else "nobody"
    text = f"{person.name} was away until {say(end)}; whoever is there of the alternates stands in ({others})."
    return Reason(text, f"responders.{person.id}.away and .alternates", "responders' absences")


def _not_on_call(
    oncall: OnCall, schedule: Schedule, named: Target, person: Responder, at: datetime, say: Clock
) -> Reason:
    rule = f"schedule {schedule.id} asked at {say(at)}{_fetched(oncall, schedule, say)}"
    fix = f"an entry in schedules.{schedule.id}.overrides, or another rotation there"
    if named.kind is not Kind.SCHEDULE:
        word = "next" if named.kind is Kind.NEXT else "before"
        asked = names(oncall, _asked(oncall, named, schedule, at))
        text = f"The tier asks for whoever is {word} in {schedule.name}, and that was {asked}, not {person.name}."
        return Reason(text, fix, rule)
    [now] = standings(oncall, [schedule], at)
    others = listed(each.name for each in now.who) if now.who else "nobody"
    until = f", until {say(now.until)}" if now.until else ""
    text = f"{person.name} was not on call in {schedule.name} then: {others} was{until}."
    changed = _taken_off(schedule, oncall, person.id, at)
    if changed is not None:
        text += f" By the rotation it was {person.name}; an override said: {override(oncall, changed)}."
        fix = f"that entry of schedules.{schedule.id}.overrides"
    else:
        text += _own_shift(oncall, schedule, person, at, say)
    return Reason(text, fix, rule)


def _fetched(oncall: OnCall, schedule: Schedule, say: Clock) -> str:
    """Calendars of the web are kept as they are, not as they were."""
    names = [layer.calendar for layer in schedule.layers if oncall.calendar_sources.get(layer.calendar)]
    known = [oncall.calendars[name].fetched_at for name in names if name in oncall.calendars]
    if not names:
        return ""
    return f" by its calendar as fetched last, at {say(max(known))}" if known else "; its calendar is not known"


def _own_shift(oncall: OnCall, schedule: Schedule, person: Responder, at: datetime, say: Clock) -> str:
    mine = [shift for shift in timeline(schedule, at - NEAR, at + NEAR, oncall.calendars) if person.id in shift.who]
    last = max((shift.end for shift in mine if shift.end <= at), default=None)
    coming = min((shift.start for shift in mine if shift.start > at), default=None)
    told = [f"the last one had ended at {say(last)}"] if last else []
    told += [f"the next one begins at {say(coming)}"] if coming else []
    return f" Of {person.name}'s own shifts there {' and '.join(told)}." if told else ""


def _taken_off(schedule: Schedule, oncall: OnCall, who: str, at: datetime) -> Override | None:
    """The override without which they would have been on call."""
    if who not in on_call(replace(schedule, overrides=()), at, oncall.calendars):
        return None
    active = [change for change in schedule.overrides if change.start <= at < change.end]
    for count in range(1, len(active) + 1):
        if who not in on_call(replace(schedule, overrides=tuple(active[:count])), at, oncall.calendars):
            return active[count - 1]
    return None


def override(oncall: OnCall, change: Override) -> str:
    who = names(oncall, change.who) if change.who else "nobody"
    match change.change:
        case Change.ADD:
            return f"{who} as well"
        case Change.REMOVE:
            return f"without {who}"
        case Change.SWAP:
            return f"{who} swap"
    return f"{who} instead of {names(oncall, (change.of,)) if change.of else 'everybody'}"


def _another_turn(oncall: OnCall, team_id: str, person: Responder) -> Reason:
    team = oncall.teams[team_id]
    text = f"In {team.name} one is asked at a time, another each time ({names(oncall, team.members)}); "
    text += f"this time it was not {person.name}'s turn."
    fix = f"`notify: [{team_id}]` instead of `{{one_of: {team_id}}}` asks all of them"
    return Reason(text, fix, "whose turn it was: the page counts it when it first asks")


def names(oncall: OnCall, ids: tuple[str, ...]) -> str:
    told = [oncall.responders[who].name if who in oncall.responders else who for who in ids]
    more = [f"{len(told) - NAMES_MAX} more"] if len(told) > NAMES_MAX else []
    return listed([*told[:NAMES_MAX], *more]) if told else "nobody"
