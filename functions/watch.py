"""The watchdog, every minute: the second way to every page."""

from collections.abc import Mapping
from typing import Any

from callout.paging import watch
from callout.runtime import runtime

RUNTIME = runtime()


def handler(_event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answers {"overdue"}: how many pages it had to drive. None is the rule."""
    with RUNTIME.journal.of_one_event():
        return {"overdue": watch(RUNTIME.world)}
