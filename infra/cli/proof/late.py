"""The rule about personal rules: who is told nothing before the page goes on, or comes back."""

from collections.abc import Iterator
from typing import NamedTuple

from callout.domain.agreement import applies, wait_seconds
from callout.domain.oncall import OnCall, Policy, Responder, Service, Tier
from callout.domain.priority import Urgency
from infra.cli.description.duration import written
from infra.cli.description.problem import Finding, Path, spelled
from infra.cli.proof.ground import Ground, Used
from infra.cli.proof.intervals import Interval, Intervals, both, either
from infra.cli.proof.pages import Pages

Waiting = dict[Urgency, dict[str, int]]
"""Of the rules for such pages: who is not told at once, but after how many seconds."""


class Turn(NamedTuple):
    """A tier that leaves it to its people how they are told, for pages of one urgency."""

    tier: Tier
    urgency: Urgency
    path: Path
    seconds: int
    """So soon the next tier is told, or this one again."""
    then: str
    pages: Pages


def late(ground: Ground) -> Iterator[Finding]:
    """Who would be told only once it is another's turn, by all the rules that they have for such pages."""
    waiting = _waiting(ground.oncall)
    found: dict[tuple[str, Urgency], Finding] = {}
    for used in ground.used:
        for turn in _turns(ground, used):
            for name, first in waiting[turn.urgency].items():
                if first >= turn.seconds and (name, turn.urgency) not in found and _told(ground, turn, name):
                    found[name, turn.urgency] = _finding(name, first, turn)
    yield from found.values()


def _waiting(oncall: OnCall) -> Waiting:
    people = oncall.responders.values()
    first = {urgency: {each.id: _first_step(each, urgency) for each in people} for urgency in Urgency}
    return {urgency: {name: span for name, span in each.items() if span} for urgency, each in first.items()}


def _first_step(responder: Responder, urgency: Urgency) -> int:
    """Rules that lead nowhere give way to the first contact at once."""
    own = {contact.channel for contact in responder.contacts}
    return min((rule.after_seconds for rule in responder.rules.get(urgency, ()) if rule.channel in own), default=0)


def _turns(ground: Ground, used: Used) -> Iterator[Turn]:
    policy = used.policy
    for index, tier in enumerate(policy.tiers):
        if not tier.channels:
            path = ("policies", policy.id, "tiers", index)
            for service, pages in used.services:
                asking = {kind: when for kind, when in pages.items() if applies(tier.condition, kind)}
                for urgency in Urgency:
                    yield Turn(tier, urgency, path, _wait(ground, service, tier, urgency), "goes on", asking)
    last = policy.last_resort or policy.tiers[-1]
    if not last.channels:  # every page may come to it, whatever its condition
        for urgency in Urgency:
            yield Turn(last, urgency, _place(policy), policy.comeback_seconds, "is told again", used.kinds)


def _place(policy: Policy) -> Path:
    at = ("policies", policy.id)
    return (*at, "last_resort") if policy.last_resort else (*at, "tiers", len(policy.tiers) - 1)


def _wait(ground: Ground, service: Service, tier: Tier, urgency: Urgency) -> int:
    """In early life it is shorter, and nothing is of low urgency."""
    return wait_seconds(service, tier, ground.within.start) if urgency is Urgency.HIGH else tier.wait_seconds


def _told(ground: Ground, turn: Turn, name: str) -> Intervals:
    """When such pages come to that person."""
    pages = either(*(when for kind, when in turn.pages.items() if kind.urgency is turn.urgency))
    there = (Interval(shift.start, shift.end) for shift in ground.reach(turn.tier).shifts if name in shift.who)
    return both(tuple(there), pages)


def _finding(name: str, first: int, turn: Turn) -> Finding:
    text = f"nothing is sent before {written(first)} are over, but {spelled(turn.path)} {turn.then} after"
    longer = "the wait" if turn.then == "goes on" else "comes_back_every"
    fix = f"begin with a channel without a delay, or lengthen {longer}"
    return Finding(("responders", name, "rules", turn.urgency.value), f"{text} {written(turn.seconds)}", fix)
