"""Whom a page of a service wakes first: it depends on its priority, and on the side of the support hours."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from callout.domain.agreement import Circumstances, applies, in_early_life, priority_of
from callout.domain.alert import Severity
from callout.domain.oncall import PRIORITY_URGENCIES, OnCall, Service, Tier
from callout.domain.priority import Priority, Urgency, When
from infra.cli.description.problem import listed
from infra.cli.meaning.words import NOBODY, Sentence, members, wakes

Ids = tuple[tuple[str, ...], ...]


class Case(NamedTuple):
    """A page, as far as conditions of tiers can tell it from others."""

    priority: Priority
    side: When


class First(NamedTuple):
    ids: Ids
    words: str


def woken(oncall: OnCall, service: Service, now: datetime) -> str:
    """How a sentence goes on: one clause for each group of pages that wake the same people."""
    cases = _cases(service)
    groups: dict[First, list[Case]] = {}
    for case in cases:
        groups.setdefault(_first(oncall, service, case, now), []).append(case)
    if len(groups) == 1:
        return f", and first wake {next(iter(groups)).words}"
    told = (f"{_pages(those, cases)} first wakes {first.words}" for first, those in groups.items())
    return f": {'; '.join(told)}"


def changes(before: OnCall, after: OnCall, old: Service, new: Service, now: datetime) -> Iterator[Sentence]:
    """Others by their ids: a new name is another word for the same person."""
    cases = _cases(old, new)
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        was, becomes = _first(before, old, case, now), _first(after, new, case, now)
        if was.ids != becomes.ids:
            groups.setdefault((was.words, becomes.words), []).append(case)
    for (gone, come), those in groups.items():
        said = f"{come}, no longer {gone}" if come != gone else f"others than before: {come}"
        yield Sentence(f"{_pages(those, cases)} first wakes {said}")


def _cases(*services: Service) -> list[Case]:
    priorities = {priority_of(service, severity) for service in services for severity in Severity}
    sides = (When.INSIDE, When.OUTSIDE) if any(service.support_hours for service in services) else (When.INSIDE,)
    return [Case(priority, side) for priority in sorted(priorities) for side in sides]


def _first(oncall: OnCall, service: Service, case: Case, now: datetime) -> First:
    policy = oncall.policies.get(service.policy)
    if policy is None or not policy.tiers:
        return First((), NOBODY)
    circumstances = _circumstances(service, case, now)
    for tier in policy.tiers:
        if applies(tier.condition, circumstances):
            return First(_ids(oncall, tier), wakes(oncall, tier))
    last = policy.last_resort or policy.tiers[-1]
    return First((("last resort",), *_ids(oncall, last)), f"{wakes(oncall, last)} as the last resort")


def _circumstances(service: Service, case: Case, now: datetime) -> Circumstances:
    side = case.side if service.support_hours else When.INSIDE
    loudness = service.urgencies.get(case.priority)
    urgency = PRIORITY_URGENCIES[case.priority]
    if loudness:
        urgency = loudness.inside if side is When.INSIDE else loudness.outside
    return Circumstances(case.priority, Urgency.HIGH if in_early_life(service, now) else urgency, side)


def _ids(oncall: OnCall, tier: Tier) -> Ids:
    return tuple((text, *members(oncall, text)) for text in tier.targets)


def _pages(those: Sequence[Case], cases: Sequence[Case]) -> str:
    """`a page`, `a page of P3 or P4`, `a page of P3 outside of support hours`."""
    every = {case.priority for case in cases}
    inside, outside = (_of(those, side) for side in When)
    if inside == outside or not _of(cases, When.OUTSIDE):
        return f"a page{_named(inside, every)}"
    sides = ((inside, "in"), (outside, "outside of"))
    return "a page" + " or".join(f"{_named(each, every)} {word} support hours" for each, word in sides if each)


def _of(cases: Iterable[Case], side: When) -> set[Priority]:
    return {case.priority for case in cases if case.side is side}


def _named(priorities: set[Priority], every: set[Priority]) -> str:
    return "" if priorities == every else f" of {listed(map(str, sorted(priorities)), 'or')}"
