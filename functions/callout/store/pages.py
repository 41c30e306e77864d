"""Pages in the table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from callout.domain import clock
from callout.domain.identity import split
from callout.domain.overdue import Overdue, put_off_for
from callout.domain.page import Changed, Entry, Page
from callout.domain.synthetic import ID as SYNTHETIC
from callout.store import aws, shapes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEDGER_KEPT = timedelta(days=400)


class Pages:
    """Reads and writes pages, each write only over what was read."""

    def __init__(self, client: "DynamoDBClient", table: str, mark: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._client = client
        self._table = table
        self._mark = mark

    def newest(self, problem: str) -> Page | None:
        """The problem's newest page, closed or not."""
        with aws.unavailable("reading the problem's newest page"):
            found = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": shapes.page_pk(problem)}},
                ScanIndexForward=False,
                Limit=1,
                ConsistentRead=True,
            )
        return shapes.page_of(found["Items"][0]) if found["Items"] else None

    def get(self, page_id: str) -> Page | None:
        """The page; None where there is none of that name."""
        try:
            problem, number = split(page_id)
        except ValueError:
            return None
        with aws.unavailable("reading the page"):
            found = self._client.get_item(
                TableName=self._table, Key=shapes.page_key(problem, number), ConsistentRead=True
            )
        return shapes.page_of(found["Item"]) if "Item" in found else None

    def save(self, page: Page, before: Page | None) -> Page:
        """Write the page, if it is still as `before`. Raises Changed, Unavailable."""
        same = before is not None and before.id == page.id
        page, old = page.folded()
        page = shapes.fitting(page)
        page = replace(page, revision=before.revision + 1 if before is not None and same else 1)
        put = self._put(page, before if same else None)
        also: list[Any] = [self._archive(page, old)] if old else []
        # One problem, one open page, though whoever closed the last one may take that back just as it returns.
        if before is not None and not same and before.undo is not None:
            also.append(self._unchanged(before))
        if before is not None and same and page.open and not before.open:
            also.append(self._no_successor(page))
        with aws.unavailable("saving the page"):
            try:
                self._write(put, also)
            except ClientError as error:
                return self._lost(error, page, put)
        return page

    def overdue(self, before: datetime, limit: int) -> list[Overdue]:
        """What was due before an instant, longest overdue first: at most `limit` pages, and whatever else lies between.

        One query, unless there is more of anything else than a query holds: keys only, 1 MB holds 10,000.
        """
        rows: list[Overdue] = []
        with aws.unavailable("looking for overdue pages"):
            found = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="due",
                KeyConditionExpression="due = :due AND due_at < :before",
                ExpressionAttributeValues={":due": {"S": shapes.DUE}, ":before": {"S": clock.text(before)}},
                PaginationConfig={"PageSize": limit},
            )
            for answer in found:
                rows += map(shapes.overdue_of, answer["Items"])
                if sum(1 for row in rows if row.page_id) >= limit:
                    break
        return rows

    def put_off(self, page: Overdue, now: datetime) -> datetime | None:
        """Leave a page whose step failed alone for a while, longer each time in a row, and say until when.

        Only the index's attribute changes: the page itself may not be readable. Its next save ends this. None where
        somebody has changed the page since it was seen. Raises Unavailable.
        """
        soon = now + put_off_for(1)
        times = self._moved(page.page_id, page.due_at, soon)
        if times is None:
            return None
        later = now + put_off_for(times)
        if later > soon:  # how often, only the first write tells; should this one fail, it is sooner than it need be
            self._moved(page.page_id, clock.text(soon), later, times=0)
        return later

    def _moved(self, page_id: str, seen: str, until: datetime, times: int = 1) -> int | None:
        """How often the page has been put off; None where its moment is not the one that was seen."""
        with aws.unavailable("putting the page off"):
            try:
                found = self._client.update_item(
                    TableName=self._table,
                    Key=shapes.page_key(*split(page_id)),
                    UpdateExpression="SET due_at = :until ADD put_off :times",
                    ConditionExpression="due_at = :seen",
                    ExpressionAttributeValues={
                        ":until": {"S": clock.text(until)},
                        ":seen": {"S": seen},
                        ":times": {"N": str(times)},
                    },
                    ReturnValues="UPDATED_NEW",
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return None
        return int(found["Attributes"]["put_off"]["N"])

    def recent(self, month: datetime, limit: int, synthetic: bool = False) -> list[Page]:
        """Pages opened in the month of an instant, newest first; the synthetic ones only when asked, and only they."""
        with aws.unavailable("listing pages"):
            found = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="recent",
                KeyConditionExpression="#month = :month",
                FilterExpression="#service = :synthetic" if synthetic else "#service <> :synthetic",
                ExpressionAttributeNames={"#month": "month", "#service": "service"},
                ExpressionAttributeValues={":month": {"S": f"{month:%Y-%m}"}, ":synthetic": {"S": SYNTHETIC}},
                ScanIndexForward=False,
                PaginationConfig={"MaxItems": limit},
            )
            items = [item for answer in found for item in answer["Items"]]
        pages = (self.get(shapes.page_id_of(item)) for item in items)
        return [page for page in pages if page is not None]

    def ledger(self, page: Page) -> tuple[Entry, ...]:
        """The whole ledger, oldest first: what was archived, and what lies in the page."""
        if not page.ledger_parts:
            return page.ledger
        last = shapes.ledger_key(page.id, page.ledger_parts)
        with aws.unavailable("reading the ledger"):
            found = self._client.get_paginator("query").paginate(
                TableName=self._table,
                # No more than its own: a problem's numbers begin anew, and an older page's ledger is kept longer.
                KeyConditionExpression="pk = :pk AND sk <= :last",
                ExpressionAttributeValues={":pk": last["pk"], ":last": last["sk"]},
            )
            items = [item for answer in found for item in answer["Items"]]
        return (*(entry for item in items for entry in shapes.ledger_of(item)), *page.ledger)

    def _put(self, page: Page, before: Page | None) -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": shapes.page_item(page, self._mark()),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if before is not None:
            put["ConditionExpression"] = "revision = :revision"
            put["ExpressionAttributeValues"] = {":revision": {"N": str(before.revision)}}
        return put

    def _archive(self, page: Page, entries: tuple[Entry, ...]) -> dict[str, Any]:
        expires = int((page.alerted_at + LEDGER_KEPT).timestamp())
        item = shapes.ledger_item(page.id, page.ledger_parts, entries, expires)
        return {"Put": {"TableName": self._table, "Item": item}}

    def _unchanged(self, page: Page) -> dict[str, Any]:
        check = {
            "TableName": self._table,
            "Key": shapes.page_key(page.problem, page.number),
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": {":revision": {"N": str(page.revision)}},
        }
        return {"ConditionCheck": check}

    def _no_successor(self, page: Page) -> dict[str, Any]:
        check = {
            "TableName": self._table,
            "Key": shapes.page_key(page.problem, page.number + 1),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        return {"ConditionCheck": check}

    def _write(self, put: dict[str, Any], also: list[Any]) -> None:
        """One call either way; the plain one costs half."""
        if also:
            items: list[Any] = [{"Put": put}, *also]
            self._client.transact_write_items(TransactItems=items)
        else:
            self._client.put_item(**put)

    def _lost(self, error: ClientError, page: Page, put: dict[str, Any]) -> Page:
        """The condition did not hold. Was it ourselves (the answer to our write was lost, and it was sent again)?"""
        response: Any = error.response
        if aws.impossible(error):
            raise error
        if aws.code(error) == "ConditionalCheckFailedException":
            current = response.get("Item")
        elif aws.code(error) == "TransactionCanceledException":
            current = next((reason.get("Item") for reason in response.get("CancellationReasons", [])), None)
        elif aws.code(error) == "TransactionConflictException":  # says nothing about what is there
            key = shapes.page_key(page.problem, page.number)
            current = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        else:
            raise error
        if current and "doc" in current:
            if current["saved"] == put["Item"]["saved"]:
                return page
            raise Changed(shapes.page_of(current)) from error
        raise Changed(None) from error
