"""The answer link's token: nobody but us can make one, and it says one thing in one spelling."""

from datetime import UTC, datetime, timedelta
from string import printable

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain import identity, token
from callout.domain.token import CODES, Expired, Forged, LinkKind, SigningKey

NOW = datetime(2026, 11, 21, 2, 14, tzinfo=UTC)
KEY = SigningKey(3, b"k" * 32)
KEYS = {3: KEY, 2: SigningKey(2, b"j" * 32)}
PAGE = identity.page_id(identity.problem_id("checkout", "latency"), 1)
GRACE = token.issue(KEY, PAGE, "grace", LinkKind.SMS, NOW)

secrets = st.binary(min_size=32, max_size=32)
pages = st.builds(
    identity.page_id, st.builds(identity.problem_id, st.text(), st.text()), st.integers(1, identity.NUMBER_MAX)
)
moments = st.integers(0, 2 * 10**9).map(lambda seconds: token.EPOCH + timedelta(seconds=seconds))


@given(st.integers(0, 15), secrets, pages, st.text(), st.sampled_from(LinkKind), moments)
def test_what_was_issued_is_read_back(
    key_id: int, secret: bytes, page: str, who: str, kind: LinkKind, now: datetime
) -> None:
    key = SigningKey(key_id, secret)
    found = token.verify(token.issue(key, page, who, kind, now), {key_id: key}, now)
    assert (found.page_id, found.kind, found.key_id) == (page, kind, key_id)
    assert found.is_for(who)
    assert not found.is_for(who + "x")


@given(st.integers(0, token.TOKEN_CHARS - 1), st.integers(0, 7))
def test_one_flipped_bit_of_the_text_is_a_forgery(place: int, bit: int) -> None:
    forged = GRACE[:place] + chr(ord(GRACE[place]) ^ 1 << bit) + GRACE[place + 1 :]
    with pytest.raises(Forged):
        token.verify(forged, KEYS, NOW)


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize("bit", range(token.TOKEN_CHARS * 6))
def test_one_flipped_bit_of_what_it_encodes_is_a_forgery(bit: int) -> None:
    place, shift = divmod(bit, 6)
    flipped = ALPHABET[ALPHABET.index(GRACE[place]) ^ 1 << shift]
    with pytest.raises(Forged):
        token.verify(GRACE[:place] + flipped + GRACE[place + 1 :], KEYS, NOW)


@given(st.integers(1, token.TOKEN_CHARS - 1), pages, st.sampled_from(["ada", "grace"]), st.sampled_from(LinkKind))
def test_parts_of_two_tokens_make_no_third(place: int, page: str, who: str, kind: LinkKind) -> None:
    other = token.issue(KEY, page, who, kind, NOW)
    for spliced in (GRACE[:place] + other[place:], other[:place] + GRACE[place:]):
        if spliced not in (GRACE, other):
            with pytest.raises(Forged):
                token.verify(spliced, KEYS, NOW)


@given(st.text(printable) | st.text() | st.text(ALPHABET, min_size=35, max_size=35))
def test_any_other_text_is_a_forgery(text: str) -> None:
    with pytest.raises(Forged):
        token.verify(text, KEYS, NOW)


@pytest.mark.parametrize(
    "text", [GRACE + "=", GRACE + "\n", " " + GRACE, GRACE[:-1], GRACE + "A", GRACE[:-1] + "é", ""]
)
def test_there_is_no_second_spelling(text: str) -> None:
    with pytest.raises(Forged):
        token.read(text)


def test_another_secret_under_the_same_id_is_a_forgery() -> None:
    with pytest.raises(Forged):
        token.verify(GRACE, {3: SigningKey(3, b"x" * 32)}, NOW)


def test_a_key_that_was_rotated_out_no_longer_counts() -> None:
    with pytest.raises(Forged):
        token.verify(GRACE, {4: SigningKey(4, b"n" * 32), 5: SigningKey(5, b"m" * 32)}, NOW)


def test_the_previous_key_still_counts() -> None:
    assert token.verify(GRACE, {4: SigningKey(4, b"n" * 32), 3: KEY}, NOW).page_id == PAGE


def test_key_ids_go_round() -> None:
    assert [token.next_key_id(0), token.next_key_id(14), token.next_key_id(15)] == [1, 15, 0]


@given(moments, st.integers(1, 400))
def test_a_link_lives_as_many_days_as_it_was_given_and_less_than_one_more(now: datetime, days: int) -> None:
    text = token.issue(KEY, PAGE, "grace", LinkKind.SMS, now, days)
    end = token.read(text).expires_at
    assert now + timedelta(days=days) <= end < now + timedelta(days=days + 1)
    assert token.verify(text, KEYS, end - timedelta(microseconds=1)).expires_at == end
    with pytest.raises(Expired):
        token.verify(text, KEYS, end)


def test_a_forgery_is_not_told_that_it_is_old() -> None:
    forged = GRACE[:-2] + ("AA" if GRACE[-2:] != "AA" else "BA")
    with pytest.raises(Forged):
        token.verify(forged, KEYS, NOW + timedelta(days=100))


def test_the_secret_is_not_in_the_keys_repr() -> None:
    assert "kkk" not in repr(KEY)


def test_the_longest_address_that_aws_gives_an_api_makes_a_link_of_100_characters() -> None:
    hosts = [
        f"https://abcdefghij.execute-api.{region}.{partition['dnsSuffix']}"
        for partition in botocore.session.get_session().get_data("endpoints")["partitions"]
        for region in partition["regions"]
    ]
    assert len(hosts) > 30
    assert max(len(f"{host}/a/{GRACE}") for host in hosts) == 100


@given(st.text(ALPHABET, min_size=35, max_size=35), secrets)
def test_a_code_is_three_digits_that_no_program_would_guess(text: str, secret: bytes) -> None:
    key = SigningKey(0, secret)
    code = token.code(text, key)
    assert code in CODES
    assert token.is_code(text, key, code)


def test_which_codes_there_are() -> None:
    for guess in ("000", "100", "101", "111", "123", "321", "555", "789", "987", "999", "210", "012", "001"):
        assert guess not in CODES
    assert len(CODES) > 600
    assert all(len(code) == 3 for code in CODES)


@pytest.mark.parametrize("write", ["{}", " {} ", "{0[0]} {0[1]} {0[2]}"])
def test_a_code_may_be_typed_with_spaces(write: str) -> None:
    assert token.is_code(GRACE, KEY, write.format(token.code(GRACE, KEY)))


def test_a_code_may_be_typed_in_other_digits() -> None:
    arabic = "".join(chr(0x660 + int(digit)) for digit in token.code(GRACE, KEY))
    assert token.is_code(GRACE, KEY, arabic)


@pytest.mark.parametrize("typed", ["", "1", "000", "½½½", "\ud800", "12345678901234567890"])
def test_anything_else_is_not_the_code(typed: str) -> None:
    assert not token.is_code(GRACE, KEY, typed)


def test_code_and_nonce_belong_to_one_token_and_one_key() -> None:
    others = [token.issue(KEY, PAGE, f"responder {n}", LinkKind.EMAIL, NOW) for n in range(20)]
    assert len({token.nonce(text, KEY) for text in others}) == 20
    assert len({token.code(text, KEY) for text in others}) > 1
    assert token.is_nonce(GRACE, KEY, token.nonce(GRACE, KEY))
    assert not token.is_nonce(GRACE, KEYS[2], token.nonce(GRACE, KEY))
    assert not token.is_nonce(GRACE, KEY, "é\ud800")
