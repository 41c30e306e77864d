"""What is said of a file repeats no routing key, and leaves the ids that people think of readable."""

import random
import string

import pytest

from infra.cli.description.problem import shown
from infra.cli.routing_key import KEY_CHARS

READABLE = [
    "checkout",
    "database-upgrade-in-production-2026",
    "k8s-production-cluster-eu-west-1-v2beta1",
    "EU_WEST_1_CHECKOUT_PRODUCTION",
    "checkoutServiceOfPayments",
    "checkoutservicepayments2026",
    "calendar-ab12cd34ef56ab78",
    "weekly-patching-of-2026-12-24",
]
KEYS = [
    "R0UT1NGKEY0123456789ABCDEF012345",
    "0123456789abcdef0123456789abcdef",
    "qzkxhbvwmPLNRTAABBCCDDEEFFGGHHII",
    "550e8400-e29b-41d4-a716-446655440000",
    "Zm9vYmFy-c3VwZXJz_ZWNyZXQx",
    "sha256:76cfd18ad905b61cf7d1bc881e5f27cbdb7f7fd59331fbde1f6eef0bfc3fbc38",
    "shop/R0UT1NGKEY0123456789ABCDEF012345",
]


@pytest.mark.parametrize("text", READABLE)
def test_an_id_is_readable(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize("text", KEYS)
def test_what_may_be_a_routing_key_is_not_shown(text: str) -> None:
    assert shown(text) == "…"


def test_no_key_that_callout_makes_is_shown() -> None:
    made = random.Random(7)
    keys = ["".join(made.choices(string.ascii_letters + string.digits, k=KEY_CHARS)) for _ in range(2_000)]
    assert {shown(key) for key in keys} == {"…"}


@pytest.mark.parametrize("text", ["a" * 100_000 + "-1A", "aA" * 50_000, "Aa" * 50_000 + "A1A", "1" * 6 + "a" * 100_000])
def test_however_long_it_is(text: str) -> None:
    assert len(shown(text)) <= 81
