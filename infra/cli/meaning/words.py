"""Names and times in the sentences of a plan."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from callout.domain import local_time
from callout.domain.oncall import OnCall, Tier
from callout.domain.target import Kind, target
from callout.domain.text import clean
from infra.cli.description.problem import listed, shown
from infra.cli.meaning import times

NAMES_SHOWN_MAX = 4
NOBODY = "nobody"


class Sentence(NamedTuple):
    text: str
    loud: bool = False
    """Somebody may be left without help, or a sender without an answer."""


def person(oncall: OnCall, name: str) -> str:
    return shown(clean(oncall.responders[name].name)) if name in oncall.responders else shown(clean(name))


def people(oncall: OnCall, who: Sequence[str]) -> str:
    return some(person(oncall, name) for name in who) if who else NOBODY


def some(names: Iterable[str]) -> str:
    """`a, b, c and 7 more`"""
    found = [*names]
    if len(found) <= NAMES_SHOWN_MAX:
        return listed(found)
    return f"{', '.join(found[: NAMES_SHOWN_MAX - 1])} and {len(found) - NAMES_SHOWN_MAX + 1} more"


def when(instant: datetime, timezone: str, now: datetime) -> str:
    """`Mon 23 Nov 09:00`, with the year if it is another one."""
    moment = local_time.local(instant, timezone)
    year = f" {moment.year}" if moment.year != local_time.local(now, timezone).year else ""
    return f"{moment:%a} {moment.day} {moment:%b}{year} {times.of_day(moment)}"


def wakes(oncall: OnCall, tier: Tier) -> str:
    return some(_target(oncall, text) for text in tier.targets) or NOBODY


def _target(oncall: OnCall, text: str) -> str:
    kind, name = target(text)
    if kind is Kind.RESPONDER:
        return person(oncall, name)
    known = (oncall.teams if kind in (Kind.TEAM, Kind.ROBIN) else oncall.schedules).get(name)
    words = {
        Kind.SCHEDULE: "whoever is on call in",
        Kind.NEXT: "whoever is next in",
        Kind.PREVIOUS: "whoever was before in",
        Kind.TEAM: "all of",
        Kind.ROBIN: "one in turn of",
    }
    of_whom = f" ({people(oncall, members(oncall, text))})" if kind in (Kind.TEAM, Kind.ROBIN) else ""
    return f"{words[kind]} {shown(clean(known.name if known else name))}{of_whom}"


def members(oncall: OnCall, text: str) -> tuple[str, ...]:
    """Of the team that a target names; none where it names no team."""
    kind, name = target(text)
    team = oncall.teams.get(name) if kind in (Kind.TEAM, Kind.ROBIN) else None
    return team.members if team else ()
