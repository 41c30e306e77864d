"""Tiers whose turn never came, or has not come yet: what stopped the ladder, and how long before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from callout.domain.oncall import Tier
from callout.domain.page import Entry, State
from callout.domain.target import Kind, target
from infra.cli.explaining import relapse
from infra.cli.explaining.asked import answered
from infra.cli.explaining.case import Case
from infra.cli.explaining.course import Look, Stop, What
from infra.cli.explaining.forecast import Outlook, Slot, ahead, comebacks, tier_of
from infra.cli.explaining.lateness import between, span
from infra.cli.explaining.membership import named_by, why_not
from infra.cli.explaining.messages import ended
from infra.cli.explaining.sentence import Sentence, described, inferred, ledger
from infra.cli.explaining.turns import Turns
from infra.cli.explaining.upcoming import doubt, upcoming

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
    case, before = view.case, stop.at - timedelta(microseconds=1)
    asked = {team for look in view.course.looks if look.at <= stop.at for team in _taking(case, look)}
    known = {team: first for team, first in case.page.robins.items() if team in asked}
    who = frozenset(answered(case, before))
    return Outlook(stop.at, case.policy_at(stop.at), who, known, comebacks(case, stop.at))


def _taking(case: Case, look: Look) -> tuple[str, ...]:
    """The teams that were asked in it whose turn it was."""
    if look.what not in (What.GIVEN, What.LAST):
        return ()
    return tuple(each.id for each in map(target, tier_of(case, look.tier, look.at).targets) if each.kind is Kind.ROBIN)


def _chances(view: Turns, turn: int, start: int, at: datetime, by: Outlook) -> Iterator[Slot]:
    """Their first turn for certain, and before it the first that may be theirs."""
    perhaps = False
    for _, slot in zip(range(TURNS_AHEAD_MAX), ahead(view.case, turn, start, at, by), strict=False):
        if slot.has(view.who):
            yield slot
            return
        if slot.might(view.who) and not perhaps:
            perhaps = True
            yield slot


def _answered_before(view: Turns, stop: Stop) -> Iterator[Sentence]:
    if stop.next_at is None:
        return
    next_at = max(stop.next_at, stop.at.replace(microsecond=0))
    slots = list(_chances(view, stop.turn, stop.start, next_at, _at(view, stop)))
    if not slots:
        yield from _not_even_then(view, stop, next_at)
    for slot in slots:
        yield from _would_have_come(view, stop, slot)


def _would_have_come(view: Turns, stop: Stop, slot: Slot) -> Iterator[Sentence]:
    if stop.taken_back and stop.until is not None and stop.until <= slot.at:
        return
    seconds = max(0, between(stop.at, slot.at))
    text = f"{_turn(view, slot)} would have come at {view.say(slot.at)} if nobody had answered"
    text += f"{doubt(view.case, stop.at, slot.at, view.say)}. "
    text += f"{ended(stop)} at {view.say(stop.at)}, {span(seconds)} before.{_one_of(view, slot, 'would have been')}"
    grounds = (*ledger(_last_look(view, stop), stop.entry), described(view.case, stop.at))
    yield Sentence(stop.at, text, (*grounds, inferred("the waits of the tiers before")), _sooner(view, slot, stop.at))


def _one_of(view: Turns, slot: Slot, would_be: str = "is") -> str:
    if not slot.might(view.who):
        return ""
    return f" It {would_be} for one of {slot.whom.perhaps[view.who]}; whose turn it is is not known before it comes."


def _not_even_then(view: Turns, stop: Stop, next_at: datetime) -> Iterator[Sentence]:
    """They are named in a tier that was still to come, but would not have been asked."""
    oncall = view.case.at(stop.at)
    by = _at(view, stop)
    slots = ahead(view.case, stop.turn, stop.start, next_at, by)
    for _, slot in zip(range(TURNS_AHEAD_MAX), slots, strict=False):
        tier = tier_of(view.case, slot.tier, stop.at)
        if view.who not in named_by(oncall, tier):
            continue
        began = f"{_tier(slot).capitalize()} was still to come, at {view.say(slot.at)}; {_lower(ended(stop))} before"
        grounds = (*ledger(stop.entry), described(view.case, stop.at))
        for reason in why_not(oncall, tier, view.who, slot.at, view.say, taken=by.robins):
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
    named = [each.id for each in view.case.at(stop.at).maintenance if each.name == view.case.page.held_by]
    window = f"window {named[0]}" if len(named) == 1 else "window"
    fix = f"the {window} under `maintenance`: its services, labels, from and to"
    yield Sentence(stop.at, text, ledger(stop.entry, stop.then), fix)


def _not_yet(view: Turns) -> Iterator[Sentence]:
    """What is still to come, as things are now."""
    case, found = view.case, upcoming(view.case)
    if found is None:
        return
    for slot in _chances(view, found.turn, found.start, found.at, found.by):
        if found.again:
            text = f"The last resort, and so {view.name}, is told again then if nobody answers before."
            if slot.might(view.who):
                text = "The last resort is told again then if nobody answers before."
            rule = "the policy's `comes_back_every`"
        else:
            unless = doubt(case, case.now, slot.at, view.say)
            text = f"Still to come: {_lower(_turn(view, slot))}, {_condition(view)}{unless}."
            rule = "the waits of the tiers before"
        yield Sentence(slot.at, text + _one_of(view, slot), (described(case, case.now), inferred(rule)))


def _condition(view: Turns) -> str:
    page = view.case.page
    if page.held_until is not None:
        return "if it still fires when the maintenance window ends; a summary of such pages then speaks for it"
    if page.state is State.ACKNOWLEDGED and page.ladder_at is not None:
        who = " and ".join(answer.name for answer in page.answers) or "somebody"
        return f"if the page is still open when the answer of {who} runs out at {view.say(page.ladder_at)}"
    return "if nobody answers before"


def slots_to_come(case: Case) -> Iterator[tuple[Slot, Tier]]:
    found = upcoming(case)
    for slot in ahead(case, found.turn, found.start, found.at, found.by) if found else ():
        policy = found.by.policy if found else case.page.policy
        yield slot, policy.tiers[slot.tier - 1] if slot.tier else policy.last_resort or policy.tiers[-1]


def is_coming(view: Turns) -> bool:
    """Whether they are to be notified as things are now, if nobody does anything; or may be, in a team's turn."""
    return next(_not_yet(view), None) is not None


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
    if slot.might(view.who):
        return f"Tier {slot.tier}'s turn" if slot.tier else "The last resort's turn"
    return f"{view.name}'s turn ({_tier(slot)})" if slot.tier else f"The last resort's turn ({view.name})"


def _tier(slot: Slot) -> str:
    return f"tier {slot.tier}" if slot.tier else "the last resort"


def _lower(text: str) -> str:
    return f"t{text[1:]}" if text.startswith(("The ", "Tier ")) else text
