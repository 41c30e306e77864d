"""Which of the template's resources there are, given its parameters: CloudFormation's Conditions, decided beforehand.

moto would create the resources of a condition that does not hold, too.
"""

from collections.abc import Mapping
from typing import Any

from infra.local.refused import TemplateRefused


def settle(document: dict[str, Any], parameters: Mapping[str, str]) -> None:
    """Leave out what a condition leaves out, in place; what stays has no condition any more."""
    given = values(document, parameters)
    conditions = document.get("Conditions", {})
    for name, resource in list(document["Resources"].items()):
        condition = resource.pop("Condition", None)
        if condition is not None and not _holds({"Condition": condition}, conditions, given):
            del document["Resources"][name]


def chosen(value: Any, document: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    """`value`, after its Fn::If and with parameters in place of their names."""
    while isinstance(value, dict) and "Fn::If" in value:
        condition, there, otherwise = value["Fn::If"]
        value = there if _holds({"Condition": condition}, document.get("Conditions", {}), given) else otherwise
    return given[value["Ref"]] if isinstance(value, dict) and set(value) == {"Ref"} else value


def values(document: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    """Every parameter's value: what is given, or its default."""
    defaults = {
        name: str(each["Default"]) for name, each in document.get("Parameters", {}).items() if "Default" in each
    }
    return {**defaults, **parameters}


def _holds(test: Mapping[str, Any], conditions: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    [(function, arguments)] = test.items()
    if function == "Condition":
        return _holds(conditions[arguments], conditions, given)
    if function == "Fn::Equals":
        left, right = (_value(each, given) for each in arguments)
        return left == right
    if function not in ("Fn::Not", "Fn::And", "Fn::Or"):
        raise TemplateRefused(f"template.yaml: {function} in a condition is not served locally")
    found = [_holds(each, conditions, given) for each in arguments]
    return {"Fn::Not": not found[0], "Fn::And": all(found), "Fn::Or": any(found)}[function]


def _value(text: Any, given: Mapping[str, str]) -> str:
    return given.get(text["Ref"], "") if isinstance(text, dict) else str(text)
