"""The ladder: what a step does about a page, and what the providers' answers make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from callout.domain.brief import Kind
from callout.domain.clock import after, second_before
from callout.domain.events import Decision, Delivered, Effect, Notify, Reason, Start, Woken
from callout.domain.notice import ANSWER_SECONDS_MAX, RETRY_SECONDS, Notice, Outcome, Result
from callout.domain.oncall import Contact, Responder, Tier, targets
from callout.domain.page import Page, State, Told, Undo

LADDER_KINDS = (Kind.PAGE, Kind.STILL_OPEN)
TRIES_MAX = len(RETRY_SECONDS) + 1


def wake(page: Page, event: Woken, now: datetime) -> Decision:
    """One step.

    1. A closed page, or an execution that another one has replaced, is done.
    2. Too early: come back when it is due.
    3. The ladder's time is up: give the next tier its turn, bring an acknowledged page back, or tell the last resort.
    4. News is told to whoever answered, or was last notified.
    5. What is queued, was never answered for, or could not be delivered goes out (again).
    """
    if not page.open:
        return Decision(page, Reason.ALREADY_CLOSED)
    if event.generation is not None and event.generation != page.generation:
        return Decision(page, Reason.REPLACED)
    due = page.due_at
    if due is None or now < due:
        reason = Reason.NOTHING_DUE if due is None else Reason.NOT_YET
        return Decision(page if event.generation is None else _rests(page, event.generation), reason)
    page = page.noted(now, "step", f"due {due:%H:%M:%S} UTC", late_seconds=round(page.late_seconds(now), 3))
    page = _led(page, event, now)
    if page.ladder_at is not None and page.ladder_at <= now:
        page = _climbed(page, event.people, now)
    if page.news_at is not None and page.news_at <= now:
        page = _told_news(page, event.people, now)
    page, to_send = _sending(page, event.people, now)
    page = _given_way(page, now)
    if to_send:
        return Decision(page, Reason.STEPPED, (Notify(to_send),))
    return Decision(_rests(page, event.generation), Reason.STEPPED, _takeover(page, event.generation))


def deliver(page: Page, event: Delivered, now: datetime) -> Decision:
    """Record what the providers said; a refusal queues the next way at once instead of waiting for the tier's end."""
    for result in event.results:
        page = _answered(page, result, event.people, now)
    page = _given_way(page, now)
    if event.generation is not None and event.generation != page.generation:
        return Decision(page, Reason.DELIVERED)
    return Decision(_rests(page, event.generation), Reason.DELIVERED, _takeover(page, event.generation))


def _led(page: Page, event: Woken, now: datetime) -> Page:
    """The page under a policy that names somebody: its own, or, with everybody renamed or gone, the live one."""
    policy = event.policy
    if policy is None or any(name in event.people for name in targets(page.policy)):
        return page
    if not any(name in event.people for name in targets(policy)):
        return page
    page = page.noted(now, "policy", "nobody of its policy is described any more; it goes on by the live one")
    page = replace(page, policy=policy, start=0, turn=-1)
    if page.state is State.ACKNOWLEDGED:
        return page
    return replace(page, state=State.TRIGGERED, ladder_at=second_before(now))


def _given_way(page: Page, now: datetime) -> Page:
    """Where every message of the present turn has failed for good, its tier does not wait any longer."""
    mine = [n for n in page.notices if n.turn == page.turn and n.kind in LADDER_KINDS]
    failed = mine and all(notice.settled and notice.outcome is not Outcome.SENT for notice in mine)
    if page.state is not State.TRIGGERED or not failed or page.ladder_at is None or page.ladder_at <= now:
        return page
    page = replace(page, ladder_at=second_before(now))
    return page.noted(now, "unreachable", f"nobody in tier {page.tier + 1} could be reached")


def _rests(page: Page, generation: int | None) -> Page:
    """The page with the moment at which an execution looks again; the watchdog leaves it to a new one."""
    if generation is None and page.due_at is not None:
        return replace(page, generation=page.generation + 1, wakes_at=page.due_at)
    return page if page.wakes_at == page.due_at else replace(page, wakes_at=page.due_at)


def _takeover(page: Page, generation: int | None) -> tuple[Effect, ...]:
    if generation is not None or page.due_at is None:
        return ()
    return (Start(page.id, page.generation + 1),)


def _climbed(page: Page, people: Mapping[str, Responder], now: datetime) -> Page:
    """The next turn in which there is anybody to notify; the last resort when the turns are over."""
    page = replace(page, notices=tuple(notice for notice in page.notices if not notice.settled))
    kind = Kind.PAGE
    if page.state is State.ACKNOWLEDGED:
        names = ", ".join(answer.name for answer in page.answers)
        page = page.noted(now, "ran out", f"the acknowledgement by {names} ran out, still open")
        page = replace(page, state=State.TRIGGERED, answers=(), undo=None, turn=max(page.turn, 0) - 1)
        kind = Kind.STILL_OPEN
    while page.state is State.TRIGGERED and page.turn + 1 < page.policy.turns:
        before = page.notices_made
        page = _turned(page, people, now, kind)
        if page.notices_made > before:
            return page
        page = page.noted(now, "unreachable", f"nobody in tier {page.tier + 1} could be reached")
        kind = Kind.PAGE
    return _exhausted(page, people, now)


def _turned(page: Page, people: Mapping[str, Responder], now: datetime, kind: Kind) -> Page:
    page = replace(page, turn=page.turn + 1)
    tier = page.policy.tiers[page.tier]
    page = replace(page, ladder_at=after(now, tier.wait_seconds))
    page = page.noted(now, "turn", f"tier {page.tier + 1}: {_names(tier.targets, people)}; waits {tier.wait_seconds} s")
    return _noticed(page, tier, people, kind, now)


def _exhausted(page: Page, people: Mapping[str, Responder], now: datetime) -> Page:
    """The end is loud: the last resort is told, and told again with every comeback."""
    again = page.state is State.EXHAUSTED
    last = page.policy.last_resort or page.policy.tiers[-1]
    page = replace(
        page,
        state=State.EXHAUSTED,
        turn=page.policy.turns,
        ladder_at=after(now, page.policy.comeback_seconds),
    )
    words = "still nobody answered" if again else "every tier had its turn and nobody answered"
    page = page.noted(now, "exhausted", f"{words}; last resort: {_names(last.targets, people)}")
    return _noticed(page, last, people, Kind.EXHAUSTED, now)


def _names(targets: Iterable[str], people: Mapping[str, Responder]) -> str:
    names = [people[target].name if target in people else f"{target} (not described any more)" for target in targets]
    return ", ".join(names) if len(names) <= 5 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _noticed(page: Page, tier: Tier, people: Mapping[str, Responder], kind: Kind, now: datetime) -> Page:
    """The page with notices for the tier's people by the tier's channels, queued for this very step."""
    for target in dict.fromkeys(tier.targets):
        responder = people.get(target)
        contacts = _contacts(responder, tier.channels)
        if responder is None or not contacts:
            page = page.noted(now, "no contact", f"{_names([target], people)} has no contact method")
            continue
        for contact in contacts:
            page = _queued(page, responder, contact, kind, now)
    return page


def _contacts(responder: Responder | None, channels: Sequence[str]) -> list[Contact]:
    """The first contact for each channel; where there is none for any, whatever comes first: a page must go out."""
    if responder is None:
        return []
    found = [next((c for c in responder.contacts if c.channel == channel), None) for channel in channels]
    return [contact for contact in found if contact] or list(responder.contacts[:1])


def _queued(page: Page, responder: Responder, contact: Contact, kind: Kind, now: datetime) -> Page:
    number = page.notices_made + 1
    notice = Notice(number, responder.id, contact.id, contact.channel, kind, page.turn, try_at=second_before(now))
    told = Told(responder.id, responder.name, responder.timezone)
    if told not in page.told:
        page = replace(page, told=(*(other for other in page.told if other.id != told.id), told))
    return replace(page, notices=(*page.notices, notice), notices_made=number)


def _told_news(page: Page, people: Mapping[str, Responder], now: datetime) -> Page:
    """Once, to whoever answered, or was last notified; an acknowledgement stays what it is."""
    answered = tuple(answer.who for answer in page.answers if answer.who in people)
    tier = page.policy.tiers[page.tier]
    if page.state is State.EXHAUSTED:
        tier = page.policy.last_resort or tier
    told = replace(tier, targets=answered) if answered else tier
    page = page.noted(now, "news", f"{page.news}; told to {_names(told.targets, people)}")
    # What was told of earlier news is on the ledger; a page that brings news for days must not grow by it.
    page = replace(page, notices=tuple(n for n in page.notices if not n.settled or n.kind is not Kind.NEWS))
    page = _noticed(page, told, people, Kind.NEWS, now)
    # The words stay until the next news replaces them: a notice that is sent again must still know them.
    return replace(page, news_at=None, news_told_at=now)


def _sending(page: Page, people: Mapping[str, Responder], now: datetime) -> tuple[Page, tuple[Notice, ...]]:
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


def _name(notice: Notice, people: Mapping[str, Responder]) -> str:
    return f"{notice.channel} to {_names([notice.responder], people)}"


def _answered(page: Page, result: Result, people: Mapping[str, Responder], now: datetime) -> Page:
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


def _next_way(page: Page, failed: Notice, people: Mapping[str, Responder], now: datetime) -> Page:
    """The responder's next contact that this turn has not tried, queued for the next step at once."""
    responder = people.get(failed.responder)
    if responder is None:
        return page
    tried = {
        n.contact
        for n in page.notices
        if (n.responder, n.turn) == (failed.responder, failed.turn) and n.kind is failed.kind
    }
    contact = next((contact for contact in responder.contacts if contact.id not in tried), None)
    if contact is None:
        return page
    page = page.noted(
        now, "next way", f"{_names([failed.responder], people)}: {contact.channel} instead of {failed.channel}"
    )
    return _queued(page, responder, contact, failed.kind, now)
