import pytest

from callout.domain.alert import KEY_CHARS_MAX, Action, Alert, Severity
from tests.formats.samples import example, read


def alert_of(**body: object) -> Alert:
    return read("alertmanager", {"groupKey": "g", **body})


def one(status: str = "firing", labels: dict[str, str] | None = None, **more: object) -> dict[str, object]:
    return {"status": status, "labels": labels or {"alertname": "DiskFull"}, "annotations": {}, **more}


@pytest.mark.parametrize(
    ("name", "says_new", "members"),
    [
        ("trigger-first-notification", False, 1),
        ("trigger-new-alerts-added", True, 3),
        ("trigger-some-alerts-resolved", False, 2),
        ("trigger-repeat-interval-elapsed", False, 2),
        ("trigger-reason-none", False, 2),
        ("trigger-reason-unknown", False, 2),
        ("trigger-reason-not-heard-of", False, 2),
        ("resolve-all-alerts-resolved", False, 0),
    ],
)
def test_only_new_alerts_are_news(name: str, says_new: bool, members: int) -> None:
    alert = read("alertmanager", example("alertmanager", name))
    assert (alert.says_new, len(alert.members)) == (says_new, members)
    assert alert.key == '{}:{alertname="DiskFull", service="checkout"}'


def test_what_was_cut_off_the_list_counts() -> None:
    alert = read("alertmanager", example("alertmanager", "trigger-firing-one-cut-off-by-max-alerts"))
    assert alert.members == ("#1", "#2")
    assert "(2 alerts)" in alert.title
    assert "2 more alerts" in alert.details["not listed"]


@pytest.mark.parametrize(
    ("status", "reason", "statuses", "action"),
    [
        ("firing", "", ["firing"], Action.TRIGGER),
        ("firing", "", [], Action.TRIGGER),
        ("firing", "all alerts resolved", ["resolved"], Action.TRIGGER),
        ("resolved", "", ["resolved"], Action.RESOLVE),
        ("resolved", "", [], Action.RESOLVE),
        ("resolved", "all alerts resolved", ["resolved", "firing"], Action.TRIGGER),
        ("resolved", "", [""], Action.RESOLVE),
        ("", "all alerts resolved", [], Action.RESOLVE),
        ("", "", ["resolved", "resolved"], Action.RESOLVE),
        ("", "", ["resolved", ""], Action.TRIGGER),
        ("", "", [], Action.TRIGGER),
        ("pending", "", ["pending"], Action.TRIGGER),
        (" Resolved ", "", [], Action.RESOLVE),
    ],
)
def test_a_page_is_closed_only_when_nothing_fires(
    status: str, reason: str, statuses: list[str], action: Action
) -> None:
    said = alert_of(status=status, notification_reason=reason, alerts=[one(each) for each in statuses])
    assert said.action is action


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        (["info", "Critical", "warning"], Severity.CRITICAL),
        (["warning", "none"], Severity.WARNING),
        (["warning", ""], Severity.ERROR),
        (["purple"], Severity.ERROR),
        (["none"], Severity.INFO),
        ([" P1 "], Severity.CRITICAL),
    ],
)
def test_the_worst_of_what_fires_is_the_severity(words: list[str], severity: Severity) -> None:
    firing = [one(labels={"alertname": "A", "severity": word}) for word in words]
    alert = alert_of(alerts=[*firing, one("resolved", labels={"alertname": "A", "severity": "critical"})])
    assert alert.severity is severity


def test_members_without_a_fingerprint_are_named_by_their_labels() -> None:
    left, right = {"alertname": "A", "instance": "a"}, {"alertname": "A", "instance": "b"}
    both = alert_of(alerts=[one(labels=left), one(labels=right)]).members
    again = alert_of(
        alerts=[one(labels=dict(reversed(right.items())), annotations={"value": "91"}), one(labels=left)]
    ).members
    assert len(both) == 2
    assert again == both


def test_without_a_group_key_the_group_labels_name_the_page() -> None:
    def key(**labels: str) -> str:
        return read("alertmanager", {"groupLabels": labels, "alerts": [one()]}).key

    assert key(a="1", b="2") == key(b="2", a="1")
    assert key(a="1", b="2") != key(a="1", b="3")
    assert read("alertmanager", {"alerts": [one()]}).key == "alertname:DiskFull"


def test_a_group_key_that_is_too_long_stays_one_page() -> None:
    long = alert_of(groupKey="k" * 5_000).key
    assert len(long) <= KEY_CHARS_MAX
    assert long == alert_of(groupKey="k" * 5_000).key
    assert long != alert_of(groupKey="k" * 5_001).key


def test_a_title_says_what_is_wrong_first() -> None:
    body = example("alertmanager", "trigger-new-alerts-added")
    assert read("alertmanager", body).title == "DiskFull checkout (3 alerts): e.g. /var on db-1 is 91 % full"
    assert alert_of(alerts=[one()]).title == "DiskFull"
    assert alert_of(commonAnnotations={"description": "two\nlines"}).title == "two lines"
    assert alert_of().title == "Alertmanager alert"


def test_the_earliest_of_what_fires_is_the_start() -> None:
    times = ["2026-11-21T20:26:30.999999999Z", "2026-11-21T20:26:30.281312951Z", "0001-01-01T00:00:00Z", 5, None]
    alert = alert_of(alerts=[one(startsAt=each) for each in times] + [one("resolved", startsAt="2026-11-20T00:00:00Z")])
    assert alert.started_at is not None
    assert alert.started_at.isoformat() == "2026-11-21T20:26:30.281312+00:00"


def test_links_and_runbook_are_addresses() -> None:
    annotations = {"runbook": "wiki, page 4", "dashboard": "https://grafana.example.com/d/1"}
    alert = alert_of(
        alerts=[one(annotations=annotations, generatorURL="javascript:alert(1)")], externalURL="https://am.example.com"
    )
    assert [link.href for link in alert.links] == ["https://grafana.example.com/d/1", "https://am.example.com"]
    assert alert.runbook == ""
    assert alert.details["runbook"] == "wiki, page 4"


def test_what_all_alerts_have_in_common_is_found_where_it_was_not_sent() -> None:
    labels = [{"alertname": "A", "cluster": "eu", "instance": each} for each in "ab"]
    alert = alert_of(alerts=[one(labels=each) for each in labels])
    assert alert.details["cluster"] == "eu"
    assert alert.details["firing"].splitlines() == ["instance=a", "instance=b"]


def test_an_annotation_may_bear_the_name_of_a_label() -> None:
    alert = alert_of(commonLabels={"service": "checkout"}, commonAnnotations={"service": "the shop's till"})
    assert (alert.details["service"], alert.details["service (2)"]) == ("checkout", "the shop's till")


def test_a_receiver_is_shown_as_it_was_named() -> None:
    assert alert_of(receiver="web\\.hook").details["receiver"] == "web.hook"


def test_a_group_too_large_to_read_in_time_is_read_in_part_and_what_fires_comes_first() -> None:
    resolved = [{"status": "resolved", "labels": {"instance": f"r{n}"}} for n in range(5_000)]
    firing = [{"status": "firing", "labels": {"instance": f"f{n}", "severity": "critical"}} for n in range(3)]
    alert = read("alertmanager", {"groupKey": "g", "alerts": [*resolved, *firing]})
    assert (alert.action, alert.severity, len(alert.members)) == (Action.TRIGGER, Severity.CRITICAL, 3)
