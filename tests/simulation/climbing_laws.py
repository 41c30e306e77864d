"""What a turn of the ladder must look like, by the description and the clock alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulation.account import Account
from simulation.seen import Page
from simulation.team import asked
from simulation.timeline import seconds_of

from callout.domain.oncall import OnCall, Tier
from callout.domain.priority import Urgency

if TYPE_CHECKING:
    from simulation.world import World

TOLD = ("sent", "intended", "queued")
LADDER_KINDS = ("page", "still open")
EARLY_SECONDS = 1.5 + 6
"""Moments are cut to the second, and a wait is counted from the decision: saving it may take six seconds. Clocks differ
besides."""


def climbed(world: "World", account: Account, before: Page, page: Page) -> Iterator[str]:
    """What is wrong with how the page came to this turn."""
    anew = page.turn <= before.turn or before.state == "acknowledged" or before.policy != page.policy
    if not anew and not account.hurried and before.turn >= 0 and before.state == "triggered":
        wait = before.policy.tiers[tier_at(before, before.turn)].wait_seconds
        took = world.time.seconds - account.turn_began
        if took < wait - EARLY_SECONDS - 2 * world.options.skew_seconds:
            yield f"turn {before.turn} was left after {took:.0f} s of {wait}"
    first = page.turn if anew else before.turn + 1
    versions = world.versions()
    for turn in range(first, min(page.turn + 1, page.policy.turns)):
        tier = page.policy.tiers[tier_at(page, turn)]
        last = turn == page.turn
        if not any(_right(world, version, page, tier, turn, last) for version in versions):
            yield f"turn {turn} asks whom its tier names" if last else f"turn {turn} is not passed over"
    exhausted = page.turn >= page.policy.turns and page.state == "exhausted"
    if exhausted and not any(_last_resort_told(world, version, page) for version in versions):
        yield "the last resort is told"


def tier_at(page: Page, turn: int) -> int:
    """Its first round begins where the page starts and takes the lower tiers last; later ones begin at the first."""
    count = len(page.policy.tiers)
    return (page.start + turn) % count if turn < count else turn % count


def _right(world: "World", oncall: OnCall, page: Page, tier: Tier, turn: int, last: bool) -> bool:
    """The turn asks everybody whom its tier means, or is rightly passed over."""
    if not meant(page, tier):
        return not last
    wanted = _wanted(world, oncall, page, tier)
    if not last:
        return not wanted
    told = {n.responder for n in page.notices if n.turn == turn and n.kind in LADDER_KINDS}
    return bool(told) and all(group & told for group in wanted)


def _wanted(world: "World", oncall: OnCall, page: Page, tier: Tier) -> list[frozenset[str]]:
    """Groups of whom at least one must be told; who has answered already is left in peace."""
    done = {answer.who for answer in page.answers}
    return [group for group in asked(oncall, tier, world.time.now) if group and not group & done]


def _last_resort_told(world: "World", oncall: OnCall, page: Page) -> bool:
    tiers = [tier for tier in page.policy.tiers if meant(page, tier)]
    tier = page.policy.last_resort or (tiers or list(page.policy.tiers))[-1]
    told = {n.responder for n in page.notices if n.kind == "exhausted"}
    groups = [group for group in asked(oncall, tier, world.time.now) if group]
    return bool(told) and all(group & told for group in groups)


def meant(page: Page, tier: Tier) -> bool:
    """Whether the tier is for such a page: high urgency is P1 and P2, or whatever was raised."""
    condition = tier.condition
    if condition is None:
        return True
    urgency = Urgency.HIGH if page.raised or page.priority <= 2 else Urgency.LOW
    return condition.urgency in (None, urgency) and (
        not condition.priorities or page.priority in [int(each) for each in condition.priorities]
    )


def failed(world: "World", before: Page, page: Page) -> Iterator[str]:
    """What is wrong with how the page takes it that messages do not get through."""
    known = {n.number: n.outcome for n in before.notices}
    for notice in page.notices:
        if notice.outcome not in ("refused", "given up") or known.get(notice.number) == notice.outcome:
            continue
        if any(n.responder == notice.responder and n.number > before.notices_made for n in page.notices):
            continue  # by another way, be it in a later turn
        if any(n.responder == notice.responder and n.turn > notice.turn and n.outcome in TOLD for n in page.notices):
            continue  # told anew
        same = [
            n
            for n in page.notices
            if (n.responder, n.kind) == (notice.responder, notice.kind) and n.turn in (notice.turn, page.turn)
        ]
        if not any(_all_tried(version, notice.responder, {n.contact for n in same}) for version in world.versions()):
            yield f"{notice.way} is {notice.outcome}, and {notice.responder} has another way"
    mine = [n for n in page.notices if n.turn == page.turn and n.kind in LADDER_KINDS]
    lost = mine and all(n.outcome in ("refused", "given up") for n in mine)
    if page.state == "triggered" and lost and page.ladder_at is not None and not page.answers:
        waits = seconds_of(page.ladder_at) - world.time.seconds
        if waits > 1 + world.options.skew_seconds:
            yield f"nobody of turn {page.turn} can be reached, and it waits {waits:.0f} s"


def _all_tried(oncall: OnCall, responder: str, tried: set[str]) -> bool:
    found = oncall.responders.get(responder)
    return found is None or {contact.id for contact in found.contacts} <= tried
