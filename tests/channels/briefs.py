"""Briefs for the channels' tests: one ordinary, the rest made from it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from callout.domain.alert import Severity
from callout.domain.brief import Brief, Kind

OPENED_AT = datetime(2026, 11, 21, 2, 14, tzinfo=UTC)
LONGEST_LINK = "https://abcdefghij.execute-api.cn-northwest-1.amazonaws.com.cn/a/" + "Zz9_-" * 7
PHONE = "+12025550123"

ORDINARY = Brief(
    kind=Kind.PAGE,
    page_id="q7k2m4pd3xwzh5t-1",
    service="Checkout",
    title="p99 latency of POST /orders above 2 s",
    severity=Severity.CRITICAL,
    opened_at=OPENED_AT,
    link=LONGEST_LINK,
    tier=2,
    tiers=3,
    priority="P1",
    timezone="Europe/Berlin",
)


def brief(**changes: Any) -> Brief:
    return replace(ORDINARY, **changes)
