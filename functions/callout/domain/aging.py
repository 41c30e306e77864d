"""A little service for everyone: pages of low urgency that stay open are brought back before they are forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

from callout.domain import response
from callout.domain.agreement import quietest
from callout.domain.brief import Kind
from callout.domain.clock import second_before
from callout.domain.hours import after_open
from callout.domain.notifying import noticed, told
from callout.domain.oncall import DAY_SECONDS, Aging, OnCall, Service
from callout.domain.page import Page, State
from callout.domain.priority import Priority, Urgency
from callout.domain.roster import Person


def begins(service: Service, priority: Priority, now: datetime) -> datetime | None:
    """When a page opened now is brought back first; None where its service, or its priority, does not ask for that."""
    if service.aging is None or quietest(service, priority) is Urgency.HIGH:
        return None
    return second_before(after_open(service.support_hours, now, service.aging.after_seconds))


def aged(page: Page, oncall: OnCall, now: datetime) -> Page:
    """The page after a look at its age: brought back, or raised once it has been brought back often enough.

    Only what somebody has acknowledged needs to be brought back; what nobody has comes back by its ladder.
    """
    aging = page.service.aging
    if page.aging_at is None or now < page.aging_at:
        return page
    page = replace(page, aging_at=_tomorrow(page.service, now))
    if aging is None:
        return replace(page, aging_at=None).noted(now, "aging", "does not concern this page any more")
    page = replace(page, aged=page.aged + 1)
    if page.aged == aging.raise_after + 1:
        return _raised(page, aging, now)
    if page.state is not State.ACKNOWLEDGED:
        return page.noted(
            now, "aging", f"still open on day {page.aged}; nobody has answered, its ladder brings it back"
        )
    page = page.noted(now, "aging", f"still open, brought back for the {_ordinal(page.aged)} time")
    # What was said the day before is on the ledger, and is no way that has been tried today.
    page = replace(page, notices=tuple(n for n in page.notices if not n.settled or n.kind is not Kind.STILL_OPEN))
    people = tuple(Person(oncall.responders[a.who]) for a in page.answers if a.who in oncall.responders)
    tier = page.policy.tiers[page.tier]
    if people:
        return told(page, people, tier.channels, Kind.STILL_OPEN, now)
    return noticed(page, tier, oncall, Kind.STILL_OPEN, now)


def _raised(page: Page, aging: Aging, now: datetime) -> Page:
    """From the first tier on, as if it had just been opened, one priority higher."""
    priority = page.priority.raised()
    words = f"brought back {aging.raise_after} times and still open: raised to {priority}, high urgency"
    page = replace(
        page,
        priority=priority,
        raised=True,
        clock=response.started(page.service, priority, now),
        must_answer=(),
        state=State.TRIGGERED,
        answers=(),
        undo=None,
        start=0,
        turn=-1,
        ladder_at=second_before(now),
    )
    return page.noted(now, "raised", words)


def _tomorrow(service: Service, now: datetime) -> datetime:
    """A day later, or when support hours begin after that."""
    day_later = now + timedelta(seconds=DAY_SECONDS)
    return second_before(after_open(service.support_hours, day_later, 1) - timedelta(seconds=1))


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
