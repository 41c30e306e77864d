"""What an alert does to its problem's page."""

from dataclasses import replace
from datetime import datetime, timedelta

from callout.domain import aging, response, rising
from callout.domain.agreement import priority_of
from callout.domain.alert import Action, Alert, Severity
from callout.domain.brief import Kind
from callout.domain.clock import after, second_before
from callout.domain.events import Decision, Reason, Received
from callout.domain.holding import held, released
from callout.domain.news import members_of, news_of, noticeable, pause
from callout.domain.notice import Outcome
from callout.domain.page import MEMBERS_MAX, Answer, Page, State

RISE_SECONDS_MIN = 3600
"""At most one rise an hour: a flapping monitor must not climb the ladder by flapping."""
LOOK_SECONDS = 30
"""After a repeat, a page for which a summary speaks looks so soon whether that is still open."""


def receive(page: Page | None, event: Received, now: datetime) -> Decision:
    alert = event.alert
    if alert.action is Action.TRIGGER:
        return _trigger(page, event, now)
    if page is None:
        return Decision(None, Reason.NOTHING_OPEN)
    if alert.action is Action.RESOLVE:
        return _resolve(page, alert, now)
    return _acknowledge(page, alert, now)


def _trigger(page: Page | None, event: Received, now: datetime) -> Decision:
    if page is None:
        page = _opened(event, now).noted(now, Reason.OPENED, f"{event.alert.sender} says it is firing")
        return held(Decision(page, Reason.OPENED), event.held, now)
    if not page.open:
        return held(_returned(page, event, now), event.held, now)
    return _repeated(released(page, event, now), event, now)


def _opened(event: Received, now: datetime) -> Page:
    alert = event.alert
    priority = priority_of(event.service, alert.severity)
    return Page(
        problem=event.problem,
        number=1,
        service=event.service,
        policy=event.policy,
        policy_version=event.version,
        key=alert.key,
        state=State.TRIGGERED,
        title=alert.title,
        severity=alert.severity,
        opened_at=now,
        alerted_at=now,
        sender=alert.sender,
        source=alert.source,
        details=dict(alert.details),
        links=alert.links,
        runbook=alert.runbook,
        started_at=alert.started_at,
        unparsed=alert.unparsed,
        members=members_of(alert),
        firing=members_of(alert),
        ladder_at=second_before(now),
        priority=priority,
        clock=response.started(event.service, priority, now),
        aging_at=aging.begins(event.service, priority, now),
    )


def _returned(old: Page, event: Received, now: datetime) -> Decision:
    """Suddenly it was not all well: back soon after "resolved", it starts one tier higher than it stood."""
    page = replace(_opened(event, now), number=old.number + 1, predecessor=old.id, generation=0, risen_at=old.risen_at)
    closed = old.closed_at or old.alerted_at
    if now - closed > timedelta(seconds=event.policy.relapse_seconds):
        return Decision(page.noted(now, Reason.OPENED, f"{event.alert.sender} says it is firing"), Reason.OPENED)
    last = len(event.policy.tiers) - 1
    risen_lately = old.risen_at is not None and now - old.risen_at < timedelta(seconds=RISE_SECONDS_MIN)
    if risen_lately or old.turn < 0:
        page = replace(page, start=min(old.start, last))
    else:
        page = replace(page, start=min(old.highest_tier + 1, last), risen_at=now)
    page = replace(page, returned=True, texted=old.texted)
    words = f"{event.alert.sender} says it is firing again; it starts at tier {page.start + 1}"
    return Decision(page.noted(now, Reason.RETURNED, words), Reason.RETURNED)


def _repeated(page: Page, event: Received, now: datetime) -> Decision:
    before, alert = page, event.alert
    firing = members_of(alert)
    joined = tuple(dict.fromkeys((*firing, *page.members)))[:MEMBERS_MAX]
    news = news_of(page, alert, firing, gained=len(set(firing) - set(page.members)))
    page = replace(
        page,
        alerts=page.alerts + 1,
        alerted_at=now,
        title=alert.title,
        severity=max(page.severity, alert.severity, key=_rank),
        source=alert.source,
        details=dict(alert.details),
        links=alert.links,
        runbook=alert.runbook,
        members=joined,
        firing=firing,
    )
    page = _more_important(page, alert, now)
    if page.summary and page.ladder_at is not None:
        # Its summary may have been closed by somebody who took it for solved: the next step looks.
        page = replace(page, ladder_at=min(page.ladder_at, after(now, LOOK_SECONDS)))
    if not news:
        return Decision(page.noted(now, Reason.REPEATED, "said again, nothing new"), Reason.REPEATED)
    risen = rising.risen(before, page, now)
    if risen is not None:
        return Decision(risen, Reason.NEWS)
    if event.held is not None and page.held_until is not None:
        return Decision(page.noted(now, Reason.REPEATED, f"{news}, in maintenance"), Reason.REPEATED)
    if page.turn < 0 and page.state is not State.ACKNOWLEDGED:
        return Decision(page.noted(now, Reason.REPEATED, f"{news}, before anybody was notified"), Reason.REPEATED)
    return Decision(noticeable(page, news, now, pause(alert), not_before=_hushed_until(page, event, now)), Reason.NEWS)


def _hushed_until(page: Page, event: Received, now: datetime) -> datetime | None:
    """The end of the window in which the page was opened, if it was acknowledged there and nobody was notified yet."""
    never_told = page.turn < 0 and not page.summary and page.held_for is not None and now < page.held_for
    return event.held.until if event.held is not None and never_told else None


def _more_important(page: Page, alert: Alert, now: datetime) -> Page:
    """A worse severity may mean a higher priority, and an earlier answer."""
    priority = min(page.priority, priority_of(page.service, alert.severity))
    if priority == page.priority:
        return page
    waits = page.held_until is not None or page.state is State.ACKNOWLEDGED
    clock = page.clock if waits else response.tightened(page.clock, page.service, priority, now)
    return replace(page, priority=priority, clock=clock).noted(now, "priority", f"{page.priority} is {priority} now")


def _rank(severity: Severity) -> int:
    return severity.rank


def _resolve(page: Page, alert: Alert, now: datetime) -> Decision:
    words = f"{alert.sender} says it is over"
    if page.open:
        return Decision(closed(page, now, by=alert.sender).noted(now, Reason.RESOLVED, words), Reason.RESOLVED)
    if page.undo is not None and now <= page.undo.until:
        # A person closed it a moment ago and the monitor agrees: there is nothing left to take back.
        page = replace(page, undo=None, closed_by=alert.sender)
        return Decision(page.noted(now, Reason.RESOLVED, words), Reason.ALREADY_CLOSED)
    return Decision(page, Reason.NOTHING_OPEN)


def _acknowledge(page: Page, alert: Alert, now: datetime) -> Decision:
    if not page.open:
        return Decision(page, Reason.NOTHING_OPEN)
    answer = Answer("", alert.sender, now, page.notices_made)
    if page.state is State.ACKNOWLEDGED:
        if any((given.who, given.name) == ("", alert.sender) for given in page.answers):
            return Decision(page, Reason.ALREADY_ACKNOWLEDGED)
        page = replace(page, answers=(*page.answers, answer))
        words = f"acknowledged as well by the sender, {alert.sender}"
        return Decision(page.noted(now, Reason.ALREADY_ACKNOWLEDGED, words), Reason.ALREADY_ACKNOWLEDGED)
    page = acknowledged(page, now, answer)
    words = f"acknowledged by the sender, {alert.sender}"
    return Decision(page.noted(now, Reason.ACKNOWLEDGED, words), Reason.ACKNOWLEDGED)


def acknowledged(page: Page, now: datetime, answer: Answer) -> Page:
    """From here on nobody is notified until the acknowledgement runs out: what was not sent yet is dropped.

    News that still waits to be told stays, and so does what went out to nobody: it may be later than the page that was
    looked at.
    """
    timeout = page.policy.ack_timeout_seconds
    ends = [after(now, timeout)] if timeout is not None else []
    ends += [page.held_until] if page.held_until is not None and timeout is not None else []
    return replace(
        page,
        state=State.ACKNOWLEDGED,
        answers=(*page.answers, answer),
        must_answer=(),
        held_until=None,
        aging_at=aging.begins(page.service, page.priority, now) if page.held_until else page.aging_at,
        clock=page.clock.answered(now) if page.clock else None,
        ladder_at=max(ends, default=None),
        notices=tuple(notice for notice in page.notices if notice.settled),
        news_at=page.news_at or (second_before(now) if _unheard(page) else None),
        undo=None,
    )


def _unheard(page: Page) -> bool:
    """Whether news was to be told, and not one message about it has gone out."""
    outcomes = {notice.outcome for notice in page.notices if notice.kind is Kind.NEWS}
    return bool(outcomes) and not outcomes & {Outcome.SENT, Outcome.INTENDED}


def closed(page: Page, now: datetime, by: str) -> Page:
    return replace(
        page,
        state=State.RESOLVED,
        closed_at=now,
        closed_by=by,
        ladder_at=None,
        notices=(),
        news="",
        news_at=None,
        clock=page.clock.answered(now) if page.clock else None,
        aging_at=None,
        held_until=None,
        undo=None,
        wakes_at=None,  # the execution ends by itself, unnoticed: whoever opens it again starts a new one
    )
