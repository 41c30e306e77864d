"""What it means that somebody looked at the page behind a link: a line on the ledger, and nothing else."""

from dataclasses import replace
from datetime import datetime

from callout.domain.events import Decision, Opened, Reason
from callout.domain.page import Page

CHANNELS = {"SMS link": "sms", "email link": "email"}


def opened(page: Page, event: Opened, now: datetime) -> Decision:
    """Written down once for each responder. Programs look as well, so it proves nothing and changes nothing."""
    if not unopened(page, event.who):
        return Decision(page, Reason.LOOKED)
    told = tuple(replace(each, opened_at=now) if each.id == event.who else each for each in page.told)
    words = f"the {event.by} of {event.name} was opened"
    page = replace(page, told=told).noted(now, Reason.LOOKED, words, notice=behind(page, event.who, event.by))
    return Decision(page, Reason.LOOKED)


def unopened(page: Page, who: str) -> bool:
    return any(each.id == who and each.opened_at is None for each in page.told)


def behind(page: Page, who: str, by: str) -> int:
    """The notice whose link it must have been, as far as the page still knows: the responder's last by that channel."""
    numbers = (n.number for n in page.notices if (n.responder, n.channel) == (who, CHANNELS.get(by)))
    return max(numbers, default=0)
