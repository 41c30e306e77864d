"""The answer link's token: signed, short, expiring, for one page and one responder.

26 bytes, written as 35 characters of base64url, so that the longest address AWS gives an API still makes a link of 100:

    key id and kind of link  1  (four bits each)
    problem                  9
    page number              3
    responder                3  (the beginning of the SHA-256 of the id)
    last day                 2  (days since 2026-01-01)
    signature                8  (the beginning of an HMAC-SHA256 over all of the above)
"""

import hmac
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import sha256

from callout.domain import identity

TOKEN_CHARS = 35
DAYS = 14
"""How long a link lives unless told otherwise."""
KEY_IDS = 16
SECRET_BYTES = 32
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

_SHAPE = re.compile(r"[A-Za-z0-9_-]{35}", re.ASCII)
_DAY = timedelta(days=1)
_SIGNED_BYTES = 18
_SIGNATURE_BYTES = 8
# One secret, three uses: each signs under its own label, so that what one gives out says nothing about the others.
_LINK, _CODE, _NONCE = b"callout link 1\0", b"callout code 1\0", b"callout nonce 1\0"


class Forged(Exception):
    """Not a token that we made."""


class Expired(Exception):
    """A token that we made, and its time is over."""


class LinkKind(IntEnum):
    SMS = 1
    EMAIL = 2


@dataclass(frozen=True, slots=True)
class SigningKey:
    id: int
    """0 to 15; the next key takes the next number, and after 15 comes 0."""
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. Nothing in it is to be believed before `verify`."""

    key_id: int
    kind: LinkKind
    page_id: str
    responder: bytes
    expires_at: datetime
    signed: bytes
    signature: bytes

    def is_for(self, responder_id: str) -> bool:
        return hmac.compare_digest(self.responder, _mark(responder_id))


def issue(key: SigningKey, page_id: str, responder_id: str, kind: LinkKind, now: datetime, days: int = DAYS) -> str:
    problem, number = identity.split(page_id)
    last_day = -((EPOCH - now - timedelta(days=days)) // _DAY)
    signed = b"".join(
        (
            bytes([key.id << 4 | kind]),
            identity.from_problem(problem),
            number.to_bytes(3),
            _mark(responder_id),
            last_day.to_bytes(2),
        )
    )
    return urlsafe_b64encode(signed + _sign(key, signed)).decode().rstrip("=")


def read(text: str) -> Token:
    """Take a token apart without believing it. Raises Forged unless it is written exactly as `issue` writes."""
    if not _SHAPE.fullmatch(text):
        raise Forged
    raw = urlsafe_b64decode(text + "=")
    if urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise Forged  # the two bits that 35 characters have too many were not zero: a second spelling
    number = int.from_bytes(raw[10:13])
    try:
        kind = LinkKind(raw[0] & 15)
    except ValueError:
        raise Forged from None
    if number == 0:
        raise Forged
    return Token(
        key_id=raw[0] >> 4,
        kind=kind,
        page_id=identity.page_id(identity.to_problem(raw[1:10]), number),
        responder=raw[13:16],
        expires_at=EPOCH + int.from_bytes(raw[16:18]) * _DAY,
        signed=raw[:_SIGNED_BYTES],
        signature=raw[_SIGNED_BYTES:],
    )


def verify(text: str, keys: Mapping[int, SigningKey], now: datetime) -> Token:
    """Raises Forged, or Expired where the signature is right: whoever guesses is not told how near they were."""
    token = read(text)
    key = keys.get(token.key_id)
    if key is None or not hmac.compare_digest(_sign(key, token.signed), token.signature):
        raise Forged
    if now >= token.expires_at:
        raise Expired
    return token


def next_key_id(newest: int) -> int:
    return (newest + 1) % KEY_IDS


def code(text: str, key: SigningKey) -> str:
    """The three digits that the page of an email link asks for, made of the whole token."""
    return CODES[int.from_bytes(_hmac(key, _CODE, text.encode())[:8]) % len(CODES)]


def is_code(text: str, key: SigningKey, typed: str) -> bool:
    """Whether that was typed, by whichever digits the keyboard has, with or without spaces."""
    digits = "".join(str(unicodedata.decimal(char, char)) for char in typed if not char.isspace())
    return hmac.compare_digest(digits.encode("utf-8", "replace"), code(text, key).encode())


def nonce(text: str, key: SigningKey) -> str:
    """The form's hidden field: who posts it has read the page, not only the link."""
    return urlsafe_b64encode(_hmac(key, _NONCE, text.encode())[:15]).decode()


def is_nonce(text: str, key: SigningKey, given: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), nonce(text, key).encode())


def _hard_to_guess(number: int) -> bool:
    """Three different digits, not in a row: what a program puts into a field for numbers is 1, 100, 111 or 123."""
    first, second, third = number // 100, number // 10 % 10, number % 10
    in_a_row = second - first == third - second and abs(second - first) == 1
    return len({first, second, third}) == 3 and not in_a_row


CODES = tuple(str(number) for number in range(100, 1000) if _hard_to_guess(number))


def _mark(responder_id: str) -> bytes:
    return sha256(responder_id.encode()).digest()[:3]


def _sign(key: SigningKey, signed: bytes) -> bytes:
    return _hmac(key, _LINK, signed)[:_SIGNATURE_BYTES]


def _hmac(key: SigningKey, label: bytes, message: bytes) -> bytes:
    return hmac.digest(key.secret, label + message, "sha256")
