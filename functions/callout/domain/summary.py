"""After a maintenance window: what still fires is paged once, by one summary for each service.

A page that an alert opens in a window is held: recorded, and due at the window's end. If it is open then, it joins its
service's summary, a page of its own that climbs the ladder for all of them. As long as the summary is open the pages
in it rest; one that still fires after the summary was closed speaks for itself.
"""

from dataclasses import replace
from datetime import datetime

from callout.domain import aging, response
from callout.domain.clock import after, second_before
from callout.domain.events import Decision, Joined, Left, Reason, Woken
from callout.domain.identity import problem_id
from callout.domain.page import MEMBERS_MAX, Answer, Page, State
from callout.domain.receiving import closed, noticeable

COLLECT_SECONDS = 10
"""How long a summary waits for the other pages of its service, which wake at the same second."""
FOLLOW_SECONDS = 900
"""How often a page in a summary looks whether that is still open."""
TITLES_SHOWN_MAX = 3


def problem_of(page: Page) -> str:
    """The problem id of its summary; no service id holds a blank, so no alert's problem can be the same."""
    return problem_id(f"summary of {page.service.id}", key_of(page))


def key_of(page: Page) -> str:
    """The summary's dedup key: one for each window and end."""
    until = page.held_until or page.opened_at
    return f"maintenance {page.held_by} until {until:%Y-%m-%dT%H:%MZ}"


def wants_summary(page: Page, now: datetime) -> bool:
    """Whether a step must first make the summary speak for the page."""
    return page.open and page.held_until is not None and page.held_until <= now


def follows(page: Page, now: datetime) -> bool:
    """Whether a step must first look how the page's summary is."""
    return page.open and bool(page.summary) and page.ladder_at is not None and page.ladder_at <= now


def join(page: Page | None, event: Joined, now: datetime) -> Decision:
    """A held page joins its summary; twice is the same as once."""
    member = event.page
    if page is None or not page.open:
        return Decision(_opened(page, event, now), Reason.OPENED)
    if member.id in page.firing:
        return Decision(page, Reason.ALREADY_CLOSED if not page.open else Reason.REPEATED)
    firing = (member.id, *page.firing)[:MEMBERS_MAX]
    page = replace(
        page,
        alerts=page.alerts + 1,
        alerted_at=now,
        firing=firing,
        members=firing,
        details={**page.details, _line(member): member.title},
        severity=max(page.severity, member.severity, key=lambda severity: severity.rank),
        priority=min(page.priority, member.priority),
    )
    page = replace(page, title=_title(page, event.page.held_by))
    page = page.noted(now, Reason.JOINED, f"{member.title} still fires")
    if page.turn >= 0:
        page = noticeable(page, "one more still fires", now)
    return Decision(page, Reason.JOINED)


def leave(page: Page, event: Left, now: datetime) -> Decision:
    """A page in the summary was closed; the summary ends with the last of them."""
    if not page.open or event.page_id not in page.firing:
        return Decision(page, Reason.NOTHING_OPEN)
    page = _without(page, (event.page_id,), now)
    return Decision(page, Reason.LEFT if page.open else Reason.RESOLVED)


def looked_after(page: Page, event: Woken, now: datetime) -> Page:
    """The page as its window's end, or its summary's, leaves it; a summary without those that ended."""
    if event.ended:
        page = _without(page, event.ended, now)
    if event.summary is not None and wants_summary(page, now):
        words = f"maintenance {page.held_by} is over and it still fires: page {event.summary.id} speaks for it"
        page = replace(
            page,
            held_until=None,
            summary=event.summary.id,
            state=State.ACKNOWLEDGED,
            answers=(Answer("", f"summary {event.summary.id}", now),),
            ladder_at=after(now, FOLLOW_SECONDS),
            aging_at=None,
        )
        return page.noted(now, "summarised", words)
    if wants_summary(page, now):
        return _speaks(page, "the maintenance window is over", now)
    if not follows(page, now):
        return page
    return _followed(page, event.summary, now)


def _followed(page: Page, summary: Page | None, now: datetime) -> Page:
    if summary is None:
        return _speaks(page, "its summary is gone", now)
    if summary.open:
        page = replace(page, ladder_at=after(now, FOLLOW_SECONDS))
        return page.noted(now, "summarised", f"page {summary.id} still speaks for it")
    if summary.closed_at is not None and page.alerted_at <= summary.closed_at:
        page = closed(page, now, by=summary.closed_by)
        return page.noted(now, Reason.RESOLVED, f"with its summary, closed by {summary.closed_by}")
    return _speaks(page, "it still fires after its summary was closed", now)


def _speaks(page: Page, why: str, now: datetime) -> Page:
    """The page climbs its own ladder from the first tier."""
    page = replace(
        page,
        held_until=None,
        summary="",
        state=State.TRIGGERED,
        answers=(),
        turn=-1,
        ladder_at=second_before(now),
        clock=response.started(page.service, page.priority, now),
        aging_at=aging.begins(page.service, page.priority, now),
    )
    return page.noted(now, "speaks", f"{why}: it pages for itself")


def _opened(before: Page | None, event: Joined, now: datetime) -> Page:
    member = event.page
    page = Page(
        problem=event.problem,
        number=before.number + 1 if before else 1,
        service=event.service,
        policy=event.policy,
        policy_version=event.version,
        key=event.key,
        state=State.TRIGGERED,
        title="",
        severity=member.severity,
        priority=member.priority,
        opened_at=now,
        alerted_at=now,
        sender="Callout",
        is_summary=True,
        details={_line(member): member.title},
        members=(member.id,),
        firing=(member.id,),
        ladder_at=after(now, COLLECT_SECONDS),
        clock=response.started(event.service, member.priority, now),
        aging_at=aging.begins(event.service, member.priority, now),
    )
    page = replace(page, title=_title(page, member.held_by))
    return page.noted(now, Reason.OPENED, f"maintenance {member.held_by} is over; {member.title} still fires")


def _without(page: Page, ended: tuple[str, ...], now: datetime) -> Page:
    left = tuple(name for name in page.firing if name not in ended)
    details = {line: title for line, title in page.details.items() if line.partition(" ")[0] not in ended}
    page = replace(page, firing=left, details=details)
    for name in ended:
        page = page.noted(now, Reason.LEFT, f"page {name} is closed")
    if left:
        return replace(page, title=_title(page, page.key.removeprefix("maintenance ").rpartition(" until ")[0]))
    return closed(page, now, by="Callout").noted(now, Reason.RESOLVED, "all of them are closed")


def _line(member: Page) -> str:
    """How a member stands in the summary's details."""
    return f"{member.id} {member.severity} since {member.started_at or member.opened_at:%H:%M} UTC"


def _title(page: Page, window: str) -> str:
    titles = list(page.details.values())
    shown = "; ".join(titles[:TITLES_SHOWN_MAX])
    more = f" and {len(titles) - TITLES_SHOWN_MAX} more" if len(titles) > TITLES_SHOWN_MAX else ""
    return f"{len(page.firing)} still firing after maintenance {window}: {shown}{more}"
