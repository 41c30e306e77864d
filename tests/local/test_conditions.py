from pathlib import Path
from typing import Any

import pytest

from infra.local.conditions import chosen, settle
from infra.local.schedules import rules_of
from infra.local.template import TemplateRefused, translate

ROOT = Path(__file__).parents[2]
PARAMETERS = {"EmailFrom": "callout@example.com", "FallbackEmail": "fallback@example.com"}


def left(condition: dict[str, Any], **given: str) -> bool:
    document = {
        "Parameters": {"Every": {"Default": "never"}, "Phone": {}},
        "Conditions": {"Asked": condition, "Both": {"Fn::And": [{"Condition": "Asked"}, {"Fn::Equals": ["1", 1]}]}},
        "Resources": {"Foo": {"Type": "T", "Condition": "Both"}, "Bar": {"Type": "T"}},
    }
    settle(document, given)
    assert "Bar" in document["Resources"]
    assert all("Condition" not in resource for resource in document["Resources"].values())
    return "Foo" in document["Resources"]


NEVER = {"Fn::Or": [{"Fn::Equals": [{"Ref": "Every"}, ""]}, {"Fn::Equals": [{"Ref": "Every"}, "never"]}]}


@pytest.mark.parametrize(
    ("condition", "given", "there"),
    [
        (NEVER, {}, True),
        (NEVER, {"Every": ""}, True),
        (NEVER, {"Every": "1-hour"}, False),
        ({"Fn::Not": [NEVER]}, {"Every": "1-hour"}, True),
        ({"Fn::Not": [{"Fn::Equals": [{"Ref": "Phone"}, ""]}]}, {}, False),
    ],
)
def test_a_resource_is_there_when_its_condition_holds(
    condition: dict[str, Any], given: dict[str, str], there: bool
) -> None:
    assert left(condition, **given) is there


def test_a_condition_that_nobody_decides_here_is_refused_by_name() -> None:
    with pytest.raises(TemplateRefused, match="Fn::FindInMap"):
        left({"Fn::FindInMap": ["a", "b", "c"]})


@pytest.mark.parametrize(("every", "seconds"), [("15-minutes", 900), ("1-hour", 3600), ("6-hours", 6 * 3600)])
def test_the_probe_comes_as_often_as_a_parameter_says(every: str, seconds: int) -> None:
    translated = translate(ROOT / "template.yaml", {**PARAMETERS, "SyntheticEvery": every})
    rules = {rule.function: rule.seconds for rule in rules_of(translated.of_type("AWS::Events::Rule"))}
    assert rules == {"Watch": 60, "Probe": seconds}


def test_a_value_is_chosen_by_conditions_within_each_other_and_may_be_a_parameters() -> None:
    rhythm = {"Fn::If": ["Often", "rate(1 minute)", {"Fn::If": ["Never", {"Ref": "Fallback"}, "rate(1 day)"]}]}
    conditions = {word: {"Fn::Equals": [{"Ref": "Every"}, word.lower()]} for word in ("Often", "Never")}
    found = [
        chosen(rhythm, {"Conditions": conditions}, {"Every": every, "Fallback": "rate(2 days)"})
        for every in ("often", "never", "sometimes")
    ]
    assert found == ["rate(1 minute)", "rate(2 days)", "rate(1 day)"]
    assert chosen("rate(5 minutes)", {}, {}) == "rate(5 minutes)"


def test_it_can_be_switched_off() -> None:
    translated = translate(ROOT / "template.yaml", {**PARAMETERS, "SyntheticEvery": "never"})
    assert not [name for name in translated.document["Resources"] if name.startswith(("Probe", "Synthetic"))]
    assert "Probe" not in translated.code
