"""The synthetic page: opened by the probe, through the real front door, and handed over to nobody.

Its service, policy and responder are built in: they stand in no description, and no description can name them, since no
id of one begins with a tilde. Two tiers a minute apart, so that not only the first step but also the machine's wait is
proven; then nothing more, until the next probe resolves the page.

The probe's routing key says no service: it is for this one only. "probe." and 28 characters of base64url:

    key id      1 byte
    last second 4 bytes  (seconds since 1970)
    signature  16 bytes  (the beginning of an HMAC-SHA256 over the key id and the last second)
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from callout.domain.oncall import DAY_SECONDS, Contact, OnCall, Policy, Responder, Service, Tier
from callout.domain.token import KEY_IDS, Expired, Forged, SigningKey

ID = "~synthetic"
SINK = "sink"
"""The channel that leads nowhere, and measures how long the way to it took."""
TIERS_APART = timedelta(seconds=60)
LASTS = timedelta(minutes=5)
"""How long a probe's key is good for."""
PREFIX = "probe."
DEDUP_KEY = "probe"

# It never starts higher for having returned at once.
# The second tier waits for longer than any rhythm of the probe: the ladder never ends, and nobody is told that it did.
_TIERS = (
    Tier((ID,), (SINK,), wait_seconds=int(TIERS_APART.total_seconds())),
    Tier((ID,), (SINK,), wait_seconds=2 * DAY_SECONDS),
)
_POLICY = Policy(ID, _TIERS, comeback_seconds=30 * DAY_SECONDS, ack_timeout_seconds=None, relapse_seconds=-1)
_SERVICE = Service(ID, "Synthetic pages", ID, aging=None)
_RESPONDER = Responder(ID, "Nobody", (Contact(SINK, SINK, SINK),))

_SHAPE = re.compile(r"probe\.([A-Za-z0-9_-]{28})", re.ASCII)
_SIGNED_BYTES = 5
_SIGNATURE_BYTES = 16
# Under a label of its own: what the key signs elsewhere says nothing about this.
_LABEL = b"callout probe 1\0"


@dataclass(frozen=True, slots=True)
class ProbeKey:
    """Nothing in it is to be believed before `verify`."""

    key_id: int
    until: datetime
    signed: bytes
    signature: bytes


def is_synthetic(service_id: str) -> bool:
    return service_id == ID


def with_synthetic(oncall: OnCall) -> OnCall:
    """The description as the functions see it: with what is built in."""
    return replace(
        oncall,
        services={**oncall.services, ID: _SERVICE},
        policies={**oncall.policies, ID: _POLICY},
        responders={**oncall.responders, ID: _RESPONDER},
    )


def issue(key: SigningKey, now: datetime) -> str:
    until = int((now + LASTS).timestamp())
    signed = bytes([key.id]) + until.to_bytes(4)
    return PREFIX + urlsafe_b64encode(signed + _sign(key, signed)).decode()


def read(text: str) -> ProbeKey:
    """Take it apart without believing it. Raises Forged unless it is written as `issue` writes."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise Forged
    raw = urlsafe_b64decode(found[1])
    if raw[0] >= KEY_IDS:
        raise Forged
    until = datetime.fromtimestamp(int.from_bytes(raw[1:_SIGNED_BYTES]), UTC)
    return ProbeKey(raw[0], until, raw[:_SIGNED_BYTES], raw[_SIGNED_BYTES:])


def verify(text: str, keys: Mapping[int, SigningKey], now: datetime) -> None:
    """Raises Forged, or Expired where the signature is right."""
    found = read(text)
    key = keys.get(found.key_id)
    if key is None or not hmac.compare_digest(_sign(key, found.signed), found.signature):
        raise Forged
    if now > found.until:
        raise Expired


def _sign(key: SigningKey, signed: bytes) -> bytes:
    return hmac.digest(key.secret, _LABEL + signed, "sha256")[:_SIGNATURE_BYTES]
