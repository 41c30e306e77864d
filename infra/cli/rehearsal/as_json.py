"""A simulation as JSON: a list of events, each with the same keys."""

from datetime import datetime
from typing import Any

from callout.domain import clock
from callout.domain.local_time import local
from callout.domain.oncall import OnCall
from infra.cli import page_json
from infra.cli.description.problem import masked
from infra.cli.rehearsal.events import Happening
from infra.cli.rehearsal.simulation import Simulated
from infra.cli.rehearsal.words import said, summary


def write(simulated: Simulated, oncall: OnCall) -> None:
    page_json.write(events(simulated, oncall))


def events(simulated: Simulated, oncall: OnCall) -> list[dict[str, Any]]:
    numbers = {page.id: number for number, page in enumerate(simulated.pages, 1)}
    told = [_event(simulated, each, oncall, numbers[each.page_id]) for each in simulated.happenings]
    return [*told, _end(simulated, oncall)]


def _event(simulated: Simulated, happening: Happening, oncall: OnCall, page: int) -> dict[str, Any]:
    sent = happening.sent
    event = _empty(simulated, happening.at, happening.what) | {"text": happening.text, "page": page}
    if sent is None:
        return event
    return event | {
        "local": local(sent.at, sent.brief.timezone).isoformat(timespec="seconds"),
        "text": said(sent),
        "responder": sent.notice.responder,
        "name": oncall.responders[sent.notice.responder].name,
        "channel": sent.notice.channel,
        "to": masked(sent.address),
        "kind": sent.notice.kind.value,
        "tier": sent.brief.tier,
    }


def _empty(simulated: Simulated, at: datetime, what: str) -> dict[str, Any]:
    known = {"after_seconds": round((at - simulated.plan.at).total_seconds()), "at": clock.text(at), "local": None}
    unknown = dict.fromkeys(("text", "page", "responder", "name", "channel", "to", "kind", "tier"))
    return {**known, "what": what, **unknown}


def _end(simulated: Simulated, oncall: OnCall) -> dict[str, Any]:
    return _empty(simulated, simulated.end, "end") | {"text": " ".join(summary(simulated, oncall))}
