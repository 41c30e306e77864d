"""The rules about too few: who is paged while away, and policies in which everything depends on one person."""

from collections.abc import Iterator
from datetime import timedelta

from callout.domain.agreement import Circumstances
from callout.domain.priority import Urgency
from infra.cli.description.problem import Finding
from infra.cli.proof import words as words
from infra.cli.proof.ground import Ground, Taking, Used
from infra.cli.proof.intervals import Interval, Intervals, both, either
from infra.cli.proof.reach import together

ALONE = timedelta(days=8)
"""How long everything may depend on one person: longer than a week's turn, also one with a change of the clocks."""


def away(ground: Ground) -> Iterator[Finding]:
    """Who is away, has nobody to stand in, and is all that a tier has."""
    found: dict[str, Intervals] = {}
    for used in ground.used:
        for tier in used.policy.everywhere:
            reach = ground.reach(tier)
            for name, times in reach.away.items():
                found[name] = either(found.get(name, ()), both(times, reach.absent))
    for name, gaps in found.items():
        if gaps:
            responder = ground.oncall.responders[name]
            when = words.times(gaps, responder.timezone, ground.within)
            text = f"{words.name(ground.oncall, name)} is away and would be paged all the same {when}"
            fix = "add `alternates` who are there, or an override"
            yield Finding(("responders", name, "away"), text, fix, "warning")


def alone(ground: Ground) -> Iterator[Finding]:
    """Pages of high urgency for which nobody else would ever be notified, over a long time."""
    for used in ground.used:
        alike: dict[Taking, list[Circumstances]] = {}
        for kind in used.kinds:
            alike.setdefault(used.taking(kind), []).append(kind)
        found: dict[tuple[tuple[str, Intervals], ...], list[Circumstances]] = {}
        for taking, kinds in alike.items():
            if not taking or not any(kind.urgency is Urgency.HIGH for kind in kinds):
                continue  # of pages that no tier takes is spoken elsewhere
            if stretches := _alone(ground, used, taking, kinds):
                found.setdefault(tuple(stretches.items()), []).extend(kinds)
        for lonely, kinds in found.items():
            yield _depends(ground, used, dict(lonely), kinds)


def _alone(ground: Ground, used: Used, taking: Taking, kinds: list[Circumstances]) -> dict[str, Intervals]:
    """Responder id -> when. Nights and weekends of a condition are judged as if they never ended."""
    tiers = used.told(taking)
    shifts = together([ground.reach(tier).shifts for tier in tiers])
    found: dict[str, Intervals] = {}
    for shift in shifts:
        stretch = Interval(shift.start, shift.end)
        if len(shift.who) == 1 and shift.end - shift.start > ALONE:
            found[shift.who[0]] = either(found.get(shift.who[0], ()), [stretch])
    asked = either(*(times for kind, times in used.kinds.items() if kind in kinds))
    return {name: times for name, times in found.items() if both(times, asked)}


def _depends(ground: Ground, used: Used, found: dict[str, Intervals], kinds: list[Circumstances]) -> Finding:
    timezone = ground.timezone(used.policy.everywhere)
    when = [
        f"on {words.name(ground.oncall, name)} alone, {words.times(times, timezone, ground.within)}"
        for name, times in found.items()
    ]
    which = words.pages(kinds, used.kinds, used.raised)
    what = "everything depends" if which == "pages" else f"everything about its {which} depends"
    fix = "add somebody else to a tier, or as the last_resort"
    return Finding(("policies", used.policy.id), f"{what} {'; '.join(when)}", fix, "warning")
