"""What is done when a page's response target is about to be missed, or is."""

from dataclasses import replace
from datetime import datetime

from callout.domain import rising
from callout.domain.brief import Kind
from callout.domain.clock import second_before
from callout.domain.notifying import circumstances_of, noticed
from callout.domain.oncall import AtRisk, OnCall
from callout.domain.page import Page, State
from callout.domain.priority import Urgency
from callout.domain.response import ResponseClock, Standing


def expected(page: Page, oncall: OnCall, now: datetime) -> Page:
    """The page after a look at its response clock: at risk, or missed, and what its service wants done then."""
    clock = page.clock
    if clock is None or not clock.running or page.state is State.ACKNOWLEDGED:
        return page
    if now >= clock.due_at:
        page = replace(page, clock=replace(clock, standing=Standing.MISSED))
        return page.noted(now, "target missed", f"{clock.priority} wants an answer by {clock.due_at:%H:%M:%S} UTC")
    if clock.standing is Standing.RUNNING and now >= clock.risk_at:
        return _at_risk(page, clock, oncall, now)
    return page


def _at_risk(page: Page, clock: ResponseClock, oncall: OnCall, now: datetime) -> Page:
    page = replace(page, clock=replace(clock, standing=Standing.AT_RISK))
    left = f"in {int((clock.due_at - now).total_seconds())} s"
    page = page.noted(now, "target at risk", f"{clock.priority} wants an answer by {clock.due_at:%H:%M:%S} UTC, {left}")
    wants = page.service.at_risk or AtRisk()
    if wants.raise_urgency and not page.raised:
        page = _raised(page, now)
    if wants.notify is not None:
        page = noticed(page, wants.notify, oncall, Kind.AT_RISK, now)
    if wants.next_tier and page.state is State.TRIGGERED:
        page = page.noted(now, "hurried", "the next tier's turn comes at once: the response target is at risk")
        page = replace(page, ladder_at=second_before(now))
    return page


def _raised(page: Page, now: datetime) -> Page:
    raised = replace(page, raised=True)
    if circumstances_of(page, now).urgency is Urgency.HIGH:
        return raised  # it stays so, whatever the hour
    raised = raised.noted(now, "urgency", "raised to high: the response target is at risk")
    return rising.risen(page, raised, now) or raised
