"""What applying a description would change; never an address in full, never a routing key."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from callout.domain.oncall import OnCall
from infra.cli.changes import of_policy, of_responder, of_service
from infra.cli.problem import listed


def differences(before: OnCall, after: OnCall) -> list[str]:
    """One line for each change; none where both say the same."""
    return [
        *_lines("responder", before.responders, after.responders, of_responder),
        *_lines("policy", before.policies, after.policies, of_policy),
        *_lines("service", before.services, after.services, of_service),
        *_routing_keys(before, after),
    ]


def _lines(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], changes: Callable[[Any, Any], Iterator[str]]
) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield click.style(f"+ {kind} {name} added", fg="green")
        elif name not in after:
            yield click.style(f"- {kind} {name} removed", fg="red")
        elif before[name] != after[name]:
            for text in [*changes(before[name], after[name])] or ["changed"]:
                yield click.style(f"~ {kind} {name}: {text}", fg="yellow")


def _routing_keys(before: OnCall, after: OnCall) -> Iterator[str]:
    """By service and count. A new service's keys are no news, a removed service's are: somebody may still use them."""
    for name in sorted(before.services.keys() | after.services.keys()):
        lost = _keys(before, name) - _keys(after, name)
        gained = _keys(after, name) - _keys(before, name)
        moved = {key: after.routing_keys[key] for key in lost & after.routing_keys.keys()}
        if gained and name in before.services:
            yield click.style(f"~ service {name}: {_count(len(gained))} added", fg="yellow")
        if moved:
            words = f"moved to {listed(sorted(set(moved.values())))}; senders that use {_them(len(moved))} page there"
            yield click.style(f"~ service {name}: {_count(len(moved))} {words}", fg="yellow", bold=True)
        if refused := len(lost) - len(moved):
            words = f"removed; senders that use {_them(refused)} will be refused"
            yield click.style(f"- service {name}: {_count(refused)} {words}", fg="red", bold=True)


def _keys(oncall: OnCall, service: str) -> set[str]:
    return {digest for digest, owner in oncall.routing_keys.items() if owner == service}


def _count(keys: int) -> str:
    return f"{keys} routing key{'' if keys == 1 else 's'}"


def _them(keys: int) -> str:
    return "it" if keys == 1 else "them"
