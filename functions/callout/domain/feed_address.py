"""What stands in the address of a schedule's calendar feed: "nights.kqZ…", the schedule's id and a signature.

It does not expire, since nobody subscribes anew every two weeks. It ends with the key that signed it, as answer links
do: `callout signing-keys rotate`, twice.

    key id     1 byte
    signature 17 bytes  (the beginning of an HMAC-SHA256 over the key id and the schedule's id)
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from callout.domain.token import KEY_IDS, Forged, SigningKey

_SHAPE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})\.([A-Za-z0-9_-]{24})", re.ASCII)
_SIGNATURE_BYTES = 17
# Under a label of its own: an answer link's signature says nothing about this one, though the key is the same.
_LABEL = b"callout feed 1\0"


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """Nothing in it is to be believed before `verify`."""

    key_id: int
    schedule: str
    signature: bytes


def issue(key: SigningKey, schedule: str) -> str:
    return f"{schedule}.{urlsafe_b64encode(bytes([key.id]) + _sign(key, schedule)).decode()}"


def read(text: str) -> FeedAddress:
    """Take it apart without believing it. Raises Forged unless it is written as `issue` writes."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise Forged
    raw = urlsafe_b64decode(found[2])
    if raw[0] >= KEY_IDS:
        raise Forged
    return FeedAddress(raw[0], found[1], raw[1:])


def verify(text: str, keys: Mapping[int, SigningKey]) -> str:
    """The schedule's id. Raises Forged."""
    found = read(text)
    key = keys.get(found.key_id)
    if key is None or not hmac.compare_digest(_sign(key, found.schedule), found.signature):
        raise Forged
    return found.schedule


def _sign(key: SigningKey, schedule: str) -> bytes:
    return hmac.digest(key.secret, _LABEL + bytes([key.id]) + schedule.encode(), "sha256")[:_SIGNATURE_BYTES]
