"""What a provider's receipt does to a page. The same receipt twice, or in another order, is the same as once."""

from datetime import datetime

from callout.domain.climbing import given_way
from callout.domain.events import Decision, Reason, Receipted
from callout.domain.notice import Notice, Outcome
from callout.domain.notifying import name_of_notice, refused, wanted, while_answered
from callout.domain.page import Page


def receipted(page: Page, event: Receipted, now: datetime) -> Decision:
    """Write it down. One that says "never" is a refusal as if it had been said at once: the next way is taken.

    Nothing waits for a receipt, so there is nothing else to do about one: it may come late, twice, or not at all.
    """
    notice = next((notice for notice in page.notices if notice.number == event.number), None)
    words = f"{_of(event.number, notice, event)}: {event.note}"
    if any((entry.what, entry.notice, entry.text) == (Reason.RECEIPT, event.number, words) for entry in page.ledger):
        return Decision(page, Reason.RECEIPT)
    page = page.noted(now, Reason.RECEIPT, words, notice=event.number)
    if not event.refused:
        return Decision(page, Reason.RECEIPT)
    page = while_answered(page, now, lambda before: _refused(before, event, now))
    return Decision(_refused(page, event, now), Reason.RECEIPT)


def _refused(page: Page, event: Receipted, now: datetime) -> Page:
    notice = next((notice for notice in page.notices if notice.number == event.number), None)
    if notice is None or notice.outcome in (Outcome.REFUSED, Outcome.GIVEN_UP) or not wanted(page, notice):
        return page
    return given_way(refused(page, notice, event.people, now), now)


def _of(number: int, notice: Notice | None, event: Receipted) -> str:
    return f"notice {number}" if notice is None else name_of_notice(notice, event.people)
