"""A summary of many pages with long titles stays a page that can be saved."""

from datetime import UTC, datetime, timedelta

from people import TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert
from callout.domain.decide import decide
from callout.domain.events import Held, Joined, Left, Received
from callout.domain.page import MEMBERS_MAX, Page
from callout.store import shapes

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SERVICE = oncall_of(TWO_TIERS).services["checkout"]


def member(number: int) -> Page:
    alert = Alert(Action.TRIGGER, f"key {number}", "Alertmanager", title="漢" * 1024)
    held = Held("w", "Upgrade", NOW + timedelta(hours=1))
    page = decide(None, Received(alert, f"problem{number:08d}", SERVICE, TWO_TIERS, held=held), NOW).page
    assert page is not None
    return page


def summary_of(count: int) -> Page:
    page = None
    for number in range(count):
        event = Joined(member(number), "summary", "maintenance", SERVICE, TWO_TIERS, 1)
        page = decide(page, event, NOW + timedelta(hours=1)).page
        assert page is not None
        page, _ = page.folded()
    assert page is not None
    return page


def test_it_fits_an_item_however_many_pages_are_in_it() -> None:
    page = summary_of(MEMBERS_MAX + 20)
    assert shapes.fitting(page) is page
    assert len(shapes.page_item(page, "mark")["doc"]["S"].encode()) < 200_000
    assert page.title.startswith(f"{MEMBERS_MAX} still firing after maintenance Upgrade: ")
    assert page.title.endswith(f" and {MEMBERS_MAX - 3} more")


def test_it_ends_with_the_last_of_them() -> None:
    page: Page | None = summary_of(70)
    for number in range(70):
        assert page is not None
        assert page.open
        page = decide(page, Left(member(number).id), NOW).page
    assert page is not None
    assert (page.open, page.closed_by) == (False, "Callout")


def test_the_ledger_is_folded_by_its_length_as_well() -> None:
    page = member(1)
    for number in range(60):
        page = page.noted(NOW, "note", f"{number}" * 600)
    folded, old = page.folded()
    assert old
    assert len(folded.ledger) + len(old) == len(page.ledger)
    assert folded.ledger_parts == 1
