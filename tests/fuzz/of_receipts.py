"""What providers tell later: the function file over the fake AWS, and what it may say of what it could not read."""

from collections.abc import Iterator
from functools import cache
from types import ModuleType

from fuzz.stage import Stage
from fuzz.target import Target

from callout.domain.page import Page
from tests.receipts.samples_of_receipts import (
    ADDRESS,
    NUMBER,
    bounce,
    delivery,
    of_ses,
    of_sns,
    out_of_office,
    through_logs,
    through_sns,
)


@cache
def stage() -> Stage:
    return Stage()


@cache
def function() -> ModuleType:
    return stage().function("receipts")


def tell(data: bytes) -> None:
    """As a message of SES, as a line of SNS's log, and as a whole log that is packed wrongly. All may come twice."""
    stage().again()
    text = data.decode("utf-8", "replace").replace("<page>", stage().page_id).replace("<text>", _text())
    for event in (through_sns(text), through_logs(text), {"awslogs": {"data": text}}):
        function().handler(event, None)
    once = _page()
    assert len(stage().items()) == stage().kept, "nothing but the page may change"
    for event in (through_logs(text), through_sns(text)):
        function().handler(event, None)
    assert _page() == once, "twice is the same as once"
    told = [str(entry) for entry in once.ledger] + stage().said
    assert not [line for line in told if ADDRESS in line or NUMBER in line]
    assert all(len(line) <= 1_000 for line in told)


def _page() -> Page:
    page = stage().runtime.pages.get(stage().page_id)
    assert page is not None
    return page


def _text() -> str:
    """The id of the text that went out."""
    [sent] = [pk for pk, _ in stage().items() if pk.startswith("SENT#")]
    return sent.removeprefix("SENT#")


def seeds() -> Iterator[bytes]:
    """Notice 1 is the text, notice 2 the mail."""
    for text in (
        *(make(page_id="<page>", notice=2) for make in (delivery, bounce, out_of_office)),
        *(of_ses(kind, page_id="<page>", notice=2) for kind in ("Reject", "Complaint", "Rendering Failure", "Open")),
        of_ses("DeliveryDelay", {"delayType": "MailboxFull"}, "deliveryDelay", page_id="<page>", notice=2),
        bounce("Transient", "MailboxFull", page_id="<page>", notice=2),
        bounce(page_id="<page>", notice=1),
        bounce(page_id="nowhere-1", notice=99),
        *(of_sns(status, text="<text>") for status in ("SUCCESS", "FAILURE", "UNKNOWN")),
        of_sns("FAILURE", "Phone is currently unreachable/unavailable", text="nobody's"),
        str(through_logs("{}")["awslogs"]["data"]),
        "Successfully validated SNS topic for Amazon SES event publishing.",
    ):
        yield text.encode()


TARGETS = (Target("receipts", tell, seeds),)
