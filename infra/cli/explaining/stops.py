"""Tiers whose turn never came, or has not come yet: what stopped the ladder, and how long before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from callout.domain.page import Entry, State
from infra.cli.explaining import relapse
from infra.cli.explaining.asked import answered
from infra.cli.explaining.course import Stop, What
from infra.cli.explaining.forecast import Outlook, Slot, ahead, tier_of
from infra.cli.explaining.lateness import span
from infra.cli.explaining.membership import named_by, why_not
from infra.cli.explaining.messages import ended
from infra.cli.explaining.sentence import Sentence, described, inferred, ledger
from infra.cli.explaining.turns import Turns

TURNS_AHEAD_MAX = 500


def sentences(view: Turns) -> Iterator[Sentence]:
    for stop in view.course.stops:
        if stop.entry.what in ("held", "summarised"):
            yield from _held(view, stop)
        elif not _had_it(view, stop.climb, stop.at):
            yield from _answered_before(view, stop)
    yield from _not_yet(view)


def _had_it(view: Turns, climb: int, until: datetime) -> bool:
    """Whether a turn of this climb has been theirs already."""
    given = (each for each in view.course.looks if each.climb == climb and each.at <= until)
    theirs = (What.GIVEN, What.LAST)
    return any(view.who in view.asked(each).people for each in given if each.what in theirs)


def _at(view: Turns, stop: Stop) -> Outlook:
    before = stop.at - timedelta(microseconds=1)
    return Outlook(stop.at, view.case.policy_at(stop.at), frozenset(answered(view.case, before)))


def _now(view: Turns) -> Outlook:
    page = view.case.page
    # What was acknowledged forgets its answers when that runs out.
    who = frozenset(answer.who for answer in page.answers if page.state is State.TRIGGERED)
    return Outlook(view.case.now, view.case.policy_next, who)


def _first(view: Turns, turn: int, start: int, at: datetime, by: Outlook) -> Slot | None:
    slots = ahead(view.case, turn, start, at, by)
    return next((slot for _, slot in zip(range(TURNS_AHEAD_MAX), slots, strict=False) if slot.has(view.who)), None)


def _answered_before(view: Turns, stop: Stop) -> Iterator[Sentence]:
    if stop.next_at is None:
        return
    next_at = max(stop.next_at, stop.at.replace(microsecond=0))
    slot = _first(view, stop.turn, stop.start, next_at, _at(view, stop))
    if slot is None:
        yield from _not_even_then(view, stop, next_at)
        return
    if stop.taken_back and stop.until is not None and stop.until <= slot.at:
        return
    seconds = max(0, round((slot.at - stop.at).total_seconds()))
    text = f"{_turn(view, slot)} would have come at {view.say(slot.at)} if nobody had answered. "
    text += f"{ended(stop)} at {view.say(stop.at)}, {span(seconds)} before."
    grounds = (*ledger(_last_look(view, stop), stop.entry), described(view.case, stop.at))
    yield Sentence(stop.at, text, (*grounds, inferred("the waits of the tiers before")), _sooner(view, slot, stop.at))


def _not_even_then(view: Turns, stop: Stop, next_at: datetime) -> Iterator[Sentence]:
    """They are named in a tier that was still to come, but would not have been asked."""
    oncall = view.case.at(stop.at)
    slots = ahead(view.case, stop.turn, stop.start, next_at, _at(view, stop))
    for _, slot in zip(range(TURNS_AHEAD_MAX), slots, strict=False):
        tier = tier_of(view.case, slot.tier, stop.at)
        if view.who not in named_by(oncall, tier):
            continue
        began = f"{_tier(slot).capitalize()} was still to come, at {view.say(slot.at)}; {_lower(ended(stop))} before"
        grounds = (*ledger(stop.entry), described(view.case, stop.at))
        for reason in why_not(oncall, tier, view.who, slot.at, view.say):
            text = f"{began}. Nor would it have been for {view.name}: {reason.text}"
            yield Sentence(stop.at, text, (*grounds, inferred(reason.rule)), reason.fix)
        if not slot.meant:
            text = f"{began}, and it would have been passed over: it is not for a page like this one."
            yield Sentence(stop.at, text, grounds)
        return


def _held(view: Turns, stop: Stop) -> Iterator[Sentence]:
    if stop.entry.what != "held":
        return
    end = f" before {view.say(view.case.page.held_for)}" if view.case.page.held_for else " before its end"
    text = f"The page was opened in the maintenance window {view.case.page.held_by}: nobody was to be paged{end}."
    until = stop.then.at if stop.then else view.case.ends_at
    lines = [e for e in view.case.ledger if e.what in ("held", "window") and stop.at < e.at <= until]
    for entry in [entry for entry in lines if entry.text != stop.entry.text][-1:]:
        text += f" Then that changed: {entry.text}."
    summed_up = any(e.what == "summarised" and e.at <= until for e in view.case.ledger)
    if stop.then and not summed_up:
        text += f" {ended(replace(stop, entry=stop.then))} at {view.say(stop.then.at)}, while it was held."
    fix = "the window under `maintenance`: its services, labels, from and to"
    yield Sentence(stop.at, text, ledger(stop.entry, stop.then), fix)


def _not_yet(view: Turns) -> Iterator[Sentence]:
    """What is still to come, as things are now."""
    page, case = view.case.page, view.case
    if not page.open or page.ladder_at is None or (page.summary and not page.held_until):
        return
    if page.held_until is not None:
        condition = "if it still fires when the maintenance window ends; a summary of such pages then speaks for it"
        yield from _coming(view, page.turn, page.held_until, condition)
    elif page.state is State.TRIGGERED:
        yield from _coming(view, page.turn, page.ladder_at, "if nobody answers before")
    elif page.state is State.ACKNOWLEDGED:
        who = " and ".join(answer.name for answer in page.answers) or "somebody"
        condition = f"if the page is still open when the answer of {who} runs out at {view.say(page.ladder_at)}"
        yield from _coming(view, max(page.turn, 0) - 1, page.ladder_at, condition)
    elif (slot := _first(view, case.policy_next.turns, 0, _from_now_on(view, page.ladder_at), _now(view))) is not None:
        text = f"The last resort, and so {view.name}, is told again then if nobody answers before."
        yield Sentence(slot.at, text, (described(case, case.now), inferred("the policy's `comes_back_every`")))


def _from_now_on(view: Turns, at: datetime) -> datetime:
    """What is overdue comes as soon as anything looks."""
    return max(at, view.case.now.replace(microsecond=0))


def is_coming(view: Turns) -> bool:
    """Whether they are to be notified as things are now, if nobody does anything."""
    return next(_not_yet(view), None) is not None


def _coming(view: Turns, turn: int, at: datetime, condition: str) -> Iterator[Sentence]:
    by = _now(view)
    turn = min(turn, by.policy.turns - 1)
    slot = _first(view, turn, view.case.page.start, _from_now_on(view, at), by)
    if slot is None:
        return
    text = f"Still to come: {_lower(_turn(view, slot))}, {condition}."
    yield Sentence(slot.at, text, (described(view.case, view.case.now), inferred("the waits of the tiers before")))


def _last_look(view: Turns, stop: Stop) -> Entry | None:
    before = [look for look in view.course.looks if look.at <= stop.at]
    return before[-1].entry if before else None


def _sooner(view: Turns, slot: Slot, at: datetime) -> str:
    policy = view.case.policy_at(at)
    if slot.tier == 0:
        return f"a place in a tier of policies.{policy.id}: the last resort comes after all of them"
    if slot.left_out:
        return relapse.fix(policy)
    return f"a shorter `wait:` before tier {slot.tier} of policies.{policy.id}, or a place in an earlier tier"


def _turn(view: Turns, slot: Slot) -> str:
    return f"{view.name}'s turn ({_tier(slot)})" if slot.tier else f"The last resort's turn ({view.name})"


def _tier(slot: Slot) -> str:
    return f"tier {slot.tier}" if slot.tier else "the last resort"


def _lower(text: str) -> str:
    return f"t{text[1:]}" if text.startswith("The ") else text
