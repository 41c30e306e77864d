"""How things stand at an instant: who is on call in each schedule, and whom a page of each service would wake."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callout.domain.agreement import Circumstances, applies, circumstances, priority_of
from callout.domain.alert import Severity
from callout.domain.events import Held
from callout.domain.on_call import following, timeline
from callout.domain.oncall import OnCall, Policy, Responder, Service, Tier
from callout.domain.roster import Person, is_away, reached
from callout.domain.schedule import Schedule, Shift
from callout.domain.windows import held

SEARCH_DAYS = (14, 112, 400)
"""How far around the instant a shift's ends are looked for: near first, then farther away."""


@dataclass(frozen=True, slots=True)
class Next:
    who: tuple[Responder, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    schedule: Schedule
    who: tuple[Responder, ...]
    since: datetime | None
    """None: for longer than anybody looked, as is `until`."""
    until: datetime | None
    next: Next | None
    wakes: tuple[Person, ...]
    """Whom its pages go to; others than `who` where somebody is away."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Whom a critical alert of a service would notify first."""

    service: Service
    tier: int
    """Counted from 1: a tier whose condition does not hold is passed over. 0 where there is none."""
    people: tuple[Person, ...]
    missing: tuple[str, ...]
    last_resort: bool = False
    """No tier has anybody now: these are told at once, as the last resort."""
    held: Held | None = None
    """The maintenance window that is open for it, whatever an alert's labels say: nobody is woken before its end."""


def standings(oncall: OnCall, schedules: Iterable[Schedule], at: datetime) -> list[Standing]:
    return [_standing(oncall, schedule, at) for schedule in schedules]


def _standing(oncall: OnCall, schedule: Schedule, at: datetime) -> Standing:
    shift, since, until = _shift(oncall, schedule, at)
    return Standing(
        schedule=schedule,
        who=_people(oncall, shift.who),
        since=since,
        until=until,
        next=_next(oncall, schedule, at),
        wakes=_waken(oncall, schedule, at) if shift.who else (),
    )


def _shift(oncall: OnCall, schedule: Schedule, at: datetime) -> tuple[Shift, datetime | None, datetime | None]:
    """The shift of that instant, with its ends where they lie within the search."""
    for days in SEARCH_DAYS:
        start, end = at - timedelta(days=days), at + timedelta(days=days)
        shifts = timeline(schedule, start, end, oncall.calendars)
        shift = next(each for each in shifts if each.start <= at < each.end)
        if shift.start > start and shift.end < end:
            break
    return shift, shift.start if shift.start > start else None, shift.end if shift.end < end else None


def _next(oncall: OnCall, schedule: Schedule, at: datetime) -> Next | None:
    who = following(schedule, at, oncall.calendars)
    for days in SEARCH_DAYS:
        shifts = timeline(schedule, at, at + timedelta(days=days), oncall.calendars)
        start = next((shift.start for shift in shifts[1:] if who and shift.who == who), None)
        if start is not None:
            return Next(_people(oncall, who), start)
    return None


def _people(oncall: OnCall, ids: Iterable[str]) -> tuple[Responder, ...]:
    return tuple(oncall.responders.get(each) or Responder(each, each) for each in ids)


def _waken(oncall: OnCall, schedule: Schedule, at: datetime) -> tuple[Person, ...]:
    return reached(oncall, Tier((f"schedule:{schedule.id}",)), at).people


def wakes(oncall: OnCall, at: datetime) -> list[Wake]:
    return [_wake(oncall, service, at) for service in oncall.services.values()]


def _wake(oncall: OnCall, service: Service, at: datetime) -> Wake:
    """As a critical alert would find it that opens now. Teams that take turns begin with their first."""
    if window := held(oncall, service.id, {}, at):
        return Wake(service, 0, (), (), held=window)
    now = circumstances(service, priority_of(service, Severity.CRITICAL), False, at)
    missing: list[str] = []
    policy = oncall.policies[service.policy]
    for number, tier in enumerate(policy.tiers, 1):
        if applies(tier.condition, now):
            found = reached(oncall, tier, at)
            missing += found.missing
            if _can_be_told(found.people):
                return Wake(service, number, found.people, tuple(missing))
    people = _told_last(oncall, policy, now, at)
    return Wake(service, 0, people, tuple(missing), last_resort=bool(people))


def _told_last(oncall: OnCall, policy: Policy, now: Circumstances, at: datetime) -> tuple[Person, ...]:
    """As an exhausted page finds them: its last resort, or any tier that has somebody, the last first."""
    meant = (tier for tier in reversed(policy.tiers) if applies(tier.condition, now))
    own = policy.last_resort or next(meant, policy.tiers[-1])
    found = (reached(oncall, tier, at).people for tier in (own, *reversed(policy.tiers)))
    return next((people for people in found if _can_be_told(people)), ())


def _can_be_told(people: Iterable[Person]) -> bool:
    return any(person.responder.contacts for person in people)


def somebody_away(standing: Standing, at: datetime) -> bool:
    return any(is_away(responder, at) for responder in standing.who)
