"""How long the proof of a large organisation takes.

Run it from the top folder: python tests/bench/proof.py [--schedules 200] [--services 1000] [--days 90]

Every schedule has three layers (a weekly rotation, a daily one at night, office hours by another clock) and ten
overrides; every policy notifies several schedules, with conditions; services have support hours, urgencies and early
lives of their own. The aim is 20 s for 200 schedules and 1,000 services over 90 days.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "functions"), str(ROOT)]

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from callout.domain.hours import Hours, Span  # noqa: E402
from callout.domain.oncall import (  # noqa: E402
    Away,
    Condition,
    Contact,
    Loudness,
    OnCall,
    Policy,
    Responder,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency, When  # noqa: E402
from callout.domain.schedule import Change, Layer, Override, Schedule, Unit  # noqa: E402
from infra.cli.proof.ground import Ground  # noqa: E402
from infra.cli.proof.intervals import Interval  # noqa: E402
from infra.cli.proof.proof import RULES, proven  # noqa: E402

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
WEEKDAYS = (0, 1, 2, 3, 4)
TEAM_PEOPLE = 5


def described(schedules: int, services: int) -> OnCall:
    people = [_responder(i) for i in range(schedules * TEAM_PEOPLE)]
    rotas = [_schedule(i) for i in range(schedules)]
    teams = [Team(f"team-{i}", f"Team {i}", _members(i)) for i in range(schedules)]
    policies = [_policy(i, schedules) for i in range(max(1, services // 2))]
    return OnCall(
        version=1,
        services={each.id: each for each in (_service(i, len(policies)) for i in range(services))},
        policies={each.id: each for each in policies},
        responders={each.id: each for each in people},
        schedules={each.id: each for each in rotas},
        teams={each.id: each for each in teams},
    )


def _members(i: int) -> tuple[str, ...]:
    return tuple(f"person-{i * TEAM_PEOPLE + k}" for k in range(TEAM_PEOPLE))


def _responder(i: int) -> Responder:
    away = Away(START + timedelta(days=i % 80), START + timedelta(days=i % 80 + 7))
    other = f"person-{i - i % TEAM_PEOPLE + (i + 1) % TEAM_PEOPLE}"
    contacts = (Contact("email", "email", f"person-{i}@example.com"),)
    return Responder(f"person-{i}", f"Person {i}", contacts, alternates=(other,), away=(away,) if i % 3 == 0 else ())


def _schedule(i: int) -> Schedule:
    zone, other = ZONES[i % len(ZONES)], ZONES[(i + 1) % len(ZONES)]
    people, anchor = _members(i), datetime(2026, 1, 5, 9)  # noqa: DTZ001 - on the wall
    night = Hours((Span(start=22 * 60, end=6 * 60),), zone)
    office = Hours((Span(WEEKDAYS, 9 * 60, 17 * 60),), other, closed=(date(2026, 4, 3), date(2026, 5, 1)))
    layers = (
        Layer("weekly", zone, people, Unit.WEEK, 1, anchor),
        Layer("nights", zone, people[::-1], Unit.DAY, 1, anchor.replace(hour=22), only=night),
        Layer("office", other, people, Unit.DAY, 1, anchor, only=office),
    )
    # Every tenth schedule has no rotation behind the others: it is empty at times, and so are tiers that name it.
    return Schedule(f"rota-{i}", f"Rota {i}", zone, layers[1:] if i % 10 == 0 else layers, _overrides(i))


def _overrides(i: int) -> tuple[Override, ...]:
    people, made = _members(i), []
    for k in range(10):
        start = START + timedelta(days=9 * k, hours=i % 24)
        change = tuple(Change)[k % len(Change)]
        who = people[:2] if change is Change.SWAP else people[k % len(people) :][:1]
        made.append(Override(start, start + timedelta(hours=30), change, who))
    return tuple(made)


def _policy(i: int, schedules: int) -> Policy:
    first, second = i % schedules, (i * 7 + 3) % schedules
    tiers = (
        Tier((f"schedule:rota-{first}",)),
        Tier((f"next:rota-{first}", f"schedule:rota-{second}"), condition=Condition(urgency=Urgency.HIGH)),
        Tier((f"robin:team-{first}",), condition=Condition(support_hours=When.INSIDE)),
        Tier((f"team:team-{second}",), condition=Condition(priorities=(Priority.P1, Priority.P2))),
    )
    last = None if i % 5 == 0 else Tier((f"schedule:rota-{second}",))
    return Policy(f"policy-{i}", tiers, last_resort=last)


def _service(i: int, policies: int) -> Service:
    hours = Hours((Span(WEEKDAYS, (7 + i % 4) * 60, (17 + i % 5) * 60),), ZONES[i % len(ZONES)])
    return Service(
        f"service-{i}",
        f"Service {i}",
        f"policy-{i % policies}",
        support_hours=hours if i % 3 else None,
        urgencies={Priority.P3: Loudness(Urgency.HIGH, Urgency.LOW)} if i % 2 else {},
        high_value=i % 11 == 0,
        early_life_until=START + timedelta(days=20 + i % 9) if i % 7 == 0 else None,
    )


def table(schedules: int, services: int, days: int) -> Table:
    oncall = described(schedules, services)
    found: list[object] = []
    ground = Ground(oncall, Interval(START, START + timedelta(days=days)))
    rules = [(rule.__name__, lambda rule=rule: found.extend(rule(ground))) for rule in RULES]
    parts: list[tuple[str, Callable[[], object]]] = [("schedules", lambda: list(ground.prepare())), *rules]
    result = Table("what", "seconds", title=f"{len(ground.schedules)} schedules, {services} services, {days} days")
    for name, part in parts:
        result.add_row(name, f"{_seconds(part):.2f}")
    whole = _seconds(lambda: proven(oncall, START, days))
    result.add_row("the whole proof", f"{whole:.2f}", style="bold")
    result.caption = f"{len(found)} findings"
    return result


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--services", type=int, default=1000)
    parser.add_argument("--days", type=int, default=90)
    given = parser.parse_args()
    Console().print(table(given.schedules, given.services, given.days))
