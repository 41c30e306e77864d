"""One step of the escalation machine: called by the machine, and by nobody else."""

from collections.abc import Mapping
from typing import Any

from callout.domain import clock
from callout.paging import step
from callout.runtime import runtime

RUNTIME = runtime()
RUNTIME.warm("sns")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Takes {"page", "generation"}; answers {"done", "due_at"}: what the machine waits for, if anything."""
    with RUNTIME.journal.of_one_event():
        rest = step(RUNTIME.world, event["page"], event["generation"])
        return {"done": rest.done, "due_at": clock.text(rest.due_at) if rest.due_at else None}
