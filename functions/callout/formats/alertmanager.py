"""Alertmanager's webhook, version 4: one page per group.

Any part may be missing, for the body can be templated: whatever can be read of it pages.
"""

from collections.abc import Iterator, Mapping, Sequence

from callout.domain.alert import KEY_CHARS_MAX, TITLE_CHARS_MAX, Action, Alert, Severity
from callout.domain.errors import Malformed
from callout.formats import Delivery
from callout.formats import members as group
from callout.formats.alertmanager_group import Group, Member, read_group
from callout.formats.reading import details, links
from callout.formats.severity import severity_of
from callout.formats.text import cut, key, line, short_hash
from callout.formats.webhook import Webhook

NEW_ALERTS = "new alerts added"
ALL_RESOLVED = "all alerts resolved"
LISTED_MAX = 20
QUERIES_LINKED_MAX = 3

# The annotations that people use, first choice first.
SUMMARIES = ("summary", "title", "message", "description")
RUNBOOKS = ("runbook_url", "runbook")
DASHBOARDS = ("dashboard_url", "dashboard", "__dashboardUrl__")
SOURCES = ("instance", "host", "node", "pod", "job", "service", "namespace", "cluster")


class Alertmanager(Webhook):
    name = "alertmanager"

    def alerts(self, delivery: Delivery) -> Sequence[Alert]:
        it = read_group(delivery.body)
        if not (it.alerts or it.key or it.group_labels or it.labels or it.annotations):
            raise Malformed("nothing says what is wrong: no alerts, no groupKey, no labels and no annotations")
        return (_alert(it),)


def _alert(it: Group) -> Alert:
    action = _action(it)
    said = it.firing or it.alerts
    return Alert(
        action=action,
        key=_key(it),
        sender="Alertmanager",
        title=_title(it),
        severity=_severity(it, said),
        source=_source(it, said),
        details=details(_details(it)),
        links=links(_links(it, said)),
        runbook=_runbook(it, said),
        started_at=min((each.started_at for each in said if each.started_at), default=None),
        members=_members(it) if action is Action.TRIGGER else (),
        says_new=it.reason == NEW_ALERTS and action is Action.TRIGGER,
    )


def _action(it: Group) -> Action:
    if it.firing:
        return Action.TRIGGER  # whatever the status says: closing a page while something fires is the worse mistake
    if it.status == "firing":
        return Action.TRIGGER  # what fires may be missing from the list: it is cut off at the receiver's max_alerts
    if it.status == "resolved" or it.reason == ALL_RESOLVED or it.alerts:
        return Action.RESOLVE
    return Action.TRIGGER


def _key(it: Group) -> str:
    """The group's own key; without it, the closest thing that stays the same while alerts come and go."""
    if it.key:
        return key(it.key, KEY_CHARS_MAX)
    if it.group_labels:
        return "group:" + short_hash(*(f"{name}={it.group_labels[name]}" for name in sorted(it.group_labels)))
    return "alertname:" + line(it.label("alertname") or it.receiver)


def _members(it: Group) -> tuple[str, ...]:
    # Who was cut off the list has no name here, only a number.
    named = [group.name(each.fingerprint, each.labels) for each in it.firing]
    return group.names(named) + group.counted(it.truncated)


def _severity(it: Group, said: Sequence[Member]) -> Severity:
    """The worst in the group: common labels lack a severity as soon as two differ."""
    words = [each.labels.get("severity", "") for each in said] or [it.label("severity")]
    return max((severity_of(word) for word in words), key=lambda severity: severity.rank)


def _title(it: Group) -> str:
    """What is wrong comes first, for it is read on a lock screen: "DiskFull checkout (3 alerts): /var is 91 % full"."""
    name = it.label("alertname")
    others = [text for label, text in it.group_labels.items() if label != "alertname" and text]
    count = len(it.firing) + it.truncated
    words = [name, *others, f"({count} alerts)" if count > 1 else ""]
    what = line(" ".join(words), TITLE_CHARS_MAX)
    summary = _summary(it)
    title = line(f"{what}: {summary}" if what and summary else what or summary, TITLE_CHARS_MAX)
    return title or "Alertmanager alert"  # labels may be nothing but space


def _summary(it: Group) -> str:
    common = _first(it.annotations, SUMMARIES)
    if common:
        return common
    # Each alert says something else: what the first of the worst says stands for all.
    worst = sorted(it.firing or it.alerts, key=lambda each: -severity_of(each.labels.get("severity", "")).rank)
    one = next((text for each in worst if (text := _first(each.annotations, SUMMARIES))), "")
    return f"e.g. {one}" if one and len(worst) > 1 else one


def _source(it: Group, said: Sequence[Member]) -> str:
    instances = list(dict.fromkeys(each.labels["instance"] for each in said if each.labels.get("instance")))
    if len(instances) > 1:
        return line(instances[0], 200) + f" and {len(instances) - 1} more"
    return line(instances[0] if instances else _first(it.labels, SOURCES))


def _runbook(it: Group, said: Sequence[Member]) -> str:
    places = [it.annotations, *(each.annotations for each in said)]
    found = links((place.get(name), "") for place in places for name in RUNBOOKS)
    return found[0].href if found else ""


def _links(it: Group, said: Sequence[Member]) -> Iterator[tuple[object, str]]:
    for place in (it.annotations, *(each.annotations for each in said)):
        for name in DASHBOARDS:
            yield place.get(name), "dashboard"
    queries = dict.fromkeys(each.query for each in said)
    for query in list(queries)[:QUERIES_LINKED_MAX]:
        yield query, "query"
    yield it.external_url, "Alertmanager"


def _details(it: Group) -> Iterator[tuple[str, str]]:
    yield from it.labels.items()
    yield from it.annotations.items()
    if len(it.alerts) > 1 or it.truncated:
        yield "firing", _listed(it.firing, it)
        yield "resolved", _listed([each for each in it.alerts if not each.firing], it)
    if it.truncated:
        yield "not listed", f"{it.truncated} more alerts, cut off the list"
    yield "receiver", it.receiver
    yield "notification reason", it.reason


def _listed(alerts: Sequence[Member], it: Group) -> str:
    """One line an alert, with what sets it apart from the others."""
    lines = [cut(_apart(each, it), 95) for each in alerts[:LISTED_MAX]]
    left_out = len(alerts) - len(lines)
    return "\n".join(lines + ([f"and {left_out} more"] if left_out else []))


def _apart(alert: Member, it: Group) -> str:
    labels = ", ".join(f"{name}={text}" for name, text in alert.labels.items() if name not in it.labels)
    summary = "" if _first(it.annotations, SUMMARIES) else _first(alert.annotations, SUMMARIES)
    return line(": ".join(text for text in (labels, summary) if text))


def _first(texts: Mapping[str, str], names: Sequence[str]) -> str:
    return next((text for name in names if (text := line(texts.get(name, ""), TITLE_CHARS_MAX))), "")
