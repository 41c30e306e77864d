"""Pages as JSON. ASCII only: what a title holds cannot steer a terminal from here either."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from callout.domain import clock
from callout.domain.page import Entry, Page
from callout.domain.response import ResponseClock
from infra.cli.page_standing import waiting_for


def write(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


def of(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "state": page.state.value,
        "priority": page.priority.name,
        "severity": page.severity.value,
        "service": page.service.id,
        "title": page.title,
        "opened_at": _text(page.opened_at),
        "closed_at": _text(page.closed_at),
        "closed_by": page.closed_by or None,
        "due_at": _text(page.due_at),
        "tier": page.tier + 1 if page.turn >= 0 else None,
        "tiers": len(page.policy.tiers),
        "policy": page.policy.id,
        "alerts": page.alerts,
        "answers": [{"name": answer.name, "at": _text(answer.at)} for answer in page.answers],
        "waiting_for": list(waiting_for(page)),
        "response_target": _target(page.clock),
        "held_until": _text(page.held_until),
        "held_by": page.held_by or None,
        "summary": page.summary or None,
    }


def with_ledger(page: Page, ledger: Sequence[Entry]) -> dict[str, Any]:
    more = {
        "owner": page.service.owner,
        "key": page.key,
        "sender": page.sender,
        "source": page.source,
        "details": page.details,
        "links": [{"href": link.href, "text": link.text} for link in page.links],
        "runbook": page.runbook or page.service.runbook,
        "predecessor": page.predecessor or None,
        "unparsed": page.unparsed,
        "speaks_for": list(page.firing) if page.is_summary else [],
    }
    return {**of(page), **more, "ledger": [_entry(entry) for entry in ledger]}


def _target(running: ResponseClock | None) -> dict[str, Any] | None:
    if running is None:
        return None
    return {
        "priority": running.priority.name,
        "within_seconds": running.seconds,
        "due_at": _text(running.due_at),
        "standing": running.standing.value,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": _text(entry.at),
        "what": entry.what,
        "text": entry.text,
        "late_seconds": entry.late_seconds,
        "until": _text(entry.until),
        "times": entry.times,
        "notice": entry.notice or None,
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else clock.text(instant)
