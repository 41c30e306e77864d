"""Receipts, through the function as the template deploys it: an event of SES or SNS's log in, the next message out."""

import json
from typing import Any

from end_to_end.conftest import Hire
from end_to_end.desk import Desk
from end_to_end.running import Running

from callout.domain.notice import Outcome
from callout.domain.oncall import Policy, Tier
from tests.receipts.samples_of_receipts import bounce, delivery, of_sns, through_logs, through_sns

BY_MAIL = Policy("by-mail", (Tier(("ada",), ("email",), 600),), last_resort=Tier(("boss",), ("email",)))


def told(stack: Running, event: dict[str, Any]) -> None:
    """As AWS invokes the function."""
    functions = stack.client("lambda")
    names = [each["FunctionName"] for each in functions.list_functions()["Functions"]]
    [receipts] = [name for name in names if "-Receipts-" in name]
    answer = functions.invoke(FunctionName=receipts, Payload=json.dumps(event).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_a_mail_that_came_back_is_followed_by_a_text(stack: Running, hire: Hire) -> None:
    desk = hire(BY_MAIL)
    desk.trigger()
    page = desk.notified()
    assert desk.messages("sms") == []
    told(stack, through_sns(bounce(page_id=page.id, notice=1)))
    desk.link("sms")
    lines = [entry.what for entry in desk.notified().ledger if entry.notice == 1]
    assert lines == ["intended", "sent", "receipt", "next way"]


def test_what_arrived_and_what_is_not_ours_sends_nothing(stack: Running, desk: Desk) -> None:
    desk.trigger()
    page = desk.notified()
    told(stack, through_sns(delivery(page_id=page.id, notice=2), bounce(page_id="abcdefghijklmno-1")))
    told(stack, through_logs(of_sns("FAILURE", text="somebody-elses"), "not JSON"))
    after = desk.page()
    assert [entry.what for entry in after.ledger[len(page.ledger) :]] == ["receipt"]
    assert {notice.outcome for notice in after.notices} == {Outcome.SENT}


def test_who_opened_which_link_stands_on_the_ledger(stack: Running, desk: Desk) -> None:
    desk.trigger()
    before = desk.notified()
    for method in ("HEAD", "OPTIONS"):
        assert stack.http(method, desk.link("sms")).status == 200
    assert desk.page() == before, "a program that only asks whether the link is there has not opened it"
    for _ in range(2):
        assert stack.http("GET", desk.link("email")).status == 200
        assert stack.http("GET", desk.link("sms")).status == 200
    page = desk.page()
    opened = [entry for entry in page.ledger if entry.what == "link opened"]
    assert [entry.text for entry in opened] == ["the email link of Ada was opened"]
    [mail] = [notice.number for notice in page.notices if notice.channel == "email"]
    assert opened[0].notice == mail
    assert page.told[0].opened_at is not None
