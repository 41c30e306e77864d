"""The clock that runs against a page's response target: how soon somebody should have answered."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from callout.domain.clock import after, second_before
from callout.domain.hours import after_open
from callout.domain.local_time import lasting
from callout.domain.oncall import ResponseTarget, Service
from callout.domain.priority import Priority


class Standing(StrEnum):
    RUNNING = "running"
    AT_RISK = "at risk"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class ResponseClock:
    priority: Priority
    seconds: int
    """What the service has stated; counted in its support hours where it says so."""
    risk_at: datetime
    due_at: datetime
    standing: Standing = Standing.RUNNING

    @property
    def running(self) -> bool:
        return self.standing in (Standing.RUNNING, Standing.AT_RISK)

    @property
    def agreed(self) -> str:
        """What the service has stated, in words: "P1 within 5 min"."""
        return f"{self.priority} within {lasting(timedelta(seconds=self.seconds))}"

    @property
    def wakes_at(self) -> datetime | None:
        """When something must be said about it, as long as nobody has answered."""
        if not self.running:
            return None
        return self.risk_at if self.standing is Standing.RUNNING else self.due_at

    def answered(self, now: datetime) -> "ResponseClock":
        """Somebody answered."""
        return replace(self, standing=Standing.MET if now <= self.due_at else Standing.MISSED) if self.running else self


def started(service: Service, priority: Priority, now: datetime) -> ResponseClock | None:
    """The clock of a page that asks for somebody from now on; None where the service states no target."""
    stated = service.response.get(priority)
    if stated is None:
        return None
    due_at = _later(service, stated, now, stated.seconds)
    before = service.at_risk.before_seconds if service.at_risk else None
    lead = stated.seconds // 4 if before is None else min(before, stated.seconds)
    return ResponseClock(priority, stated.seconds, _later(service, stated, now, stated.seconds - lead), due_at)


def tightened(clock: ResponseClock | None, service: Service, priority: Priority, now: datetime) -> ResponseClock | None:
    """The clock after the page has become more important: never a later one than before."""
    new = started(service, priority, now)
    if clock is None or new is None or not clock.running:
        return clock if new is None or clock is not None else new
    return new if new.due_at < clock.due_at else clock


def _later(service: Service, stated: ResponseTarget, now: datetime, seconds: int) -> datetime:
    if not stated.in_support_hours:
        return after(now, seconds)
    return second_before(after_open(service.support_hours, now, seconds))
