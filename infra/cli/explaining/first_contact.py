"""Who has none of the ways that are asked for is told by the first contact instead."""

from collections.abc import Iterator, Sequence

from infra.cli.description.problem import listed
from infra.cli.explaining.course import What
from infra.cli.explaining.forecast import tier_of
from infra.cli.explaining.membership import named_by
from infra.cli.explaining.messages import called as message
from infra.cli.explaining.notices import Row
from infra.cli.explaining.sentence import Sentence, inferred, ledger, version
from infra.cli.explaining.turns import Turns
from infra.cli.explaining.turns import called as called_turn

FIRST = "how a message's way is chosen: the first contact, where none of the ways asked for is there"
OF_TIERS = ("page", "still open", "exhausted")


def sentences(view: Turns, rows: Sequence[Row]) -> Iterator[Sentence]:
    for row in rows:
        yield from _told(view, row)


def _told(view: Turns, row: Row) -> Iterator[Sentence]:
    given = (each for each in view.course.looks if each.what in (What.GIVEN, What.LAST))
    look = next((each for each in given if each.at == row.begins_at), None)
    if look is None or row.kind not in OF_TIERS:
        return
    case, tier = view.case, tier_of(view.case, look.tier, look.at)
    by = view.asked(look).by or case.live_at(look.at)
    oncall = case.described(by.version)
    person = oncall.responders.get(view.who)
    if person is None or view.who not in view.asked(look).people:
        return
    if look.what is What.LAST and view.who not in named_by(oncall, tier):
        return  # another tier may have taken its place
    rules = person.rules.get(case.circumstances(look.at).urgency, ())
    wanted = tier.channels or tuple(dict.fromkeys(rule.channel for rule in rules))
    if not wanted or any(each.channel in wanted for each in person.contacts):
        return
    if any(each.channel == row.channel for each in person.contacts[:1]):
        whose = called_turn(look).removesuffix("'s turn") if tier.channels else f"By their own rules {view.name}"
        verb = "tells people by" if tier.channels else "is told by"
        text = f"{whose} {verb} {listed(wanted, 'or')}, which {view.name} does not have: whoever has none of the ways "
        text += f"asked for is told by their first contact instead, here by {message(row)}."
        fix = f"{listed(wanted, 'or')} in responders.{view.who}.contact"
        fix += f", or `by:` of that tier of policies.{case.policy_at(look.at).id}" if tier.channels else ""
        yield Sentence(row.begins_at, text, (*ledger(look.entry, row.intended), version(by), inferred(FIRST)), fix)
