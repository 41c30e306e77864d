"""What a responder notices while something that Callout stands on is down. With -s it prints the table.

Real time is scarce, so what the issue of an hour is about is said with short waits: "down" is down for the whole life
of the pages, whose tiers wait seconds; only DynamoDB's minute is a whole minute. The watchdog runs every five seconds
here: what it does takes up to a minute longer on AWS.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from people import ADA, GRACE
from real.field import Accepted, Field
from real.meanwhile import Watching, eventually, ladder
from rich.console import Console
from rich.table import Table

from callout.domain.identity import problem_id
from callout.domain.page import Page

pytestmark = pytest.mark.long

ALERTS = 3
WATCH_SECONDS = 5
PATIENCE_SECONDS = 600
MINUTE_SECONDS = 60
DOWN = {"code": "InternalServerError", "status": 500}
PHONES = {person.name: contact.address for person in (ADA, GRACE) for contact in person.contacts[:1]}


@dataclass(frozen=True, slots=True)
class Row:
    down: str
    noticed: str
    seen: str


@pytest.fixture(scope="module")
def table() -> Iterator[list[Row]]:
    rows: list[Row] = []
    yield rows
    shown = Table("what was down", "what the responder noticed", "seen", show_lines=True)
    for row in rows:
        shown.add_row(row.down, row.noticed, row.seen)
    Console(width=150, highlight=False).print(shown)


class Team:
    """A service with a policy of its own, and its pages."""

    def __init__(self, field: Field, name: str, seconds: int, *channels: str) -> None:
        self.field, self.name = field, name
        field.hire(ladder(name, seconds, channels))
        self.keys = [f"{name}-{number}" for number in range(ALERTS)]

    def send(self) -> list[Accepted]:
        return self.field.send_all(self.name, self.keys)

    def pages(self) -> list[Page]:
        return [self.field.page(self.name, key) for key in self.keys]

    def problems(self) -> list[str]:
        return [problem_id(self.name, key) for key in self.keys]


def seconds(page: Page, what: str, words: str) -> float | None:
    """How long after its opening the ledger says that for the first time."""
    found = (entry.at for entry in page.ledger if entry.what == what and entry.text.startswith(words))
    at = next(found, None)
    return None if at is None else (at - page.opened_at).total_seconds()


def sent_at(page: Page, words: str) -> datetime:
    return next(entry.at for entry in page.ledger if entry.what == "sent" and entry.text.startswith(words))


def within(pages: Sequence[Page], what: str, words: str) -> str:
    """From the first page's to the last one's; fails where the ledger of one does not say it."""
    found = [seconds(page, what, words) for page in pages]
    assert None not in found, f"{what} {words}: {found}"
    return spread([value for value in found if value is not None])


def spread(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.1f} to {max(seconds):.1f} s"


def says(pages: Sequence[Page], what: str, words: str) -> bool:
    return all(seconds(page, what, words) is not None for page in pages)


def over(page: Page) -> bool:
    return page.state == "exhausted" and all(notice.settled for notice in page.notices)


def test_one_service_of_aws_is_down(field: Field, table: list[Row]) -> None:
    """Several outages at once, each for the pages of one team: told apart by what the calls carry."""
    both, texts = Team(field, "both", 10, "sms", "email"), Team(field, "texts", 10, "sms")
    refused, mails = Team(field, "no", 10, "sms"), Team(field, "mails", 10, "sms", "email")
    starts = Team(field, "starts", 5, "sms")
    teams = (both, texts, refused, mails, starts)
    field.warm(ALERTS * len(teams))
    field.wire.set(
        *(sns(team.name, DOWN) for team in (both, texts)),
        sns(refused.name, {"code": "OptedOut", "status": 400}),
        {"service": "ses", "body": f"contains(to_string(@), '{mails.name}: ')", "error": DOWN},
        *(
            {"service": "stepfunctions", "body": f"contains(name, '{problem}')", "error": DOWN}
            for problem in starts.problems()
        ),
    )
    with Watching(field, WATCH_SECONDS):
        for team in teams:
            team.send()
        eventually(lambda: all(over(page) for team in teams for page in team.pages()), PATIENCE_SECONDS)
        field.wire.set()
    sms_with_mail(both.pages(), table)
    sms_alone(texts.pages(), table)
    sms_refused(refused.pages(), table)
    mail(mails.pages(), table)
    machine(starts.pages(), table)


def sns(team: str, error: dict[str, Any]) -> dict[str, Any]:
    return {"service": "sns", "operation": "Publish", "body": f"contains(Message, ' {team}: ')", "error": error}


def sms_with_mail(pages: list[Page], table: list[Row]) -> None:
    assert not any(seconds(page, "sent", "sms") for page in pages)
    ada, grace = (within(pages, "sent", f"email to {name}") for name in ("Ada", "Grace"))
    down = "SMS (500), for the whole life of a page that also goes by mail"
    table.append(Row(down, "no text; the mail, at once", f"mail to Ada after {ada}, to Grace after {grace}"))


def sms_alone(pages: list[Page], table: list[Row]) -> None:
    tries, instead = within(pages, "given up", "sms to Ada"), within(pages, "sent", "email to Ada")
    turn, last = within(pages, "turn", "tier 2"), within(pages, "sent", "email to Boss")
    down = "SMS (500), for the whole life of a page that goes by SMS alone"
    noticed = "a mail instead, after five tries in 75 s; the next tier's turn does not wait for that"
    seen = (
        f"text given up after {tries}, mail after {instead}; tier 2's turn after {turn}, the last resort's mail {last}"
    )
    table.append(Row(down, noticed, seen))


def sms_refused(pages: list[Page], table: list[Row]) -> None:
    ada, grace = (within(pages, "sent", f"email to {name}") for name in ("Ada", "Grace"))
    down = "SMS to these people, refused for good (400)"
    table.append(Row(down, "a mail instead, at once", f"mail to Ada after {ada}, to Grace after {grace}"))


def mail(pages: list[Page], table: list[Row]) -> None:
    assert not any(seconds(page, "sent", "email to Ada") for page in pages)
    ada, grace = (within(pages, "sent", f"sms to {name}") for name in ("Ada", "Grace"))
    down = "SES (500), for the whole life of a page that goes both ways"
    table.append(Row(down, "no mail; the text, at once", f"text to Ada after {ada}, to Grace after {grace}"))


def machine(pages: list[Page], table: list[Row]) -> None:
    ada, grace = (within(pages, "sent", f"sms to {name}") for name in ("Ada", "Grace"))
    noticed = "every turn comes late: 30 s, and up to the watchdog's next run (5 s here, a minute on AWS)"
    down = "Step Functions (every start refused); tiers wait 5 s"
    table.append(Row(down, noticed, f"text to Ada after {ada}, to Grace after {grace}"))


def test_a_minute_without_the_table(field: Field, table: list[Row]) -> None:
    """DynamoDB refuses everything, in the middle of open pages, while alerts come in and somebody answers."""
    early, late = Team(field, "early", 20, "sms"), Team(field, "late", 20, "sms")
    with Watching(field, WATCH_SECONDS):
        early.send()
        eventually(lambda: says(early.pages(), "sent", "sms to Ada"), PATIENCE_SECONDS)
        text = text_to(field, "Ada", early.keys[0])
        shown = field.open(text)
        assert shown.status == 200
        field.wire.set({"service": "dynamodb", "error": DOWN})
        began = time.monotonic()
        with ThreadPoolExecutor(1) as sender:
            sending = sender.submit(late.send)
            opened, pressed = field.open(text), field.acknowledge(text, shown.data.decode())
            assert (opened.status, pressed.status) == (503, 503)
            time.sleep(MINUTE_SECONDS - (time.monotonic() - began))
            assert not sending.done(), "accepted without a table"
            meanwhile = [one for one in field.told() if any(key in one.text for key in (*early.keys, *late.keys))]
            ended = datetime.now(UTC)
            field.wire.set()
            accepted = sending.result()
        assert field.acknowledge(text, field.open(text).data.decode()).status == 200
        quiet_from = datetime.now(UTC)
        eventually(lambda: says(late.pages(), "sent", "sms to Ada"), PATIENCE_SECONDS)
        eventually(lambda: says(early.pages()[1:], "sent", "sms to Grace"), PATIENCE_SECONDS)
    assert len(meanwhile) == ALERTS, "what was told before"
    assert all(503 in one.refused for one in accepted)
    assert early.pages()[0].state == "acknowledged"
    assert all(entry.at <= quiet_from for entry in early.pages()[0].ledger if entry.what == "intended")
    after = [(sent_at(page, "sms to Grace") - ended).total_seconds() for page in early.pages()[1:]]
    new = [(sent_at(page, "sms to Ada") - ended).total_seconds() for page in late.pages()]
    noticed = (
        "tier 2, due in that minute, is told by the watchdog's next run after it (5 s here, a minute on AWS);"
        " a link says that nothing was recorded, and works after it"
    )
    seen = f"texts to Grace {spread(after)} after its end; who answered after it was believed"
    table.append(Row("DynamoDB, every call, for 60 s: pages that were open", noticed, seen))
    times = sum(len(one.refused) for one in accepted)
    seen = f"{len(accepted)} alerts, refused {times} times, all accepted in the end; texts {spread(new)} after its end"
    noticed = "the sender is answered 503 and comes again; then the page, at once"
    table.append(Row("DynamoDB, every call, for 60 s: new alerts", noticed, seen))


def text_to(field: Field, name: str, key: str) -> str:
    found = (one.text for one in field.told() if one.to == PHONES[name] and key in one.text)
    return next(found, "")
