"""What a plan takes from a service's ladder: tiers, and the last resort."""

from collections.abc import Iterator

from callout.domain.oncall import OnCall, Policy, Service, Tier
from infra.cli.meaning.words import Sentence, wakes


def losses(before: OnCall, after: OnCall, old: Service, new: Service) -> Iterator[Sentence]:
    was, becomes = before.policies.get(old.policy), after.policies.get(new.policy)
    if was and becomes and was != becomes:
        yield from _tiers(before, was, becomes)
        yield from _last_resort(before, after, was, becomes)


def _tiers(before: OnCall, was: Policy, becomes: Policy) -> Iterator[Sentence]:
    """Who was asked later, if not first: whom a page wakes first is said elsewhere."""
    left = {*was.tiers[0].targets, *(text for tier in becomes.tiers for text in tier.targets)}
    lost = tuple(dict.fromkeys(text for tier in was.tiers[1:] for text in tier.targets if text not in left))
    who = f"{wakes(before, Tier(lost))} any more" if lost else ""
    if len(becomes.tiers) < len(was.tiers):
        count = f"{len(becomes.tiers)} tier{'s' if len(becomes.tiers) > 1 else ''}, no longer {len(was.tiers)}"
        yield Sentence(f"the ladder has {count}{f', and does not wake {who}' if lost else ''}", loud=True)
    elif lost:
        yield Sentence(f"no later tier wakes {who}")


def _last_resort(before: OnCall, after: OnCall, was: Policy, becomes: Policy) -> Iterator[Sentence]:
    """Told by what it means: without a last resort the last tier is told again, who may be the same."""
    old, new = was.last_resort, becomes.last_resort
    gone = wakes(before, old or was.tiers[-1])
    come = wakes(after, new or becomes.tiers[-1])
    if (old is None and new is None) or gone == come:
        return
    if new:
        yield Sentence(f"when nobody has answered, the last resort is {come}, no longer {gone}")
    else:
        text = f"there is NO last resort any more: when nobody has answered, the last tier ({come}) is told again"
        yield Sentence(f"{text}, no longer {gone}", loud=True)
