"""The fake answers as moto does, call by call; and where moto is known not to answer as AWS does."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader
from ground import table_properties
from simulation.aws.both import Both, both, key
from simulation.aws.fake import TABLE
from simulation.aws.table import INDEXES

PK = "a"
ONE: dict[str, Any] = {":one": {"N": "1"}}
S: dict[str, Any] = {":s": {"S": "x"}}
NONE: dict[str, Any] = {":none": {"M": {}}}
NAMED = {"ExpressionAttributeNames": {"#c": "."}}


@pytest.fixture(scope="module")
def aws(loader: Loader) -> Iterator[Both]:
    with both(loader) as aws:
        yield aws


@pytest.fixture
def space(aws: Both) -> str:
    return aws.space()


def test_the_table_is_that_of_the_template() -> None:
    named = {
        index["IndexName"]: (index["KeySchema"], index["Projection"].get("NonKeyAttributes", []))
        for index in table_properties()["GlobalSecondaryIndexes"]
    }
    ordered = {name: tuple(key["AttributeName"] for key in schema) for name, (schema, _) in named.items()}
    shown = {name: {"pk", "sk", *ordered[name], *others} for name, (_, others) in named.items()}
    assert {name: (schema.hash, schema.range) for name, schema in INDEXES.items()} == ordered
    assert {name: set(schema.shown) for name, schema in INDEXES.items()} == shown
    assert [key["AttributeName"] for key in table_properties()["KeySchema"]] == ["pk", "sk"]


CONDITIONS: list[tuple[str, dict[str, Any]]] = [
    ("attribute_not_exists(pk)", {}),
    ("attribute_exists(pk)", {}),
    ("revision = :one", ONE),
    ("revision < :one", ONE),
    ("revision >= :one", ONE),
    ("revision <> :one", ONE),
    ("revision > :one OR revision <= :one", ONE),
    ("attribute_not_exists(pk) OR revision = :one", ONE),
    ("attribute_exists(pk) AND NOT revision = :one", ONE),
    ("begins_with(title, :s)", S),
    ("attribute_not_exists(inside.part)", {}),
    ("(attribute_exists(inside.part) OR title = :s) AND revision = :one", ONE | S),
]
STORED: list[dict[str, Any]] = [
    {},
    {"revision": {"N": "1"}},
    {"revision": {"N": "2"}, "title": {"S": "xyz"}},
    {"title": {"S": "x"}},
    {"revision": {"N": "1"}, "inside": {"M": {"part": {"BOOL": True}}}, "list": {"L": [{"NULL": True}, {"B": b"\0"}]}},
]


@pytest.mark.parametrize(("text", "values"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_conditions(aws: Both, space: str, text: str, values: dict[str, Any]) -> None:
    condition: dict[str, Any] = {"ConditionExpression": text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    condition |= {"ExpressionAttributeValues": values} if values else {}

    aws.table("put_item", Item=key(space), **condition)
    for number, stored in enumerate(STORED):
        item = {**key(space, sk=str(number)), **stored}
        aws.table("put_item", Item=item)
        aws.table("put_item", Item={**item, "new": {"S": "1"}}, ReturnValues="ALL_OLD", **condition)
        check = {"TableName": TABLE, "Key": key(space, sk=str(number)), **condition}
        aws.same("transact_write_items", TransactItems=[{"ConditionCheck": check}])
        aws.table("delete_item", Key=key(space, sk=str(number)), ReturnValues="ALL_OLD", **condition)
    aws.pages(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": space + PK}})


UPDATES: list[dict[str, Any]] = [
    {"UpdateExpression": "ADD taken :one", "ExpressionAttributeValues": ONE},
    {"UpdateExpression": "ADD taken :n", "ExpressionAttributeValues": {":n": {"N": "-12"}}, "ReturnValues": "ALL_NEW"},
    {"UpdateExpression": "ADD taken :one SET due_at = :s", "ExpressionAttributeValues": ONE | S},
    {"UpdateExpression": "SET title = :s", "ExpressionAttributeValues": S},
    {"UpdateExpression": "ADD title :one", "ExpressionAttributeValues": ONE},
    {"UpdateExpression": "SET due_at = :s, taken = taken + :one", "ExpressionAttributeValues": ONE | S},
    {"UpdateExpression": "SET taken = if_not_exists(taken, :one) - :one", "ExpressionAttributeValues": ONE},
    {"UpdateExpression": "SET here = taken, taken = :one", "ExpressionAttributeValues": ONE},
    {"UpdateExpression": "SET here = nowhere"},
    {
        "UpdateExpression": "SET fetched.#c = :s",
        "ExpressionAttributeValues": S,
        **NAMED,
    },
    {
        "UpdateExpression": "SET fetched = if_not_exists(fetched, :none)",
        "ExpressionAttributeValues": {":none": {"M": {}}},
    },
    {
        "UpdateExpression": "SET fetched.#c = :s",
        "ExpressionAttributeValues": S,
        **NAMED,
    },
    {"UpdateExpression": "REMOVE due_at, taken", "ReturnValues": "ALL_OLD"},
    {"UpdateExpression": "REMOVE fetched.#c ADD taken :one SET due = :s"}
    | {"ExpressionAttributeValues": ONE | S, **NAMED, "ReturnValues": "ALL_NEW"},
    {"UpdateExpression": "SET taken = :one, taken = :one", "ExpressionAttributeValues": ONE},
    {"UpdateExpression": "SET pk = :s", "ExpressionAttributeValues": S},
    {"UpdateExpression": "SET due = :one", "ExpressionAttributeValues": ONE},
    {"UpdateExpression": "SET due = :s", "ExpressionAttributeValues": {":s": {"S": ""}}},
    {"UpdateExpression": "SET due = :s", "ExpressionAttributeValues": S | ONE},
    {"UpdateExpression": "SET due = :t", "ExpressionAttributeValues": S},
    {"UpdateExpression": "SET due = :s", "ExpressionAttributeValues": S, **NAMED},
    {"UpdateExpression": "SET #d = :s", "ExpressionAttributeValues": S, **NAMED},
    {"UpdateExpression": "SET month = :s", "ExpressionAttributeValues": S},
    {"UpdateExpression": "SET due = :s", "ExpressionAttributeValues": S, "ConditionExpression": "due = :s"},
    {
        "UpdateExpression": "SET due = :s",
        "ExpressionAttributeValues": S,
        "ConditionExpression": "attribute_exists(elsewhere)",
    }
    | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
]


def test_updates_one_after_the_other(aws: Both, space: str) -> None:
    for update in UPDATES:
        aws.table("update_item", Key=key(space), **update)
        aws.table("get_item", Key=key(space), ConsistentRead=True)


@pytest.mark.parametrize("update", UPDATES, ids=[update["UpdateExpression"][:40] for update in UPDATES])
def test_updates_of_nothing(aws: Both, space: str, update: dict[str, Any]) -> None:
    aws.table("update_item", Key=key(space), **update)
    aws.table("get_item", Key=key(space))


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("pk = :pk", {}),
        *((f"pk = :pk AND sk {sign} :low", {":low": "3"}) for sign in ("=", "<", "<=", ">", ">=")),
        ("pk = :pk AND sk BETWEEN :low AND :high", {":low": "2", ":high": "4"}),
        ("pk = :pk AND begins_with(sk, :low)", {":low": "1"}),
    ],
)
@pytest.mark.parametrize("index", ["", "due"])
def test_queries(aws: Both, space: str, expression: str, values: dict[str, str], index: str) -> None:
    for number in (3, 1, 4, 15, 9, 2):
        sort = {"due": {"S": f"{space}due"}, "due_at": {"S": str(number % 7)}}
        aws.table("put_item", Item={**key(space, sk=str(number)), **sort, "title": {"S": "long"}})
    asked = values | {":pk": space + ("due" if index else PK)}
    if index:
        expression = expression.replace("pk =", "due =").replace("sk", "due_at")
    query: dict[str, Any] = {
        "KeyConditionExpression": expression,
        "ExpressionAttributeValues": {name: {"S": value} for name, value in asked.items()},
        **({"IndexName": index} if index else {"ConsistentRead": True}),
    }
    for forward in (True, False):
        aws.table("query", ScanIndexForward=forward, **query)
        aws.all_items(ScanIndexForward=forward, PaginationConfig={"PageSize": 4}, **query)
        aws.all_items(ScanIndexForward=forward, PaginationConfig={"MaxItems": 2}, **query)


@pytest.mark.parametrize("wanted", ["title = :s", "attribute_not_exists(title)", "title <> :s"])
@pytest.mark.parametrize("limit", [2, 9])
def test_filters(aws: Both, space: str, wanted: str, limit: int) -> None:
    for number in range(6):
        seen = {"title": {"S": "x"}} if number % 3 else {}
        sort = {"month": {"S": space}, "opened_at": {"S": str(number)}, "doc": {"S": "x"}}
        aws.table("put_item", Item={**key(space, sk=str(number)), **sort, **seen})
    values = {":hash": {"S": space}, **(S if ":s" in wanted else {})}
    aws.all_items(
        IndexName="recent",
        KeyConditionExpression="#month = :hash",
        FilterExpression=wanted,
        ExpressionAttributeNames={"#month": "month"},
        ExpressionAttributeValues=values,
        PaginationConfig={"PageSize": limit},
    )


def test_a_large_answer_comes_in_parts(aws: Both, space: str) -> None:
    for number in range(8):
        aws.table("put_item", Item={**key(space, sk=str(number)), "doc": {"S": "x" * 300_000}})
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": space + PK}}}
    parts = aws.pages(**query)
    assert [part["Count"] for part in parts] == [3, 3, 2]
    aws.table("query", Limit=5, ScanIndexForward=False, **query)


def test_transactions(aws: Both, space: str) -> None:
    def put(sk: str, **more: Any) -> dict[str, Any]:
        return {"Put": {"TableName": TABLE, "Item": {**key(space, sk=sk), "revision": {"N": "1"}}, **more}}

    def check(sk: str, condition: str) -> dict[str, Any]:
        return {"ConditionCheck": {"TableName": TABLE, "Key": key(space, sk=sk), "ConditionExpression": condition}}

    free, shown = "attribute_not_exists(pk)", {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    add = {"TableName": TABLE, "Key": key(space), "UpdateExpression": "ADD revision :one"}
    for works in [
        [put("1"), check("2", free)],
        [put("2"), check("1", free)],
        [put("1", ConditionExpression=free, **shown), put("2", ConditionExpression=free), put("3")],
        [check("1", "attribute_exists(pk)"), put("1")],
        [
            {"Update": {**add, "ExpressionAttributeValues": ONE}},
            {"Delete": {"TableName": TABLE, "Key": key(space, "b")}},
        ],
    ]:
        aws.same("transact_write_items", TransactItems=works)
        aws.pages(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": space + PK}})


def test_batches(aws: Both, space: str) -> None:
    for sk in "123":
        aws.table("put_item", Item=key(space, sk=sk))
    for keys in (["1", "2"], ["3", "4", "1"], ["4"], ["1", "1"], [str(number) for number in range(101)]):
        request = {"Keys": [key(space, sk=sk) for sk in keys], "ConsistentRead": True}
        aws.same("batch_get_item", RequestItems={TABLE: request})
    aws.same("batch_get_item", RequestItems={"another": {"Keys": [key(space)]}})


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("get_item", {"TableName": "another", "Key": key("x")}),
        ("get_item", {"TableName": TABLE, "Key": {"pk": {"S": "a"}}}),
        ("get_item", {"TableName": TABLE, "Key": {"pk": {"S": ""}, "sk": {"S": "1"}}}),
        ("put_item", {"TableName": TABLE, "Item": {"pk": {"S": "a"}}}),
        ("put_item", {"TableName": TABLE, "Item": {**key("x"), "doc": {"S": "x" * 410_000}}}),
        ("put_item", {"TableName": TABLE, "Item": {**key("x"), "doc": {"S": "ß" * 205_000}}}),
        ("query", {"TableName": TABLE, "KeyConditionExpression": "due = :s", "ExpressionAttributeValues": S}),
        ("query", {"TableName": TABLE, "KeyConditionExpression": "pk = :one", "ExpressionAttributeValues": S}),
        (
            "query",
            {"TableName": TABLE, "IndexName": "due", "KeyConditionExpression": "due = :s"}
            | {"ExpressionAttributeValues": S, "ConsistentRead": True},
        ),
    ],
)
def test_what_is_refused(aws: Both, method: str, params: dict[str, Any]) -> None:
    assert aws.same(method, **params)["status"] == 400


@pytest.mark.parametrize("number", ["+12025550101", "12025550101", "hello", "+1 202 555 0101"])
def test_texts(aws: Both, number: str) -> None:
    aws.same("publish", "sns", PhoneNumber=number, Message="a text")


def test_mails(aws: Both) -> None:
    body = {"Subject": {"Data": "subject"}, "Body": {"Text": {"Data": "text"}, "Html": {"Data": "<p>text"}}}
    destination = {"ToAddresses": ["ada@example.com"]}
    aws.same(
        "send_email", "sesv2", FromEmailAddress="callout@example.com", Destination=destination, Content={"Simple": body}
    )
    assert (aws.fake.sent[-1].address, aws.fake.sent[-1].subject) == ("ada@example.com", "subject")


def test_executions(aws: Both) -> None:
    machine = aws.machine()
    first = {"stateMachineArn": machine, "name": "page-1", "input": "{}"}
    aws.same("start_execution", "stepfunctions", **first)
    started = aws.same("start_execution", "stepfunctions", **first)
    aws.same("start_execution", "stepfunctions", **(first | {"input": "[]"}))
    for name in ("a name", "x" * 81, "x" * 80, "a/b", "a-b_c.d"):
        aws.same("start_execution", "stepfunctions", **(first | {"name": name}))
    aws.moto["stepfunctions"].stop_execution(executionArn=started["executionArn"])
    aws.fake.executions.ended("page-1")
    aws.same("start_execution", "stepfunctions", **first)


NO_INDEX = "ResourceNotFoundException"
SAYS_INVALID = {"class": "ClientError", "code": "ValidationException", "status": 400}
KNOWN: dict[str, tuple[str, dict[str, Any], Any, Any]] = {
    "moto shows the key as well": (
        "update_item",
        {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": ONE, "ReturnValues": "UPDATED_NEW"},
        {"Attributes": {"n": {"N": "1"}}},
        {"Attributes": {"n": {"N": "1"}, **key("known")}},
    ),
    "moto takes what cannot be indexed, if it is put": (
        "put_item",
        {"Item": {**key("known"), "due": {"N": "1"}}},
        {**SAYS_INVALID, "operation": "PutItem"},
        {},
    ),
    "moto takes what cannot be indexed, if it is added": (
        "update_item",
        {"UpdateExpression": "ADD due_at :one", "ExpressionAttributeValues": ONE},
        {**SAYS_INVALID, "operation": "UpdateItem"},
        {},
    ),
    "moto calls another error what names no index": (
        "query",
        {"IndexName": "none", "KeyConditionExpression": "due = :one", "ExpressionAttributeValues": ONE},
        {**SAYS_INVALID, "operation": "Query"},
        {"class": NO_INDEX, "code": NO_INDEX, "status": 400, "operation": "Query"},
    ),
    "moto does not look whether more follows at a limit": (
        "query",
        {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "lonely"}}, "Limit": 1},
        {"Items": [key("lonely", "")], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": key("lonely", "")},
        {"Items": [key("lonely", "")], "Count": 1, "ScannedCount": 1},
    ),
}


@pytest.mark.parametrize(("method", "params", "fake", "moto"), KNOWN.values(), ids=KNOWN)
def test_known_differences(aws: Both, method: str, params: dict[str, Any], fake: Any, moto: Any) -> None:
    for item in (key("known"), key("lonely", "")):
        aws.table("delete_item", Key=item)
    aws.table("put_item", Item=key("lonely", ""))
    more = {"Key": key("known")} if method == "update_item" else {}
    aws.both_say(fake, moto, method, TableName=TABLE, **params, **more)
    aws.table("delete_item", Key=key("known"))


def test_moto_leaves_an_empty_item_where_an_update_was_too_large(aws: Both, space: str) -> None:
    large = {"UpdateExpression": "SET doc = :s", "ExpressionAttributeValues": {":s": {"S": "x" * 420_000}}}
    assert aws.table("update_item", Key=key(space), **large)["code"] == "ValidationException"
    aws.both_say({}, {"Item": key(space)}, "get_item", TableName=TABLE, Key=key(space))


def test_moto_does_a_transaction_again_that_was_sent_again(aws: Both, space: str) -> None:
    add = {"TableName": TABLE, "Key": key(space), "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": ONE}
    for _ in range(2):
        aws.same("transact_write_items", TransactItems=[{"Update": add}], ClientRequestToken=space)
    once, twice = ({"Item": {**key(space), "n": {"N": number}}} for number in "12")
    aws.both_say(once, twice, "get_item", TableName=TABLE, Key=key(space))
