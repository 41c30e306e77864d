"""The address of a feed: nobody but us can make one, for one schedule, until its key is gone."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain import feed_address, identity, token
from callout.domain.token import Forged, LinkKind, SigningKey

KEY = SigningKey(3, b"k" * 32)
KEYS = {3: KEY, 2: SigningKey(2, b"j" * 32)}
NIGHTS = feed_address.issue(KEY, "nights")
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True).filter(str.isascii)
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


@given(st.integers(0, 15), st.binary(min_size=32, max_size=32), IDS)
def test_what_was_issued_is_read_back(key_id: int, secret: bytes, schedule: str) -> None:
    key = SigningKey(key_id, secret)
    assert feed_address.verify(feed_address.issue(key, schedule), {key_id: key}) == schedule


@pytest.mark.parametrize("bit", range(24 * 6))
def test_one_flipped_bit_is_a_forgery(bit: int) -> None:
    place, shift = divmod(bit, 6)
    place += len("nights.")
    flipped = ALPHABET[ALPHABET.index(NIGHTS[place]) ^ 1 << shift]
    with pytest.raises(Forged):
        feed_address.verify(NIGHTS[:place] + flipped + NIGHTS[place + 1 :], KEYS)


@given(IDS)
def test_it_holds_for_no_other_schedule(schedule: str) -> None:
    if schedule != "nights":
        with pytest.raises(Forged):
            feed_address.verify(f"{schedule}.{NIGHTS.partition('.')[2]}", KEYS)


@pytest.mark.parametrize(
    "text",
    ["", "nights", NIGHTS + "=", NIGHTS + "\n", " " + NIGHTS, NIGHTS[:-1], NIGHTS + "A", "n\u0131ghts" + NIGHTS[6:]],
)
def test_there_is_no_second_spelling(text: str) -> None:
    with pytest.raises(Forged):
        feed_address.read(text)


def test_it_ends_with_its_key() -> None:
    with pytest.raises(Forged):
        feed_address.verify(NIGHTS, {4: SigningKey(4, b"k" * 32)})
    with pytest.raises(Forged):
        feed_address.verify(NIGHTS, {3: SigningKey(3, b"j" * 32)})


def test_neither_kind_of_link_is_the_other() -> None:
    page = identity.page_id(identity.problem_id("checkout", "latency"), 1)
    with pytest.raises(Forged):
        feed_address.read(token.issue(KEY, page, "ada", LinkKind.SMS, token.EPOCH))
    with pytest.raises(Forged):
        token.read(NIGHTS)
