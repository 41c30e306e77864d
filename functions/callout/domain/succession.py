"""Which policy an open page goes on by: its own, unless that leads nowhere or the operator wants the live one."""

from dataclasses import replace
from datetime import datetime

from callout.domain.clock import second_before
from callout.domain.oncall import OnCall, Policy, Service
from callout.domain.page import Page, State
from callout.domain.roster import known


def led(page: Page, oncall: OnCall, now: datetime) -> Page:
    """The page under a policy that can lead it.

    A page follows the live description where the operator asked for that. Otherwise it keeps its own policy, but for
    one of which nobody is described any more: that would page nobody.
    """
    service, policy = live(page, oncall)
    if policy is None:
        return page
    if page.policy_version < oncall.follow_version:
        return _followed(page, service or page.service, policy, oncall.version, now)
    if known(oncall, page.policy) or not known(oncall, policy):
        return page
    page = page.noted(now, "policy", "nobody of its policy is described any more; it goes on by the live one")
    page = replace(page, policy=policy, policy_version=oncall.version, start=0, turn=-1)
    if page.state is State.ACKNOWLEDGED:
        return page
    return replace(page, state=State.TRIGGERED, ladder_at=second_before(now))


def live(page: Page, oncall: OnCall) -> tuple[Service | None, Policy | None]:
    """What would serve the page now.

    One whose service is gone goes on by the policy of the same name, or its own; where that leads to nobody it is
    served by whichever policy there is: somebody who wonders beats nobody who knows.
    """
    service = oncall.services.get(page.service.id)
    if service is not None:
        return service, oncall.policies.get(service.policy)
    own = page.policy if known(oncall, page.policy) else None
    return None, oncall.policies.get(page.policy.id) or own or next(iter(oncall.policies.values()), None)


def _followed(page: Page, service: Service, policy: Policy, version: int, now: datetime) -> Page:
    """Under the live policy, in the same place of its ladder. What it waits for now it still waits for."""
    turn = policy.turns if page.state is State.EXHAUSTED else min(page.turn, policy.turns - 1)
    start = min(page.start, len(policy.tiers) - 1)
    if policy != page.policy or service != page.service:
        page = page.noted(now, "policy", f"it follows version {version} of the description")
    return replace(page, service=service, policy=policy, policy_version=version, turn=turn, start=start)
