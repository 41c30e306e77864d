from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.policies import Ask, Statement, allowing, statements_of
from infra.local.template import TemplateRefused

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/callout"


def policy(*statements: Mapping[str, object]) -> list[Statement]:
    return statements_of({"Statement": list(statements)}, "Role")


def allow(action: object = "dynamodb:GetItem", **said: object) -> dict[str, object]:
    resource = {} if "NotResource" in said else {"Resource": TABLE}
    return {"Sid": "One", "Effect": "Allow", "Action": action, **resource, **said}


def keys(*values: str) -> dict[str, tuple[str, ...]]:
    return {"dynamodb:LeadingKeys": values}


def allows(statement: Mapping[str, object], resource: str = TABLE, **context: tuple[str, ...]) -> bool:
    return bool(allowing(policy(statement), Ask("dynamodb:GetItem", resource, context)))


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("dynamodb:GetItem", True),
        ("DynamoDB:getitem", True),  # actions know no case
        ("dynamodb:Get*", True),
        ("dynamodb:?etItem", True),
        ("*", True),
        (["dynamodb:PutItem", "dynamodb:GetItem"], True),
        ("dynamodb:Get", False),
        ("dynamodb:GetItems", False),
        ("dynamodb:[G]etItem", False),  # brackets are no wildcard
    ],
)
def test_an_action_is_allowed_by_name_or_wildcard(action: object, allowed: bool) -> None:
    assert allows(allow(action)) is allowed


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        (TABLE, True),
        (TABLE + "*", True),
        ("*", True),
        (TABLE.upper(), False),
        (TABLE + "/index/due", False),
        ([], False),
    ],
)
def test_a_resource_is_allowed_by_its_arn_or_wildcard(resource: object, allowed: bool) -> None:
    assert allows(allow(Resource=resource)) is allowed


def test_not_resource_speaks_of_everything_else() -> None:
    texts = allow(NotResource="arn:aws:sns:*:*:*")
    assert allows(texts, "+12025550101")
    assert not allows(texts, "arn:aws:sns:eu-central-1:123456789012:topic")


def test_a_deny_wins() -> None:
    denied = policy(allow("*"), {**allow(), "Effect": "Deny"})
    assert not allowing(denied, Ask("dynamodb:GetItem", TABLE))
    assert allowing(denied, Ask("dynamodb:PutItem", TABLE))


@pytest.mark.parametrize(
    ("operator", "values", "allowed"),
    [
        ("ForAllValues:StringLike", ("PAGE#1", "LEDGER#1"), True),
        ("ForAllValues:StringLike", ("PAGE#1", "KEYS"), False),
        ("ForAllValues:StringLike", (), True),  # AWS's own trap: no key at all meets it
        ("ForAnyValue:StringLike", ("PAGE#1", "KEYS"), True),
        ("ForAnyValue:StringLike", (), False),
        ("ForAllValues:StringEquals", ("PAGE#*",), True),
        ("ForAllValues:StringEquals", ("PAGE#1",), False),
        ("ForAllValues:StringNotLike", ("KEYS",), True),
        ("ForAllValues:StringNotLike", ("KEYS", "PAGE#1"), False),
    ],
)
def test_conditions_on_many_values(operator: str, values: tuple[str, ...], allowed: bool) -> None:
    condition = {operator: {"dynamodb:LeadingKeys": ["PAGE#*", "LEDGER#*"]}}
    assert allows(allow(Condition=condition), **keys(*values)) is allowed


@pytest.mark.parametrize(
    ("operator", "value", "allowed"),
    [
        ("StringEquals", "pager@example.com", True),
        ("StringEquals", "other@example.com", False),
        ("StringEquals", None, False),
        ("StringNotEquals", "other@example.com", True),
        ("StringNotEquals", "pager@example.com", False),
        ("StringNotEquals", None, True),  # what is not there differs
    ],
)
def test_conditions_on_one_value(operator: str, value: str | None, allowed: bool) -> None:
    condition = {operator: {"ses:FromAddress": "pager@example.com"}}
    context = {"ses:FromAddress": (value,)} if value else {}
    assert allows(allow(Condition=condition), **context) is allowed


def test_every_statement_that_allows_it_is_named_with_what_met_it() -> None:
    condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["PAGE#*", "LEDGER#*"]}}
    both = policy(allow(Sid="Wide", Resource="*"), allow(Sid="Narrow", Condition=condition))
    found = allowing(both, Ask("dynamodb:GetItem", TABLE, keys("PAGE#1")))
    assert [(each.sid, each.resource, each.values) for each in found] == [
        ("Wide", "*", ()),
        ("Narrow", TABLE, ("PAGE#*",)),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"NotAction": "s3:*"},
        {"Principal": "*"},
        {"NotResource": "*", "Resource": "*"},
        {"Effect": "Maybe"},
        {"Resource": "arn:aws:s3:::${aws:username}"},
        {"Condition": {"StringEqualsIfExists": {"ses:FromAddress": "a"}}},
        {"Condition": {"ForSomeValues:StringEquals": {"dynamodb:LeadingKeys": "a"}}},
        {"Condition": {"StringEquals": {"dynamodb:LeadingKeys": "a"}}},  # has many values
        {"Condition": {"StringEquals": {"aws:SourceIp": "a"}}},
        {"Condition": {"StringEquals": {"ses:FromAddress": "${aws:username}"}}},
    ],
)
def test_what_is_not_modelled_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(TemplateRefused, match='in statement "One" of Role is not evaluated locally'):
        statements_of({"Statement": {**allow(), **said}}, "Role")


@given(st.text(alphabet="ab*?.[#", max_size=6), st.text(alphabet="ab*?.[#", max_size=6))
def test_a_wildcard_stands_for_itself_and_for_anything(start: str, end: str) -> None:
    plain = (start + end).replace("*", "a").replace("?", "b")
    assert allows(allow(Resource=start + "*" + end), (start + plain + end).replace("*", "a").replace("?", "b"))
    assert allows(allow(Resource=plain), plain)
