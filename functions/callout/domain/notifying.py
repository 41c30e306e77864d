"""Notices: whom they are queued for, what goes out now, and what the providers' answers make of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from callout.domain.agreement import Circumstances, circumstances
from callout.domain.brief import Kind
from callout.domain.clock import after, second_before
from callout.domain.notice import ANSWER_SECONDS_MAX, RETRY_SECONDS, Notice, Outcome, Result
from callout.domain.oncall import Contact, OnCall, Responder, Rule, Tier
from callout.domain.page import Page, Told, Undo
from callout.domain.priority import Urgency
from callout.domain.roster import Person, reached

TRIES_MAX = len(RETRY_SECONDS) + 1
NOTICES_MAX = 400
"""Notices that a page holds at a time; it must fit an item of 400 KB, whatever somebody has described."""
TOLD_MAX = 1_000
"""Responders whose links a page remembers, those told last."""

People = Mapping[str, Responder]


def circumstances_of(page: Page, now: datetime) -> Circumstances:
    return circumstances(page.service, page.priority, page.raised, now)


def noticed(page: Page, tier: Tier, oncall: OnCall, kind: Kind, now: datetime) -> Page:
    """The page with notices for the tier's people, queued for this very step or as their own rules say."""
    found = reached(oncall, tier, now, page.robins_now())
    for missing in found.missing:
        page = page.noted(now, "nobody", missing)
    return told(page, found.people, tier.channels, kind, now)


def told(page: Page, people: tuple[Person, ...], channels: tuple[str, ...], kind: Kind, now: datetime) -> Page:
    urgency = circumstances_of(page, now).urgency
    for person in people:
        ways = _ways(person.responder, channels, urgency)
        if not ways:
            page = page.noted(now, "no contact", f"{person.responder.name} has no contact method")
        if len(page.notices) + len(ways) > NOTICES_MAX:
            return page.noted(now, "too many", f"{person.responder.name} and whoever comes after are left out")
        page, moments = _taken_over(page, person.responder, ways, now)
        for (contact, _), try_at in zip(ways, moments, strict=True):
            page = _queued(page, person.responder, contact, kind, try_at)
    return page


def _taken_over(
    page: Page, responder: Responder, ways: list[tuple[Contact, int]], now: datetime
) -> tuple[Page, list[datetime]]:
    """The page without the notices that still wait for their time by the same contacts, and when the new ones go out:
    no later than those would have. Otherwise they would pile up from turn to turn."""
    wanted = {contact.id for contact, _ in ways}
    waiting = [
        n
        for n in page.notices
        if n.responder == responder.id and n.contact in wanted and n.outcome is Outcome.QUEUED and n.tries == 0
    ]
    earliest = {n.contact: n.try_at for n in sorted(waiting, key=_try_at, reverse=True) if n.try_at is not None}
    moments = []
    for contact, after_seconds in ways:
        moment = after(now, after_seconds)
        moments.append(min(moment, earliest.pop(contact.id, moment)))
    return replace(page, notices=tuple(n for n in page.notices if n not in waiting)), moments


def _try_at(notice: Notice) -> datetime:
    return notice.try_at or datetime.max.replace(tzinfo=UTC)


def _ways(responder: Responder, channels: tuple[str, ...], urgency: Urgency) -> list[tuple[Contact, int]]:
    """The first contact for each channel, or for each of the responder's own rules, and after how long.

    Where that leads nowhere, whatever comes first: a page must go out.
    """
    rules = tuple(Rule(channel) for channel in channels) or responder.rules.get(urgency, ())
    if not rules:
        return [(contact, 0) for contact in responder.contacts]
    found = [(_contact(responder, rule.channel), rule.after_seconds) for rule in rules]
    return [(contact, delay) for contact, delay in found if contact] or [(c, 0) for c in responder.contacts[:1]]


def _contact(responder: Responder, channel: str) -> Contact | None:
    return next((contact for contact in responder.contacts if contact.channel == channel), None)


def _queued(page: Page, responder: Responder, contact: Contact, kind: Kind, try_at: datetime) -> Page:
    number = page.notices_made + 1
    notice = Notice(number, responder.id, contact.id, contact.channel, kind, page.turn, try_at=try_at)
    told = Told(responder.id, responder.name, responder.timezone)
    if told not in page.told:
        page = replace(page, told=(*(other for other in page.told if other.id != told.id), told)[-TOLD_MAX:])
    return replace(page, notices=(*page.notices, notice), notices_made=number)


def sending(page: Page, people: People, now: datetime) -> tuple[Page, tuple[Notice, ...]]:
    """The page that intends whatever must go out now, and what that is."""
    due = [notice for notice in page.notices if notice.try_at is not None and notice.try_at <= now]
    for notice in due:
        if notice.outcome is Outcome.INTENDED:
            page = page.noted(now, "unanswered", f"no answer from the provider about {_name(notice, people)}; again")
        tired = notice.tries >= TRIES_MAX
        tried = replace(notice, outcome=Outcome.GIVEN_UP, try_at=None) if tired else _intended(notice, now)
        page = _replaced(page, tried)
        if tired:
            page = _next_way(page, tried, people, now)
    numbers = {notice.number for notice in due}
    made = [n for n in page.notices if n.outcome is Outcome.INTENDED and n.number in numbers]
    # The present turn does not queue behind older ones, nor what was never tried behind what has failed before.
    return page, tuple(sorted(made, key=lambda notice: (-notice.turn, notice.tries)))


def _intended(notice: Notice, now: datetime) -> Notice:
    return replace(notice, outcome=Outcome.INTENDED, tries=notice.tries + 1, try_at=after(now, ANSWER_SECONDS_MAX))


def _replaced(page: Page, notice: Notice) -> Page:
    return replace(page, notices=tuple(notice if n.number == notice.number else n for n in page.notices))


def _name(notice: Notice, people: People) -> str:
    return f"{notice.channel} to {name_of(notice.responder, people)}"


def name_of(responder: str, people: People) -> str:
    return people[responder].name if responder in people else f"{responder} (not described any more)"


def answered(page: Page, result: Result, people: People, now: datetime) -> Page:
    """The page with what the provider said of one notice; a refusal queues the responder's next way."""
    notice = next((notice for notice in page.notices if notice.number == result.number), None)
    if notice is None and page.undo is not None:
        page = _told_while_answered(page, page.undo, result)
    if result.outcome is Outcome.QUEUED:
        queued = notice and replace(notice, outcome=Outcome.QUEUED, tries=notice.tries - 1, try_at=second_before(now))
        return _replaced(page, queued) if queued else page
    if notice is None:
        return page.noted(now, result.outcome, f"notice {result.number}, after the page had moved on ({result.note})")
    page = page.noted(now, result.outcome, f"{_name(notice, people)}: {notice.kind} ({result.note})")
    if result.outcome is Outcome.SENT:
        return _replaced(page, replace(notice, outcome=Outcome.SENT, try_at=None))
    if result.outcome is Outcome.UNAVAILABLE and notice.tries < TRIES_MAX:
        try_at = after(now, RETRY_SECONDS[notice.tries - 1])
        return _replaced(page, replace(notice, outcome=Outcome.UNAVAILABLE, try_at=try_at))
    final = Outcome.REFUSED if result.outcome is Outcome.REFUSED else Outcome.GIVEN_UP
    page = _replaced(page, replace(notice, outcome=final, try_at=None))
    return _next_way(page, notice, people, now)


def _told_while_answered(page: Page, undo: Undo, result: Result) -> Page:
    """Somebody answered while it was on its way: whoever takes that back must not have it sent a second time."""
    if result.outcome not in (Outcome.SENT, Outcome.REFUSED):
        return page
    settled = [
        replace(notice, outcome=result.outcome, try_at=None) if notice.number == result.number else notice
        for notice in undo.notices
    ]
    return replace(page, undo=replace(undo, notices=tuple(settled)))


def _next_way(page: Page, failed: Notice, people: People, now: datetime) -> Page:
    """The responder's next contact that this turn has not tried, queued for the next step at once."""
    responder = people.get(failed.responder)
    if responder is None:
        return page
    same = [
        n for n in page.notices if (n.responder, n.turn) == (failed.responder, failed.turn) and n.kind is failed.kind
    ]
    later = next((n for n in same if n.outcome is Outcome.QUEUED and n.try_at is not None and n.try_at > now), None)
    if later is not None:
        page = page.noted(now, "next way", f"{responder.name}: {later.channel} at once instead of {failed.channel}")
        return _replaced(page, replace(later, try_at=second_before(now)))
    tried = {notice.contact for notice in same}
    contact = next((contact for contact in responder.contacts if contact.id not in tried), None)
    if contact is None:
        return page
    page = page.noted(now, "next way", f"{responder.name}: {contact.channel} instead of {failed.channel}")
    return _queued(page, responder, contact, failed.kind, second_before(now))
