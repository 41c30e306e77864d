"""What applying a description would change, by id; never an address or a routing key."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from callout.domain.oncall import OnCall

_MARKS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}


def differences(before: OnCall, after: OnCall) -> list[str]:
    """One line each; none where both say the same."""
    return [
        *_lines("responder", before.responders, after.responders),
        *_lines("policy", before.policies, after.policies),
        *_lines("service", _services(before), _services(after)),
    ]


def _services(oncall: OnCall) -> dict[str, Any]:
    """Each service with its routing keys: a new key is a change, too."""
    return {
        name: (service, {digest for digest, owner in oncall.routing_keys.items() if owner == name})
        for name, service in oncall.services.items()
    }


def _lines(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        what = _what(before.get(name), after.get(name))
        if what:
            mark, colour = _MARKS[what]
            yield click.style(f"{mark} {kind} {name} {what}", fg=colour)


def _what(before: Any, after: Any) -> str:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    return "" if before == after else "changed"
