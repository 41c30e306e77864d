"""The alarms: each says what to do, hears of its own stack only, and listens to a metric that is measured."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from callout.domain.overdue import PUT_OFF_MAX

ROOT = Path(__file__).parents[2]
SOURCE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
RESOURCES: dict[str, Any] = SOURCE["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
FUNCTIONS = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}
ALARM_METRICS = 26
"""Each metric that an alarm looks at is billed, beyond the account's ten free ones."""
OWN = {
    "PagesPutOff",
    "SmsLimited",
    "StepLateness",
    "SyntheticSeconds",
    "WebhooksLimited",
}
OWN_STACK = {"Ref": "AWS::StackName"}
DAY = 86400
SYNTHETIC = {"15-minutes": 15, "1-hour": 60, "6-hours": 360}
RINGS = [{"Ref": "Fallback"}, {"Fn::If": ["HasFallbackPhone", {"Ref": "FallbackTexts"}, {"Ref": "AWS::NoValue"}]}]
# Each is rung by something that comes now and then, and would be silent again before it comes the next time.
NOW_AND_THEN = {
    "AlertsNotAccepted": timedelta(minutes=10),
    "ExecutionsFailed": timedelta(minutes=10),
    "FrontDoorCrowded": timedelta(minutes=10),
    "FunctionErrors": timedelta(minutes=30),
    "FunctionsThrottled": timedelta(minutes=10),
    # The watchdog comes up to three minutes after it is due again, and a period of five minutes begins anywhere.
    "PagesPutOff": PUT_OFF_MAX + timedelta(minutes=3 + 5),
    "StepsLate": timedelta(minutes=10),
    "SyntheticLate": timedelta(minutes=0),
    "TextsLimited": timedelta(minutes=30),
    "WebhooksRefused": timedelta(minutes=30),
}
"""How long each rings at least, after what it heard last. (SyntheticLate: as long as the synthetic page's rhythm.)"""


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


def chosen(value: Any, every: str = "1-hour") -> int:
    """A number that depends on how often there is a synthetic page."""
    holds = {"EverySixHours": every == "6-hours", "EveryQuarter": every == "15-minutes"}
    while isinstance(value, dict):
        condition, there, otherwise = value["Fn::If"]
        value = there if holds[condition] else otherwise
    return int(value)


def span(name: str, every: str = "1-hour") -> timedelta:
    """How far back an alarm looks."""
    alarm = ALARMS[name]
    stats = [each["MetricStat"] for each in plain(alarm.get("Metrics", [])) if "MetricStat" in each] or [alarm]
    [period] = {each["Period"] for each in stats}
    return timedelta(seconds=period * chosen(alarm["EvaluationPeriods"], every))


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
    assert ALARMS[name]["AlarmActions"] == RINGS
    assert ALARMS[name]["OKActions"] == [{"Ref": "Fallback"}]  # by mail: an all-clear is worth no text


def test_silence_is_trouble_or_no_news_or_no_trouble() -> None:
    found: dict[str, set[str]] = {}
    for name, alarm in ALARMS.items():
        found.setdefault(alarm["TreatMissingData"], set()).add(name)
    assert found == {
        "breaching": {"WatchdogSilent", "SyntheticMissing"},
        # A queue that nobody touches and a month's sum without a new text report nothing: what was true is still true.
        "ignore": {"DeadLettersWaiting", "TextBudget"},
        "notBreaching": set(NOW_AND_THEN),
    }


@pytest.mark.parametrize(("name", "least"), NOW_AND_THEN.items())
def test_what_comes_now_and_then_rings_once_and_is_not_called_off_between(name: str, least: timedelta) -> None:
    assert ALARMS[name]["DatapointsToAlarm"] == 1
    assert span(name) >= least


@pytest.mark.parametrize("every", SYNTHETIC)
@pytest.mark.parametrize("name", ALARMS)
def test_no_alarm_looks_back_further_than_cloudwatch_lets_it(name: str, every: str) -> None:
    assert timedelta(minutes=1) <= span(name, every) <= timedelta(seconds=DAY)


def test_the_watchdog_is_silent_after_three_minutes_without_a_run_that_succeeded() -> None:
    # Without FILL: of a metric that is late it makes numbers that were never measured.
    assert [each["Expression"] for each in ALARMS["WatchdogSilent"]["Metrics"] if "Expression" in each] == [
        "runs - errors"
    ]
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


@pytest.mark.parametrize(("name", "metric"), [("AlertsNotAccepted", "5xx"), ("FrontDoorCrowded", "4xx")])
def test_what_the_front_door_says_itself_is_heard(name: str, metric: str) -> None:
    # As an HTTP API names them: a REST API's are called 5XXError and 4XXError, and have the API's name for a dimension.
    assert [(each["Namespace"], each["MetricName"], each["Dimensions"]) for each in metrics(ALARMS[name])] == [
        ("AWS/ApiGateway", metric, [{"Name": "ApiId", "Value": {"Ref": "Api"}}])
    ]


def test_a_crowd_is_heard_of_long_before_it_has_lasted_a_minute() -> None:
    limits = RESOURCES["Api"]["Properties"]["DefaultRouteSettings"]
    assert ALARMS["FrontDoorCrowded"]["Threshold"] <= limits["ThrottlingRateLimit"] * 60 / 10


def test_how_many_metrics_are_billed_is_known() -> None:
    assert sum(1 for alarm in ALARMS.values() for _ in metrics(alarm)) == ALARM_METRICS


def test_the_text_budget_is_heard_of_at_four_fifths() -> None:
    alarm = ALARMS["TextBudget"]
    percent, spent = alarm["Metrics"]
    assert percent["Expression"] == {"Fn::Sub": "100 * spent / ${SmsBudgetUsd}"}
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (80, "GreaterThanThreshold")
    # SNS reports it for the account, without any dimension: with one it would be a metric that nobody measures.
    assert (spent["Id"], spent["MetricStat"]["Stat"], spent["MetricStat"]["Metric"]) == (
        "spent",
        "Maximum",
        {"Namespace": "AWS/SNS", "MetricName": "SMSMonthToDateSpentUSD"},
    )
    budget = SOURCE["Parameters"]["SmsBudgetUsd"]
    assert (budget["Type"], budget["Default"], budget["MinValue"]) == ("Number", 1, 1)  # it is divided by


def test_mails_and_texts_have_topics_of_their_own() -> None:
    found = {
        name: (each["Properties"]["TopicArn"]["Ref"], each["Properties"]["Protocol"])
        for name, each in RESOURCES.items()
        if each["Type"] == "AWS::SNS::Subscription"
    }
    assert found == {"FallbackMail": ("Fallback", "email"), "FallbackText": ("FallbackTexts", "sms")}
    assert SOURCE["Outputs"]["FallbackTopic"]["Value"] == {"Ref": "Fallback"}
    texts = ("FallbackTexts", "FallbackTextsPolicy", "FallbackText")
    assert {RESOURCES[name].get("Condition") for name in texts} == {"HasFallbackPhone"}


@pytest.mark.parametrize("topic", ["Fallback", "FallbackTexts"])
def test_of_aws_only_this_accounts_cloudwatch_may_use_the_fallback(topic: str) -> None:
    policy = RESOURCES[f"{topic}Policy"]["Properties"]
    assert policy["Topics"] == [{"Ref": topic}]
    [allow] = policy["PolicyDocument"]["Statement"]
    assert (allow["Effect"], allow["Action"], allow["Resource"]) == ("Allow", "sns:Publish", {"Ref": topic})
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(allow["Condition"]) == {"StringEquals", "ArnLike"}
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


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


@pytest.mark.parametrize(("every", "minutes"), SYNTHETIC.items())
def test_a_synthetic_page_is_missed_soon_after_its_time_and_not_before(every: str, minutes: int) -> None:
    due = timedelta(minutes=minutes)
    assert due + timedelta(minutes=10) <= span("SyntheticMissing", every) <= due + timedelta(minutes=20)


@pytest.mark.parametrize("every", SYNTHETIC)
def test_one_that_is_late_rings_until_the_next(every: str) -> None:
    assert span("SyntheticLate", every) == span("SyntheticMissing", every)


def test_how_often_it_comes_can_be_typed_where_a_value_ends_at_a_space() -> None:
    allowed = SOURCE["Parameters"]["SyntheticEvery"]["AllowedValues"]
    assert set(allowed) == {"never", *SYNTHETIC}
    assert not [value for value in allowed if re.search(r"[^\w-]", value)]
