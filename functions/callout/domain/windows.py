"""Maintenance windows: which one is open for an alert, and until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from callout.domain.events import Held
from callout.domain.hours import opened
from callout.domain.oncall import Maintenance, OnCall
from callout.domain.synthetic import is_synthetic

RECURRING_DAYS_MAX = 8
"""A recurring window's open stretch ends within a week and a day."""


def held(oncall: OnCall, service: str, labels: Mapping[str, str], now: datetime) -> Held | None:
    """The window that is open for such an alert; of several the one that ends last. None holds the synthetic page."""
    found = [
        Held(window.id, window.name, until)
        for window in oncall.maintenance
        if _concerns(window, service, labels) and (until := open_until(window, now)) is not None
    ]
    return max(found, key=lambda each: each.until, default=None)


def _concerns(window: Maintenance, service: str, labels: Mapping[str, str]) -> bool:
    if is_synthetic(service) or (window.services and service not in window.services):
        return False
    return all(labels.get(name) == value for name, value in window.labels.items())


def open_until(window: Maintenance, now: datetime) -> datetime | None:
    """When the window that is open now ends; None where it is not open."""
    if (window.start is not None and now < window.start) or (window.end is not None and now >= window.end):
        return None
    if window.hours is None:
        return window.end
    horizon = now + timedelta(days=RECURRING_DAYS_MAX)
    found = next(iter(opened(window.hours, now, horizon)), None)
    if found is None or not found[0] <= now < found[1]:
        return None
    return min(found[1], window.end) if window.end is not None else found[1]
