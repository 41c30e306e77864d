"""After a maintenance window: what still fires is paged once, by one summary for each service.

A page that an alert opens in a window is held: recorded, and due at the window's end. If it is open then, it joins its
service's summary, a page of its own that climbs the ladder for all of them. As long as the summary is open the pages
in it rest; one that still fires after the summary was closed speaks for itself.
"""

from dataclasses import replace
from datetime import datetime

from callout.domain import aging, response, rising
from callout.domain.clock import after, second_before
from callout.domain.events import Decision, Held, Joined, Left, Reason, Woken, Worsened
from callout.domain.holding import HELD_LOOK_SECONDS, held_words
from callout.domain.identity import problem_id
from callout.domain.news import noticeable
from callout.domain.page import MEMBERS_MAX, Answer, Page, State
from callout.domain.receiving import closed
from callout.domain.text import clean, cut

COLLECT_SECONDS = 10
"""How long a summary waits for the other pages of its service, which wake at the same second; anew with each."""
COLLECT_SECONDS_MAX = 60
"""But no longer than this in all."""
FOLLOW_SECONDS = 900
"""How often a page in a summary looks whether that is still open."""
TITLES_SHOWN_MAX = 3
TITLE_CHARS_MAX = 80
LINES_MAX = 60
"""Members that are named in a summary; more are counted only."""
ITSELF = "Callout"
"""Who closes a summary when all the pages in it are closed."""


def problem_of(page: Page) -> str:
    """The problem id of its summary; no service id holds a blank, so no alert's problem can be the same."""
    return problem_id(f"summary of {page.service.id}", key_of(page))


def key_of(page: Page) -> str:
    """The summary's dedup key: one for each end that a window was to have when the page was opened."""
    return f"maintenance until {page.held_for or page.opened_at:%Y-%m-%dT%H:%MZ}"


def wants_summary(page: Page, now: datetime) -> bool:
    """Whether a held page is due to look at its window: if that is over, a summary must first speak for the page."""
    return page.open and page.held_until is not None and _looks(page, now)


def follows(page: Page, now: datetime) -> bool:
    """Whether a step must first look how the page's summary is."""
    return page.open and bool(page.summary) and _looks(page, now)


def _looks(page: Page, now: datetime) -> bool:
    return any(moment is not None and moment <= now for moment in (page.ladder_at, page.news_at))


def behind(page: Page, event: Woken) -> bool:
    """Whether an alert has brought what the summary, which is asked before the step decides, was not told of."""
    if event.summary is None or event.seen is None:
        return False
    told = event.seen
    return (page.severity, page.news_at, page.news) != (told.severity, told.news_at, told.news)


def has_left(page: Page, summary: Page) -> bool:
    """Whether it was closed, so that its summary does not name it any more, and then taken back."""
    left = page.id in summary.members and page.id not in summary.firing
    return left and len(summary.firing) < MEMBERS_MAX


def join(page: Page | None, event: Joined, now: datetime) -> Decision:
    """A held page joins its summary; twice is the same as once."""
    member = event.page
    if page is not None and member.id in page.members:
        return _joined_again(page, member, now) if page.open else Decision(page, Reason.ALREADY_CLOSED)
    if page is None or not page.open:
        return Decision(_opened(page, event, now), Reason.OPENED)
    before, page = page, replace(_with(page, member, now), alerted_at=now)
    page = page.noted(now, Reason.JOINED, f"{_short(member)} still fires")
    if not _collects(page):
        return Decision(_told(page, before, "one more still fires", now), Reason.JOINED)
    latest = after(page.opened_at, COLLECT_SECONDS_MAX)
    return Decision(replace(page, ladder_at=min(latest, after(now, COLLECT_SECONDS))), Reason.JOINED)


def _joined_again(page: Page, member: Page, now: datetime) -> Decision:
    """Because the step in which it joined was not saved; the page may have become worse since."""
    known = next((line for line in page.details if line.partition(" ")[0] == member.id), _line(member))
    if known == _line(member) and member.severity.rank <= page.severity.rank:
        return Decision(page, Reason.REPEATED)
    return worsen(page, Worsened(replace(member, news=f"worse: {member.severity} now", news_at=now)), now)


def worsen(page: Page, event: Worsened, now: datetime) -> Decision:
    """A page in the summary has news: it is told as the summary's, to whoever answered that."""
    member = event.page
    if not page.open:
        return Decision(page, Reason.NOTHING_OPEN)
    before, page = page, _with(page, member, now)
    if member.news_at is None:
        return Decision(page.noted(now, Reason.JOINED, f"{_short(member)} still fires"), Reason.JOINED)
    words = f"{_short(member)}: {member.news}"
    if _collects(page):
        return Decision(page.noted(now, Reason.REPEATED, words), Reason.REPEATED)
    return Decision(_told(page, before, words, now), Reason.NEWS)


def _collects(page: Page) -> bool:
    """Whether nobody was told of the summary yet, and somebody will be."""
    return page.turn < 0 and page.state is not State.ACKNOWLEDGED


def _told(page: Page, before: Page, news: str, now: datetime) -> Page:
    """The summary with news for whoever has it; at the foot of its ladder where other tiers are meant for it now."""
    return rising.risen(before, page.noted(now, Reason.NEWS, news), now) or noticeable(page, news, now)


def _with(page: Page, member: Page, now: datetime) -> Page:
    """The summary that speaks for this page too, and names it as it is now."""
    lines = {line.partition(" ")[0]: (line, title) for line, title in page.details.items()}
    if member.id in lines or len(lines) < LINES_MAX:
        lines[member.id] = (_line(member), _short(member))
    page = replace(
        _as_important(page, member, now),
        firing=page.firing if member.id in page.firing else (member.id, *page.firing)[:MEMBERS_MAX],
        members=page.members if member.id in page.members else (member.id, *page.members)[:MEMBERS_MAX],
        details=dict(lines.values()),
    )
    return replace(page, title=_title(page))


def _as_important(page: Page, member: Page, now: datetime) -> Page:
    severity = max(page.severity, member.severity, key=lambda each: each.rank)
    priority = min(page.priority, member.priority)
    if priority == page.priority:
        return replace(page, severity=severity)
    running = page.state is not State.ACKNOWLEDGED
    clock = response.tightened(page.clock, page.service, priority, now) if running else page.clock
    return replace(page, severity=severity, priority=priority, clock=clock)


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
            answers=(Answer("", f"summary {event.summary.id}", now, page.notices_made),),
            ladder_at=after(now, FOLLOW_SECONDS),
            news_at=None,
            aging_at=None,
        )
        return page.noted(now, "summarised", words) if event.summary.open else _followed(page, event.summary, now)
    if wants_summary(page, now):
        return _speaks(page, "the maintenance window is over", now)
    if not follows(page, now):
        return page
    return _followed(page, event.summary, now)


def held_on(page: Page, window: Held, now: datetime) -> Page:
    """A held page whose window is still open looks again at its end, and every few minutes until then."""
    until = max(second_before(window.until), after(now, 1))
    page = replace(page, held_until=until, ladder_at=min(until, after(now, HELD_LOOK_SECONDS)), news_at=None)
    return page.noted(now, Reason.HELD, held_words(window.name, until))


def _followed(page: Page, summary: Page | None, now: datetime) -> Page:
    if summary is None:
        return _speaks(page, "its summary is gone", now)
    if summary.open:
        page = page.noted(now, "summarised", f"page {summary.id} still speaks for it")
        told = now if page.news_at is not None else page.news_told_at
        return replace(page, ladder_at=after(now, FOLLOW_SECONDS), news_at=None, news_told_at=told)
    if summary.undo is not None and now <= summary.undo.until:
        page = page.noted(now, "summarised", f"page {summary.id} was closed a moment ago; that may be taken back")
        later = after(summary.undo.until, 1)
        return replace(page, ladder_at=later, news_at=None if page.news_at is None else later)
    if page.news_at is not None:
        return _speaks(page, "it has news of which its summary did not know", now)
    by_person = summary.closed_by != ITSELF  # which it is only when every page that it knew of had ended
    if by_person and summary.closed_at is not None and page.alerted_at <= summary.closed_at:
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
        undo=None,
        turn=-1,
        ladder_at=second_before(now),
        news_at=None,
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
        sender=ITSELF,
        is_summary=True,
        held_by=member.held_by,
        details={_line(member): _short(member)},
        members=(member.id,),
        firing=(member.id,),
        ladder_at=after(now, COLLECT_SECONDS),
        clock=response.started(event.service, member.priority, now),
        aging_at=aging.begins(event.service, member.priority, now),
    )
    page = replace(page, title=_title(page))
    return page.noted(now, Reason.OPENED, f"maintenance {member.held_by} is over; {_short(member)} still fires")


def _without(page: Page, ended: tuple[str, ...], now: datetime) -> Page:
    left = tuple(name for name in page.firing if name not in ended)
    details = {line: title for line, title in page.details.items() if line.partition(" ")[0] not in ended}
    page = replace(page, firing=left, details=details)
    for name in ended:
        page = page.noted(now, Reason.LEFT, f"page {name} is closed")
    if left:
        return replace(page, title=_title(page))
    return closed(page, now, by=ITSELF).noted(now, Reason.RESOLVED, "all of them are closed")


def _line(member: Page) -> str:
    """How a member stands in the summary's details."""
    return f"{member.id} {member.severity} since {member.started_at or member.opened_at:%H:%M} UTC"


def _short(member: Page) -> str:
    return cut(clean(member.title), TITLE_CHARS_MAX)


def _title(page: Page) -> str:
    titles = list(page.details.values())[:TITLES_SHOWN_MAX]
    more = f" and {len(page.firing) - len(titles)} more" if len(page.firing) > len(titles) else ""
    return f"{len(page.firing)} still firing after maintenance {page.held_by}: {'; '.join(titles)}{more}"
