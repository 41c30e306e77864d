"""Delivery receipts: what SES publishes about mails, and SNS logs about texts. A final refusal takes the next way."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from callout.domain.errors import Malformed
from callout.domain.receipt import Receipt
from callout.paging import receipted
from callout.receipts import ses, sms
from callout.runtime import runtime

RUNTIME = runtime()

Read = Callable[[], Receipt | None]


def told(event: Mapping[str, Any]) -> Iterator[Read]:
    """What an event brings, each to be read on its own: one that cannot be read must not hold up the others."""
    for record in event.get("Records", ()):
        yield partial(ses.receipt, record["Sns"]["Message"])
    if "awslogs" in event:
        for line in sms.lines(event["awslogs"]["data"]):
            yield partial(sms.receipt, line)


def take(read: Read) -> None:
    """Raises Unavailable: it must come again."""
    try:
        receipt = read()
    except Malformed as error:
        RUNTIME.journal.trouble("a receipt could not be read", error=str(error))
        return
    if receipt is None:
        RUNTIME.journal.note("an event that tells nothing about a message")
        return
    found = (receipt.page_id, receipt.notice) if receipt.page_id else RUNTIME.sent.find(receipt.message_id)
    if found is None:
        RUNTIME.journal.note("a receipt for a message that is not known here")
        return
    receipted(RUNTIME.world, *found, receipt)


def handler(event: Mapping[str, Any], _context: object) -> None:
    with RUNTIME.journal.of_one_event():
        again: list[Exception] = []
        try:
            reads = list(told(event))
        except Malformed as error:
            RUNTIME.journal.trouble("receipts could not be read", error=str(error))
            return
        for read in reads:
            try:
                take(read)
            except Exception as error:  # one that cannot be taken in must not cost the others theirs
                RUNTIME.journal.trouble("a receipt was not taken in", error=type(error).__name__)
                again.append(error)
        if again:  # all of them come again; the same receipt twice is the same as once
            raise again[0]
