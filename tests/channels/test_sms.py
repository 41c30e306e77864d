"""What a text message says, and how it is handed to SNS."""

import re
from datetime import timedelta

import boto3
import pytest
from botocore.stub import Stubber
from briefs import LONGEST_LINK, OPENED_AT, PHONE, brief
from hypothesis import given
from hypothesis import strategies as st

from callout.channels import gsm
from callout.channels.sms import Sms, text, untappable
from callout.domain.alert import Severity
from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused, Unavailable

COMMON_LINK = "https://abcdefghij.execute-api.us-east-1.amazonaws.com/a/" + "A" * 35
LONG = "p99 latency of POST /orders above 2 s for 5 minutes in eu-central-1"


def words(message: str) -> str:
    return message.replace(LONGEST_LINK, "LINK")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "p99 > 2 s", "tiers": 1}, "P1 CRITICAL Checkout: p99 > 2 s, 03:14 LINK to answer."),
        ({"title": "p99 > 2 s", "priority": ""}, "CRITICAL Checkout: p99 > 2 s, 03:14 LINK to answer, tier 2/3"),
        ({"title": "p99 > 2 s"}, "P1 CRITICAL Checkout: p99 > 2 s, 03:14 LINK to answer, tier 2/3"),
        ({"title": "p99 > 2 s", "priority": "P4"}, "P4 CRITICAL Checkout: p99 > 2 s, 03:14 LINK to answer, tier 2/3"),
        ({"title": LONG}, "P1 Checkout: p99 latency of..., 03:14 LINK to answer, tier 2/3"),
        ({"title": LONG, "tiers": 1}, "P1 Checkout: p99 latency of POST..., 03:14 LINK to answer."),
        ({"title": "Disk full", "returned": True}, "Again: P1 Checkout: Disk full, 03:14 LINK to answer, tier 2/3"),
        ({"title": LONG, "kind": Kind.STILL_OPEN}, "Still open: P1 Checkout: p99 latency of POST... LINK to answer."),
        (
            {"title": "Disk full", "kind": Kind.AT_RISK, "answer_by": OPENED_AT + timedelta(minutes=5)},
            "No answer yet: P1 Checkout: Disk full, due 03:19 LINK to answer.",
        ),
        ({"title": LONG, "kind": Kind.AT_RISK}, "No answer yet: P1 Checkout: p99 latency of... LINK to answer."),
        ({"title": LONG, "kind": Kind.EXHAUSTED}, "NOBODY ANSWERED: P1 Checkout: p99 latency of... LINK to answer."),
        (
            {"title": "Disk full", "kind": Kind.NEWS, "news": "now critical"},
            "News: P1 Checkout: now critical, Disk full LINK to answer.",
        ),
        ({"title": "", "severity": Severity.INFO}, "P1 INFO Checkout: (no title), 03:14 LINK to answer, tier 2/3"),
        ({"title": "Диск", "tiers": 1}, "P1 CRITICAL Checkout: Диск, 03:14 LINK to answer."),
    ],
)
def test_what_it_says(changes: dict[str, object], said: str) -> None:
    assert words(text(brief(**changes))) == said


def test_a_page_that_was_opened_before_says_on_which_day() -> None:
    message = text(brief(kind=Kind.STILL_OPEN, title="Disk full", link=COMMON_LINK))
    assert message == f"Still open: P1 CRITICAL Checkout: Disk full, Sat 03:14 {COMMON_LINK} to answer."


def test_a_test_message_asks_for_nothing() -> None:
    message = text(brief(kind=Kind.TEST, link="", title="sent by ada"))
    assert message == "Test message from Callout: sent by ada (nothing to answer)"


ANY_TEXT = st.text() | st.text(st.characters(codec="ascii")) | st.text("[]{}€|~ab c", min_size=100)
ASKING = [kind for kind in Kind if kind is not Kind.TEST]
LATIN_TEXT = st.text(st.characters(codec="latin-1")) | st.text("[]{}€|~ab c", min_size=100)


@given(LATIN_TEXT, LATIN_TEXT, LATIN_TEXT, st.sampled_from(ASKING))
def test_latin_text_is_always_one_segment_with_the_whole_link(title: str, service: str, news: str, kind: Kind) -> None:
    message = text(brief(title=title, service=service, news=news, kind=kind))
    assert gsm.septets(message) <= 160
    assert f" {LONGEST_LINK} " in message


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.sampled_from(Kind))
def test_any_text_keeps_the_link_whole_between_words(title: str, service: str, news: str, kind: Kind) -> None:
    message = text(brief(title=title, service=service, news=news, kind=kind))
    before, link, after = message.partition(f" {LONGEST_LINK} ")
    assert before
    assert link
    assert after
    assert len(message.splitlines()) == 1
    if gsm.is_gsm(message):
        assert gsm.septets(message) <= 2 * 153
    else:
        assert gsm.units(message) <= 3 * 67


def test_a_link_on_a_long_domain_of_ones_own_takes_a_second_segment() -> None:
    link = "https://" + "alerts." * 12 + "example.com/a/" + "A" * 35
    message = text(brief(link=link, title=LONG))
    assert f" {link} " in message
    assert LONG in message
    assert 160 < gsm.septets(message) <= 306


HOSTILE = [
    "http://evil.example.com/a/x",
    "HTTPS://evil.example.com",
    "hthttp://tp://evil.example.com",
    "ｈｔｔｐｓ：／／evil．example．com",
    "www.evil.example.com",
    "evil.example.com/a/AbC",
    "grace@evil.example.com",
    "ev\u200bil.exa\u202emple.com",
    "xn--e1afmkfd.xn--p1ai",
    "пример.рф",
    "ftp://evil.example.com",
    "http:////evil.com",
]


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("place", ["title", "service", "news"])
def test_no_address_but_ours_can_be_tapped(address: str, place: str) -> None:
    message = words(text(brief(**{place: f"see {address}"}, kind=Kind.NEWS)))
    assert "://" not in message
    assert not re.search(r"\w\.[^\W\d_]{2}", message)
    assert "\u200b" not in message
    assert "\u202e" not in message


@given(st.text("htps:/.w evilcom", max_size=60))
def test_no_made_up_address_survives(raw: str) -> None:
    safe = untappable(raw)
    assert "://" not in safe
    assert not re.search(r"\S\.[a-z]{2}", safe)


@pytest.mark.parametrize("harmless", ["p99 above 2.5 s", "/var/lib: 99.5%", "C:/ is full", "v1.2.3 failed", "a/b"])
def test_what_is_no_address_is_left_alone(harmless: str) -> None:
    assert untappable(harmless) == harmless


def stubbed() -> tuple[Sms, Stubber]:
    client = boto3.client("sns")
    return Sms(lambda: client, "CALLOUT"), Stubber(client)


def test_it_is_handed_to_sns_as_transactional_with_the_sender_id() -> None:
    sms, stub = stubbed()
    string = {"DataType": "String"}
    stub.add_response(
        "publish",
        {"MessageId": "m-1"},
        {
            "PhoneNumber": PHONE,
            "Message": text(brief()),
            "MessageAttributes": {
                "AWS.SNS.SMS.SMSType": {**string, "StringValue": "Transactional"},
                "AWS.SNS.SMS.SenderID": {**string, "StringValue": "CALLOUT"},
            },
        },
    )
    with stub:
        assert sms.send(PHONE, brief()) == "m-1"


def test_no_sender_id_where_none_is_given() -> None:
    client = boto3.client("sns")
    stub = Stubber(client)
    attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    wanted = {"PhoneNumber": PHONE, "Message": text(brief()), "MessageAttributes": attributes}
    stub.add_response("publish", {"MessageId": "m-2"}, wanted)
    with stub:
        assert Sms(lambda: client).send(PHONE, brief()) == "m-2"


def test_whoever_wants_to_know_the_messages_id_is_told_once_it_is_out() -> None:
    client, told = boto3.client("sns"), list[tuple[str, Brief]]()
    stub = Stubber(client)
    stub.add_response("publish", {"MessageId": "m-3"})
    stub.add_client_error("publish", "OptedOut", "no", 400)
    sms = Sms(lambda: client, sent=lambda message_id, said: told.append((message_id, said)))
    with stub:
        sms.send(PHONE, brief())
        with pytest.raises(Refused):
            sms.send(PHONE, brief())
    assert told == [("m-3", brief())]


@pytest.mark.parametrize(("code", "status", "error"), [("OptedOut", 400, Refused), ("Throttling", 400, Unavailable)])
def test_what_sns_answers_is_told_apart(code: str, status: int, error: type[Exception]) -> None:
    sms, stub = stubbed()
    stub.add_client_error("publish", code, f"no: {PHONE}", status)
    with stub, pytest.raises(error, match=f"^{code}$"):
        sms.send(PHONE, brief())
