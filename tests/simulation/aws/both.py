"""The same calls to moto and to the fake, and whether they answer the same."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from ground import REGION, table_properties
from moto import mock_aws
from simulation.aws.fake import TABLE, FakeAws

KEEPS = ("Item", "CancellationReasons")
"""What stands beside Error in a response, and is compared. The words of errors are not: moto has its own."""

PASS = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})
LEFT_OUT = (
    "ResponseMetadata",
    # different each time
    "MessageId",
    "startDate",
    # moto tells it without having been asked
    "ConsumedCapacity",
    "ItemCollectionMetrics",
)


class Time:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Both:
    def __init__(self) -> None:
        self.time = Time()
        self.fake = FakeAws(self.time)
        self.fake.sleep = self.time.sleep
        services = "dynamodb", "sns", "sesv2", "stepfunctions"
        self.moto: dict[str, Any] = {name: boto3.client(name, region_name=REGION) for name in services}  # type: ignore[call-overload]
        self.ours = {name: self.fake.client(name) for name in self.moto}
        self.spaces = 0

    def space(self) -> str:
        """A prefix for keys that nobody has used yet."""
        self.spaces += 1
        return f"{self.spaces}-"

    def same(self, method: str, service: str = "dynamodb", **params: Any) -> Any:
        """What both answer; fails where they differ."""
        theirs = outcome(self.moto[service], method, params)
        ours = outcome(self.ours[service], method, params)
        assert ours == theirs, f"{method} {params}\n  fake: {ours}\n  moto: {theirs}"
        return ours

    def table(self, method: str, **params: Any) -> Any:
        return self.same(method, TableName=TABLE, **params)

    def pages(self, **params: Any) -> list[Any]:
        """A query to its end; both have to cut it in the same places."""
        theirs, ours = self._pages(**params)
        assert ours == theirs, params
        return ours

    def all_items(self, **params: Any) -> None:
        """The same, wherever it is cut: at a limit AWS does not look whether more would follow, and moto does."""
        theirs, ours = ([item for page in pages for item in page["Items"]] for pages in self._pages(**params))
        assert ours == theirs, params

    def both_say(self, fake: Any, moto: Any, method: str, **params: Any) -> None:
        """A known difference: the fake is as AWS is said to be, and moto is not."""
        assert outcome(self.ours["dynamodb"], method, params) == fake
        assert outcome(self.moto["dynamodb"], method, params) == moto

    def ours_whole(self) -> list[Any]:
        return sorted(self.fake.table.items(), key=_name)

    def theirs_whole(self) -> list[Any]:
        found = self.moto["dynamodb"].get_paginator("scan").paginate(TableName=TABLE)
        return sorted((item for answer in found for item in answer["Items"]), key=_name)

    def clear(self) -> None:
        """Nothing lies in either table."""
        for pk, sk in map(_name, self.ours_whole()):
            self.fake.table.delete(pk, sk)
        for item in self.theirs_whole():
            self.moto["dynamodb"].delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})

    def machine(self) -> str:
        """A state machine's ARN."""
        role = "arn:aws:iam::123456789012:role/callout"
        made = self.moto["stepfunctions"].create_state_machine(name="escalation", definition=PASS, roleArn=role)
        return str(made["stateMachineArn"])

    def _pages(self, **params: Any) -> Iterator[list[Any]]:
        for client in (self.moto["dynamodb"], self.ours["dynamodb"]):
            yield [_plain(answer) for answer in client.get_paginator("query").paginate(TableName=TABLE, **params)]


@contextmanager
def both(loader: Loader) -> Iterator[Both]:
    """Both, empty; `loader` has botocore's descriptions already."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setattr("botocore.session.create_loader", lambda _: loader)
        boto3.client("dynamodb", region_name=REGION).create_table(TableName=TABLE, **table_properties())
        boto3.client("sesv2", region_name=REGION).create_email_identity(EmailIdentity="callout@example.com")
        yield Both()


def outcome(client: Any, method: str, params: dict[str, Any]) -> Any:
    """The answer, or what is comparable of the error."""
    try:
        return _plain(getattr(client, method)(**params))
    except ClientError as error:
        return _refusal(error)


def _name(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in LEFT_OUT}


def _refusal(error: ClientError) -> dict[str, Any]:
    response: Any = error.response
    found = {
        "class": type(error).__name__,
        "operation": error.operation_name,
        "code": response["Error"]["Code"],
        "status": response["ResponseMetadata"]["HTTPStatusCode"],
        **{name: response[name] for name in KEEPS if name in response},
    }
    if "CancellationReasons" in found:
        found["CancellationReasons"] = [
            {name: value for name, value in reason.items() if name != "Message"}
            for reason in found["CancellationReasons"]
        ]
    return found


def key(space: str, pk: str = "a", sk: str = "1") -> dict[str, Any]:
    return {"pk": {"S": space + pk}, "sk": {"S": sk}}
