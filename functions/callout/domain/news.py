"""What an alert about an open problem brings that nobody was told."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from callout.domain.alert import Alert
from callout.domain.clock import after, second_before
from callout.domain.events import Reason
from callout.domain.page import MEMBER_BYTES_MAX, MEMBERS_MAX, Page

NEWS_SECONDS_MIN = 60
"""What is new within a minute of the last news is told together."""
NEWS_CHARS_MAX = 200
"""Of more that is told together only the latest is."""
UNREAD_SECONDS_MIN = 1800
"""What cannot be read differs each time where it holds a time of day: such news is told together for longer."""


def news_of(page: Page, alert: Alert, firing: tuple[str, ...], gained: int) -> str:
    """What the alert brings that nobody was told; "" for a mere repeat.

    A member never seen counts even where the sender calls it a mere repeat: the request that first named it may have
    been lost. Where the sender says outright that there are new ones it is believed, unless it shows the very group
    of the last time: then it is the same request once more, because our answer to it was lost.
    """
    if alert.severity.rank > page.severity.rank:
        return f"worse: {page.severity} to {alert.severity}"
    if gained and alert.unparsed:
        return "another alert that could not be read"
    if gained:
        return f"{gained} more in the group, {len(alert.members)} firing"
    if alert.says_new and (not firing or set(firing) != set(page.firing)):
        return "more in the group"
    return ""


def noticeable(
    page: Page, news: str, now: datetime, pause_seconds: int = NEWS_SECONDS_MIN, not_before: datetime | None = None
) -> Page:
    """The page with news that will be told; at once what is not to wait as long as the news before it."""
    moments = [second_before(now)]
    moments += [after(page.news_told_at, pause_seconds)] if page.news_told_at is not None else []
    moments += [second_before(not_before)] if not_before is not None else []
    moment = max(moments)
    again = page.news_at is None or f"{news}; ".startswith(f"{page.news}; ")
    words = news if again else f"{page.news}; {news}"
    page = replace(page, news=_latest(words), news_at=min(moment, page.news_at or moment))
    return page.noted(now, Reason.NEWS, news)


def _latest(words: str) -> str:
    if len(words) <= NEWS_CHARS_MAX:
        return words
    tail = words[2 - NEWS_CHARS_MAX :]
    return f"… {tail.partition('; ')[2] or tail}"


def pause(alert: Alert) -> int:
    return UNREAD_SECONDS_MIN if alert.unparsed else NEWS_SECONDS_MIN


def members_of(alert: Alert) -> tuple[str, ...]:
    """The group as it is remembered: so many, under names of so many bytes."""
    return tuple(_short(name) for name in alert.members[:MEMBERS_MAX])


def _short(name: str) -> str:
    raw = name.encode("utf-8", "surrogatepass")
    return name if len(raw) <= MEMBER_BYTES_MAX else sha256(raw).hexdigest()[:MEMBER_BYTES_MAX]
