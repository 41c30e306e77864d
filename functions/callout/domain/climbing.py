"""The ladder: what a step does about a page, and what the providers' answers make of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from callout.domain import succession, summary
from callout.domain.aging import aged
from callout.domain.agreement import applies, wait_seconds, wanted
from callout.domain.brief import Kind
from callout.domain.clock import after, second_before
from callout.domain.events import Decision, Delivered, Notify, Reason, Start, Woken
from callout.domain.expecting import expected
from callout.domain.notice import TEXT, Outcome
from callout.domain.notifying import TOLD_MAX, answered, circumstances_of, noticed, sending, told
from callout.domain.oncall import OnCall, Tier
from callout.domain.page import Page, State
from callout.domain.roster import Person, names, reached
from callout.domain.target import Kind as Target
from callout.domain.target import target

LADDER_KINDS = (Kind.PAGE, Kind.STILL_OPEN)


def wake(page: Page, event: Woken, now: datetime) -> Decision:
    """One step.

    1. A closed page, or an execution that another one has replaced, is done.
    2. Too early: come back when it is due.
    3. A page that was held, or that a summary speaks for, looks whether it must speak for itself.
    4. What the service expects: its response target, and that no small page is forgotten.
    5. The ladder's time is up: give the next tier its turn, bring an acknowledged page back, or tell the last resort.
    6. News is told to whoever answered, or was last notified.
    7. What is queued, was never answered for, or could not be delivered goes out (again).
    """
    if not page.open:
        return Decision(page, Reason.ALREADY_CLOSED)
    if event.generation is not None and event.generation != page.generation:
        return Decision(page, Reason.REPLACED)
    due = page.due_at
    concerned = summary.wants_summary(page, now) or summary.follows(page, now)
    unasked = concerned and (not event.asked or summary.behind(page, event))
    if due is None or now < due or unasked:
        reason = Reason.NOTHING_DUE if due is None else Reason.NOT_YET
        return Decision(page, reason) if event.generation is None else _rested(page, event.generation, reason, now)
    if event.held is not None and summary.wants_summary(page, now):
        page = summary.held_on(page, event.held, now)
        return _rested(page, event.generation, Reason.HELD, now)
    before = page
    page = page.noted(now, "step", f"due {due:%H:%M:%S} UTC", late_seconds=round(page.late_seconds(now), 3))
    page = replace(page, robins={**event.robins, **page.robins})
    page = succession.led(page, event.oncall, now)
    page = summary.looked_after(page, event, now)
    if not page.open:
        return Decision(page, Reason.RESOLVED)
    page = expected(page, event.oncall, now)
    page = aged(page, event.oncall, now)
    if page.ladder_at is not None and page.ladder_at <= now:
        page = _climbed(page, event.oncall, now)
    if page.news_at is not None and page.news_at <= now:
        page = _told_news(page, event.oncall, now)
    page, to_send = sending(page, before, event.oncall.responders, now)
    page = given_way(page, now)
    if to_send:
        return Decision(page, Reason.STEPPED, (Notify(to_send),))
    return _rested(page, event.generation, Reason.STEPPED, now)


def deliver(page: Page, event: Delivered, now: datetime) -> Decision:
    """Record what the providers said; a refusal queues the next way at once instead of waiting for the tier's end."""
    for result in event.results:
        page = answered(page, result, event.people, now)
    page = _texted(page, event)
    page = given_way(page, now)
    if event.generation is not None and event.generation != page.generation:
        return Decision(page, Reason.DELIVERED)
    return _rested(page, event.generation, Reason.DELIVERED, now)


def _texted(page: Page, event: Delivered) -> Page:
    """The page that knows who has got a text about it: their further ones count against the service's limit."""
    sent = {result.number for result in event.results if result.outcome is Outcome.SENT}
    notices = (*page.notices, *(page.undo.notices if page.undo else ()))  # those that an answer had stopped as well
    new = (n.responder for n in notices if n.number in sent and n.channel == TEXT)
    texted = dict.fromkeys((*page.texted, *new))
    return page if len(texted) == len(page.texted) else replace(page, texted=tuple(texted)[-TOLD_MAX:])


def given_way(page: Page, now: datetime) -> Page:
    """Where every message of the present turn has failed for good, its tier does not wait any longer.

    One of several who must answer has been reached where they have answered, whatever became of their message.
    """
    if any(answer.who in page.must_answer for answer in page.answers):
        return page
    mine = [n for n in page.notices if n.turn == page.turn and n.kind in LADDER_KINDS]
    failed = mine and all(notice.failed for notice in mine)
    if page.state is not State.TRIGGERED or not failed or page.ladder_at is None or page.ladder_at <= now:
        return page
    page = replace(page, ladder_at=second_before(now))
    return page.noted(now, "unreachable", f"nobody in tier {page.tier + 1} could be reached")


def _rested(page: Page, generation: int | None, reason: Reason, now: datetime) -> Decision:
    """The page with the moment at which an execution looks again.

    The watchdog leaves it to a new one, and so does one that is worn out.
    """
    if generation is None and page.due_at is not None:
        return _handed_over(page, reason, now)
    if page.wakes_at == page.due_at:
        return Decision(page, reason)
    page = replace(page, wakes_at=page.due_at, steps=page.steps + 1)
    if not page.worn_out:
        return Decision(page, reason)
    return _handed_over(page.noted(now, "continued", f"a new execution goes on after {page.steps} steps"), reason, now)


def _handed_over(page: Page, reason: Reason, now: datetime) -> Decision:
    page = page.restarted(now)
    return Decision(page, reason, (Start(page.id, page.generation),))


def _climbed(page: Page, oncall: OnCall, now: datetime) -> Page:
    """The next turn in which there is anybody to notify; the last resort when the turns are over."""
    page = replace(page, notices=tuple(notice for notice in page.notices if not notice.settled))
    kind = Kind.PAGE
    if page.state is State.ACKNOWLEDGED:
        who = ", ".join(answer.name for answer in page.answers)
        page = page.noted(now, "ran out", f"the acknowledgement by {who} ran out, still open")
        page = replace(page, state=State.TRIGGERED, answers=(), undo=None, turn=max(page.turn, 0) - 1)
        kind = Kind.STILL_OPEN
    while page.state is State.TRIGGERED and page.turn + 1 < page.policy.turns:
        before = page.notices_made
        page = _turned(page, oncall, now, kind)
        if page.notices_made > before:
            return page
        kind = Kind.PAGE
    return _exhausted(page, oncall, now)


def _turned(page: Page, oncall: OnCall, now: datetime, kind: Kind) -> Page:
    """The next tier's turn: with notices, or with the word why there are none."""
    page = replace(page, turn=page.turn + 1, must_answer=())
    tier, number = page.policy.tiers[page.tier], page.tier + 1
    if tier.condition is not None and not applies(tier.condition, circumstances_of(page, now)):
        return page.noted(now, "passed over", f"tier {number} is for {wanted(tier.condition)}")
    found = reached(oncall, tier, now, page.robins_now())
    for missing in found.missing:
        page = page.noted(now, "nobody", f"tier {number}: {missing}")
    people = _not_answered(page, found.people)
    if not people:
        why = "everybody in it has answered" if found.people else "nobody is in it now"
        return page.noted(now, "empty", f"tier {number} is skipped at once: {why}")
    wait = wait_seconds(page.service, tier, now)
    each = "; each of them must answer" if tier.everyone and len(people) > 1 else ""
    page = page.noted(now, "turn", f"tier {number}: {names(people)}; waits {wait} s{each}")
    before = page.notices_made
    page = told(replace(page, ladder_at=after(now, wait)), people, tier.channels, kind, now)
    if page.notices_made == before:
        return page.noted(now, "unreachable", f"nobody in tier {number} could be reached")
    if not each:
        return page
    return replace(page, must_answer=tuple(person.responder.id for person in people if person.responder.contacts))


def _not_answered(page: Page, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """While others must answer as well, who has answered is left in peace."""
    done = {answer.who for answer in page.answers}
    return tuple(person for person in people if person.responder.id not in done)


def _exhausted(page: Page, oncall: OnCall, now: datetime) -> Page:
    """The end is loud: the last resort is told, and told again with every comeback."""
    again = page.state is State.EXHAUSTED
    page = replace(
        page,
        state=State.EXHAUSTED,
        turn=page.policy.turns,
        comebacks=page.comebacks + 1 if again else page.comebacks,
        must_answer=(),
        ladder_at=after(now, page.policy.comeback_seconds),
    )
    last = _last_resort(page, oncall, now)
    words = "still nobody answered" if again else "every tier had its turn and nobody answered"
    found = reached(oncall, last, now, page.robins_now())
    page = page.noted(now, "exhausted", f"{words}; last resort: {names(found.people) or 'nobody'}")
    return noticed(page, last, oncall, Kind.EXHAUSTED, now)


def _last_resort(page: Page, oncall: OnCall, now: datetime) -> Tier:
    """The policy's own, or the last tier that is meant for such a page.

    Where that reaches nobody any tier that does, the last first, then those of the live policy.
    """
    own = _own_last_resort(page, now)
    policy = succession.live(page, oncall)[1]
    others: tuple[Tier, ...] = (*reversed(page.policy.tiers), *(reversed(policy.everywhere) if policy else ()))
    for tier in (own, *others):
        people = reached(oncall, tier, now, page.robins_now()).people
        if any(person.responder.contacts for person in people):
            return tier
    return own


def asks(page: Page, oncall: OnCall, now: datetime) -> tuple[str, ...]:
    """The teams that a step taken now asks whose turn it is, and that this page has not asked before."""
    tiers: list[Tier] = []
    clock = page.clock
    if clock is not None and clock.wakes_at is not None and clock.wakes_at <= now and page.service.at_risk:
        tiers += [page.service.at_risk.notify] if page.service.at_risk.notify else []
    if page.ladder_at is not None and page.ladder_at <= now:
        tiers += _coming(page, oncall, now)
    found = (target(text) for tier in tiers for text in tier.targets)
    teams = dict.fromkeys(each.id for each in found if each.kind is Target.ROBIN)
    return tuple(team for team in teams if team not in page.robins)


def _coming(page: Page, oncall: OnCall, now: datetime) -> Iterator[Tier]:
    """The tiers that are looked at until one takes its turn, and the last resort if none does."""
    turn = max(page.turn, 0) - 1 if page.state is State.ACKNOWLEDGED else page.turn
    while page.state is not State.EXHAUSTED and turn + 1 < page.policy.turns:
        turn += 1
        tier = page.policy.tiers[page.policy.tier_at(turn, page.start)]
        if tier.condition is not None and not applies(tier.condition, circumstances_of(page, now)):
            continue
        yield tier
        if reached(oncall, tier, now).people:
            return
    yield _own_last_resort(page, now)


def _own_last_resort(page: Page, now: datetime) -> Tier:
    meant = (tier for tier in reversed(page.policy.tiers) if applies(tier.condition, circumstances_of(page, now)))
    return page.policy.last_resort or next(meant, page.policy.tiers[-1])


def _told_news(page: Page, oncall: OnCall, now: datetime) -> Page:
    """Once, to whoever answered, or was last notified; an acknowledgement stays what it is."""
    tier = page.policy.tiers[page.tier]
    if page.state is State.EXHAUSTED:
        tier = page.policy.last_resort or tier
    people = tuple(Person(oncall.responders[name]) for name in _concerned(page, oncall))
    people = people or reached(oncall, tier, now, page.robins_now()).people
    if not any(person.responder.contacts for person in people):
        people = reached(oncall, _last_resort(page, oncall, now), now, page.robins_now()).people
    page = page.noted(now, "news", f"{page.news}; told to {names(people) or 'nobody'}")
    # What was told of earlier news is on the ledger; a page that brings news for days must not grow by it.
    page = replace(page, notices=tuple(n for n in page.notices if not n.settled or n.kind is not Kind.NEWS))
    # Whoever is paged in this very step reads there what is new: news must not take the page's place.
    waiting = (n for n in page.notices if n.kind is not Kind.NEWS and n.outcome is Outcome.QUEUED)
    paged = {n.responder for n in waiting if n.try_at is not None and n.try_at <= now}
    others = tuple(person for person in people if person.responder.id not in paged)
    page = told(page, others, tier.channels, Kind.NEWS, now)
    # The words stay until the next news replaces them: a notice that is sent again must still know them.
    return replace(page, news_at=None, news_told_at=now)


def _concerned(page: Page, oncall: OnCall) -> tuple[str, ...]:
    """Whoever answered; without an answer, whoever was notified last, be they on call still or not."""
    answered_by = tuple(answer.who for answer in page.answers if answer.who in oncall.responders)
    if answered_by and page.state is State.ACKNOWLEDGED:
        return answered_by
    last = [n.responder for n in page.notices if n.turn == page.turn and n.kind is not Kind.NEWS]
    return tuple(dict.fromkeys((*answered_by, *(name for name in last if name in oncall.responders))))
