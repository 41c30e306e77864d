"""Which contacts were never verified, and what the operator is told about it."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callout.domain.oncall import Contact, Responder
    from callout.domain.verified import Verified
    from callout.runtime import Runtime


def reach(contact: "Contact") -> tuple[str, str]:
    return contact.channel, contact.address


def verified(runtime: "Runtime", responders: "Collection[Responder]") -> "dict[tuple[str, str], Verified]":
    """By channel and address. Raises Unavailable."""
    return runtime.contacts.verified({reach(contact) for person in responders for contact in person.contacts})


def unverified(runtime: "Runtime", responders: "Collection[Responder]") -> "dict[str, list[Contact]]":
    """By responder id; nobody is there without any. Raises Unavailable."""
    known = verified(runtime, responders)
    found = {person.id: [each for each in person.contacts if reach(each) not in known] for person in responders}
    return {name: contacts for name, contacts in found.items() if contacts}


def warning(runtime: "Runtime", responders: "Collection[Responder]") -> str:
    """One line, to be said at the end; "" where there is nothing to warn of, and where nobody can tell now."""
    from callout.domain.errors import Unavailable

    try:
        found = unverified(runtime, responders)
    except Unavailable:
        return ""  # what was done before is done, and must not look as if it had failed
    return _warning(found) if found else ""


def _warning(found: "Mapping[str, Sequence[Contact]]") -> str:
    from infra.cli.description.problem import listed

    (first, contacts), *others = found.items()
    verify = f"`callout verify {first}` sends codes to type back"
    if others:
        count = sum(map(len, found.values()))
        whose = f"{count} contacts of {len(found)} responders were"
        return f"{whose} never verified: {verify}, `callout responders --live` lists them."
    were = "was" if len(contacts) == 1 else "were"
    return f"{listed(contact.id for contact in contacts)} of {first} {were} never verified: {verify}."
