"""Notices: whom they are queued for, what goes out now, and what the providers' answers make of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from callout.domain.agreement import Circumstances, circumstances
from callout.domain.brief import Kind
from callout.domain.clock import after, second_before
from callout.domain.notice import ANSWER_SECONDS_MAX, RETRY_SECONDS, TEXT, Notice, Outcome, Result
from callout.domain.oncall import Contact, OnCall, Responder, Rule, Tier
from callout.domain.page import Answer, Page, State, Told
from callout.domain.priority import Urgency
from callout.domain.roster import Person, reached

TRIES_MAX = len(RETRY_SECONDS) + 1
NOTICES_MAX = 400
"""Notices that a page holds at a time; it must fit an item of 400 KB, whatever somebody has described."""
AFTERWARDS = {Outcome.SENT: Outcome.REFUSED, Outcome.GIVEN_UP: Outcome.SENT}
"""What may still be learnt of a settled notice. A refusal stays one, whatever was said of another try."""
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


def _queued(
    page: Page, responder: Responder, contact: Contact, kind: Kind, try_at: datetime, turn: int | None = None
) -> Page:
    number = page.notices_made + 1
    turn = page.turn if turn is None else turn
    notice = Notice(number, responder.id, contact.id, contact.channel, kind, turn, try_at=try_at)
    known = next((other for other in page.told if other.id == responder.id), None)
    told = Told(responder.id, responder.name, responder.timezone, known.opened_at if known else None)
    if told != known:
        page = replace(page, told=(*(other for other in page.told if other.id != told.id), told)[-TOLD_MAX:])
    return replace(page, notices=(*page.notices, notice), notices_made=number)


def sending(page: Page, before: Page, people: People, now: datetime) -> tuple[Page, tuple[Notice, ...]]:
    """The page that intends whatever must go out now, and what that is; `before` is the page that the step found."""
    due = [notice for notice in page.notices if notice.try_at is not None and notice.try_at <= now]
    for notice in due:
        if notice.outcome is Outcome.INTENDED:
            words = f"no answer from the provider about {name_of_notice(notice, people)}; again"
            page = page.noted(now, "unanswered", words, notice=notice.number)
        if notice.tries >= TRIES_MAX:
            page = _given_up(page, notice, people, now)
        else:
            page = _intended(page, notice, before, people, now)
    numbers = {notice.number for notice in due}
    made = [n for n in page.notices if n.outcome is Outcome.INTENDED and n.number in numbers]
    # The present turn does not queue behind older ones, nor what was never tried behind what has failed before.
    return page, tuple(sorted(made, key=lambda notice: (-notice.turn, notice.tries)))


def _intended(page: Page, notice: Notice, before: Page, people: People, now: datetime) -> Page:
    again = f", try {notice.tries + 1}" if notice.tries else ""
    words = f"{name_of_notice(notice, people)}: {notice.kind}{again}"
    late = round(_late_seconds(notice, before, now), 3)
    page = page.noted(now, "intended", words, late_seconds=late, notice=notice.number)
    tried = replace(notice, outcome=Outcome.INTENDED, tries=notice.tries + 1, try_at=after(now, ANSWER_SECONDS_MAX))
    return _replaced(page, tried)


def _late_seconds(notice: Notice, before: Page, now: datetime) -> float:
    """How long after it was due: what this very step has made was due when the step was."""
    if notice.number > before.notices_made or notice.try_at is None:
        return before.late_seconds(now)
    return max(0.0, (now - max(notice.try_at, before.opened_at)).total_seconds())


def _given_up(page: Page, notice: Notice, people: People, now: datetime) -> Page:
    words = f"{name_of_notice(notice, people)}: {notice.kind}, after {notice.tries} tries"
    page = page.noted(now, Outcome.GIVEN_UP, words, notice=notice.number)
    return _next_way(_replaced(page, replace(notice, outcome=Outcome.GIVEN_UP, try_at=None)), notice, people, now)


def _replaced(page: Page, notice: Notice) -> Page:
    return replace(page, notices=tuple(notice if n.number == notice.number else n for n in page.notices))


def name_of_notice(notice: Notice, people: People) -> str:
    return f"{notice.channel} to {name_of(notice.responder, people)}"


def name_of(responder: str, people: People) -> str:
    return people[responder].name if responder in people else f"{responder} (not described any more)"


def answered(page: Page, result: Result, people: People, now: datetime) -> Page:
    """The page with what the provider said of one notice; a refusal queues the responder's next way."""
    page = while_answered(page, now, lambda before: _answered(before, result, people, now))
    return _answered(page, result, people, now)


def _answered(page: Page, result: Result, people: People, now: datetime) -> Page:
    notice = next((notice for notice in page.notices if notice.number == result.number), None)
    if result.outcome is Outcome.QUEUED:
        return page if notice is None or notice.settled else _put_back(page, notice, now)
    if notice is None:
        words = f"notice {result.number}, after the page had moved on ({result.note})"
        return page.noted(now, result.outcome, words, notice=result.number)
    words = f"{name_of_notice(notice, people)}: {notice.kind} ({result.note})"
    page = page.noted(now, result.outcome, words, notice=notice.number)
    return page if _known_already(page, notice, result) else _settled(page, notice, result, people, now)


def _put_back(page: Page, notice: Notice, now: datetime) -> Page:
    return _replaced(page, replace(notice, outcome=Outcome.QUEUED, tries=notice.tries - 1, try_at=second_before(now)))


def _known_already(page: Page, notice: Notice, result: Result) -> bool:
    """A receipt, or another step, was faster; or it is a late refusal of what nobody waits for any more."""
    if not notice.settled:
        return False
    late = result.outcome is Outcome.REFUSED and not wanted(page, notice)
    return late or AFTERWARDS.get(notice.outcome) is not result.outcome


def _settled(page: Page, notice: Notice, result: Result, people: People, now: datetime) -> Page:
    if result.outcome is Outcome.SENT:
        return _replaced(page, replace(notice, outcome=Outcome.SENT, try_at=None))
    if result.outcome is Outcome.REFUSED:
        return refused(page, replace(notice, withheld=result.withheld), people, now)
    if notice.tries >= TRIES_MAX:
        return _given_up(page, notice, people, now)
    try_at = after(now, RETRY_SECONDS[notice.tries - 1])
    return _replaced(page, replace(notice, outcome=Outcome.UNAVAILABLE, try_at=try_at))


def refused(page: Page, notice: Notice, people: People, now: datetime) -> Page:
    """It will never arrive: the responder's next way is taken at once."""
    page = _replaced(page, replace(notice, outcome=Outcome.REFUSED, try_at=None))
    return _next_way(page, notice, people, now)


def wanted(page: Page, notice: Notice) -> bool:
    """Whether anybody still waits for the message: nobody has answered since it was made, for all or for themselves."""
    answers = [a for a in page.answers if a.who == notice.responder or page.state is State.ACKNOWLEDGED]
    return page.open and all(_later(notice, answer) for answer in answers)


def _later(notice: Notice, answer: Answer) -> bool:
    """Whether it was made after that; of an answer from before this was written down, only news is known to be."""
    return notice.kind is Kind.NEWS if answer.made is None else notice.number > answer.made


def while_answered(page: Page, now: datetime, learns: Callable[[Page], Page]) -> Page:
    """The page whose answer, should it be taken back, leaves behind what would have become of its notices without it.

    Otherwise a message that had arrived would go out twice, and the next way of one that never will would be forgotten.
    """
    undo = page.undo
    if undo is None or now > undo.until:
        return page
    before = replace(page, state=undo.state, answers=undo.answers, notices=undo.notices, undo=None)
    after = learns(before)
    for entry in after.ledger[len(before.ledger) :]:
        if entry.what == "next way":
            words = f"{entry.text}, if the answer is taken back"
            page = page.noted(now, entry.what, words, notice=entry.notice)
    undo = replace(undo, notices=after.notices)
    return replace(page, undo=undo, notices_made=after.notices_made, told=after.told)


def told_without_a_text(page: Page, notice: Notice, responder: Responder) -> bool:
    """Whether they have been told the same in another way, or may still be."""
    last = {each.contact: each for each in (*_same(page, notice), *_in_this_turn(page, notice))}
    others = [contact.id for contact in responder.contacts if contact.channel != TEXT]
    return any(contact not in last or not last[contact].failed for contact in others)


def _same(page: Page, notice: Notice) -> list[Notice]:
    """Whatever tells the same person the same, by whichever contact."""
    same = (notice.responder, notice.turn, notice.kind)
    return [n for n in page.notices if (n.responder, n.turn, n.kind) == same]


def _in_this_turn(page: Page, failed: Notice) -> list[Notice]:
    """What tells them of the same anew, where a later turn has come to them."""
    return _same(page, replace(failed, turn=page.turn)) if failed.turn != page.turn else []


def _next_way(page: Page, failed: Notice, people: People, now: datetime) -> Page:
    """The responder's next contact that this turn has not tried, queued for the next step at once.

    Where none is left and all have failed, one that was only withheld.
    """
    responder = people.get(failed.responder)
    anew = _in_this_turn(page, failed)
    if responder is None or any(n.outcome in (Outcome.SENT, Outcome.QUEUED, Outcome.INTENDED) for n in anew):
        return page  # nobody to tell; or told meanwhile, or about to be by a way that knows of no trouble yet
    same = _same(page, failed)
    later = next((n for n in same if n.outcome is Outcome.QUEUED and n.try_at is not None and n.try_at > now), None)
    if later is not None:
        words = f"{responder.name}: {later.channel} at once instead of {failed.channel}"
        page = page.noted(now, "next way", words, notice=failed.number)
        return _replaced(page, replace(later, try_at=second_before(now)))
    last = {notice.contact: notice for notice in same}
    tried = {*last, *(notice.contact for notice in anew)}
    ways = [contact for contact in responder.contacts if contact.id not in tried]
    if not ways and all(notice.failed for notice in (*same, *anew)):
        ways = [contact for contact in responder.contacts if contact.id in last and last[contact.id].withheld]
    if not ways:
        return page
    contact = ways[0]
    if len(page.notices) >= 2 * NOTICES_MAX:
        return page.noted(now, "too many", f"no next way for {responder.name}")
    words = f"{responder.name}: {contact.channel} instead of {failed.channel}"
    page = page.noted(now, "next way", words, notice=failed.number)
    return _queued(page, responder, contact, failed.kind, second_before(now), failed.turn)
