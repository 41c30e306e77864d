"""What Alertmanager sends, read without complaint: whatever is missing or of the wrong kind is empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from callout.formats.reading import mapping, moment, objects, read_object, scalar, scalars, string
from callout.formats.text import line

TRUNCATED_MAX = 1_000_000
ALERTS_READ_MAX = 2_000
"""Of a larger group the rest is only counted: reading it must not take longer than its sender waits."""


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of the group."""

    firing: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    fingerprint: str
    query: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    status: str
    reason: str
    receiver: str
    group_labels: Mapping[str, str]
    labels: Mapping[str, str]
    """Common to all its alerts, resolved ones included."""
    annotations: Mapping[str, str]
    alerts: tuple[Member, ...]
    truncated: int
    """How many alerts are not in the list: cut off by the receiver's max_alerts, or by us."""
    external_url: str

    @property
    def firing(self) -> tuple[Member, ...]:
        return tuple(each for each in self.alerts if each.firing)

    def label(self, name: str) -> str:
        """The group's value of a label, from wherever it can be had."""
        places = (self.group_labels, self.labels, *(each.labels for each in self.alerts))
        return next((text for place in places if (text := line(place.get(name, "")))), "")


def read_group(body: bytes) -> Group:
    sent = read_object(body)
    status = string(sent.get("status")).strip().casefold()
    # What fires comes first, so that it is read whatever else was sent.
    listed = sorted(objects(sent.get("alerts")), key=lambda each: not _fires(each, status))
    alerts = tuple(_member(each, status) for each in listed[:ALERTS_READ_MAX])
    unread = sum(_fires(each, status) for each in listed[ALERTS_READ_MAX:])
    return Group(
        key=string(sent.get("groupKey")).strip(),
        status=status,
        reason=line(string(sent.get("notification_reason"))).casefold(),
        # Receivers arrive quoted for a regular expression.
        receiver=line(string(sent.get("receiver"))).replace("\\", ""),
        group_labels=scalars(sent.get("groupLabels")),
        labels=_common(sent.get("commonLabels"), [each.labels for each in alerts]),
        annotations=_common(sent.get("commonAnnotations"), [each.annotations for each in alerts]),
        alerts=alerts,
        truncated=_count(sent.get("truncatedAlerts")) + unread,
        external_url=string(sent.get("externalURL")),
    )


def _fires(sent: Mapping[str, object], group_status: str) -> bool:
    return (string(sent.get("status")).strip().casefold() or group_status) != "resolved"


def _member(sent: Mapping[str, object], group_status: str) -> Member:
    return Member(
        firing=_fires(sent, group_status),
        labels=scalars(sent.get("labels")),
        annotations=scalars(sent.get("annotations")),
        fingerprint=string(sent.get("fingerprint")),
        query=string(sent.get("generatorURL")),
        started_at=moment(sent.get("startsAt")),
    )


def _common(sent: object, each: list[Mapping[str, str]]) -> dict[str, str]:
    """What all alerts have in common: as sent, or found out where a template left it out."""
    if mapping(sent) or not each:
        return scalars(sent)
    return {name: text for name, text in each[0].items() if all(other.get(name) == text for other in each)}


def _count(sent: object) -> int:
    text = scalar(sent)
    return min(int(text), TRUNCATED_MAX) if text.isdecimal() and len(text) < 10 else 0
