"""Services: how they are written, and what the domain makes of them."""

from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from callout.domain import oncall
from callout.domain.alert import Severity
from callout.domain.priority import Priority, Urgency
from infra.cli.description.base import URGENCIES, Or, PriorityName, Strict, Truth, UrgencyName, choice, either, kind_of
from infra.cli.description.hours import Holidays, SupportHours, support_hours
from infra.cli.description.policies import Namespace
from infra.cli.description.response import AtRisk, ResponseTargets, at_risk, response_targets
from infra.cli.description.spans import NEVER, Age
from infra.cli.description.times import Instant
from infra.cli.description.values import Bridge, KeyDigest, Label, Runbook, wrong
from infra.cli.description.yaml_tree import Odd

ROUTING_KEYS_MAX = 20
RAISE_AFTER_MAX = 30
TEXTS_MAX = 100_000


class Priorities(Strict):
    """What a severity means here; a severity that is left out keeps its default."""

    critical: PriorityName | None = None
    """P1 if left out."""
    error: PriorityName | None = None
    """P2 if left out."""
    warning: PriorityName | None = None
    """P3 if left out."""
    info: PriorityName | None = None
    """P4 if left out."""


class Loudness(Strict):
    """An urgency inside and one outside of the support hours."""

    inside: UrgencyName
    """In the support hours."""
    outside: UrgencyName
    """Outside of them."""


def _always(value: Any) -> dict[str, str]:
    word = choice(value, URGENCIES, "an urgency")
    return {"inside": word, "outside": word}


Loud = Annotated[Loudness, either(_always), Or({"enum": list(URGENCIES)})]


class Urgencies(Strict):
    """How loudly a priority may ask for somebody: high, low, or {inside: high, outside: low} (of the support hours)."""

    P1: Loud | None = None
    """high if left out."""
    P2: Loud | None = None
    """high if left out."""
    P3: Loud | None = None
    """low if left out."""
    P4: Loud | None = None
    """low if left out."""
    P5: Loud | None = None
    """low if left out."""


class Aging(Strict):
    """Pages of low urgency that stay open get their turn."""

    after: Age = oncall.DAY_SECONDS
    """Open for so long (in support hours), a page is brought back, and once a day from then: 24h."""
    raise_after: Annotated[int, Field(ge=1, le=RAISE_AFTER_MAX)] = 3
    """Brought back so often, it is raised: one priority higher and of high urgency."""


def _never_or_aging(value: Any, aging: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, dict):
        return aging(value)
    word = value.text if isinstance(value, Odd) else value
    if word == "never":
        return None
    meant = isinstance(word, str) and word.casefold() in NEVER
    raise wrong(
        f"must hold keys and values or be never, but is {kind_of(value)}",
        "did you mean never?" if meant else "write it like {after: 24h, raise_after: 3}",
    )


class Service(Strict):
    """What alerts are about."""

    name: Label = ""
    """As it stands in messages; the id if left out."""
    policy: str
    """The id of the policy by which its pages reach people."""
    routing_keys: Annotated[list[KeyDigest], Field(min_length=1, max_length=ROUTING_KEYS_MAX)]
    """Keys with which monitors send alerts to it, or their sha256: digests; `callout routing-key` makes one."""
    owner: Label = ""
    """Whom it belongs to, in words for a responder of another team."""
    runbook: Runbook = ""
    """What to do when it breaks: an address."""
    bridge: Bridge = ""
    """Where people meet while it lasts: an address, or a number to dial as tel:."""
    priority: Priorities | None = None
    """From an alert's severity: {critical: P1, error: P2, warning: P3, info: P4}."""
    support_hours: SupportHours | None = None
    """When it is looked after; around the clock if left out."""
    urgency: Urgencies | None = None
    """From a priority: {P3: {inside: high, outside: low}, P4: low}."""
    respond_within: ResponseTargets | None = None
    """How soon somebody should have answered: {P1: 5m, P3: {within: 4h, clock: support_hours}}."""
    at_risk: AtRisk | None = None
    """What happens when a response target is about to be missed."""
    high_value: Truth = False
    """Its pages start one priority higher."""
    early_life_until: Instant | None = None
    """Until then tiers wait half as long and everything is of high urgency: 2027-01-31."""
    aging: Annotated[
        Aging | None,
        WrapValidator(_never_or_aging),
        Or({"const": "never"}),
    ] = Aging()
    """When pages of low urgency are brought back: {after: 24h, raise_after: 3}; or never."""
    texts_per_day: Annotated[int, Field(ge=0, le=TEXTS_MAX)] = 250
    """Beyond that, nobody gets a second text about the same page on that day (UTC); the first one always goes out."""


def service(name: str, written: Service, names: Namespace, holidays: Holidays) -> oncall.Service:
    hours = support_hours(written.support_hours, holidays) if written.support_hours else None
    until = written.early_life_until
    return oncall.Service(
        id=name,
        name=written.name or name,
        policy=written.policy,
        runbook=written.runbook,
        bridge=written.bridge,
        owner=written.owner,
        support_hours=hours,
        priorities=_priorities(written.priority),
        urgencies=_urgencies(written.urgency),
        response=response_targets(written.respond_within),
        at_risk=at_risk(written.at_risk, names) if written.at_risk else None,
        high_value=written.high_value,
        early_life_until=until.instant(hours.timezone if hours else "UTC") if until else None,
        aging=oncall.Aging(written.aging.after, written.aging.raise_after) if written.aging else None,
        texts_per_day=written.texts_per_day,
    )


def _priorities(written: Priorities | None) -> dict[Severity, Priority]:
    if written is None:
        return {}
    said = {severity: getattr(written, severity.value) for severity in Severity}
    return {severity: Priority[name] for severity, name in said.items() if name}


def _urgencies(written: Urgencies | None) -> dict[Priority, oncall.Loudness]:
    if written is None:
        return {}
    said: dict[Priority, Loudness | None] = {priority: getattr(written, priority.name) for priority in Priority}
    return {
        priority: oncall.Loudness(Urgency(loud.inside), Urgency(loud.outside))
        for priority, loud in said.items()
        if loud
    }
