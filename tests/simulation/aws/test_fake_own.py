"""What the fake has of its own, and moto does not: lagging indexes, vanishing items, taken names, its boundary."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from simulation.aws.both import Time, key
from simulation.aws.errors import NotModelled
from simulation.aws.fake import TABLE, FakeAws

DUE: dict[str, Any] = {"due": {"S": "open"}, "due_at": {"S": "1"}}
QUERY: dict[str, Any] = {
    "TableName": TABLE,
    "IndexName": "due",
    "KeyConditionExpression": "due = :due",
    "ExpressionAttributeValues": {":due": {"S": "open"}},
}


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def aws(time: Time) -> FakeAws:
    return FakeAws(time)


@pytest.fixture
def table(aws: FakeAws) -> Any:
    return aws.client("dynamodb")


def test_a_caller_holds_nothing_of_the_table(table: Any) -> None:
    item: dict[str, Any] = {**key("x"), "inside": {"M": {"list": {"L": [{"S": "old"}]}}}}
    table.put_item(TableName=TABLE, Item=item)
    item["inside"]["M"]["list"]["L"][0]["S"] = "new"
    found = table.get_item(TableName=TABLE, Key=key("x"))["Item"]
    assert found["inside"]["M"]["list"]["L"] == [{"S": "old"}]
    found["inside"]["M"]["list"]["L"].clear()
    found["pk"]["S"] = "y"
    again = table.get_item(TableName=TABLE, Key=key("x"))["Item"]
    assert again == {**key("x"), "inside": {"M": {"list": {"L": [{"S": "old"}]}}}}


def test_an_index_may_lag_and_never_turns_back(aws: FakeAws, table: Any, time: Time) -> None:
    lags = iter([5.0, 1.0, 0.0])
    aws.table.lag = lambda: next(lags)
    table.put_item(TableName=TABLE, Item={**key("x"), **DUE})
    table.put_item(TableName=TABLE, Item={**key("x"), **DUE, "due_at": {"S": "2"}})
    assert table.query(**QUERY)["Items"] == []
    assert "Item" in table.get_item(TableName=TABLE, Key=key("x"))
    time.sleep(5)
    assert table.query(**QUERY)["Items"] == [{**key("x"), **DUE, "due_at": {"S": "2"}}]
    table.delete_item(TableName=TABLE, Key=key("x"))
    assert table.query(**QUERY)["Items"] == []


def test_items_vanish_when_they_are_told_to(aws: FakeAws, table: Any, time: Time) -> None:
    def put(seconds: int) -> None:
        expires = str(int(time().timestamp()) + seconds)
        table.put_item(TableName=TABLE, Item={**key("x"), **DUE, "expires_at": {"N": expires}})

    put(10)
    put(20)
    time.sleep(15)
    assert (aws.table.expire(), len(aws.table)) == (0, 1)
    time.sleep(6)
    assert (aws.table.expire(), len(aws.table)) == (1, 0)
    assert table.query(**QUERY)["Items"] == []


def test_every_change_is_told(aws: FakeAws, table: Any) -> None:
    seen: list[tuple[Any, Any]] = []
    aws.table.wrote = lambda before, after: seen.append((before, after))
    table.put_item(TableName=TABLE, Item=key("x"))
    table.get_item(TableName=TABLE, Key=key("x"))
    with pytest.raises(ClientError):
        table.put_item(TableName=TABLE, Item=key("x"), ConditionExpression="attribute_not_exists(pk)")
    table.delete_item(TableName=TABLE, Key=key("x"))
    table.delete_item(TableName=TABLE, Key=key("x"))
    assert seen == [(None, key("x")), (key("x"), None)]


def test_a_name_is_free_again_after_90_days(aws: FakeAws, time: Time) -> None:
    started: list[tuple[str, str]] = []
    aws.executions.on_start = lambda name, text: started.append((name, text))
    start: dict[str, Any] = {"stateMachineArn": "arn:aws:states:::stateMachine:x", "name": "page-1", "input": "{}"}
    machines = aws.client("stepfunctions")
    machines.start_execution(**start)
    machines.start_execution(**start)
    assert started == [("page-1", "{}")]
    aws.executions.ended("page-1")
    time.now += timedelta(days=90)
    with pytest.raises(machines.exceptions.ExecutionAlreadyExists):
        machines.start_execution(**start)
    time.now += timedelta(seconds=1)
    machines.start_execution(**start)
    assert len(started) == 2


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("scan", {}),
        ("get_item", {"Key": key("x"), "ProjectionExpression": "pk"}),
        ("put_item", {"Item": key("x"), "ConditionExpression": "size(doc) < :n"}),
        ("put_item", {"Item": key("x"), "ConditionExpression": "pk IN (:n)"}),
        ("put_item", {"Item": {**key("x"), "names": {"SS": ["a"]}}}),
        ("put_item", {"Item": {**key("x"), "count": {"N": 1}}}),
        ("update_item", {"Key": key("x"), "UpdateExpression": "DELETE names :n"}),
        ("update_item", {"Key": key("x"), "UpdateExpression": "SET names[0] = :n"}),
    ],
)
def test_what_it_does_not_know_it_does_not_guess(table: Any, method: str, params: dict[str, Any]) -> None:
    with pytest.raises(NotModelled):
        getattr(table, method)(TableName=TABLE, **params)


def test_time_does_not_pass_by_itself(aws: FakeAws) -> None:
    with pytest.raises(NotModelled):
        aws.sleep(1)


def test_other_services_are_not_there(aws: FakeAws) -> None:
    with pytest.raises(NotModelled):
        aws.client("s3")
