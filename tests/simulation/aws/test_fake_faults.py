"""What a caller hears when a request goes wrong, and what has happened then: as from botocore itself, before moto."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from botocore.retries import quota, standard
from simulation.aws import client as fake_client
from simulation.aws import wire
from simulation.aws.both import Both, both, key, outcome
from simulation.aws.botocores import Wire
from simulation.aws.errors import NotModelled
from simulation.aws.fake import TABLE
from simulation.aws.faults import At, Fault, Killed, Kind, kinds

from callout import runtime

COMPARED = (Kind.REFUSED, Kind.THROTTLED, Kind.TIMEOUT, Kind.LOST, Kind.LATE, Kind.DUPLICATED)
EVERY_DAY = ((Kind.LOST, Kind.LOST), (Kind.REFUSED, Kind.LATE), (Kind.TIMEOUT, Kind.DUPLICATED))
NEW = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
ADD = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "ALL_NEW"}
MAIL = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}


@pytest.fixture(scope="module")
def aws(loader: Loader) -> Iterator[Both]:
    with both(loader) as aws:
        yield aws


@pytest.fixture(scope="module")
def wires(aws: Both) -> dict[str, Wire]:
    return {service: Wire(service) for service in ("dynamodb", "sns", "sesv2", "stepfunctions")}


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


def heard(client: Any, method: str, params: dict[str, Any]) -> Any:
    try:
        return outcome(client, method, params)
    except BotoCoreError as error:
        return type(error).__name__


@pytest.fixture
def always_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests share one client of botocore's: it must not have spent its second attempts."""
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)


def compare(aws: Both, wire: Wire, service: str, faults: list[Kind | None], method: str, params: Any) -> Any:
    """Both hear the same, after as many attempts."""
    wire.faults, wire.attempts = [kind and Fault(kind) for kind in faults], 0
    began = aws.fake.calls
    aws.fake.faults = At({began + at: Fault(kind) for at, kind in enumerate(faults) if kind})
    ours = heard(aws.fake.client(service), method, params)
    aws.fake.faults = None
    theirs = heard(wire.client, method, params)
    assert (ours, aws.fake.calls - began) == (theirs, wire.attempts)
    return ours


ONCE: list[list[Kind | None]] = [[kind, None] for kind in COMPARED]
TWICE = [
    pytest.param([first, second], marks=[] if (first, second) in EVERY_DAY else pytest.mark.long)
    for first, second in product(COMPARED[:-1], COMPARED)
]


@pytest.mark.usefixtures("no_waiting", "always_again")
@pytest.mark.parametrize("faults", [*ONCE, *TWICE], ids=str)
def test_writes_that_go_wrong_once_or_twice(aws: Both, wires: dict[str, Wire], faults: list[Kind | None]) -> None:
    wire = wires["dynamodb"]
    space = aws.space()
    named: dict[str, Any] = {"TableName": TABLE, "Key": key(space)}
    put = {"TableName": TABLE, "Item": key(space), **NEW}
    compare(aws, wire, "dynamodb", faults, "put_item", put)
    aws.same("get_item", **named)
    compare(aws, wire, "dynamodb", faults, "update_item", named | ADD)
    aws.same("get_item", **named)
    compare(aws, wire, "dynamodb", faults, "get_item", named)
    compare(aws, wire, "dynamodb", faults, "delete_item", named | {"ReturnValues": "ALL_OLD"})
    aws.same("get_item", **named)


@pytest.mark.usefixtures("no_waiting", "always_again")
def test_a_lost_write_finds_itself(aws: Both, wires: dict[str, Wire]) -> None:
    """The answer to a conditional write is lost, botocore sends it again, and the condition does not hold any more."""
    item = {**key(aws.space()), "saved": {"S": "this very write"}}
    put = {"TableName": TABLE, "Item": item, **NEW}
    found = compare(aws, wires["dynamodb"], "dynamodb", [Kind.LOST, None], "put_item", put)
    assert (found["code"], found["Item"]) == ("ConditionalCheckFailedException", item)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("kind", [*COMPARED, Kind.REJECTED], ids=str)
def test_messages_and_starts_that_go_wrong(aws: Both, wires: dict[str, Wire], kind: Kind) -> None:
    mail = {"FromEmailAddress": "callout@example.com", "Destination": {"ToAddresses": ["ada@example.com"]}}
    compare(aws, wires["sns"], "sns", [kind], "publish", {"PhoneNumber": "+12025550101", "Message": "x"})
    compare(aws, wires["sesv2"], "sesv2", [kind], "send_email", mail | {"Content": MAIL})
    if kind is not Kind.REJECTED:
        start = {"stateMachineArn": aws.machine(), "name": f"a{aws.space()}", "input": "{}"}
        compare(aws, wires["stepfunctions"], "stepfunctions", [kind], "start_execution", start)


@pytest.mark.usefixtures("no_waiting")
def test_an_item_that_is_never_taken(aws: Both, wires: dict[str, Wire]) -> None:
    put = {"TableName": TABLE, "Item": key(aws.space())}
    said = compare(aws, wires["dynamodb"], "dynamodb", [Kind.REJECTED], "put_item", put)
    assert said["code"] == "ValidationException"


def test_clients_are_set_as_the_runtime_sets_them() -> None:
    for service, seconds in wire.READ_TIMEOUT_SECONDS.items():
        config: Any = runtime._CONFIGS.get(service, runtime._PROVIDER)
        assert seconds == config.read_timeout
        assert fake_client.ATTEMPTS.get(service, 1) == config.retries["total_max_attempts"]


def test_how_much_botocore_spends_on_second_attempts() -> None:
    checker: Any = standard.RetryQuotaChecker
    costs = fake_client.QUOTA_ERROR, fake_client.QUOTA_THROTTLED, fake_client.QUOTA_FIRST
    assert costs == (checker._RETRY_COST, checker._THROTTLING_RETRY_COST, checker._NO_RETRY_INCREMENT)
    assert fake_client.QUOTA == quota.RetryQuota.INITIAL_CAPACITY


@pytest.mark.usefixtures("no_waiting")
def test_a_client_that_has_spent_it_all_does_not_try_again(aws: Both) -> None:
    ours, theirs = aws.fake.client("dynamodb"), Wire("dynamodb")
    aws.fake.faults = Always(Kind.REFUSED)
    theirs.faults = [Fault(Kind.REFUSED)] * 200
    began = aws.fake.calls
    for _ in range(40):
        for client in (ours, theirs.client):
            outcome(client, "get_item", {"TableName": TABLE, "Key": key("spent")})
    aws.fake.faults = None
    assert aws.fake.calls - began == theirs.attempts < 80


class Always:
    def __init__(self, kind: Kind, seconds: float = 0.0) -> None:
        self._fault = Fault(kind, seconds)

    def at(self, call: object) -> Fault:
        return self._fault


PUT = {"TableName": TABLE, "Item": key("faulty")}


@pytest.fixture
def ours(aws: Both) -> Iterator[Any]:
    """A client of the fake alone; its faults end with the test."""
    aws.fake.table.delete("faultya", "1")
    yield aws.fake.client("dynamodb", "step")
    aws.fake.faults = aws.fake.before = aws.fake.after = None


@pytest.mark.parametrize(("kind", "there"), [(Kind.KILL_BEFORE, False), (Kind.KILL_AFTER, True)])
def test_a_process_that_dies_hears_nothing(aws: Both, ours: Any, kind: Kind, there: bool) -> None:
    seen: list[str] = []
    aws.fake.faults = Always(kind)
    aws.fake.before = lambda call: seen.append(f"before {call.function} {call.operation}")
    aws.fake.after = lambda call: seen.append("after")
    with pytest.raises(Killed):
        ours.put_item(**PUT)
    assert (aws.fake.table.get("faultya", "1") is not None) == there
    assert seen == ["before step PutItem"]


def test_time_that_is_lost(aws: Both, ours: Any) -> None:
    for kind, seconds in ((Kind.SLOW, 1.5), (Kind.TIMEOUT, 2 * 2 + 0.0125), (Kind.LATE, 2 * 2 + 0.0125)):
        aws.fake.faults, began = Always(kind, 1.5), aws.time()
        heard(ours, "put_item", PUT)
        assert (aws.time() - began).total_seconds() == pytest.approx(seconds)


def test_slower_than_anybody_waits_is_another_fault(aws: Both, ours: Any) -> None:
    aws.fake.faults = Always(Kind.SLOW, 2)
    with pytest.raises(NotModelled):
        ours.put_item(**PUT)


def test_a_stray_is_done_when_its_caller_has_gone_on(aws: Both, ours: Any) -> None:
    began = aws.fake.calls
    aws.fake.faults = At({began: Fault(Kind.STRAY, 30)})
    ours.put_item(TableName=TABLE, Item={**key("faulty"), "n": {"N": "1"}})
    ours.put_item(TableName=TABLE, Item={**key("faulty"), "n": {"N": "2"}})
    assert ours.get_item(TableName=TABLE, Key=key("faulty"))["Item"]["n"] == {"N": "2"}
    aws.time.sleep(30)
    assert ours.get_item(TableName=TABLE, Key=key("faulty"))["Item"]["n"] == {"N": "1"}
    assert aws.fake.calls == began + 5


def test_half_of_a_batch(aws: Both, ours: Any) -> None:
    for sk in "12345":
        ours.put_item(TableName=TABLE, Item=key("half", sk=sk))
    keys = [key("half", sk=sk) for sk in "12345"]
    aws.fake.faults = Always(Kind.HALF)
    answer = ours.batch_get_item(RequestItems={TABLE: {"Keys": keys, "ConsistentRead": True}})
    assert answer["Responses"] == {TABLE: keys[:2]}
    assert answer["UnprocessedKeys"] == {TABLE: {"Keys": keys[2:], "ConsistentRead": True}}
    refused = outcome(ours, "batch_get_item", {"RequestItems": {TABLE: {"Keys": keys[:1]}}})
    assert refused["code"] == "ThrottlingException"


@pytest.mark.parametrize("method", ["put_item", "transact_write_items"])
def test_conflicts_are_not_tried_again(aws: Both, ours: Any, method: str) -> None:
    aws.fake.faults, began = Always(Kind.CONFLICT), aws.fake.calls
    params = PUT if method == "put_item" else {"TransactItems": [{"Put": PUT}]}
    assert outcome(ours, method, params)["code"] in ("TransactionConflictException", "TransactionCanceledException")
    assert aws.fake.calls == began + 1


def test_a_transaction_whose_answer_is_lost_is_done_once(aws: Both, ours: Any) -> None:
    """botocore sends the same token again, and the transaction is known by it."""
    works = [{"Put": PUT | {"ConditionExpression": "attribute_not_exists(pk)"}}]
    aws.fake.faults = At({aws.fake.calls: Fault(Kind.LOST)})
    assert outcome(ours, "transact_write_items", {"TransactItems": works}) == {}
    assert outcome(ours, "transact_write_items", {"TransactItems": works})["code"] == "TransactionCanceledException"


def test_every_kind_of_fault_belongs_to_an_operation() -> None:
    operations = [name for of in fake_client.OPERATIONS.values() for name in of.values()]
    assert {kind for operation in operations for kind in kinds(operation)} == set(Kind)
