"""A page that has become more important begins its ladder anew where other tiers are meant for it now."""

from dataclasses import replace
from datetime import datetime

from callout.domain.agreement import Circumstances, applies, circumstances
from callout.domain.clock import second_before
from callout.domain.page import Page, State


def risen(before: Page, page: Page, now: datetime) -> Page | None:
    """The page at the foot of its ladder; None where the same tiers are meant, or nobody is to be paged now."""
    if page.state not in (State.TRIGGERED, State.EXHAUSTED) or page.turn < 0 or page.held_until is not None:
        return None
    if _meant(page, _circumstances(before, now)) == _meant(page, _circumstances(page, now)):
        return None
    page = replace(page, state=State.TRIGGERED, turn=-1, must_answer=(), ladder_at=second_before(now))
    return page.noted(now, "risen", f"{page.priority} now, and other tiers are meant for it: the ladder begins anew")


def _circumstances(page: Page, now: datetime) -> Circumstances:
    return circumstances(page.service, page.priority, page.raised, now)


def _meant(page: Page, now: Circumstances) -> tuple[bool, ...]:
    return tuple(applies(tier.condition, now) for tier in page.policy.tiers)
