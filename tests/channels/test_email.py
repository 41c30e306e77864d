"""What a mail says, and how it is handed to SES."""

from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser

import boto3
import pytest
from botocore.stub import Stubber
from briefs import LONGEST_LINK, OPENED_AT, brief
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.channels.email import Email, compose, headers, subject
from callout.domain.alert import Link
from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused, Unavailable

SENDER = "pager@example.com"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e{{ 7 * 7 }}\r\nBcc: evil@example.com"


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def hrefs(self) -> list[str | None]:
        return [attributes["href"] for _, attributes in self.tags if "href" in attributes]


def full() -> Brief:
    return brief(
        source="db1.example.com",
        details={"instance": "db1:9100", "summary": "Latency is high"},
        links=(Link("https://grafana.example.com/d/x", "Dashboard"), Link("javascript:alert(1)", "Trap")),
        runbook="https://wiki.example.com/checkout",
        bridge="tel:+12025550199",
        alerts=4,
        answer_by=OPENED_AT + timedelta(minutes=5),
        agreed="P1 within 5 min",
        owner="Payments",
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "P1 CRITICAL Checkout: p99 latency of POST /orders above 2 s"),
        ({"kind": Kind.STILL_OPEN, "title": "p99"}, "Still open: P1 CRITICAL Checkout: p99"),
        ({"kind": Kind.EXHAUSTED, "title": "p99"}, "Nobody answered: P1 CRITICAL Checkout: p99"),
        ({"kind": Kind.NEWS, "title": "p99", "news": "2 more hosts"}, "News: P1 CRITICAL Checkout: 2 more hosts, p99"),
        ({"kind": Kind.AT_RISK, "title": "p99"}, "No answer yet: P1 CRITICAL Checkout: p99"),
        ({"priority": "P3", "title": "p99"}, "P3 CRITICAL Checkout: p99"),
        ({"priority": "", "title": "p99"}, "CRITICAL Checkout: p99"),
        ({"kind": Kind.TEST, "title": "sent by ada"}, "Test: Checkout: sent by ada"),
        ({"returned": True, "title": "p99"}, "Again: P1 CRITICAL Checkout: p99"),
        ({"title": "a\r\nBcc: evil@example.com"}, "P1 CRITICAL Checkout: a Bcc: evil@example.com"),
        ({"title": "word " * 30}, "P1 CRITICAL Checkout: " + "word " * 8 + "word…"),
    ],
)
def test_subject(changes: dict[str, object], line: str) -> None:
    assert subject(brief(**changes)) == line


@given(st.text(), st.text(), st.text(), st.sampled_from(Kind))
def test_a_subject_is_one_short_line(title: str, service: str, news: str, kind: Kind) -> None:
    line = subject(brief(title=title, service=service, news=news, kind=kind))
    assert len(line) <= 70
    assert len(line.splitlines()) == 1


def test_both_bodies_say_everything_a_half_awake_person_needs() -> None:
    mail = compose(full())
    for body in (mail.text, Page(mail.html).text):
        for words in (
            "P1 CRITICAL",
            "P1 (the sender says critical)",
            "03:19 CET (P1 within 5 min)",
            "Payments",
            "Checkout",
            "p99 latency of POST /orders above 2 s",
            "Sat 21 Nov 03:14 CET (02:14 UTC)",
            "db1.example.com",
            "https://wiki.example.com/checkout",
            "tel:+12025550199",
            "4 so far",
            "2 of 3",
            "db1:9100",
            "Latency is high",
            "https://grafana.example.com/d/x",
            "ask you to type it",
            "nobody else is notified",
            "q7k2m4pd3xwzh5t-1",
            LONGEST_LINK,
        ):
            assert words in body


@pytest.mark.parametrize(("name", "cells"), [("instance", 2), ("q7k2m4pd3xwzh5t-1 critical since 03:14 UTC", 1)])
def test_a_long_name_stands_above_its_text(name: str, cells: int) -> None:
    html = compose(brief(details={name: "db1:9100"})).html
    row = html.partition("Details</caption>")[2].partition("</tr>")[0]
    assert row.count("<td") == cells
    assert name in row
    assert "db1:9100" in row


def test_the_link_stands_there_twice_at_most() -> None:
    mail = compose(full())
    assert mail.text.count(LONGEST_LINK) == 1
    assert mail.html.count(LONGEST_LINK) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": Kind.STILL_OPEN}, "It was acknowledged a while ago and is not resolved."),
        ({"kind": Kind.AT_RISK}, "Nobody has answered, and the response target is about to be missed."),
        ({"others": True}, "Others must answer as well"),
        (
            {"answer_by": OPENED_AT + timedelta(days=2), "agreed": "P3 within 4 h"},
            "Mon 23 Nov 03:14 CET (P3 within 4 h)",
        ),
        ({"kind": Kind.EXHAUSTED}, "You are the last resort"),
        ({"kind": Kind.NEWS, "news": "2 more hosts"}, "2 more hosts"),
        ({"kind": Kind.TEST, "link": ""}, "There is nothing to answer."),
        ({"returned": True}, "is back"),
        ({"unparsed": True}, "could not be understood"),
        ({"details": {str(n): "x" for n in range(35)}}, "and 5 more"),
    ],
)
def test_what_else_there_may_be_to_say(changes: dict[str, object], words: str) -> None:
    mail = compose(brief(**changes))
    assert words in mail.text
    assert words in Page(mail.html).text


def test_where_one_answer_is_not_enough_nobody_is_promised_quiet() -> None:
    mail = compose(brief(others=True))
    assert "nobody else is notified" not in mail.text + mail.html


def test_what_was_never_agreed_on_is_not_there() -> None:
    text = compose(brief(kind=Kind.TEST, priority="", link="")).text
    assert not [word for word in ("Priority", "Answer by", "Owner") if word in text]


def test_a_responder_in_utc_is_told_one_time() -> None:
    assert "Since: Sat 21 Nov 02:14 UTC\n" in compose(brief(timezone="UTC")).text


def test_only_addresses_that_may_be_links_are() -> None:
    assert Page(compose(full()).html).hrefs == [
        LONGEST_LINK,
        "https://wiki.example.com/checkout",
        "tel:+12025550199",
        "https://grafana.example.com/d/x",
    ]


def test_nothing_is_fetched_when_the_mail_is_opened() -> None:
    mail = Page(compose(full()).html)
    assert not {"img", "link", "script", "iframe", "object", "form", "input"} & {tag for tag, _ in mail.tags}
    assert not any("src" in attributes for _, attributes in mail.tags)
    assert "url(" not in compose(full()).html
    assert "@import" not in compose(full()).html


FIELDS = ("service", "title", "source", "owner", "news", "runbook", "bridge", "details", "names", "texts", "hrefs")


def with_everywhere(field: str, text: str) -> Brief:
    if field in ("details", "names"):
        return brief(details={"x": text} if field == "details" else {text: "x"})
    if field in ("texts", "hrefs"):
        return brief(links=(Link("https://a.example.com", text) if field == "texts" else Link(text, "x"),))
    return brief(**{field: text})


@pytest.mark.parametrize("field", FIELDS)
def test_text_from_outside_is_shown_and_never_run(field: str) -> None:
    plain = compose(brief())
    mail = compose(with_everywhere(field, HOSTILE))
    page = Page(mail.html)
    assert "<script>alert(1)</script>" in page.text
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in Page(plain.html).tags} | {"table", "caption"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "{{ 7 * 7 }}" in page.text
    assert "\u202e" not in mail.html + mail.text + mail.subject
    assert "\nBcc:" not in mail.text


@settings(max_examples=30, deadline=None)
@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()))
def test_any_text_makes_a_mail(title: str, service: str, details: dict[str, str]) -> None:
    mail = compose(brief(title=title, service=service, details=details))
    assert mail.html.endswith("</html>")
    assert LONGEST_LINK in mail.text


def test_absent_peoples_programs_are_told_not_to_answer_and_a_pages_mails_belong_together() -> None:
    found = {header["Name"]: header["Value"] for header in headers(brief(), SENDER)}
    assert found == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": "<q7k2m4pd3xwzh5t-1@example.com>",
        "References": "<q7k2m4pd3xwzh5t-1@example.com>",
        "Importance": "high",
        "X-Priority": "1",
    }


@pytest.mark.parametrize(
    ("priority", "kind", "urgent"),
    [
        ("P1", Kind.PAGE, True),
        ("P2", Kind.PAGE, False),
        ("P2", Kind.AT_RISK, True),
        ("P3", Kind.EXHAUSTED, True),
    ],
)
def test_only_what_is_urgent_is_marked_so(priority: str, kind: Kind, urgent: bool) -> None:
    """Whatever the sender says: its "critical" may be anything to the team."""
    names = {header["Name"] for header in headers(brief(priority=priority, kind=kind), SENDER)}
    assert ("X-Priority" in names) is urgent


def test_ses_takes_these_headers_beside_a_simple_message() -> None:
    # SES sets these itself and refuses a message that brings them (Amazon SES Developer Guide, "header fields").
    not_ours = {
        *("bcc", "cc", "content-disposition", "content-type", "date", "from", "message-id", "mime-version"),
        *("reply-to", "return-path", "subject", "to"),
    }
    found = headers(brief(), SENDER)
    assert not {header["Name"].lower() for header in found} & not_ours
    message = EmailMessage()
    for header in found:
        message[header["Name"]] = header["Value"]
    assert not any(message[name].defects for name in message)


@pytest.mark.parametrize(
    ("sender", "shown"),
    [(SENDER, "Callout <pager@example.com>"), ("On-call Team <pager@example.com>", "On-call Team <pager@example.com>")],
)
def test_it_is_handed_to_ses(sender: str, shown: str) -> None:
    client = boto3.client("sesv2")
    stub = Stubber(client)
    mail = compose(full())
    body = {
        "Text": {"Data": mail.text, "Charset": "UTF-8"},
        "Html": {"Data": mail.html, "Charset": "UTF-8"},
    }
    simple = {
        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
        "Body": body,
        "Headers": headers(full(), SENDER),
    }
    wanted = {
        "FromEmailAddress": shown,
        "Destination": {"ToAddresses": ["grace@example.com"]},
        "Content": {"Simple": simple},
    }
    stub.add_response("send_email", {"MessageId": "e-1"}, wanted)
    with stub:
        assert Email(lambda: client, sender).send("grace@example.com", full()) == "e-1"


NOTICE = brief(notice=3)
WITH_RECEIPT = {
    "ConfigurationSetName": "callout-pages",
    "EmailTags": [{"Name": "page", "Value": NOTICE.page_id}, {"Name": "notice", "Value": "3"}],
}


def handed_over(said: Brief, *refusals: str, configuration_set: str = "callout-pages") -> list[dict[str, object]]:
    """What SES is asked, besides the mail itself, until it takes it."""
    client = boto3.client("sesv2")
    asked: list[dict[str, object]] = []

    def note(params: dict[str, object], **_: object) -> None:
        asked.append({name: params[name] for name in WITH_RECEIPT if name in params})

    client.meta.events.register("provide-client-params.sesv2.SendEmail", note)
    stub = Stubber(client)
    for code in refusals:
        stub.add_client_error("send_email", code, "no: grace@example.com", 400)
    stub.add_response("send_email", {"MessageId": "e-1"})
    with stub:
        assert Email(lambda: client, SENDER, configuration_set).send("grace@example.com", said) == "e-1"
    return asked


def test_a_mail_says_where_its_receipt_goes_and_which_notice_it_is() -> None:
    assert handed_over(NOTICE) == [WITH_RECEIPT]


def test_without_a_configuration_set_or_a_notice_it_says_neither() -> None:
    assert handed_over(NOTICE, configuration_set="") == [{}]
    assert handed_over(brief()) == [{}]


@pytest.mark.parametrize("code", ["NotFoundException", "BadRequestException", "SendingPausedException"])
def test_a_mail_goes_out_though_its_configuration_set_is_gone(code: str) -> None:
    assert handed_over(NOTICE, code) == [WITH_RECEIPT, {}]


@pytest.mark.parametrize(("configuration_set", "codes"), [("", ["NotFoundException"]), ("x", ["MessageRejected"])])
def test_any_other_refusal_is_one_at_once(configuration_set: str, codes: list[str]) -> None:
    with pytest.raises(Refused):
        handed_over(NOTICE, *codes, configuration_set=configuration_set)


def test_refused_without_it_too_it_is_refused() -> None:
    with pytest.raises(Refused, match=r"^BadRequestException$"):
        handed_over(NOTICE, "BadRequestException", "BadRequestException")


@pytest.mark.parametrize(
    ("code", "status", "error"), [("MessageRejected", 400, Refused), ("TooManyRequestsException", 429, Unavailable)]
)
def test_what_ses_answers_is_told_apart(code: str, status: int, error: type[Exception]) -> None:
    client = boto3.client("sesv2")
    stub = Stubber(client)
    stub.add_client_error("send_email", code, "no: grace@example.com", status)
    with stub, pytest.raises(error, match=f"^{code}$"):
        Email(lambda: client, SENDER).send("grace@example.com", brief())
