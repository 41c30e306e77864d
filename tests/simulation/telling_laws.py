"""Whom a page tells, and how often: by the description alone, and by what the providers have said."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulation.account import Account
from simulation.climbing_laws import LADDER_KINDS, tier_at
from simulation.seen import SETTLED, Notice, Page
from simulation.team import asked, most

if TYPE_CHECKING:
    from simulation.world import World


def told(world: "World", account: Account, before: Page | None, page: Page) -> Iterator[str]:
    """What is wrong with the notices that this write made, or settled."""
    made = before.notices_made if before is not None else 0
    new = [notice for notice in page.notices if notice.number > made]
    if new:
        yield from _once(account, page, new, made)
        if page.state == "triggered" and (before is None or page.turn != before.turn):
            yield from _only_whom_its_tier_names(world, before, page, new)
    known = {notice.number: notice.outcome for notice in before.notices} if before is not None else {}
    for notice in page.notices:
        if notice.outcome == "refused" != known.get(notice.number):
            yield from _refused(world, account, page, notice)


def _once(account: Account, page: Page, new: list[Notice], made: int) -> Iterator[str]:
    """A write makes one notice for a person, a contact and a kind; a turn makes none that it has made already.

    Where something went wrong, a ladder that begins anew may find its old notices still on their way.
    """
    for (*who, kind), count in Counter((n.responder, n.contact, n.kind) for n in new).items():
        if count > 1:
            yield f"{who} is to get {count} notices of one {kind}"
    old = {(n.responder, n.contact, n.turn) for n in page.notices if n.kind == "page" and n.number <= made}
    for notice in new:
        if notice.kind == "page" and not account.disturbed and (notice.responder, notice.contact, notice.turn) in old:
            yield f"{notice.way} is to get a second notice of turn {notice.turn}"


def _only_whom_its_tier_names(world: "World", before: Page | None, page: Page, new: list[Notice]) -> Iterator[str]:
    """Besides whoever waits for another way still, since the one before has failed."""
    waiting = {n.responder for n in before.notices if n.outcome not in SETTLED} if before is not None else set()
    people = {n.responder for n in new if n.turn == page.turn and n.kind in LADDER_KINDS} - waiting
    tier = page.policy.tiers[tier_at(page, page.turn)]
    for oncall in world.versions():
        if people <= set().union(*asked(oncall, tier, world.time.now)) and len(people) <= most(oncall, tier):
            return
    yield f"turn {page.turn} tells {sorted(people)}: more than its tier names"


def _refused(world: "World", account: Account, page: Page, notice: Notice) -> Iterator[str]:
    """Somebody's word must be behind it: the provider's, or that of a description without this way."""
    sent = account.ways[notice.way]
    sent.refused.add(notice.number)
    if len(sent.refused) > sent.rejected and not world.lately_without(notice.responder, notice.contact):
        yield f"{notice.way} was refused what is marked so"


def told_news(world: "World", before: Page, page: Page) -> Iterator[str]:
    """What is wrong with how the page takes its news: it is kept until it was told, and told to whom it concerns."""
    answered = before.state == page.state == "acknowledged"
    worse = page.priority < before.priority or bool({*page.firing} - {*before.members})
    speaks = page.summary == "" and page.held_until is None
    if answered and worse and page.alerts > before.alerts and speaks and page.news_at is None:
        yield "it got worse, and whoever answered is to hear of it"
    if before.news_at is None or page.news_at is not None or not page.open or page.summary:
        return
    if page.words_since(before).isdisjoint(("news", "speaks")):
        yield "its news is forgotten"
    if answered:
        there = [each.responders.keys() for each in world.versions()[:2]]
        hear = {n.responder for n in page.notices if n.number > before.notices_made or n.outcome not in SETTLED}
        for who in {each.who for each in page.answers} - hear:
            if all(who in known for known in there):
                yield f"{who} has answered, and is not told the news"


def all_have_answered(world: "World", before: Page, page: Page) -> Iterator[str]:
    """Where each of a tier must answer, the answer of one of them is not enough; whoever else answers takes it over."""
    if before.state != "triggered" or page.state != "acknowledged" or not 0 <= before.turn < before.policy.turns:
        return
    tier = before.policy.tiers[tier_at(before, before.turn)]
    if not tier.everyone:
        return
    named = frozenset().union(*(group for each in world.versions() for group in asked(each, tier, world.time.now)))
    here = {n.responder for n in before.notices if n.turn == before.turn and n.kind in LADDER_KINDS}
    asked_now = here & named  # besides them it may tell somebody of an earlier turn, by another way
    answers = {each.who for each in page.answers}
    mine = answers - {each.who for each in before.answers}
    if mine & asked_now and not asked_now <= answers:
        yield f"each of {sorted(asked_now)} must answer, and {sorted(answers)} did"


def asked_in_vain(account: Account, page: Page) -> Iterator[str]:
    """A turn that was left without an answer has called a provider for somebody, unless nobody could be called.

    Where something went wrong with the page, the intent may outlive the turn: that it is not forgotten is another law.
    """
    if account.disturbed:
        return
    mine = [n for n in page.notices if n.turn == page.turn and n.kind in LADDER_KINDS]
    if mine and not any(account.ways[n.way].attempts for n in mine) and not any(n.outcome == "refused" for n in mine):
        yield f"turn {page.turn} is over, and nobody was called"


__all__ = ["all_have_answered", "asked_in_vain", "told", "told_news"]
