"""Somebody who was meant while the page was open and is not any more; and turns to come that are not for them."""

from collections.abc import Iterator
from itertools import islice

from callout.domain.oncall import Tier
from callout.domain.target import Kind, Target, target
from infra.cli.explaining.case import Lived
from infra.cli.explaining.course import Look, What
from infra.cli.explaining.forecast import Slot, tier_of
from infra.cli.explaining.membership import cast, named_by, why_not
from infra.cli.explaining.sentence import Sentence, described, inferred, ledger, version
from infra.cli.explaining.stops import is_coming, slots_to_come
from infra.cli.explaining.turns import Turns, called
from infra.cli.explaining.upcoming import whom

RULE = "everybody whom the tier could have meant, by the one version and by the other"
TURNS_MAX = 100


def sentences(view: Turns) -> Iterator[Sentence]:
    for look in view.course.looks:
        if look.what is not What.PASSED:
            yield from _gone(view, look)
    if not any(view.given()) and not is_coming(view):
        yield from _to_come(view)


def _gone(view: Turns, look: Look) -> Iterator[Sentence]:
    found = view.asked(look)
    then = found.by or view.case.live_at(look.at)
    tier = tier_of(view.case, look.tier, look.at)
    if view.who in found.people or view.who in named_by(view.case.described(then.version), tier):
        return
    for before, named in _before(view, tier, then):
        text = f"{called(look)} was not for {view.name}: {_how(view, named, before, then)}."
        grounds = (*ledger(*look.beside, look.entry), version(then), version(before), inferred(RULE))
        yield Sentence(look.at, text, grounds, _fix(named))


def _before(view: Turns, tier: Tier, then: Lived) -> Iterator[tuple[Lived, Target]]:
    """The last version of the page's life that meant them there, and by what."""
    case = view.case
    lived = [each for each in case.lived if case.opened_under.version <= each.version < then.version]
    for before in reversed(lived):
        oncall = case.described(before.version)
        named = next((each for each in map(target, tier.targets) if view.who in cast(oncall, each)), None)
        if named is not None:
            yield before, named
            return


def _how(view: Turns, named: Target, before: Lived, then: Lived) -> str:
    oncall = view.case.described(then.version)
    kept = named.id in (oncall.teams if named.kind in (Kind.TEAM, Kind.ROBIN) else oncall.schedules)
    what = "team" if named.kind in (Kind.TEAM, Kind.ROBIN) else "schedule"
    gone = f"who is not in it any more by version {then.version}"
    if not kept:
        gone = f"and version {then.version} does not describe that {what} any more"
    return f"it names {what} {named.id}, by version {before.version} with {view.name}, {gone}"


def _fix(named: Target) -> str:
    section = "teams" if named.kind in (Kind.TEAM, Kind.ROBIN) else "schedules"
    return f"{section}.{named.id}"


def _to_come(view: Turns) -> Iterator[Sentence]:
    """The first turn to come that names them, or did, and is not for them as things are now."""
    for slot, tier in islice(slots_to_come(view.case), TURNS_MAX):
        if view.who in named_by(view.case.live, tier):
            yield _not_for_them(view, slot, tier)
            return
        for before, named in _before(view, tier, view.case.latest):
            text = f"{_turn(slot)} is still to come, and is not for {view.name}: "
            text += f"{_how(view, named, before, view.case.latest)}."
            grounds = (version(view.case.latest), version(before), inferred(RULE))
            yield Sentence(view.case.now, text, grounds, _fix(named))
            return


def _not_for_them(view: Turns, slot: Slot, tier: Tier) -> Sentence:
    case, began = view.case, f"{_turn(slot)} is still to come"
    person = case.live.responders.get(view.who)
    grounds = (described(case, case.now), inferred("the live description, asked for that time"))
    if person is None:
        text = f"{began}, and names {view.who}, who is not described any more."
        return Sentence(case.now, text, grounds, f"describe them again under responders.{view.who}")
    if not slot.meant:
        text = f"{began}, and is passed over if the page stays as it is: it is not for such a page."
        return Sentence(case.now, text, grounds)
    if any(answer.who == view.who for answer in case.page.answers):
        text = f"{began}: {view.name} has answered, and who has answered is left in peace."
        return Sentence(case.now, text, grounds)
    if not person.contacts:
        text = f"{began}, and {view.name} has no contact method."
        return Sentence(case.now, text, grounds, f"responders.{view.who}.contact")
    reason = next(why_not(case.live, tier, view.who, slot.at, view.say, taken=case.page.robins), None)
    text = f"{began}. As things are now it is for {whom(slot) or 'nobody'}, not for {view.name}."
    return Sentence(case.now, text, grounds, reason.fix if reason else "")


def _turn(slot: Slot) -> str:
    return f"Tier {slot.tier}'s turn" if slot.tier else "The last resort's turn"
