"""The probe: closes the last synthetic page and opens the next, through the front door that everybody uses.

What it opens takes the way of every page: intake, table, machine, step; it ends in a channel that only measures.
"""

from collections.abc import Mapping
from typing import Any

from callout.domain import synthetic
from callout.domain.alert import Action
from callout.runtime import runtime

RUNTIME = runtime()


def handler(_event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Raises Refused or Unavailable where the front door does not accept it: the function's errors are watched."""
    said = {"key": synthetic.DEDUP_KEY, "title": "Synthetic page", "source": "probe"}
    with RUNTIME.journal.of_one_event():
        RUNTIME.knock({**said, "action": Action.RESOLVE})
        RUNTIME.knock({**said, "action": Action.TRIGGER, "started_at": RUNTIME.now().isoformat()})
        RUNTIME.journal.note("a synthetic page was opened")
        return {"opened": True}
