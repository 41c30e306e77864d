import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.schedules import Rule, Schedules, rules_of
from infra.local.template import TemplateRefused

TARGET = {"Arn": {"Fn::GetAtt": ["Tick", "Arn"]}, "Id": "t"}


def rules(**said: Any) -> list[Rule]:
    return rules_of({"Minute": {"ScheduleExpression": "rate(1 minute)", "Targets": [TARGET], **said}})


@pytest.mark.parametrize(
    ("expression", "seconds"), [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200)]
)
def test_a_rate_is_a_period(expression: str, seconds: int) -> None:
    assert rules(ScheduleExpression=expression) == [Rule("Minute", seconds, "Tick", None)]


def test_a_disabled_rule_never_fires() -> None:
    assert rules(State="DISABLED") == []


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"ScheduleExpression": "cron(0 8 * * ? *)"}, r"cron\(0 8 \* \* \? \*\) of Minute"),
        ({"Targets": [{**TARGET, "RetryPolicy": {}}]}, "RetryPolicy of the target of Minute"),
    ],
)
def test_what_is_not_served_is_refused_by_name(said: dict[str, Any], named: str) -> None:
    with pytest.raises(TemplateRefused, match=named):
        rules(**said)


def test_the_event_is_eventbridges_unless_the_template_gives_its_own() -> None:
    rule = Rule("Minute", 60, "Tick", None)
    event = rule.event("eu-central-1", datetime(2026, 11, 21, 20, 24, 40, tzinfo=UTC))
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-21T20:24:40Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:events:eu-central-1:123456789012:rule/Minute"],
        "detail": {},
    }
    assert Rule("Minute", 60, "Tick", '{"a": 1}').event("eu-central-1", datetime.now(UTC)) == {"a": 1}


def test_a_rule_fires_again_and_again_until_it_is_closed() -> None:
    fired = threading.Semaphore(0)
    schedules = Schedules([Rule("Often", 0.01, "Tick", None)], lambda _: fired.release())
    schedules.start()
    assert all(fired.acquire(timeout=30) for _ in range(3))
    schedules.close()
    assert not [thread for thread in schedules._threads if thread.is_alive()]
