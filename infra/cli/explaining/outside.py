"""Somebody whom the page's policy does not name, and somebody for whom a summary spoke."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from callout.domain.on_call import on_call
from callout.domain.oncall import OnCall, Policy
from callout.domain.page import Entry, Page
from callout.domain.succession import live
from infra.cli.description.problem import listed
from infra.cli.explaining.case import Case
from infra.cli.explaining.common import spokesmen
from infra.cli.explaining.forecast import tier_of
from infra.cli.explaining.membership import named_by
from infra.cli.explaining.notices import of, rows
from infra.cli.explaining.sentence import Evidence, Sentence, described, inferred, ledger, version
from infra.cli.explaining.turns import Turns

PAIR = 2


def sentences(view: Turns) -> Iterator[Sentence]:
    if not _named(view):
        yield from _not_named(view)
    yield from _dropped(view)
    yield from _spoken_for(view)
    yield from _namesakes(view)


def _named(view: Turns) -> bool:
    """Whether the page's own policy, at any time of its life, might have meant them; or they were told all the same."""
    case, at = view.case, view.case.page.opened_at
    looked = any(
        view.who in named_by(case.at(look.at), tier_of(case, look.tier, look.at)) for look in view.course.looks
    )
    return (
        looked
        or view.who in _everybody(case.at(at), case.policy_at(at))
        or view.who in _everybody(case.at(_end(case)), case.page.policy)
        or any(told.id == view.who for told in case.page.told)
    )


def _end(case: Case) -> datetime:
    return case.page.closed_at or case.now


def _everybody(oncall: OnCall, policy: Policy) -> set[str]:
    return {who for tier in policy.everywhere for who in named_by(oncall, tier)}


def _not_named(view: Turns) -> Iterator[Sentence]:
    case, page = view.case, view.case.page
    if case.synthetic:
        text = "This is the synthetic page, by which Callout tries itself out: it is for nobody."
        rule = "the service is built in, and no version of the description has it"
        yield Sentence(page.opened_at, text, (*ledger(*case.ledger[:1]), inferred(rule)))
        return
    policy, under = case.policy_at(page.opened_at), case.opened_under
    text = f"Policy {policy.id}, by which the page goes, names {view.name} nowhere, be it by schedule or team."
    if view.who not in case.at(page.opened_at).responders:
        text += f" {view.name} was not described at all then."
    text += _on_call_elsewhere(view)
    grounds: tuple[Evidence, ...] = (version(under), inferred("everybody whom the policy's tiers could have meant"))
    fix = f"`notify:` in policies.{policy.id}.tiers"
    later = _names_them_now(view)
    if later is not None:
        text += f" The live description (version {later.version}) does, "
        grounds = (*grounds, version(case.latest))
        if case.policy_next != page.policy:
            text += "and the page goes by that from its next step on."
            fix = ""
        else:
            text += f"but a page keeps the policy it was {'given' if case.given_another else 'opened with'}."
            fix = "`callout apply --open-pages follow` lets open pages go on by the new policies"
    yield Sentence(page.opened_at, text, grounds, fix)


def _dropped(view: Turns) -> Iterator[Sentence]:
    """The page was given another policy, which does not name them any more."""
    case = view.case
    for entry in (entry for entry in case.ledger if entry.what == "policy"):
        before = entry.at - timedelta(microseconds=1)
        was, now = (view.who in _everybody(case.at(at), case.policy_at(at)) for at in (before, entry.at))
        if was and not now:
            text = f"Then the page was given a newer policy, which does not name {view.name} ({entry.text})."
            fix = f"`notify:` in policies.{case.policy_at(entry.at).id}.tiers"
            yield Sentence(entry.at, text, (*ledger(entry), described(case, entry.at)), fix)


def _on_call_elsewhere(view: Turns) -> str:
    at = view.case.page.opened_at
    oncall = view.case.at(at)
    mine = [each.name for each in oncall.schedules.values() if view.who in on_call(each, at, oncall.calendars)]
    return f" {view.name} was on call in {listed(mine)} then, which that policy does not ask." if mine else ""


def _names_them_now(view: Turns) -> OnCall | None:
    policy = live(view.case.page, view.case.live)[1]
    named = policy is not None and view.who in _everybody(view.case.live, policy)
    return view.case.live if named else None


def _spoken_for(view: Turns) -> Iterator[Sentence]:
    for page_id in spokesmen(view.case):
        line = next(e for e in view.case.ledger if e.what == "summarised" and page_id in e.text)
        found = view.case.other(page_id)
        sent = _sent(view, found, line.at) if found else None
        if sent is not None:
            text = f"Page {page_id} spoke for it, and told {view.name} at {view.say(sent.at)}."
        elif found:
            text = f"Page {page_id} spoke for it, and did not tell {view.name}{_but_before(view, found, line.at)}."
        else:
            text = f"Page {page_id} spoke for it; it is not kept any more."
        text += f" `callout explain {page_id} {view.who}` says more." if found else ""
        yield Sentence(line.at, text, (*ledger(line, sent), described(view.case, line.at)))


def _but_before(view: Turns, found: tuple[Page, tuple[Entry, ...]], at: datetime) -> str:
    before = _sent(view, found, found[0].opened_at)
    return (
        f" again: that was at {view.say(before.at)}, before it spoke for this one" if before and before.at < at else ""
    )


def _namesakes(view: Turns) -> Iterator[Sentence]:
    ids = sorted(who for who, name in view.names.items() if name == view.name)
    if len(ids) > 1:
        both = "both" if len(ids) == PAIR else "all"
        text = f"{listed(ids)} are {both} called {view.name}, and the ledger writes names "
        text += "only: a message that is told of here may have gone to the other."
        yield Sentence(view.case.page.opened_at, text, (described(view.case, view.case.now),), "names that differ")


def told_by_summary(view: Turns) -> Iterator[Entry]:
    for page_id in spokesmen(view.case):
        line = next(e for e in view.case.ledger if e.what == "summarised" and page_id in e.text)
        found = view.case.other(page_id)
        sent = _sent(view, found, line.at) if found else None
        if sent is not None:
            yield sent


def _sent(view: Turns, found: tuple[Page, tuple[Entry, ...]], since: datetime) -> Entry | None:
    """What arrived, as far as is known, of what it sent them from when it spoke for the page."""
    page, entries = found
    made = of(rows(replace(view.case, page=page, ledger=entries)), view.who)
    arrived = (row.sent for row in made if row.sent is not None and not row.lost)
    return next((entry for entry in arrived if entry.at >= since), None)
