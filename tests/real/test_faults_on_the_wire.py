"""Faults between the functions and AWS, of five kinds, each while a batch of alerts comes in: every one gets through.

"Lost" and "stalled" are the mean ones: the write has happened, the message has been sent, and nobody hears of it.
The stragglers of one kind live through the next kind as well.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from people import ADA
from real.field import Accepted, Field, Told
from real.meanwhile import Watching, eventually, ladder

pytestmark = pytest.mark.long

ALERTS = 10
KIND_SECONDS = 8
"""How long a kind of fault goes on at least."""
TIER_SECONDS = 300
WATCH_SECONDS = 5
PATIENCE_SECONDS = 600
STALLED_KBPS = 0.0003
THROTTLED = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "sns": "ThrottledException",
    "stepfunctions": "ThrottlingException",
    "lambda": "TooManyRequestsException",
}
"""Not SES: microburst words its errors as SES v1 does, and a v2 client does not find the code in them."""
MEANT = frozenset(THROTTLED)
ADDRESSES = {contact.channel: contact.address for contact in ADA.contacts}


TIMES = {"sns": 4, "ses": 3, "stepfunctions": 4, "lambda": 1}
"""How often each is hit; DynamoDB, which is called so often, by chance."""


def everywhere(chance: float, fault: Mapping[str, Any]) -> list[dict[str, Any]]:
    dynamodb = {"service": "dynamodb", "probability": chance, **fault}
    return [dynamodb, *({"service": service, "times": times, **fault} for service, times in TIMES.items())]


def throttled() -> list[dict[str, Any]]:
    limits: dict[str, dict[str, Any]] = {"dynamodb": {"probability": 0.4}}
    limits |= {service: {"times": TIMES[service]} for service in THROTTLED if service in TIMES}
    return [{"service": service, **limits[service], "error": {"code": code}} for service, code in THROTTLED.items()]


KINDS: dict[str, list[dict[str, Any]]] = {
    "the reply lost, after it happened": everywhere(0.3, {"response": {"abort_bytes": 0}}),
    "the reply stalled, after it happened": everywhere(0.15, {"response": {"bandwidth_kbps": STALLED_KBPS}}),
    "reset, before it happened": everywhere(0.3, {"reset": True}),
    "hangs, never happens": everywhere(0.15, {"timeout_ms": 12_000}),
    "throttled": throttled(),
}


@dataclass(frozen=True, slots=True)
class Batch:
    kind: str
    accepted: Sequence[Accepted]
    fired: Counter[str]


def test_five_kinds_of_fault(field: Field) -> None:
    service = field.hire(ladder("wire", TIER_SECONDS, ("sms", "email")))
    with Watching(field, WATCH_SECONDS):
        batches = [batch(field, service, number, kind) for number, kind in enumerate(KINDS)]
        field.wire.set()
        keys = [one.key for batch in batches for one in batch.accepted]
        eventually(lambda: all(settled(field, service, key) for key in keys), PATIENCE_SECONDS)
    told = field.told()
    for each in batches:
        report(each, told)
    for each in batches:
        assert len(each.accepted) == ALERTS
        for one in each.accepted:
            assert copies(told, "sms", one.key), f"{one.key} ({each.kind}): no text"
            assert copies(told, "email", one.key), f"{one.key} ({each.kind}): no mail"


def batch(field: Field, service: str, number: int, kind: str) -> Batch:
    """Goes on until each of the services that are meant has been hit, as microburst says."""
    field.wire.set(*KINDS[kind])
    until = time.monotonic() + KIND_SECONDS
    accepted = field.send_all(service, [f"wire-{number}-{each:02}" for each in range(ALERTS)])
    time.sleep(max(0.0, until - time.monotonic()))
    eventually(lambda: set(hits(field)) >= MEANT, PATIENCE_SECONDS)
    return Batch(kind, accepted, hits(field))


def hits(field: Field) -> Counter[str]:
    return Counter(fault["service"] for fault in field.wire.fired())


def settled(field: Field, service: str, key: str) -> bool:
    page = field.page(service, key)
    return page.turn >= 0 and all(notice.settled for notice in page.notices)


def copies(told: Sequence[Told], channel: str, key: str) -> int:
    return sum(one.channel == channel and one.to == ADDRESSES[channel] and key in one.text for one in told)


def report(each: Batch, told: Sequence[Told]) -> None:
    again = sum(len(one.refused) for one in each.accepted)
    repeated = {channel: sum(copies(told, channel, one.key) - 1 for one in each.accepted) for channel in ADDRESSES}
    fired = ", ".join(f"{service} {count}" for service, count in sorted(each.fired.items()))
    print(f"\n{each.kind}: {len(each.accepted)} accepted (senders came again {again} times)")
    print(f"  texts and mails repeated: {repeated['sms']} and {repeated['email']}; faults that fired: {fired}")
