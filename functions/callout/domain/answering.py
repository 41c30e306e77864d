"""What a person's answer does to a page. The same answer twice is the same as once."""

from dataclasses import replace
from datetime import datetime, timedelta

from callout.domain import response, rising
from callout.domain.climbing import given_way
from callout.domain.clock import second_before
from callout.domain.events import Answered, Decision, Reason, Verb
from callout.domain.notice import Notice
from callout.domain.opening import behind
from callout.domain.page import Answer, Page, State, Undo
from callout.domain.receiving import acknowledged, closed

UNDO_SECONDS = 60


def answer(page: Page, event: Answered, now: datetime) -> Decision:
    if event.verb is Verb.UNDO:
        return _undo(page, event, now)
    if not page.open:
        return Decision(page, Reason.ALREADY_CLOSED)
    if event.verb is Verb.RESOLVE:
        undo = _undo_of(page, event, now)
        page = replace(closed(page, now, by=event.name), undo=undo)
        return _noted(page, event, now, Reason.RESOLVED, "resolved")
    return _acknowledge(page, event, now)


def _acknowledge(page: Page, event: Answered, now: datetime) -> Decision:
    mine = Answer(event.who, event.name, now, page.notices_made)
    if page.state is not State.ACKNOWLEDGED and event.who in page.must_answer and set(page.awaited) - {event.who}:
        return _counted(page, event, mine, now)
    if page.state is not State.ACKNOWLEDGED:
        undo = _undo_of(page, event, now)
        page = replace(acknowledged(page, now, mine), undo=undo)
        return _noted(page, event, now, Reason.ACKNOWLEDGED, "acknowledged")
    if any((answer.who, answer.name) == (event.who, event.name) for answer in page.answers):
        return Decision(page, Reason.ALREADY_ACKNOWLEDGED)
    page = replace(page, answers=(*page.answers, mine))
    return _noted(page, event, now, Reason.ALREADY_ACKNOWLEDGED, "acknowledged as well")


def _counted(page: Page, event: Answered, mine: Answer, now: datetime) -> Decision:
    """One of those who must each answer did: they are left in peace, the others are not.

    An answer of anybody else takes the page over, as in any other tier: somebody has it.
    """
    if any(answer.who == event.who for answer in page.answers):
        return Decision(page, Reason.ALREADY_ACKNOWLEDGED)
    undo = _undo_of(page, event, now)
    if undo is not None:
        undo = replace(undo, counted=True, notices=tuple(n for n in undo.notices if n.responder == event.who))
    page = replace(page, answers=(*page.answers, mine), notices=_not_for(page.notices, {event.who}), undo=undo)
    return _noted(page, event, now, Reason.COUNTED, f"answered ({len(page.awaited)} more must)")


def _undo_of(page: Page, event: Answered, now: datetime) -> Undo | None:
    """How to go back to what is. Somebody who is no responder has no page to show a way back on."""
    if not event.who:
        return None
    until = now + timedelta(seconds=UNDO_SECONDS)
    return Undo(
        who=event.who,
        until=until,
        state=page.state,
        ladder_at=page.ladder_at,
        answers=page.answers,
        must_answer=page.must_answer,
        notices=page.notices,
        news=page.news,
        news_at=page.news_at,
        clock=page.clock,
        aging_at=page.aging_at,
        held_until=page.held_until,
        turn=page.turn,
        priority=page.priority,
    )


def _undo(page: Page, event: Answered, now: datetime) -> Decision:
    undo = page.undo
    if undo is None or undo.who != event.who or now > undo.until:
        return Decision(page, Reason.TOO_LATE_TO_UNDO)
    if undo.counted and page.open:
        return _uncounted(page, undo, event, now)
    others = tuple(a for a in page.answers if a.who != event.who and a not in undo.answers)
    if page.state is State.ACKNOWLEDGED and _have_it(undo, others):
        page = replace(page, answers=(*undo.answers, *others), undo=None)
        return _noted(page, event, now, Reason.UNDONE, "taken back, others still have it,")
    was_closed = not page.open  # an acknowledgement leaves the news where it is, the end of a page does not
    page = replace(
        page,
        state=undo.state,
        ladder_at=second_before(now) if page.summary else _not_before(now, undo.ladder_at),
        answers=(*undo.answers, *others),
        must_answer=undo.must_answer,
        clock=undo.clock,
        held_until=undo.held_until,
        aging_at=_not_before(now, undo.aging_at) if was_closed or undo.held_until else page.aging_at,
        notices=_with_stopped(page, _not_for(undo.notices, {answer.who for answer in others}), now),
        news=undo.news if was_closed else page.news,
        news_at=_not_before(now, undo.news_at) if was_closed else page.news_at,
        undo=None,
        closed_at=None,
        closed_by="",
    )
    return _undone(_as_important(page, undo, now), event, now, f"taken back, it is {undo.state} again")


def _as_important(page: Page, undo: Undo, now: datetime) -> Page:
    """It may have become more important while it was quiet: now that counts."""
    if undo.priority in (None, page.priority) or page.state is State.ACKNOWLEDGED or page.held_until is not None:
        return page
    before = replace(page, priority=undo.priority)
    page = replace(page, clock=response.tightened(page.clock, page.service, page.priority, now))
    return rising.risen(before, page, now) or page


def _have_it(undo: Undo, others: tuple[Answer, ...]) -> bool:
    """Whether it stays acknowledged without the answer that is taken back.

    Where each of several must answer it does as if that had never been given: all of them have, or somebody else.
    """
    answered = {answer.who for answer in (*undo.answers, *others)}
    enough = not set(undo.must_answer) - answered
    return bool(others) and (enough or any(answer.who not in undo.must_answer for answer in others))


def _uncounted(page: Page, undo: Undo, event: Answered, now: datetime) -> Decision:
    """Only one's own answer goes, and what it kept from being sent comes back, as long as it is the same turn."""
    mine = (notice for notice in undo.notices if notice.responder == event.who)
    stopped = tuple(notice for notice in mine if page.turn in (undo.turn, notice.turn))
    answers = tuple(answer for answer in page.answers if answer.who != event.who)
    page = replace(page, answers=answers, notices=_with_stopped(page, stopped, now), undo=None)
    return _undone(page, event, now, f"taken back, it is {page.state}")


def _undone(page: Page, event: Answered, now: datetime, words: str) -> Decision:
    decision = _noted(page, event, now, Reason.UNDONE, words)
    return replace(decision, page=given_way(decision.page, now)) if decision.page else decision


def _with_stopped(page: Page, notices: tuple[Notice, ...], now: datetime) -> tuple[Notice, ...]:
    """The page's notices, and those that an answer had stopped."""
    numbers = {notice.number for notice in notices}
    stopped = [replace(notice, try_at=_not_before(now, notice.try_at)) for notice in notices]
    return (*stopped, *(notice for notice in page.notices if notice.number not in numbers))


def _not_for(notices: tuple[Notice, ...], answered: set[str]) -> tuple[Notice, ...]:
    """Who has answered for themselves is left in peace."""
    return tuple(notice for notice in notices if notice.settled or notice.responder not in answered)


def _not_before(now: datetime, moment: datetime | None) -> datetime | None:
    return None if moment is None else max(moment, second_before(now))


def _noted(page: Page, event: Answered, now: datetime, reason: Reason, words: str) -> Decision:
    notice = behind(page, event.who, event.by)
    return Decision(page.noted(now, reason, f"{words} by {event.name} ({event.by})", notice=notice), reason)
