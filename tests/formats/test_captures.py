"""Requests of a running Alertmanager 0.25, in the order in which it sent them: what each scenario's name promises."""

import pytest

from callout.domain.alert import Action, Alert, Severity
from tests.formats.samples import CAPTURED_FOR, CAPTURES, captured, read

FOLDERS = sorted(CAPTURED_FOR)
each_folder = pytest.mark.parametrize("folder", FOLDERS)


def said(folder: str, scenario: str) -> Alert:
    return read(CAPTURED_FOR[folder], captured(folder, scenario))


@pytest.mark.parametrize("scenario", [file.stem for file in sorted((CAPTURES / "webhook").iterdir())])
@each_folder
def test_what_fires_triggers_and_what_is_resolved_resolves(folder: str, scenario: str) -> None:
    resolved = scenario.endswith("_all_resolved") or "_resolved_" in scenario.removesuffix("_one_resolved_two_firing")
    resolved = resolved and "two_firing" not in scenario
    alert = said(folder, scenario)
    assert alert.action is (Action.RESOLVE if resolved else Action.TRIGGER)
    assert bool(alert.members) is not resolved
    assert alert.sender.startswith("Alertmanager")


@pytest.mark.parametrize(
    "story",
    [
        ("1_firing_single", "2_repeat_unchanged", "3_resolved_single"),
        ("4_firing_group_of_3", "5_group_one_resolved_two_firing", "6_group_all_resolved"),
        ("7_firing_unicode_long", "8_resolved_unicode_long"),
        ("9_firing_minimal_labels", "10_resolved_minimal_labels"),
        ("11_firing_group_of_60", "12_resolved_group_of_60"),
    ],
)
@each_folder
def test_one_problem_keeps_one_key_and_no_other_has_it(folder: str, story: tuple[str, ...]) -> None:
    keys = {said(folder, scenario).key for scenario in story}
    others = {said(folder, file.stem).key for file in (CAPTURES / folder).iterdir() if file.stem not in story}
    assert len(keys) == 1
    assert not keys & others


@each_folder
def test_a_repeat_brings_nothing_new(folder: str) -> None:
    first, repeat = said(folder, "1_firing_single"), said(folder, "2_repeat_unchanged")
    assert (repeat.members, repeat.severity, repeat.says_new) == (first.members, first.severity, False)
    assert len(first.members) == 1


@each_folder
def test_a_group_names_its_members_and_loses_one_that_is_resolved(folder: str) -> None:
    three, two = said(folder, "4_firing_group_of_3").members, said(folder, "5_group_one_resolved_two_firing").members
    assert (len(three), len(two)) == (3, 2)
    assert set(two) < set(three)


@each_folder
def test_a_large_group_has_all_its_members_and_few_details(folder: str) -> None:
    storm = said(folder, "11_firing_group_of_60")
    assert len(storm.members) == 60
    assert sum(map(len, storm.details.values())) < 8_000


def test_the_webhook_says_how_bad_since_when_and_where_to_look() -> None:
    alert = said("webhook", "1_firing_single")
    assert alert.title == "HighLatency checkout: p99 above 2 s"
    assert alert.severity is Severity.CRITICAL
    assert alert.source == "10.0.0.1:9100"
    assert alert.started_at is not None
    assert alert.started_at.isoformat() == "2026-11-21T20:24:40.123000+00:00"
    assert alert.runbook == "https://rb.example.org/latency"
    assert [link.text for link in alert.links] == ["query", "Alertmanager"]
    assert alert.details["description"] == "Checkout p99 is 2.41 s for 5 m"


def test_the_webhook_counts_a_group_and_lists_what_sets_its_alerts_apart() -> None:
    alert = said("webhook", "4_firing_group_of_3")
    assert alert.title == "DiskFull checkout (3 alerts): p99 above 2 s"
    assert alert.severity is Severity.CRITICAL  # one of the three is a warning
    assert alert.source == "10.0.0.1:9100 and 2 more"
    assert alert.details["firing"].splitlines()[1] == "instance=10.0.0.2:9100, severity=warning"
    assert said("webhook", "11_firing_group_of_60").details["firing"].splitlines()[-1] == "and 40 more"


def test_the_webhook_keeps_every_script_and_a_nanosecond_clock() -> None:
    assert said("webhook", "7_firing_unicode_long").title == (
        'Unicode paiements: Latence élevée — 支付 🔥 <b>&"quote"</b>'  # raw: whoever shows it escapes it
    )
    minimal = said("webhook", "9_firing_minimal_labels")
    assert (minimal.title, minimal.severity) == ("Minimal", Severity.ERROR)
    assert minimal.started_at is not None
    assert minimal.started_at.microsecond == 281312


def test_pagerduty_keeps_the_summary_that_was_written_for_it() -> None:
    alert = said("pagerduty_v2", "4_firing_group_of_3")
    assert alert.title == "[FIRING:3] DiskFull checkout (eu-1)"
    assert alert.sender == "Alertmanager (PagerDuty Events API)"
    assert [link.text for link in alert.links] == ["Alertmanager"]
    assert alert.details["num_firing"] == "3"
