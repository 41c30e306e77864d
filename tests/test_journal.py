"""What is printed: one JSON object a line; what it measures is what CloudWatch's embedded metric format asks for."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.metrics import Metrics

from callout.journal import Journal
from callout.runtime import Settings


@pytest.fixture(autouse=True)
def nothing_measured() -> None:
    """Powertools keeps what was not printed yet in one place for the whole process."""
    Metrics._metrics.clear()


def printed(capsys: pytest.CaptureFixture[str], journal: Journal) -> list[dict[str, Any]]:
    with journal.of_one_event():
        journal.note("opened", "aaaaaaaaaaaaaaa-1", state="triggered")
        journal.count("PagesPutOff")
        journal.count("Notices", channel="sms", result="sent")
        journal.late(2.5)
        journal.late(61)
        journal.synthetic(1.25)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def measured(line: dict[str, Any]) -> dict[str, Any]:
    """Held against the format: a directive, and every dimension and metric it names as a root member of the line."""
    directive = line["_aws"]
    assert isinstance(directive["Timestamp"], int)
    [metrics] = directive["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Callout"
    [dimensions] = metrics["Dimensions"]
    assert len(dimensions) <= 30
    assert all(isinstance(line[name], str) and line[name] for name in dimensions)
    for metric in metrics["Metrics"]:
        assert metric["Unit"] in ("Count", "Seconds")
        assert all(isinstance(value, float) for value in line[metric["Name"]])
    assert set(line) == {"_aws", *dimensions, *(metric["Name"] for metric in metrics["Metrics"])}
    return {name: line[name] for name in line if name != "_aws"}


def test_every_metric_and_every_line_names_the_stack(capsys: pytest.CaptureFixture[str]) -> None:
    note, *metrics = printed(capsys, Journal("night-shift"))
    assert (note["service"], note["correlation_id"]) == ("night-shift", "aaaaaaaaaaaaaaa-1")
    assert [measured(line) for line in metrics] == [
        {"service": "night-shift", "PagesPutOff": [1.0]},
        {"service": "night-shift", "channel": "sms", "result": "sent", "Notices": [1.0]},
        {"service": "night-shift", "StepLateness": [2.5, 61.0], "SyntheticSeconds": [1.25]},
    ]


def test_two_stacks_in_one_account_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "other"):
        assert {line["service"] for line in printed(capsys, Journal(name))} == {name}


def test_the_name_is_the_stacks() -> None:
    assert Settings.from_environment({"TABLE": "t", "POWERTOOLS_SERVICE_NAME": "night-shift"}).service == "night-shift"
    assert Settings.from_environment({"TABLE": "t"}).service == "callout"
