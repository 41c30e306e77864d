"""What SES tells later about a mail: what is final, and that no address is repeated."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain.errors import Malformed
from callout.domain.receipt import Receipt
from callout.receipts.ses import receipt
from tests.receipts.samples_of_receipts import ADDRESS, MESSAGE, bounce, delivery, mail, of_ses, out_of_office

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def test_it_names_the_notice_by_the_mails_tags() -> None:
    assert receipt(delivery()) == Receipt(MESSAGE, False, "the mail server took it", "abcdefghijklmno-1", 3)


@pytest.mark.parametrize(
    ("event", "note"),
    [
        (bounce(), "it came back (Permanent, NoEmail, 5.1.1)"),
        (bounce("Permanent", "General", "5.3.0"), "it came back (Permanent, General, 5.3.0)"),
        (bounce("Permanent", "Suppressed"), "it came back (Permanent, Suppressed, 5.1.1)"),
        (bounce("Permanent", "OnAccountSuppressionList"), "it came back (Permanent, OnAccountSuppressionList, 5.1.1)"),
        (bounce("Permanent", "SomethingNew"), "it came back (Permanent, SomethingNew, 5.1.1)"),
        (bounce("Transient", "MailboxFull", "5.2.2"), "it came back (Transient, MailboxFull, 5.2.2)"),
        (bounce("Transient", "MessageTooLarge", "5.3.4"), "it came back (Transient, MessageTooLarge, 5.3.4)"),
        (bounce("Transient", "ContentRejected", "5.6.0"), "it came back (Transient, ContentRejected, 5.6.0)"),
        (bounce("Transient", "AttachmentRejected", "5.6.1"), "it came back (Transient, AttachmentRejected, 5.6.1)"),
        (of_ses("Reject", {"reason": "Bad content"}), "SES did not send it: it takes it for dangerous"),
        (
            of_ses("Rendering Failure", {"errorMessage": "Attribute 'x' is not present"}, "failure"),
            "SES could not put it together",
        ),
    ],
)
def test_what_will_never_arrive_is_refused(event: str, note: str) -> None:
    said = receipt(event)
    assert said is not None
    assert (said.refused, said.note) == (True, note)


@pytest.mark.parametrize(
    ("event", "note"),
    [
        (delivery(), "the mail server took it"),
        (out_of_office(), "it came back, perhaps (Transient, General)"),
        (bounce("Transient", "General", "4.4.7"), "it came back, perhaps (Transient, General, 4.4.7)"),
        (bounce("Transient", "SomethingNew"), "it came back, perhaps (Transient, SomethingNew, 5.1.1)"),
        (bounce("Undetermined", "Undetermined"), "it came back, perhaps (Undetermined, Undetermined, 5.1.1)"),
        (bounce("Undetermined", "MailboxFull"), "it came back, perhaps (Undetermined, MailboxFull, 5.1.1)"),
        (of_ses("Complaint", {"complainedRecipients": [{"emailAddress": ADDRESS}]}), "somebody marked it as spam"),
        (of_ses("DeliveryDelay", {"delayType": "MailboxFull"}, "deliveryDelay"), "not delivered yet (MailboxFull)"),
        (of_ses("DeliveryDelay", {}, "deliveryDelay"), "not delivered yet"),
    ],
)
def test_what_may_still_arrive_or_has_is_not(event: str, note: str) -> None:
    said = receipt(event)
    assert said is not None
    assert (said.refused, said.note) == (False, note)


@pytest.mark.parametrize(
    "event",
    [
        of_ses("Send"),
        of_ses("Open", {"userAgent": "Mozilla/5.0"}),
        of_ses("Click"),
        of_ses("Subscription"),
        of_ses("SomethingNew"),
        delivery(tags={}),
        delivery(tags={"page": ["abcdefghijklmno-1"]}),
        delivery(tags={"page": ["abcdefghijklmno-1"], "notice": ["0"]}),
        json.dumps({"eventType": "Delivery", "mail": {"messageId": MESSAGE}, "delivery": {}}),
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "",
    ],
)
def test_what_tells_nothing_of_a_notice_is_nothing(event: str) -> None:
    assert receipt(event) is None


@pytest.mark.parametrize(
    "event",
    [
        "{",
        "{}",
        '{"eventType": "Bounce"}',
        '{"eventType": "Bounce", "mail": "' + ADDRESS + '"}',
        '{"eventType": "Bounce", "mail": {"tags": {"page": ["x"], "notice": ["3"]}, "messageId": "m"}}',
        of_ses("Bounce", {"bouncedRecipients": ADDRESS}),
        of_ses("Bounce", {"bounceType": "Permanent", "bouncedRecipients": [ADDRESS]}),
        delivery(tags={"page": [], "notice": ["1"]}),
        delivery(tags={"page": ["x"], "notice": [ADDRESS]}),
        delivery(tags=[ADDRESS]),
        json.dumps({"eventType": "Delivery", "mail": {**mail(), "messageId": None}})[:-1],
        '{"a":' * 100_000,
    ],
)
def test_what_is_no_event_is_malformed_in_words_that_repeat_none_of_it(event: str) -> None:
    with pytest.raises(Malformed) as malformed:
        receipt(event)
    assert str(malformed.value) == "an event of SES that is not as SES writes them"
    assert malformed.value.__suppress_context__


@pytest.mark.parametrize("code", [ADDRESS, f"x {ADDRESS}", "5.1.1 user unknown", ["Permanent"], 5, None, "a" * 41])
def test_only_codes_are_repeated(code: Any) -> None:
    said = json.loads(bounce())
    said["bounce"]["bounceSubType"] = code
    said["bounce"]["bouncedRecipients"][0]["status"] = code
    found = receipt(json.dumps(said))
    assert found is not None
    assert found.note == "it came back (Permanent)"


@given(JSON, st.sampled_from(["Bounce", "Delivery", "DeliveryDelay", "Reject", "Send", ""]))
def test_whatever_it_holds_it_is_a_receipt_nothing_or_malformed(said: Any, kind: str) -> None:
    for event in (json.dumps(said), json.dumps({"eventType": kind, "mail": mail(), kind.lower(): said})):
        try:
            found = receipt(event)
        except Malformed:
            continue
        assert found is None or found.notice == 3
