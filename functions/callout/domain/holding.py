"""Pages that an alert opens in a maintenance window are held: recorded, and told to nobody before its end."""

from dataclasses import replace
from datetime import datetime

from callout.domain.clock import after, second_before
from callout.domain.events import Decision, Held, Reason, Received
from callout.domain.page import Page

HELD_LOOK_SECONDS = 300
"""How often a held page looks whether its maintenance window is still open: it may be ended before its time."""


def held(decision: Decision, window: Held | None, now: datetime) -> Decision:
    """Opened in a maintenance window: nothing happens before its end, unless it is resolved."""
    page = decision.page
    if page is None or window is None:
        return decision
    until = max(second_before(window.until), after(now, 1))
    page = replace(
        page,
        held_until=until,
        held_by=window.name,
        held_for=until,
        ladder_at=min(until, after(now, HELD_LOOK_SECONDS)),
        clock=None,
        aging_at=None,
    )
    return Decision(page.noted(now, Reason.HELD, held_words(window.name, until)), Reason.HELD)


def held_words(window: str, until: datetime) -> str:
    return f"maintenance {window}: nobody is paged before {until:%a %H:%M} UTC"


def released(page: Page, event: Received, now: datetime) -> Page:
    """A held page whose window was taken back, or goes on for longer, does not keep to the end that was once planned.

    Whoever still knows an older description than the one that held it does not know better.
    """
    if page.held_until is None or page.held_until <= now or event.version < page.policy_version:
        return page
    if event.held is not None:
        until = max(page.held_until, second_before(event.held.until))
        if until == page.held_until:
            return page
        page = page.noted(now, Reason.HELD, held_words(event.held.name, until))
        return replace(page, held_until=until, ladder_at=min(until, after(now, HELD_LOOK_SECONDS)))
    page = page.noted(now, "window", f"the maintenance window {page.held_by} is not open any more")
    return replace(page, held_until=second_before(now), ladder_at=second_before(now))
