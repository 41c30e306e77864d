"""Pages whose ledger has grown so long that a part of it is archived with them, in one transaction."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber
from people import TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert
from callout.domain.decide import decide
from callout.domain.errors import Impossible
from callout.domain.events import Received
from callout.domain.page import LEDGER_ENTRIES_KEPT, LEDGER_ENTRIES_MAX, Changed, Page
from callout.store.pages import Pages
from callout.store.shapes import CLOSED_PAGES_KEPT, page_key

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s")


def opened(now: datetime = NOW) -> Page:
    event = Received(SAID, "aaaaaaaaaaaaaaa", oncall_of(TWO_TIERS).services["checkout"], TWO_TIERS)
    page = decide(None, event, now).page
    assert page is not None
    return page


def grown(page: Page, entries: int) -> Page:
    for number in range(entries):
        page = page.noted(page.opened_at + timedelta(seconds=number), "step", f"{page.opened_at.year}, step {number}")
    return page


def test_a_page_that_has_an_older_ones_id_does_not_show_its_ledger(table: str) -> None:
    pages = Pages(boto3.client("dynamodb"), table)
    page = opened()
    for _ in range(3):
        page = pages.save(grown(page, LEDGER_ENTRIES_MAX), page if page.revision else None)
    assert page.ledger_parts == 3
    assert len(pages.ledger(page)) == 3 * LEDGER_ENTRIES_MAX + 1
    boto3.client("dynamodb").delete_item(TableName=table, Key=page_key(page.problem, page.number))
    later = opened(NOW + CLOSED_PAGES_KEPT + timedelta(days=100))
    assert later.id == page.id
    later = pages.save(grown(later, LEDGER_ENTRIES_MAX), None)
    assert later.ledger_parts == 1
    whole = pages.ledger(later)
    assert len(whole) == LEDGER_ENTRIES_MAX + 1
    assert min(entry.at for entry in whole) == later.opened_at


@pytest.mark.parametrize(
    ("reasons", "found"),
    [
        (["ValidationError", "None"], Impossible),
        (["None", "ValidationError"], Impossible),
        (["ConditionalCheckFailed", "None"], Changed),
        (["TransactionConflict", "None"], Changed),
    ],
    ids=["the page", "its ledger", "somebody was faster", "somebody is at it"],
)
def test_what_a_transaction_can_never_hold_is_impossible(reasons: list[str], found: type[Exception]) -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons",
            400,
            modeled_fields={"CancellationReasons": [{"Code": code, "Message": "as AWS says it"} for code in reasons]},
        )
        with pytest.raises(found):
            Pages(client, "callout").save(grown(opened(), LEDGER_ENTRIES_MAX), None)
        stub.assert_no_pending_responses()


def test_a_page_read_before_more_was_archived_shows_each_line_once(table: str) -> None:
    pages = Pages(boto3.client("dynamodb"), table)
    first = pages.save(grown(opened(), LEDGER_ENTRIES_MAX), None)
    pages.save(grown(first, LEDGER_ENTRIES_MAX), first)
    assert len(first.ledger) == LEDGER_ENTRIES_KEPT
    assert len(pages.ledger(first)) == LEDGER_ENTRIES_MAX + 1


def test_nothing_of_what_aws_says_is_repeated() -> None:
    page = replace(opened(), title="+12025550101")
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        reason = {"Code": "ValidationError", "Message": page.title}
        stub.add_client_error(
            "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": [reason]}
        )
        with pytest.raises(Impossible) as caught:
            Pages(client, "callout").save(grown(page, LEDGER_ENTRIES_MAX), None)
    assert page.title not in str(caught.value)
