"""Response targets that the waits of a policy cannot meet, or that are at risk from the first moment."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from callout.domain.agreement import Circumstances, applies
from callout.domain.oncall import PRIORITY_URGENCIES, Loudness, OnCall, Policy, Service
from callout.domain.priority import Priority, Urgency, When
from infra.cli.description.duration import written
from infra.cli.description.problem import Finding, listed


class Ladder(NamedTuple):
    waits: list[int]
    """Of the tiers that take part, in seconds."""
    when: str = ""


def targets_met(oncall: OnCall, now: datetime) -> Iterator[Finding]:
    """Whether each response target leaves time for a second tier.

    The rule: of the tiers that take part for that priority (inside or outside of the support hours, and in early life
    while that lasts), the first must wait for less than the target, so that somebody else still has a chance to answer
    in time. Where only one tier takes part there is nothing to compare, which is a warning. A service whose `at_risk`
    gives the next tier its turn is fine either way: it does not wait for the first.
    """
    for service in oncall.services.values():
        yield from _at_risk_at_once(service)
        policy = oncall.policies.get(service.policy)
        for priority, target in service.response.items() if policy else ():
            found = policy and _target(service, policy, priority, target.seconds, now)
            if found:
                yield found


def _at_risk_at_once(service: Service) -> Iterator[Finding]:
    before = service.at_risk.before_seconds if service.at_risk else None
    if before is None:
        return
    late = {priority: target.seconds for priority, target in service.response.items() if target.seconds <= before}
    if late:
        told = listed(f"{priority} within {written(seconds)}" for priority, seconds in late.items())
        text = f"{written(before)} before it is missed a target is at risk, but {told} would be so at once"
        fix = f"write less than {written(min(late.values()))}, or give the target more time"
        yield Finding(("services", service.id, "at_risk", "before"), text, fix)


def _target(service: Service, policy: Policy, priority: Priority, seconds: int, now: datetime) -> Finding | None:
    path = ("services", service.id, "respond_within", priority.name)
    ladders = list(_ladders(service, policy, priority, now))
    wait, when = max(((waits[0], when) for waits, when in ladders if len(waits) > 1), default=(0, ""))
    if wait >= seconds and not (service.at_risk and service.at_risk.next_tier):
        text = f"{priority} within {written(seconds)}, but tier 2 comes only after {written(wait)}{when}"
        return Finding(path, text, f"let the first tier of {policy.id} wait for less, or give the target more time")
    if any(len(waits) == 1 for waits, _ in ladders):
        text = f"only one tier of {policy.id} takes part for {priority}: nobody else is told in time"
        return Finding(path, text, "add a tier", "warning")
    return None


def _ladders(service: Service, policy: Policy, priority: Priority, now: datetime) -> Iterator[Ladder]:
    """Those which such a page may have to climb."""
    usual = PRIORITY_URGENCIES[priority]
    loud = service.urgencies.get(priority, Loudness(usual, usual))
    early = service.early_life_until is not None and service.early_life_until > now
    for side in When if service.support_hours else (When.INSIDE,):
        urgency = loud.inside if side is When.INSIDE else loud.outside
        yield Ladder(_waits(policy, Circumstances(priority, urgency, side)))
        if early:
            halved = [wait // 2 for wait in _waits(policy, Circumstances(priority, Urgency.HIGH, side))]
            yield Ladder(halved, " in early life")


def _waits(policy: Policy, page: Circumstances) -> list[int]:
    return [tier.wait_seconds for tier in policy.tiers if applies(tier.condition, page)]
