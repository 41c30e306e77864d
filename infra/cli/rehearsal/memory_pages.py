"""Pages in memory, by the contract of callout.store.pages.Pages: for rehearsals, where nothing is kept."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from threading import Lock

from callout.domain import clock
from callout.domain.overdue import Overdue, put_off_for
from callout.domain.page import Changed, Entry, Page


class MemoryPages:
    def __init__(self) -> None:
        self._pages: dict[str, dict[int, Page]] = defaultdict(dict)
        self._archived: dict[str, tuple[Entry, ...]] = {}
        self._put_off: dict[str, tuple[int, str]] = {}
        self._lock = Lock()

    def newest(self, problem: str) -> Page | None:
        """The problem's newest page, closed or not."""
        found = self._pages.get(problem, {})
        return found[max(found)] if found else None

    def get(self, page_id: str) -> Page | None:
        problem, _, number = page_id.rpartition("-")
        return self._pages.get(problem, {}).get(int(number))

    def save(self, page: Page, before: Page | None) -> Page:
        """Write the page, if it is still as `before`. Raises Changed."""
        same = before is not None and before.id == page.id
        page, old = page.folded()
        page = replace(page, revision=before.revision + 1 if before is not None and same else 1)
        with self._lock:
            self._check(page, before if same else None, predecessor=None if same else before)
            self._pages[page.problem][page.number] = page
            self._put_off.pop(page.id, None)
            self._archived[page.id] = self._archived.get(page.id, ()) + old
        return page

    def _check(self, page: Page, before: Page | None, predecessor: Page | None) -> None:
        """One problem, one open page, and each write only over what was read."""
        mine = self._pages[page.problem]
        current = mine.get(page.number)
        if _revision(current) != _revision(before):
            raise Changed(current)
        if predecessor is not None and predecessor.undo is not None:
            kept = mine.get(predecessor.number)
            if _revision(kept) != predecessor.revision:
                raise Changed(None)
        if before is not None and page.open and not before.open and page.number + 1 in mine:
            raise Changed(None)

    def overdue(self, before: datetime, limit: int) -> list[Overdue]:
        """What was due before an instant, longest overdue first."""
        due = [(self._due_at(page), page.id) for page in self.all() if page.due_at is not None]
        found = sorted((at, page_id) for at, page_id in due if at < clock.text(before))
        return [Overdue(page_id, at) for at, page_id in found[:limit]]

    def put_off(self, page: Overdue, now: datetime) -> datetime | None:
        """Leave a page whose step failed alone until the instant that is returned; its next save ends that."""
        with self._lock:
            current = self.get(page.page_id)
            if current is None or current.due_at is None or self._due_at(current) != page.due_at:
                return None
            times = self._put_off.get(page.page_id, (0, ""))[0] + 1
            until = now + put_off_for(times)
            self._put_off[page.page_id] = times, clock.text(until)
        return until

    def _due_at(self, page: Page) -> str:
        _, put_off = self._put_off.get(page.id, (0, ""))
        return put_off or (clock.text(page.due_at) if page.due_at is not None else "")

    def entries_after(self, page: Page, count: int) -> tuple[Entry, ...]:
        """The ledger without its first entries."""
        archived = len(self._archived.get(page.id, ()))
        return page.ledger[count - archived :] if count >= archived else self.ledger(page)[count:]

    def ledger(self, page: Page) -> tuple[Entry, ...]:
        """The whole ledger, oldest first."""
        return (*self._archived.get(page.id, ()), *page.ledger)

    def all(self) -> Iterator[Page]:
        for pages in self._pages.values():
            yield from pages.values()


def _revision(page: Page | None) -> int | None:
    return None if page is None else page.revision
