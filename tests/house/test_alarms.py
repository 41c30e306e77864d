"""The alarms: each says what to do, hears of its own stack only, and listens to a metric that is measured."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
SOURCE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
RESOURCES: dict[str, Any] = SOURCE["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
FUNCTIONS = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}
ALARM_METRICS = 24
"""Each metric that an alarm looks at is billed, beyond the account's ten free ones."""
OWN = {
    "PagesPutOff",
    "SmsLimited",
    "StepLateness",
    "SyntheticSeconds",
    "WebhooksLimited",
}
OWN_STACK = {"Ref": "AWS::StackName"}


def plain(value: Any) -> Any:
    """`!If [condition, there, ...]` as what is there when everything is switched on."""
    if isinstance(value, dict):
        return plain(value["Fn::If"][1]) if "Fn::If" in value else {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def metrics(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Metrics" not in alarm:
        yield alarm
    for each in plain(alarm.get("Metrics", [])):
        if "MetricStat" in each:
            yield each["MetricStat"]["Metric"]


def watched(alarm: str) -> set[str]:
    """The functions whose metrics an alarm looks at."""
    return {metric["Dimensions"][0]["Value"]["Ref"] for metric in metrics(ALARMS[alarm])}


@cache
def source() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "functions").rglob("*.py"))


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_it_means_and_what_to_do(name: str) -> None:
    alarm = ALARMS[name]
    meaning, _, deed = alarm["AlarmDescription"].partition(" Do: ")
    assert len(meaning) > 60
    assert len(deed) > 60
    assert len(alarm["AlarmDescription"]) <= 1024
    assert alarm["AlarmName"]["Fn::Sub"].startswith("${AWS::StackName}: ")


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_fallback_and_nobody_of_callout(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == [{"Ref": "Fallback"}]
    assert ALARMS[name]["TreatMissingData"] in ("breaching", "notBreaching")


def test_only_silence_counts_as_trouble_where_silence_is_trouble() -> None:
    found = {name for name, alarm in ALARMS.items() if alarm["TreatMissingData"] == "breaching"}
    assert found == {"WatchdogSilent", "SyntheticMissing"}


def test_the_watchdog_is_silent_after_three_minutes_without_a_run_that_succeeded() -> None:
    alarm = ALARMS["WatchdogSilent"]
    periods = {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}
    assert (periods, alarm["EvaluationPeriods"], alarm["Threshold"]) == ({60}, 3, 1)
    assert {metric["MetricName"] for metric in metrics(alarm)} == {"Invocations", "Errors"}
    assert watched("WatchdogSilent") == {"Watch"}


def test_the_errors_of_every_function_are_heard() -> None:
    assert watched("FunctionErrors") == FUNCTIONS


def test_throttling_is_heard_where_people_wait_for_a_function() -> None:
    assert watched("FunctionsThrottled") == {"Intake", "Step", "Acknowledge", "Watch"}


def test_what_ends_an_execution_before_its_time_is_heard() -> None:
    names = {metric["MetricName"] for metric in metrics(ALARMS["ExecutionsFailed"])}
    assert names == {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}


def test_metrics_of_ours_are_those_of_this_stack_and_somebody_measures_them() -> None:
    found = [metric for alarm in ALARMS.values() for metric in metrics(alarm) if metric["Namespace"] == "Callout"]
    assert {metric["MetricName"] for metric in found} == OWN
    for metric in found:
        assert metric["Dimensions"] == [{"Name": "service", "Value": OWN_STACK}]
        # Named in the source as they are here, and without another dimension: that would be another metric.
        assert re.search(rf'(count|add_metric)\("{metric["MetricName"]}"[,)](?! \w+=)', source())
    assert SOURCE["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == OWN_STACK


def test_how_many_metrics_are_billed_is_known() -> None:
    assert sum(1 for alarm in ALARMS.values() for _ in metrics(alarm)) == ALARM_METRICS


def test_only_cloudwatch_of_this_account_may_use_the_fallback() -> None:
    allow, deny = RESOURCES["FallbackPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(allow["Condition"]) == {"StringEquals", "ArnLike"}
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert deny["Condition"] == {"Bool": {"aws:PrincipalIsAWSService": "false"}}


def test_a_dead_letter_is_kept_for_a_fortnight_and_every_schedule_has_a_place_for_its_own() -> None:
    queue = RESOURCES["DeadLetters"]["Properties"]
    assert (queue["MessageRetentionPeriod"], queue["SqsManagedSseEnabled"]) == (14 * 86400, True)
    schedules = [
        event["Properties"]
        for name in FUNCTIONS
        for event in RESOURCES[name]["Properties"].get("Events", {}).values()
        if event["Type"] == "Schedule"
    ]
    assert len(schedules) == 2
    assert all(each["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}} for each in schedules)


def test_the_heartbeats_address_is_told_to_nobody() -> None:
    assert SOURCE["Parameters"]["HeartbeatUrl"]["NoEcho"] is True
    assert "HeartbeatUrl" not in str(SOURCE["Outputs"])


MISSING = {"rate(15 minutes)": 15, "rate(1 hour)": 60, "rate(6 hours)": 360}


@pytest.mark.parametrize(("every", "minutes"), MISSING.items())
def test_a_synthetic_page_is_missed_soon_after_its_time_and_not_before(every: str, minutes: int) -> None:
    holds = {"EverySixHours": every == "rate(6 hours)", "EveryQuarter": every == "rate(15 minutes)"}

    def chosen(value: Any) -> int:
        while isinstance(value, dict):
            condition, there, otherwise = value["Fn::If"]
            value = there if holds[condition] else otherwise
        return int(value)

    alarm = ALARMS["SyntheticMissing"]
    waits = chosen(alarm["EvaluationPeriods"]) * chosen(alarm["Period"]) / 60
    assert minutes + 10 <= waits <= minutes + 120
    assert every in SOURCE["Parameters"]["SyntheticEvery"]["AllowedValues"]
    assert set(SOURCE["Parameters"]["SyntheticEvery"]["AllowedValues"]) == {"", "never", *MISSING}
