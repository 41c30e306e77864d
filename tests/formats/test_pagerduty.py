import json
from typing import Any

import pytest

from callout.domain.alert import Action, Severity
from callout.domain.errors import Malformed
from callout.formats.pagerduty import BODY_BYTES_MAX, PagerDuty
from tests.formats.samples import NEW_KEY, captured, deliver, example, read

IT = PagerDuty()
KEY = "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4"


def event(**changes: Any) -> dict[str, Any]:
    """The least trigger, with changes to the event, or to its payload where they are named so."""
    payload = {"summary": "DISK at 99%", "source": "db-1", "severity": "warning", **changes.pop("payload", {})}
    return {"routing_key": KEY, "event_action": "trigger", "payload": payload, **changes}


def errors(body: object) -> list[str]:
    with pytest.raises(Malformed) as refused:
        IT.alerts(deliver(body))
    answer = IT.malformed(refused.value.problems, refused.value.unreadable)
    assert (answer.status, answer.body["status"], answer.body["message"]) == (
        400,
        "invalid event",
        "Event object is invalid",
    )
    found = answer.body["errors"]
    assert isinstance(found, list)
    return found


def test_everything_an_event_can_say() -> None:
    alert = read("pagerduty", example("pagerduty", "trigger-all-fields"))
    assert (alert.action, alert.key, alert.severity) == (Action.TRIGGER, "db-1/mysql", Severity.CRITICAL)
    assert (alert.title, alert.source) == ("DISK at 99% on db-1.example.com", "db-1.example.com")
    assert alert.sender == "Sample Monitoring (PagerDuty Events API)"
    assert alert.started_at is not None
    assert alert.started_at.isoformat() == "2026-11-21T08:42:58.315000+00:00"
    assert alert.runbook == "https://runbooks.example.com/disk"
    assert [(link.href, link.text) for link in alert.links] == [
        ("https://monitoring.example.com/17", "Sample Monitoring"),
        ("https://graphs.example.com/17", "graph"),
        ("https://charts.example.com/17", "free space"),
        ("https://charts.example.com/17.png", "free space"),
    ]
    assert alert.details == {
        "component": "mysql",
        "group": "prod-db",
        "class": "disk",
        "free space": "1%",
        "load avg": "0.75",
        "mounts.1.path": "/var",
        "mounts.1.used": "99",
        "runbook_url": "https://runbooks.example.com/disk",
        "links left out (not http or https)": "javascript:alert(1)",
    }
    assert alert.members == ()


def test_the_answer_is_pagerdutys() -> None:
    answer = IT.accepted(IT.alerts(deliver(event(dedup_key="srv01/HTTP"))))
    assert answer.status == 202
    assert answer.body == {"status": "success", "message": "Event processed", "dedup_key": "srv01/HTTP"}


@pytest.mark.parametrize("absent", [{}, {"dedup_key": ""}, {"dedup_key": None}, {"dedup_key": "  "}])
def test_without_a_dedup_key_one_is_made_and_returned(absent: dict[str, Any]) -> None:
    alerts = IT.alerts(deliver(event(**absent)))
    assert alerts[0].key == NEW_KEY
    assert IT.accepted(alerts).body["dedup_key"] == NEW_KEY


def test_the_routing_key_is_in_the_body() -> None:
    assert IT.routing_key(deliver(event())) == KEY
    # With a good key the rest of the event does not matter yet: who is asking comes first.
    assert IT.routing_key(deliver({"routing_key": KEY})) == KEY


def test_a_bad_routing_key_is_told_together_with_all_other_errors() -> None:
    with pytest.raises(Malformed) as refused:
        IT.routing_key(deliver({"routing_key": "e+23rschqsESqk9Q6_-g"}))
    assert refused.value.problems == tuple(errors({"routing_key": "e+23rschqsESqk9Q6_-g"}))
    assert refused.value.problems == (
        "Length of 'routing_key' is incorrect (should be 32 characters)",
        "'routing_key' cannot contain non-alphanumeric characters.",
        "'event_action' is missing or blank",
        "'payload.summary' is missing or blank",
        "'payload.source' is missing or blank",
        "'payload.severity' is missing or blank",
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (event(routing_key=None), "'routing_key' cannot be blank"),
        (event(routing_key=7), "'routing_key' is invalid (must be a string)"),
        (event(routing_key="é" * 32), "'routing_key' cannot contain non-alphanumeric characters."),
        (
            event(event_action="page"),
            "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
        ),
        (
            event(payload={"severity": "CRITICAL"}),
            "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
        ),
        (event(payload={"severity": {}}), "'payload.severity' is invalid"),
        (event(payload={"summary": "x" * 1025}), "'summary' is too long (maximum is 1024 characters)"),
        (event(payload={"summary": " \n"}), "'payload.summary' is missing or blank"),
        (event(payload={"summary": 5}), "'payload.summary' is invalid (must be a string)"),
        (event(payload={"source": None}), "'payload.source' is missing or blank"),
        (event(payload={"timestamp": "yesterday"}), "'payload.timestamp' is invalid"),
        (event(payload={"timestamp": {}}), "'payload.timestamp' is invalid"),
        (event(dedup_key="k" * 256), "'dedup_key' is too long (maximum is 255 characters)"),
        (event(dedup_key=42), "'dedup_key' is invalid (must be a string)"),
        (event() | {"payload": "text"}, "'payload' is invalid (must be an object)"),
        ({"routing_key": KEY, "event_action": "resolve"}, "'dedup_key' is missing or blank"),
        ({"routing_key": KEY, "event_action": "acknowledge", "dedup_key": ""}, "'dedup_key' is missing or blank"),
    ],
)
def test_an_invalid_event_names_the_field(body: object, error: str) -> None:
    found = errors(body)
    assert len(found) == 1
    assert found[0].startswith(error)


def test_the_limits_themselves_are_allowed() -> None:
    alert = read("pagerduty", event(dedup_key="k" * 255, payload={"summary": "ü" * 1024}))
    assert (len(alert.key), len(alert.title)) == (255, 1024)


def test_a_body_of_512_kb_is_read_and_a_larger_one_refused_for_good() -> None:
    body = json.dumps(event(payload={"custom_details": {"log": ""}}))
    exactly = body.replace('"log": ""', '"log": "' + "x" * (BODY_BYTES_MAX - len(body)) + '"')
    assert len(exactly) == BODY_BYTES_MAX
    assert len(read("pagerduty", exactly).details["log"]) == 2_000
    assert errors(exactly + " ") == ["Event is too large (maximum is 512 KB)"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"[" * 10_000])
def test_what_is_no_json_object_is_unrecognized(body: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        IT.routing_key(deliver(body))
    answer = IT.malformed(refused.value.problems, refused.value.unreadable)
    assert answer.status == 400
    assert answer.body == {
        "status": "Unrecognized object",
        "message": "Event object format is unrecognized",
        "errors": ["JSON parse error"],
    }


def test_an_unknown_routing_key_is_an_invalid_event() -> None:
    answer = IT.unknown_key()
    assert (answer.status, answer.body["errors"]) == (400, ["Invalid routing key"])


def test_a_fault_of_ours_has_pagerdutys_shape() -> None:
    assert set(IT.try_again().body) == {"status", "message", "errors"}


def test_nothing_in_the_payload_of_a_resolve_can_be_wrong() -> None:
    alert = read("pagerduty", example("pagerduty", "resolve-with-a-broken-payload"))
    assert (alert.action, alert.key, alert.title) == (Action.RESOLVE, "db-1/mysql", "")


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2026-11-21T08:42:58+0100", "2026-11-21T07:42:58+00:00"),
        ("2026-11-21T08:42:58.123456789Z", "2026-11-21T08:42:58.123456+00:00"),
        ("2026-11-21T08:42:58+00:00Z", "2026-11-21T08:42:58+00:00"),
        ("1795250578", "2026-11-21T08:42:58+00:00"),
        (1795250578123, "2026-11-21T08:42:58.123000+00:00"),
    ],
)
def test_times_in_many_hands(timestamp: object, moment: str) -> None:
    started_at = read("pagerduty", event(payload={"timestamp": timestamp})).started_at
    assert started_at is not None
    assert started_at.isoformat() == moment


def test_a_time_that_only_looks_like_one_costs_no_page() -> None:
    alert = read("pagerduty", event(payload={"timestamp": "2026-11-21 8:42:58 CET"}))
    assert (alert.started_at, alert.details["timestamp"]) == (None, "2026-11-21 8:42:58 CET")


class TestAlertmanagerBehindIt:
    """One event stands for a whole group: news is that the group has gained members."""

    three = captured("pagerduty_v2", "4_firing_group_of_3")

    def members(self, **custom_details: Any) -> tuple[str, ...]:
        return read("pagerduty", event(payload={"custom_details": custom_details})).members

    def firing(self) -> str:
        return str(self.three["payload"]["custom_details"]["firing"])  # type: ignore[index]

    def test_annotations_may_change_without_making_news(self) -> None:
        assert (
            self.members(num_firing="3", firing=self.firing().replace("2.41 s", "3.17 s"))
            == read("pagerduty", self.three).members
        )

    def test_another_composition_is_other_members(self) -> None:
        before = self.members(num_firing="3", firing=self.firing())
        after = self.members(num_firing="3", firing=self.firing().replace("10.0.0.2:9100", "10.0.0.9:9100"))
        assert len(set(after) - set(before)) == 1

    @pytest.mark.parametrize("firing", ["3 things are on fire", "", None, 7, "[{", [{"labels": {}}]])
    def test_an_unreadable_list_leaves_the_number(self, firing: object) -> None:
        assert self.members(num_firing="3", firing=firing) == ("#1", "#2", "#3")
        assert self.members(num_firing=4, firing=firing) == ("#1", "#2", "#3", "#4")

    def test_a_list_that_was_cut_leaves_the_number(self) -> None:
        assert self.members(num_firing="3", firing=self.firing()[:-300].rpartition("Labels:")[0]) == ("#1", "#2", "#3")

    def test_the_newer_default_lists_objects_or_writes_them_as_json(self) -> None:
        firing = [{"status": "firing", "labels": {"a": each}, "fingerprint": f"f{each}"} for each in "12"]
        assert self.members(num_firing="2", firing=firing) == ("f1", "f2")
        assert self.members(num_firing="2", firing=json.dumps(firing)) == ("f1", "f2")

    @pytest.mark.parametrize("number", [None, "", "many", "-1", "9" * 50, "0", True])
    def test_without_a_number_it_is_no_group(self, number: object) -> None:
        assert self.members(num_firing=number, firing="whatever") == ()

    def test_a_huge_group_stays_small(self) -> None:
        assert len(self.members(num_firing="5000", firing="")) == 100
