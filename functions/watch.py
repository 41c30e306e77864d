"""The watchdog, every minute: the second way to every page; then a sign of life, and now and then the calendars."""

from collections.abc import Mapping
from typing import Any

from callout.runtime import runtime
from callout.watching import watch

RUNTIME = runtime()


def handler(_event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answers {"overdue"}: how many pages it had to drive. None is the rule."""
    with RUNTIME.journal.of_one_event():
        began = RUNTIME.now()
        overdue = watch(RUNTIME.world)
        RUNTIME.heartbeat()
        RUNTIME.refresh_calendars(began)
        return {"overdue": overdue}
