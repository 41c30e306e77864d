"""What SNS logs about a text: what is final, and that no number is repeated."""

import gzip
import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain.errors import Malformed
from callout.domain.receipt import Receipt
from callout.receipts import sms
from callout.receipts.sms import lines, receipt
from tests.receipts.samples_of_receipts import NUMBER, TEXT, of_sns, through_logs


def packed(handed_over: object) -> str:
    return b64encode(gzip.compress(json.dumps(handed_over).encode(), mtime=0)).decode()


def test_it_names_the_text_by_its_message_id() -> None:
    said = "Message has been accepted by phone carrier"
    assert receipt(of_sns()) == Receipt(TEXT, False, said)


@pytest.mark.parametrize(
    "said",
    [
        "Blocked as spam by phone carrier",
        "Phone is currently unreachable/unavailable",
        "Unknown error attempting to reach phone",
        "Phone number is opted out",
    ],
)
def test_a_failure_is_final(said: str) -> None:
    assert receipt(of_sns("FAILURE", said)) == Receipt(TEXT, True, said)


@pytest.mark.parametrize("said", [NUMBER, f"Invalid phone number {NUMBER}", "ada@example.com", "x" * 81, "", 7, None])
def test_what_may_hold_a_number_is_not_repeated(said: Any) -> None:
    assert receipt(of_sns("FAILURE", said)) == Receipt(TEXT, True, "it did not arrive")
    assert receipt(of_sns("SUCCESS", said)) == Receipt(TEXT, False, "the phone's network took it")


def test_without_a_word_of_the_provider() -> None:
    line = json.dumps({"notification": {"messageId": TEXT}, "status": "FAILURE"})
    assert receipt(line) == Receipt(TEXT, True, "it did not arrive")


@pytest.mark.parametrize("status", ["PENDING", "UNKNOWN", "", None, 1])
def test_an_unknown_status_tells_nothing(status: Any) -> None:
    assert receipt(of_sns(status)) is None


@pytest.mark.parametrize("line", ["", "{", "{}", "[]", '"x"', '{"status": "FAILURE"}', NUMBER, "[" * 100_000])
def test_a_line_that_is_none_is_malformed_in_words_that_repeat_none_of_it(line: str) -> None:
    with pytest.raises(Malformed) as malformed:
        receipt(line)
    assert str(malformed.value) == "a line of SNS's delivery log that is not as SNS writes them"
    assert malformed.value.__suppress_context__


def test_lines_come_packed() -> None:
    first, second = of_sns(), of_sns("FAILURE", "Phone has blocked SMS")
    assert list(lines(through_logs(first, second)["awslogs"]["data"])) == [first, second]


def test_a_message_that_only_tries_the_function_has_no_lines() -> None:
    assert lines(through_logs("CWL CONTROL MESSAGE: ...", kind="CONTROL_MESSAGE")["awslogs"]["data"]) == ()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        b64encode(b"no gzip").decode(),
        packed({}),
        packed([]),
        packed({"messageType": "DATA_MESSAGE", "logEvents": [{}]}),
        packed({"messageType": "DATA_MESSAGE", "logEvents": 7}),
        packed({"messageType": "DATA_MESSAGE", "logEvents": []})[:40],
        None,
    ],
)
def test_a_package_that_is_none_is_malformed(data: Any) -> None:
    with pytest.raises(Malformed):
        lines(data)


def test_a_package_that_would_fill_the_memory_is_not_unpacked_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "BYTES_MAX", 1_000)
    with pytest.raises(Malformed):
        lines(through_logs("x" * 2_000)["awslogs"]["data"])


@given(st.recursive(st.none() | st.text(max_size=5), lambda inner: st.dictionaries(st.text(max_size=5), inner)))
def test_whatever_a_line_holds_it_is_a_receipt_nothing_or_malformed(said: Any) -> None:
    for line in (json.dumps(said), json.dumps({"status": "FAILURE", "notification": said, "delivery": said})):
        try:
            receipt(line)
        except Malformed:
            continue
