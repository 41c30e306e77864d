"""What an answer page shows: a page of ours, seen by one responder through one link."""

from dataclasses import replace
from datetime import datetime

from callout.domain.events import Reason
from callout.domain.page import Page, State, Told
from callout.web.answer import Given, Problem, Situation, View

MESSAGES = {
    Reason.UNDONE: "Taken back.",
    Reason.TOO_LATE_TO_UNDO: "Too late to take that back.",
}


def view_of(page: Page, told: Told, now: datetime, reason: Reason | None = None) -> View:
    """The page as this responder should see it; `reason` is what came of what they just did."""
    view = View(
        situation=_situation(page, told),
        now=now,
        timezone=told.timezone,
        problem=problem_of(page),
        answers=tuple(Given(answer.name, answer.at) for answer in page.answers if answer.who != told.id),
        mine=next((Given(answer.name, answer.at) for answer in page.answers if answer.who == told.id), None),
        awaited=tuple(_name(page, who) for who in _awaited(page) if who != told.id),
        must=told.id in _awaited(page),
        message=MESSAGES.get(reason, "") if reason else "",
    )
    if page.closed_at is not None:
        view = replace(view, closed=Given(page.closed_by, page.closed_at))
    if page.state is State.ACKNOWLEDGED:
        view = replace(view, lasts_until=page.quiet_until)
    if page.undo is not None and page.undo.who == told.id and now <= page.undo.until:
        view = replace(view, undo_until=page.undo.until)
    return view


def nothing(situation: Situation, now: datetime) -> View:
    """A page that tells nothing about any problem."""
    return View(situation, now)


def problem_of(page: Page) -> Problem:
    return Problem(
        title=page.title,
        service=page.service.name,
        severity=page.severity,
        priority=str(page.priority),
        owner=page.service.owner,
        clock=page.clock,
        held_until=page.held_until,
        held_by=page.held_by,
        summary=page.summary,
        speaks_for=len(page.firing) if page.is_summary else 0,
        opened_at=page.opened_at,
        source=page.source,
        alerts=page.alerts,
        exhausted=page.state is State.EXHAUSTED,
        unparsed=page.unparsed,
        news=page.news,
        details=page.details,
        links=page.links,
        runbook=page.runbook or page.service.runbook,
        bridge=page.service.bridge,
    )


def _situation(page: Page, told: Told) -> Situation:
    if page.state is State.RESOLVED:
        return Situation.RESOLVED
    mine = any(answer.who == told.id for answer in page.answers)
    if page.state is State.ACKNOWLEDGED:
        return Situation.MINE if mine else Situation.THEIRS
    # Once the ladder has gone on without them, an answer by whoever has given one already ends it after all.
    return Situation.COUNTED if mine and _awaited(page) else Situation.OPEN


def _awaited(page: Page) -> tuple[str, ...]:
    return page.awaited if page.state is State.TRIGGERED else ()


def _name(page: Page, who: str) -> str:
    return next((told.name for told in page.told if told.id == who), who)
