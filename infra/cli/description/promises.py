"""Response targets that the waits of a policy cannot meet."""

from collections.abc import Iterator

from callout.domain.oncall import PRIORITY_URGENCIES, Loudness, OnCall, Policy, Service, Tier
from callout.domain.priority import Priority, When
from infra.cli.description.duration import written
from infra.cli.description.problem import Finding


def targets_met(oncall: OnCall) -> Iterator[Finding]:
    """Whether each response target leaves time for a second tier.

    The rule: of the tiers that take part for that priority (inside or outside of the support hours), the first must
    wait for less than the target, so that somebody else still has a chance to answer in time. Where only one tier takes
    part there is nothing to compare, which is a warning. A service whose `at_risk` gives the next tier its turn is
    fine either way: it does not wait for the first. That early life halves the waits does not count.
    """
    for service in oncall.services.values():
        policy = oncall.policies.get(service.policy)
        for priority, target in service.response.items() if policy else ():
            found = policy and _target(service, policy, priority, target.seconds)
            if found:
                yield found


def _target(service: Service, policy: Policy, priority: Priority, seconds: int) -> Finding | None:
    path = ("services", service.id, "respond_within", priority.name)
    ladders = [[tier for tier in policy.tiers if _takes_part(tier, service, priority, side)] for side in When]
    waits = [ladder[0].wait_seconds for ladder in ladders if len(ladder) > 1]
    if waits and max(waits) >= seconds and not (service.at_risk and service.at_risk.next_tier):
        text = f"{priority} within {written(seconds)}, but tier 2 comes only after {written(max(waits))}"
        return Finding(path, text, f"let the first tier of {policy.id} wait for less, or give the target more time")
    if any(len(ladder) == 1 for ladder in ladders):
        text = f"only one tier of {policy.id} takes part for {priority}: nobody else is told in time"
        return Finding(path, text, "add a tier", "warning")
    return None


def _takes_part(tier: Tier, service: Service, priority: Priority, side: When) -> bool:
    """Whether the tier may have its turn for this priority on this side of the support hours."""
    condition = tier.condition
    if condition is None:
        return True
    usual = PRIORITY_URGENCIES[priority]
    loud = service.urgencies.get(priority, Loudness(usual, usual))
    urgency = loud.inside if side == When.INSIDE else loud.outside
    return (
        condition.urgency in (None, urgency)
        and (not condition.priorities or priority in condition.priorities)
        and condition.support_hours in (None, side)
    )
