"""One responder, policy or service before and after: each thing that differs, with its old and its new value."""

from collections.abc import Iterator, Sequence

from callout.domain.oncall import Contact, Policy, Responder, Service, Tier
from callout.domain.text import clean
from infra.cli.duration import written
from infra.cli.problem import shown
from infra.cli.responders import masked

LIST_CHARS_MAX = 60
"""Of a longer list only what comes and goes is told."""


def of_responder(old: Responder, new: Responder) -> Iterator[str]:
    yield from _value("name", old.name, new.name)
    yield from _contacts(old.contacts, new.contacts)
    yield from _value("timezone", old.timezone, new.timezone)


def _contacts(old: Sequence[Contact], new: Sequence[Contact]) -> Iterator[str]:
    before, after = ({contact.id: contact for contact in contacts} for contacts in (old, new))
    for name in before.keys() - after.keys():
        yield f"{name} {masked(before[name].address)} removed"
    for name, contact in after.items():
        if name not in before:
            yield f"{name} {masked(contact.address)} added"
        elif contact != before[name]:
            yield _change(name, masked(before[name].address), masked(contact.address))
    if before.keys() == after.keys() and list(before) != list(after):
        yield _change("contact order", ", ".join(before), ", ".join(after))


def of_policy(old: Policy, new: Policy) -> Iterator[str]:
    yield from _tiers(old.tiers, new.tiers)
    yield from _value("repeat", str(old.repeat), str(new.repeat))
    yield from _last_resort(old.last_resort, new.last_resort)
    yield from _span("ack timeout", old.ack_timeout_seconds, new.ack_timeout_seconds)
    yield from _span("comes back every", old.comeback_seconds, new.comeback_seconds)
    yield from _span("relapse within", old.relapse_seconds, new.relapse_seconds)


def _tiers(old: Sequence[Tier], new: Sequence[Tier]) -> Iterator[str]:
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        yield from _tier(f"tier {number}", before, after)
        yield from _span(f"tier {number} wait", before.wait_seconds, after.wait_seconds)
    for number, tier in enumerate(new[len(old) :], start=len(old) + 1):
        yield f"tier {number} added: {_described(tier)}, wait {written(tier.wait_seconds)}"
    for number, tier in enumerate(old[len(new) :], start=len(new) + 1):
        yield f"tier {number} removed: {_described(tier)}"


def _tier(what: str, old: Tier, new: Tier) -> Iterator[str]:
    yield from _list(f"{what} notify", old.targets, new.targets)
    yield from _list(f"{what} by", old.channels, new.channels)


def _last_resort(old: Tier | None, new: Tier | None) -> Iterator[str]:
    if old and new:
        yield from _tier("last resort", old, new)
    elif new:
        yield f"last resort added: {_described(new)}"
    elif old:
        yield f"last resort removed: {_described(old)}"


def _described(tier: Tier) -> str:
    return f"notify {_cut(tier.targets)} by {', '.join(tier.channels)}"


def _cut(names: Sequence[str]) -> str:
    text = ", ".join(names)
    return text if len(text) <= LIST_CHARS_MAX else f"{len(names)} responders"


def of_service(old: Service, new: Service) -> Iterator[str]:
    for what in ("name", "policy", "runbook", "bridge"):
        yield from _value(what, getattr(old, what), getattr(new, what))


def _value(what: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield _change(what, shown(clean(old)), shown(clean(new)))


def _span(what: str, old: int | None, new: int | None) -> Iterator[str]:
    yield from _value(what, *("never" if span is None else written(span) for span in (old, new)))


def _list(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    if old == new:
        return
    texts = ", ".join(old), ", ".join(new)
    if max(map(len, texts)) <= LIST_CHARS_MAX:
        yield _change(what, *texts)
        return
    come_and_go = [f"+{name}" for name in new if name not in old] + [f"-{name}" for name in old if name not in new]
    yield f"{what} {' '.join(come_and_go) or 'in another order'}"


def _change(what: str, old: str, new: str) -> str:
    """Where what may be shown is the same on both sides, it is only said that something changed."""
    if old == new:
        return f"{what} changed ({new})"
    return f"{what} {old or 'none'} -> {new or 'none'}"
