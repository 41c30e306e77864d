"""The one way in which a page changes: decide(page, event, now). No clock, no I/O, no randomness in here or below."""

from dataclasses import replace
from datetime import datetime

from callout.domain import answering, climbing, opening, receipting, receiving, summary
from callout.domain.events import (
    Answered,
    Decision,
    Effect,
    Event,
    Joined,
    Left,
    Opened,
    Receipted,
    Received,
    Start,
    Woken,
    Worsened,
)
from callout.domain.page import Page


def decide(page: Page | None, event: Event, now: datetime) -> Decision:
    """What becomes of the page, what must be done about it once it is saved, and why.

    `page` is the newest page of the problem, or None where there never was one; only an alert, or what joins a
    summary, may meet None.
    """
    if isinstance(event, Received):
        return _scheduled(receiving.receive(page, event, now), page, now)
    if isinstance(event, Joined):
        return _scheduled(summary.join(page, event, now), page, now)
    if page is None:
        raise ValueError("nothing but an alert can meet a problem without a page")
    if isinstance(event, Worsened):
        return _scheduled(summary.worsen(page, event, now), page, now)
    if isinstance(event, Left):
        return _scheduled(summary.leave(page, event, now), page, now)
    if isinstance(event, Answered):
        return _scheduled(answering.answer(page, event, now), page, now)
    if isinstance(event, Receipted):
        return _scheduled(receipting.receipted(page, event, now), page, now)
    if isinstance(event, Opened):
        return opening.opened(page, event, now)
    if isinstance(event, Woken):
        return climbing.wake(page, event, now)
    return climbing.deliver(page, event, now)


def _scheduled(decision: Decision, before: Page | None, now: datetime) -> Decision:
    """The decision, with a new execution where the running one would look too late."""
    page = decision.page
    if page is None or page is before or page.due_at is None:
        return decision
    if page.wakes_at is not None and page.wakes_at <= page.due_at:
        return decision
    page = page.restarted(now)
    effects: tuple[Effect, ...] = (*decision.effects, Start(page.id, page.generation))
    return replace(decision, page=page, effects=effects)
