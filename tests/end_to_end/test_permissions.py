"""Least privilege, proven: what a tour through everything uses of the roles is what they grant, no more and no less."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from end_to_end.meddling import without
from end_to_end.permitted import Grant, granted, needed, refused_without, used, values_granted, values_used
from end_to_end.running import Running
from end_to_end.touring import OPTIONS, tour

pytestmark = pytest.mark.long

DELIVERY = "Lambda itself writes the function's log, with its role"
TRACES = "Lambda and Step Functions send traces by themselves, with the role"
# What no call of a handler uses, by statement, each with its reason. An entry that is used, or not granted, fails.
BY_AWS_ITSELF = {
    "AWSLambdaBasicExecutionRole": DELIVERY,
    "AWSXrayWriteOnlyAccess": TRACES,
    "DeliverLogs": "Step Functions sets up its own log delivery, with the machine's role",
    "ReceiptsEventInvokeConfigOnFailureSQSPolicy[0]": "Lambda itself hands over events that failed, with that role",
}


@pytest.fixture(scope="module")
def found() -> Iterator[Mapping[str, Any]]:
    with Running(*OPTIONS) as stack:
        yield tour(stack)


def unused(found: Mapping[str, Any]) -> set[Grant]:
    """What is granted and not needed, without what AWS itself uses."""
    return {grant for grant in granted(found) - needed(found) if grant.sid not in BY_AWS_ITSELF}


def test_nothing_was_refused(found: Mapping[str, Any]) -> None:
    assert found["refused"] == []


def test_everything_that_is_granted_is_needed(found: Mapping[str, Any]) -> None:
    assert unused(found) == set()


def test_everything_that_was_used_is_granted(found: Mapping[str, Any]) -> None:
    """The record and the policies are two readings of one thing."""
    assert set(used(found)) <= granted(found)
    assert {grant.role for grant in used(found)} == {grant.role for grant in granted(found)}


def test_every_family_of_items_that_is_granted_is_used(found: Mapping[str, Any]) -> None:
    assert values_granted(found) - values_used(found) == set()


def test_what_is_left_to_aws_itself_is_granted_and_unused(found: Mapping[str, Any]) -> None:
    assert {grant.sid for grant in granted(found)} >= set(BY_AWS_ITSELF)
    assert not {grant.sid for grant in used(found)} & set(BY_AWS_ITSELF)


# ---- the tests above can fail --------------------------------------------------------------------------------------


def test_each_grant_that_is_taken_away_makes_a_call_of_the_tour_fail(found: Mapping[str, Any]) -> None:
    mine = {grant for grant in granted(found) if grant.sid not in BY_AWS_ITSELF}
    assert len(mine) > 50
    assert [grant for grant in sorted(mine) if not refused_without(found, grant)] == []


@pytest.mark.parametrize("action", ["dynamodb:DeleteItem", "dynamodb:Scan", "sns:Publish"])
def test_each_superfluous_grant_is_seen(found: Mapping[str, Any], action: str) -> None:
    for role in {each["role"] for each in found["granted"]}:
        more = {"role": role, "sid": "More", "allows": True, "actions": [action], "resources": ["*"], "values": []}
        assert unused({**found, "granted": [*found["granted"], more]}) == {Grant(role, "More", action, "*")}


def test_a_grant_that_another_makes_superfluous_is_seen(found: Mapping[str, Any]) -> None:
    """As if every call that one statement allows were allowed by a second one as well."""
    [again] = [each for each in found["granted"] if (each["role"], each["sid"]) == ("Feed", "ReadSigningKeys")]
    twice = [
        {**each, "matches": [*each["matches"], {**each["matches"][0], "sid": "Again"}]}
        if (each["role"], each["matches"][0]["sid"]) == ("Feed", "ReadSigningKeys")
        else each
        for each in found["used"]
    ]
    seen = unused({**found, "granted": [*found["granted"], {**again, "sid": "Again"}], "used": twice})
    assert {grant.sid for grant in seen} == {"Again", "ReadSigningKeys"}


@pytest.mark.parametrize(
    "missing",
    [
        Grant("Intake", "ReadConfig", "dynamodb:BatchGetItem", ""),
        Grant("Watch", "Overdue", "dynamodb:Query", ""),
    ],
    ids=str,
)
def test_a_tour_through_a_template_that_grants_too_little_fails(tmp_path: Path, missing: Grant) -> None:
    """The same for every grant there is: python tests/bench/permissions.py --mutate."""
    with Running(*OPTIONS, "--template", str(without(missing, tmp_path))) as stack:
        stack.may_be_refused = True
        with pytest.raises(AssertionError):
            tour(stack)
        refused = {(each["role"], each["action"]) for each in stack.permissions()["refused"]}
        assert refused == {(missing.role, missing.action)}
        lines = {line["text"] for line in stack.logs() if line["function"] == missing.role}
        assert any(f"AccessDenied: its role does not allow {missing.action} on arn:" in line for line in lines)
