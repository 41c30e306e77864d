"""What is to come as things are now, and the one line that comes first: who has the page, who is next and when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from callout.domain.page import Entry, State
from infra.cli.description.problem import listed
from infra.cli.explaining.asked import ANSWERS, TURN
from infra.cli.explaining.case import Case
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.course import Course, What
from infra.cli.explaining.forecast import Outlook, Slot, ahead
from infra.cli.explaining.sentence import Sentence, described, inferred, ledger

NAMES_MAX = 5
TURNS_MAX = 100


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Where the ladder goes on, and when."""

    turn: int
    start: int
    at: datetime
    by: Outlook
    again: bool = False
    """It has come to its end: the last resort is told again."""


def upcoming(case: Case) -> Upcoming | None:
    page = case.page
    if not page.open or page.ladder_at is None or (page.summary and not page.held_until):
        return None
    # What was acknowledged forgets its answers when that runs out.
    who = frozenset(answer.who for answer in page.answers if page.state is State.TRIGGERED)
    by = Outlook(case.now, case.policy_next, who, page.robins, page.comebacks)
    last = by.policy.turns - 1
    at = _from_now_on(case, page.held_until or page.ladder_at)
    if page.held_until is not None or page.state is State.TRIGGERED:
        return Upcoming(min(page.turn, last), page.start, at, by)
    if page.state is State.ACKNOWLEDGED:
        return Upcoming(min(max(page.turn, 0) - 1, last), page.start, at, by)
    return Upcoming(last, 0, at, replace(by, comebacks=page.comebacks + 1), again=True)


def _from_now_on(case: Case, at: datetime) -> datetime:
    """What is overdue comes as soon as anything looks."""
    return max(at, case.now.replace(microsecond=0))


def doubt(case: Case, since: datetime, until: datetime, say: Clock) -> str:
    """What may hurry the ladder, or begin it anew, before that: the response target, or the page's age."""
    reasons = [*_hurried(case, since, until, say), *_raised(case, until, say)]
    return f" (unless {', or '.join(reasons)})" if reasons else ""


def _hurried(case: Case, since: datetime, until: datetime, say: Clock) -> Iterator[str]:
    clock, wants = case.page.clock, case.page.service.at_risk
    if clock is None or wants is None or not (wants.next_tier or wants.raise_urgency) or clock.risk_at >= until:
        return
    if clock.risk_at > since or clock.wakes_at == clock.risk_at:
        yield f"its response target, at risk from {say(clock.risk_at)}, changes that"


def _raised(case: Case, until: datetime, say: Clock) -> Iterator[str]:
    page, aging = case.page, case.page.service.aging
    if aging is None or page.aging_at is None or page.aged > aging.raise_after:
        return
    earliest = page.aging_at + timedelta(days=aging.raise_after - page.aged)
    if earliest < until:
        yield f"it is raised for its age, from {say(earliest)} on"


def now(case: Case, course: Course, say: Clock) -> Sentence:
    """Only what is certain: of a team that takes turns one, whoever that will be."""
    held = _last(case, ANSWERS if case.page.open else ("resolved",)) if _answered(case) else None
    asked = None if held or case.page.held_until else next((e.entry for e in reversed(course.looks)), None)
    text = " ".join(filter(None, [_has_it(case, course, say), _next(case, say)]))
    return Sentence(
        case.now, text, (*ledger(held, asked), described(case, case.now), inferred("the page as it is now"))
    )


def _answered(case: Case) -> bool:
    return bool(case.page.answers) or not case.page.open


def _last(case: Case, words: tuple[str, ...]) -> Entry | None:
    return next((entry for entry in reversed(case.ledger) if entry.what in words), None)


def _has_it(case: Case, course: Course, say: Clock) -> str:
    page = case.page
    names = listed(answer.name for answer in page.answers)
    if not page.open:
        at = f" since {say(page.closed_at)}" if page.closed_at else ""
        return f"It is over{at}: nobody is notified any more."
    if page.held_until is not None:
        return f"Nobody has it: it is held until {say(page.held_until)} (maintenance {page.held_by})."
    if page.summary:
        return f"Page {page.summary} speaks for it: `callout explain {page.summary}` says who has that."
    if page.state is State.ACKNOWLEDGED:
        until = f" until {say(page.quiet_until)}" if page.quiet_until else ""
        several = "have" if len(page.answers) > 1 else "has"
        people = page.answers and all(answer.who for answer in page.answers)
        return (
            f"{names} {several} it{until}."
            if people
            else f"It is acknowledged{f' by {names}' if names else ''}{until}."
        )
    if page.state is State.EXHAUSTED:
        return "Nobody has it: every tier had its turn."
    if page.answers:
        waiting = listed(_name(case, who) for who in page.awaited)
        return f"{names} answered, but {waiting or 'others'} must as well."
    return f"Nobody has it{_asked(course, say)}."


def _name(case: Case, who: str) -> str:
    return next((told.name for told in case.page.told if told.id == who), who)


def _asked(course: Course, say: Clock) -> str:
    last = course.looks[-1] if course.looks else None
    if last is None or last.climb != course.climb or last.what is not What.GIVEN:
        return ""
    found = TURN.search(last.entry.text)
    names = f" ({found[1]})" if found else ""
    return f"; tier {last.tier}'s turn{names} began at {say(last.at)}"


def _next(case: Case, say: Clock) -> str:
    page, found = case.page, upcoming(case)
    if found is None:
        return ""
    slot = next(_waiting(case, found), None)
    if slot is None:
        return "Who is next is not known."
    when = "due now" if slot.at <= case.now else f"at {say(slot.at)}"
    conditions = {State.ACKNOWLEDGED: ", if it is still open then"}
    condition = conditions.get(page.state, ", if nobody answers before")
    if page.held_until is not None:
        condition = ", if it still fires then and no summary speaks for it"
    tier = f"tier {slot.tier}" if slot.tier else "the last resort"
    again = " again" if found.again else ""
    return f"Next: {tier} ({whom(slot)}){again}, {when}{condition}{doubt(case, case.now, slot.at, say)}."


def _waiting(case: Case, found: Upcoming) -> Iterator[Slot]:
    slots = islice(ahead(case, found.turn, found.start, found.at, found.by), TURNS_MAX)
    return (slot for slot in slots if slot.meant and slot.whom.waits is not False)


def whom(slot: Slot) -> str:
    """Whom it would be for, as far as that is known; "" for nobody."""
    names = [person.responder.name for person in slot.whom.people if person.responder.contacts]
    names += [f"one of {team}" for team in slot.whom.teams]
    more = [f"{len(names) - NAMES_MAX} more"] if len(names) > NAMES_MAX else []
    return listed([*names[:NAMES_MAX], *more]) if names else ""
