"""Response targets, and what happens when one is about to be missed: how they are written, and what they become."""

from typing import Annotated, Any, Literal

from pydantic import Field

from callout.domain import oncall
from callout.domain.priority import Priority
from infra.cli.description.base import Or, Strict, Truth, either
from infra.cli.description.policies import By, Namespace, Notify, targets
from infra.cli.description.spans import SPAN_SCHEMA, Answer, Wait


class ResponseTarget(Strict):
    """How soon somebody should have answered."""

    within: Answer
    """4h"""
    clock: Literal["support_hours", "always"] = "always"
    """support_hours: the clock stands still outside of them."""


def _within(value: Any) -> dict[str, Any]:
    return {"within": value}


Target = Annotated[ResponseTarget, either(_within), Or(SPAN_SCHEMA)]


class ResponseTargets(Strict):
    """How soon somebody should have answered, by priority: 30m, or {within: 4h, clock: support_hours}."""

    P1: Target | None = None
    """For pages of priority 1."""
    P2: Target | None = None
    """For pages of priority 2."""
    P3: Target | None = None
    """For pages of priority 3."""
    P4: Target | None = None
    """For pages of priority 4."""
    P5: Target | None = None
    """For pages of priority 5."""


class AtRisk(Strict):
    """What happens when a response target is about to be missed."""

    before: Wait | None = None
    """So long before: 2m; left out: when three quarters of the time are over."""
    raise_urgency: Truth = False
    """The page becomes of high urgency."""
    next_tier: Truth = False
    """The next tier gets its turn at once."""
    notify: Notify | None = None
    """Told besides the tiers."""
    by: By = Field(default=["sms"])
    """The channels for `notify`."""


def response_targets(written: ResponseTargets | None) -> dict[Priority, oncall.ResponseTarget]:
    if written is None:
        return {}
    said: dict[Priority, ResponseTarget | None] = {priority: getattr(written, priority.name) for priority in Priority}
    return {
        priority: oncall.ResponseTarget(target.within, target.clock == "support_hours")
        for priority, target in said.items()
        if target
    }


def at_risk(written: AtRisk, names: Namespace) -> oncall.AtRisk:
    told = oncall.Tier(targets(written.notify, names), tuple(written.by)) if written.notify else None
    return oncall.AtRisk(written.before, written.raise_urgency, written.next_tier, told)
