"""The function, from an event as AWS hands it over to the next message: the real runtime on an emulated AWS."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import boto3
import pytest
from calls import Counted
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends
from stories.story import Quiet

from callout.domain.errors import Unavailable
from callout.domain.notice import Outcome
from callout.domain.page import Page
from callout.store import shapes
from tests.receipts.samples_of_receipts import ADDRESS, NUMBER, bounce, delivery, of_sns, through_logs, through_sns

REGION = "eu-central-1"


class Office(Counted):
    """A page that Ada has been texted about."""

    def __init__(self, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TABLE", table)
        import receipts

        super().__init__(table)
        self.table = table
        self.settings = replace(self.settings, sms_receipts=True, email_configuration_set="callout-pages")
        self.runtime = self.cold()
        self.journal = Quiet()
        monkeypatch.setattr(self.journal, "of_one_event", nullcontext, raising=False)
        monkeypatch.setattr(self.runtime, "journal", self.journal)
        object.__setattr__(self.runtime.world, "journal", self.journal)
        monkeypatch.setattr(receipts, "RUNTIME", self.runtime)
        self._handler = receipts.handler
        self.page_id = self.alert()
        self.step(self.page_id)

    @property
    def page(self) -> Page:
        page = self.runtime.pages.get(self.page_id)
        assert page is not None
        return page

    def tells(self, event: dict[str, Any]) -> None:
        self._handler(event, None)

    def outcome(self, notice: int) -> Outcome:
        return next(each.outcome for each in self.page.notices if each.number == notice)

    def words(self) -> list[str]:
        return [entry.what for entry in self.page.ledger]

    def text_id(self) -> str:
        """What SNS called the last text."""
        sent = [entry.text for entry in self.page.ledger if entry.what == "sent"]
        found = re.search(r"\((.+)\)", sent[-1])
        assert found
        return found[1]


@pytest.fixture
def office(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    yield (made := Office(table, monkeypatch))
    said = "\n".join(made.journal.lines)
    assert NUMBER not in said
    assert ADDRESS not in said


def test_a_text_that_failed_is_followed_by_a_mail_at_once(office: Office) -> None:
    office.tells(through_logs(of_sns("FAILURE", "Phone has blocked SMS", office.text_id())))
    assert office.outcome(1) is Outcome.REFUSED
    assert office.page.due_at == office.now.replace(microsecond=0)
    office.step(office.page_id, office.page.generation)
    assert len(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages) == 1
    assert [notice.outcome for notice in office.page.notices] == [Outcome.REFUSED, Outcome.SENT]


def test_a_mail_that_came_back_takes_its_next_way(office: Office) -> None:
    office.later(seconds=301)
    office.step(office.page_id)
    assert len(sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages) == 2
    before = office.page.generation
    for notice in (2, 3):
        office.tells(through_sns(bounce(page_id=office.page_id, notice=notice)))
    assert "unreachable" in office.words()
    assert office.page.generation > before, "the running execution would have looked ten minutes later"


def test_what_arrived_is_on_the_ledger(office: Office) -> None:
    office.tells(through_logs(of_sns(text=office.text_id()), failed=False))
    office.tells(through_sns(delivery(page_id=office.page_id, notice=1)))
    texts = [entry.text for entry in office.page.ledger if entry.what == "receipt"]
    assert texts == ["sms to Ada: Message has been accepted by phone carrier", "sms to Ada: the mail server took it"]
    assert office.outcome(1) is Outcome.SENT


def test_the_same_event_twice_changes_nothing_more(office: Office) -> None:
    event = through_logs(of_sns("FAILURE", "Phone has blocked SMS", office.text_id()))
    office.tells(event)
    once = office.page
    office.tells(event)
    assert office.page == once


def test_one_that_cannot_be_read_holds_up_no_other(office: Office) -> None:
    good = of_sns("FAILURE", "Phone has blocked SMS", office.text_id())
    office.tells(through_logs(f"{{{NUMBER}", "7", good))
    assert office.outcome(1) is Outcome.REFUSED
    assert sum("could not be read" in line for line in office.journal.lines) == 2
    office.tells(through_sns(f'{{"eventType": "Bounce", "to": "{ADDRESS}"}}', delivery(page_id=office.page_id)))
    assert office.words()[-1] == "receipt"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Records": []},
        {"awslogs": {"data": "x"}},
        through_logs(kind="CONTROL_MESSAGE"),
        through_logs(of_sns("FAILURE", text="somebody-elses")),
        through_sns("Successfully validated SNS topic for Amazon SES event publishing."),
        through_sns(bounce(page_id="abcdefghijklmno-1")),
        through_sns(bounce(page_id="no page")),
    ],
)
def test_what_does_not_concern_us_changes_nothing(office: Office, event: dict[str, Any]) -> None:
    before = office.page
    office.tells(event)
    assert office.page == before


def test_while_the_table_cannot_be_written_it_comes_again_and_the_others_are_taken(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = office.runtime.sent.find

    def gone(message_id: str) -> tuple[str, int] | None:
        if message_id == "lost":
            raise Unavailable("reading which notice a text was")
        return find(message_id)

    monkeypatch.setattr(office.runtime.sent, "find", gone)
    event = through_logs(of_sns("FAILURE", text="lost"), of_sns("FAILURE", text=office.text_id()))
    with pytest.raises(Unavailable):
        office.tells(event)
    assert office.outcome(1) is Outcome.REFUSED


def test_which_notice_a_text_was_is_forgotten_after_its_receipt_may_have_come(office: Office) -> None:
    found = boto3.client("dynamodb").get_item(TableName=office.table, Key=shapes.sent_key(office.text_id()))["Item"]
    assert shapes.sent_of(found) == (office.page_id, 1)
    days = (int(found["expires_at"]["N"]) - office.now.timestamp()) / 86_400
    assert 3 < days < 5
    assert not [value for value in map(str, found.values()) if NUMBER in value]


def test_a_text_goes_out_though_nobody_will_know_its_receipt(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise Unavailable("writing which notice a text was")

    monkeypatch.setattr(office.runtime.sent, "remember", gone)
    office.later(seconds=301)
    office.step(office.page_id)
    assert {notice.outcome for notice in office.page.notices} == {Outcome.SENT}
    assert any("will not be known" in line for line in office.journal.lines)
