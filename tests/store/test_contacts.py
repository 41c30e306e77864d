"""Which contacts are verified, as the table keeps it: by channel and address, and never the address itself."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import boto3
import pytest

from callout.domain.errors import Unavailable
from callout.domain.verified import Verified
from callout.store.contacts import Contacts

NOW = datetime(2026, 11, 22, 2, 20, tzinfo=UTC)
OLGA = Verified(NOW, "olga")
PHONE = ("sms", "+12025550101")
MAIL = ("email", "ada@example.com")


@pytest.fixture
def contacts(table: str) -> Contacts:
    return Contacts(boto3.client("dynamodb"), table)


def test_nothing_is_verified_at_first(contacts: Contacts) -> None:
    assert contacts.verified([PHONE, MAIL]) == {}
    assert contacts.verified([]) == {}


def test_since_when_and_by_whom(contacts: Contacts) -> None:
    contacts.mark(*PHONE, OLGA)
    assert contacts.verified([PHONE, MAIL]) == {PHONE: OLGA}


def test_another_address_or_another_channel_is_not_verified(contacts: Contacts) -> None:
    contacts.mark(*PHONE, OLGA)
    assert contacts.verified([("sms", "+12025550102"), ("voice", PHONE[1])]) == {}


def test_verified_again_is_verified_since_then(contacts: Contacts) -> None:
    later = Verified(NOW + timedelta(days=200), "grace")
    contacts.mark(*PHONE, OLGA)
    contacts.mark(*PHONE, later)
    assert contacts.verified([PHONE]) == {PHONE: later}


def test_no_address_is_kept(contacts: Contacts, table: str) -> None:
    contacts.mark(*MAIL, OLGA)
    assert boto3.client("dynamodb").scan(TableName=table)["Items"] == [
        {
            "pk": {"S": "VERIFIED"},
            "sk": {"S": f"email#{sha256(b'ada@example.com').hexdigest()}"},
            "at": {"S": "2026-11-22T02:20:00Z"},
            "by": {"S": "olga"},
        }
    ]


def test_more_than_one_answer_of_dynamodb_holds(contacts: Contacts) -> None:
    """It answers 1 MB at a time."""
    long = Verified(NOW, "o" * 100_000)
    many = [("sms", f"+1202555010{number}") for number in range(12)]
    for each in many:
        contacts.mark(*each, long)
    assert contacts.verified(many) == dict.fromkeys(many, long)


def test_a_table_that_does_not_answer(table: str) -> None:
    contacts = Contacts(boto3.client("dynamodb"), "no-such-table")
    with pytest.raises(Unavailable, match="reading which contacts are verified: ResourceNotFoundException"):
        contacts.verified([PHONE])
    with pytest.raises(Unavailable, match="writing that a contact is verified: ResourceNotFoundException"):
        contacts.mark(*PHONE, OLGA)
