"""What IAM says of one call, given the policies of one role.

An Allow must match and no Deny may, as on AWS. Whatever is not modelled here is refused when it is read, never passed
over: other elements, operators and context keys would otherwise allow or deny in silence. Of the libraries there are,
moto's own evaluation knows neither NotResource nor conditions, policyuniverse, parliament and policy_sentry read
policies without evaluating them, principalmapper has stood still since 2022, and iam-simulate is TypeScript.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from infra.local.template import TemplateRefused

ELEMENTS = frozenset({"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"})
OPERATORS = frozenset({"StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "ArnEquals", "ArnLike"})
SETS = frozenset({"ForAllValues", "ForAnyValue"})
# The context keys that asks.py fills in, and whether they have many values.
CONTEXT = {"dynamodb:LeadingKeys": True, "dynamodb:EnclosingOperation": False, "ses:FromAddress": False}

# AWS's own policies, which SAM adds. None of what they allow is ever asked for here.
_TRACING = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
)
MANAGED = {
    "AWSLambdaBasicExecutionRole": ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    "AWSXrayWriteOnlyAccess": _TRACING,
    "AWSXRayDaemonWriteAccess": _TRACING,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One action on one resource that a call asks leave for."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that applies to an ask, by which of its resource patterns and of its conditions' values."""

    sid: str
    resource: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    operator: str
    over: str
    """ForAllValues, ForAnyValue, or "" where the key has one value."""
    key: str
    patterns: tuple[str, ...]

    def holds(self, context: Mapping[str, tuple[str, ...]]) -> bool:
        values = context.get(self.key, ())
        if self.over == "ForAllValues":  # also where the request has no such key, as on AWS
            return all(self._is(value) for value in values)
        if not values:
            return not self.over and "Not" in self.operator
        return any(self._is(value) for value in values)

    def _is(self, value: str) -> bool:
        return any(self._matches(each, value) for each in self.patterns) != ("Not" in self.operator)

    def _matches(self, pattern: str, value: str) -> bool:
        return _like(pattern, value) if self.operator not in ("StringEquals", "StringNotEquals") else pattern == value

    def used(self, context: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Which of its values the request meets."""
        values = context.get(self.key, ())
        return [each for each in self.patterns if any(self._matches(each, value) for value in values)]


@dataclass(frozen=True, slots=True)
class Statement:
    sid: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    excluding: bool
    """Its resources are what it does not speak of."""
    conditions: tuple[Condition, ...]

    def match(self, ask: Ask) -> Match | None:
        if not any(_like(action.lower(), ask.action.lower()) for action in self.actions):
            return None
        found = next((each for each in self.resources if _like(each, ask.resource)), None)
        if (found is None) != self.excluding or not all(each.holds(ask.context) for each in self.conditions):
            return None
        values = (value for each in self.conditions for value in each.used(ask.context))
        return Match(self.sid, found or self.shown, tuple(values))

    @property
    def shown(self) -> str:
        return ("not " if self.excluding else "") + " nor ".join(self.resources)


def allowing(statements: Iterable[Statement], ask: Ask) -> tuple[Match, ...]:
    """Every statement that allows it; () means that it is refused."""
    matches: list[Match] = []
    for statement in statements:
        match = statement.match(ask)
        if match is not None and not statement.allows:
            return ()
        if match is not None:
            matches.append(match)
    return tuple(matches)


def managed(name: str, where: str) -> Statement:
    if name not in MANAGED:
        raise TemplateRefused(f"template.yaml: the managed policy {name} of {where} is not known locally")
    return Statement(name, True, MANAGED[name], ("*",), False, ())


def statements_of(document: Mapping[str, Any], where: str) -> list[Statement]:
    found = _listed(document["Statement"])
    return [_statement(each, str(each.get("Sid") or f"{where}[{number}]"), where) for number, each in enumerate(found)]


def _statement(said: Mapping[str, Any], sid: str, where: str) -> Statement:
    for element in said:
        if element not in ELEMENTS:
            raise _refused(f"the element {element}", sid, where)
    if ("Resource" in said) == ("NotResource" in said) or said["Effect"] not in ("Allow", "Deny"):
        raise _refused("this combination of Effect, Resource and NotResource", sid, where)
    resources = tuple(map(str, _listed(said.get("Resource", said.get("NotResource")))))
    if any("${" in each for each in resources):
        raise _refused("a policy variable", sid, where)
    conditions = tuple(
        _condition(name, key, _listed(patterns), sid, where)
        for name, keys in said.get("Condition", {}).items()
        for key, patterns in keys.items()
    )
    actions = tuple(map(str, _listed(said["Action"])))
    return Statement(sid, said["Effect"] == "Allow", actions, resources, "NotResource" in said, conditions)


def _condition(name: str, key: str, patterns: Sequence[Any], sid: str, where: str) -> Condition:
    over, _, operator = name.rpartition(":")
    if operator not in OPERATORS or over not in {"", *SETS}:
        raise _refused(f"the condition operator {name}", sid, where)
    if key not in CONTEXT:
        raise _refused(f"the context key {key}", sid, where)
    if CONTEXT[key] and not over:
        raise _refused(f"{key} without ForAllValues or ForAnyValue", sid, where)
    if any("${" in str(each) for each in patterns):
        raise _refused("a policy variable", sid, where)
    return Condition(operator, over, key, tuple(map(str, patterns)))


def _refused(what: str, sid: str, where: str) -> TemplateRefused:
    return TemplateRefused(f'template.yaml: {what} in statement "{sid}" of {where} is not evaluated locally')


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _like(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """IAM's wildcards: * and ?, nothing else."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
