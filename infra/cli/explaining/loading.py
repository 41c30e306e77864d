"""Everything that a deployment knows about one page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from callout.domain.page import Entry, Page
from infra.cli.explaining.case import Case, Lived

if TYPE_CHECKING:
    from callout.domain.applied import Applied
    from callout.runtime import Runtime


def load(runtime: "Runtime", page: Page) -> Case:
    known = runtime.versions.current().oncall

    def other(page_id: str) -> tuple[Page, tuple[Entry, ...]] | None:
        found = runtime.pages.get(page_id)
        return (found, runtime.pages.ledger(found)) if found else None

    return Case(
        page=page,
        ledger=runtime.pages.ledger(page),
        lived=lived(runtime.versions.applied(), known.version),
        read=runtime.versions.read,
        now=runtime.now(),
        calendars=known.calendars,
        other=other,
    )


def lived(applied: "Sequence[Applied]", live: int) -> tuple[Lived, ...]:
    """The live version and what it replaced, and so on, oldest first; the others were never believed by anybody."""
    known = {each.version: each for each in applied}
    found: list[Lived] = []
    version = live
    while version and version not in [each.version for each in found]:
        record = known.get(version)
        found.append(Lived(version, _instant(record.at) if record else None, record.by if record else ""))
        version = record.before if record else 0
    return tuple(reversed(found))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
