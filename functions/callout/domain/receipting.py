"""What a provider's receipt does to a page. The same receipt twice, or in another order, is the same as once."""

from datetime import datetime

from callout.domain.climbing import given_way
from callout.domain.events import Decision, Reason, Receipted
from callout.domain.notice import Notice, Outcome, Result
from callout.domain.notifying import name_of_notice, refused, told_while_answered
from callout.domain.page import Page, State


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
    if page.undo is not None:
        # Whoever takes back an answer must not take this message for one that arrived.
        page = told_while_answered(page, page.undo, Result(event.number, Outcome.REFUSED))
    if notice is None or notice.outcome in (Outcome.REFUSED, Outcome.GIVEN_UP) or not _wanted(page, notice):
        return Decision(page, Reason.RECEIPT)
    return Decision(given_way(refused(page, notice, event.people, now), now), Reason.RECEIPT)


def _of(number: int, notice: Notice | None, event: Receipted) -> str:
    return f"notice {number}" if notice is None else name_of_notice(notice, event.people)


def _wanted(page: Page, notice: Notice) -> bool:
    """Whether anybody still waits for the message: nobody has answered since it was made, for all or for themselves."""
    mine = (entry.at for entry in page.ledger if (entry.what, entry.notice) == ("intended", notice.number))
    made = next(mine, None)
    quiet = [a.at for a in page.answers if a.who == notice.responder or page.state is State.ACKNOWLEDGED]
    return page.open and (not quiet or (made is not None and made > max(quiet)))
