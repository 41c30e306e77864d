"""What a service has agreed to: how much a page matters, how loudly it may ask, how long its tiers wait."""

from dataclasses import dataclass
from datetime import datetime

from callout.domain.alert import Severity
from callout.domain.hours import is_open
from callout.domain.oncall import PRIORITY_URGENCIES, SEVERITY_PRIORITIES, Condition, Service, Tier
from callout.domain.priority import Priority, Urgency, When


@dataclass(frozen=True, slots=True)
class Circumstances:
    """A page at an instant, as the conditions of a tier see it."""

    priority: Priority
    urgency: Urgency
    support_hours: When


def priority_of(service: Service, severity: Severity) -> Priority:
    priority = service.priorities.get(severity, SEVERITY_PRIORITIES[severity])
    return priority.raised() if service.high_value else priority


def urgency_of(service: Service, priority: Priority, now: datetime) -> Urgency:
    if in_early_life(service, now):
        return Urgency.HIGH
    loudness = service.urgencies.get(priority)
    if loudness is None:
        return PRIORITY_URGENCIES[priority]
    return loudness.inside if side(service, now) is When.INSIDE else loudness.outside


def quietest(service: Service, priority: Priority) -> Urgency:
    """The lowest urgency that such a page can have, at whatever hour."""
    loudness = service.urgencies.get(priority)
    if loudness is None:
        return PRIORITY_URGENCIES[priority]
    return Urgency.LOW if Urgency.LOW in (loudness.inside, loudness.outside) else Urgency.HIGH


def side(service: Service, now: datetime) -> When:
    hours = service.support_hours
    return When.INSIDE if hours is None or is_open(hours, now) else When.OUTSIDE


def circumstances(service: Service, priority: Priority, raised: bool, now: datetime) -> Circumstances:
    """`raised`: its urgency was made high, whatever its priority says."""
    urgency = Urgency.HIGH if raised else urgency_of(service, priority, now)
    return Circumstances(priority, urgency, side(service, now))


def applies(condition: Condition | None, now: Circumstances) -> bool:
    if condition is None:
        return True
    return (
        condition.urgency in (None, now.urgency)
        and (not condition.priorities or now.priority in condition.priorities)
        and condition.support_hours in (None, now.support_hours)
    )


def in_early_life(service: Service, now: datetime) -> bool:
    return service.early_life_until is not None and now < service.early_life_until


def wait_seconds(service: Service, tier: Tier, now: datetime) -> int:
    """Half as long in early life, and never less than a second."""
    return max(1, tier.wait_seconds // 2) if in_early_life(service, now) else tier.wait_seconds


def wanted(condition: Condition) -> str:
    """The condition in words: "high urgency, P1 or P2, outside of support hours"."""
    words = []
    if condition.urgency is not None:
        words.append(f"{condition.urgency} urgency")
    if condition.priorities:
        words.append(" or ".join(map(str, condition.priorities)))
    if condition.support_hours is not None:
        of = "" if condition.support_hours is When.INSIDE else " of"
        words.append(f"{condition.support_hours}{of} support hours")
    return ", ".join(words)
