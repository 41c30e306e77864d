"""The fake answers as moto does through sequences of calls that hypothesis makes up, on a few keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulation.aws.both import Both, both, key
from simulation.aws.fake import TABLE

WRITES = ("Put", "Update", "Delete", "ConditionCheck")
NEWER = "attribute_not_exists(pk) OR revision < :r"
SHOWN = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


@pytest.fixture(scope="module")
def aws(loader: Loader) -> Iterator[Both]:
    with both(loader) as aws:
        yield aws


small = st.integers(0, 2).map(lambda number: {"N": str(number)})
words = st.sampled_from(["x", "y", "open"]).map(lambda word: {"S": word})
keys = st.tuples(st.sampled_from("ab"), st.sampled_from("12"))
attributes = st.fixed_dictionaries(
    {},
    optional={"revision": small, "due_at": words, "opened_at": words, "state": words, "n": small}
    | {"due": st.just({"S": "*"}), "month": st.just({"S": "*"}), "fetched": st.just({"M": {}})},
)
conditions = st.sampled_from(
    [
        "",
        "attribute_not_exists(pk)",
        "attribute_exists(due)",
        "revision = :r",
        "attribute_not_exists(pk) OR revision < :r",
    ]
)
updates = st.sampled_from(
    [
        "ADD n :r",
        "SET due_at = :d, n = :r",
        "SET n = n + :r",
        "SET fetched.part = :d",
        "REMOVE due",
        "SET due_at = :d ADD n :r",
        "SET fetched = if_not_exists(fetched, :d)",
    ]
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A request as (kind, what belongs to it); spaces and shapes come later."""
    kind = draw(
        st.sampled_from(["Put", "Put", "Update", "Update", "Delete", "ConditionCheck", "Get", "due", "recent", "Query"])
    )
    parts: dict[str, Any] = {"key": draw(keys), "revision": draw(small), "word": draw(words)}
    parts |= {"condition": draw(conditions), "attributes": draw(attributes), "update": draw(updates)}
    parts |= {"limit": draw(st.integers(0, 3)), "forward": draw(st.booleans()), "shown": draw(st.booleans())}
    return kind, parts


def work(space: str, kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    """One write of a transaction, or nearly a request of its own."""
    named = key(space, *parts["key"])
    texts = {"ConditionExpression": parts["condition"] or ("attribute_exists(pk)" if kind == "ConditionCheck" else "")}
    texts |= {"UpdateExpression": parts["update"]} if kind == "Update" else {}
    texts = {name: text for name, text in texts.items() if text}
    values = {":r": parts["revision"], ":d": parts["word"]}
    used = {name: value for name, value in values.items() if any(name in text for text in texts.values())}
    item = {
        name: {"S": f"{space}{parts['key']}"} if name in ("due_at", "opened_at") else value
        for name, value in parts["attributes"].items()
    } | {name: {"S": space} for name in ("due", "month") if name in parts["attributes"]}
    return {
        "TableName": TABLE,
        **({"Item": {**item, **named}} if kind == "Put" else {"Key": named}),
        **texts,
        **({"ExpressionAttributeValues": used} if used else {}),
        **(
            {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
            if parts["shown"] and "ConditionExpression" in texts
            else {}
        ),
    }


METHODS = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}


def run(aws: Both, space: str, kind: str, parts: dict[str, Any]) -> None:
    if kind in METHODS:
        aws.same(METHODS[kind], **work(space, kind, parts), ReturnValues="ALL_OLD")
    elif kind == "ConditionCheck":
        aws.same("transact_write_items", TransactItems=[{kind: work(space, kind, parts)}])
    elif kind == "Get":
        aws.table("get_item", Key=key(space, *parts["key"]), ConsistentRead=True)
    else:
        look(aws, space, kind, parts)


def look(aws: Both, space: str, kind: str, parts: dict[str, Any]) -> None:
    hashes = {"due": "due", "recent": "month", "Query": "pk"}
    query = {
        "KeyConditionExpression": f"{hashes[kind].replace('month', '#month')} = :hash",
        "ExpressionAttributeValues": {":hash": {"S": space + parts["key"][0] if kind == "Query" else space}},
        "ScanIndexForward": parts["forward"],
        **({"IndexName": kind} if kind != "Query" else {}),
        **({"ExpressionAttributeNames": {"#month": "month"}} if kind == "recent" else {}),
        **({"PaginationConfig": {"PageSize": parts["limit"]}} if parts["limit"] else {}),
    }
    aws.all_items(**query)


def sequence(aws: Both, steps: list[list[tuple[str, dict[str, Any]]]]) -> None:
    """Each step is one request, or several writes as one transaction."""
    space = aws.space()
    for step in steps:
        writes = [(kind, parts) for kind, parts in step if kind in WRITES]
        if len(step) > 1 and len(writes) == len(step):
            aws.same("transact_write_items", TransactItems=[{kind: work(space, kind, parts)} for kind, parts in step])
        else:
            for kind, parts in step:
                run(aws, space, kind, parts)
    every = {"revision": {"N": "0"}, "limit": 0, "forward": True}
    for kind, pk in (("Query", "a"), ("Query", "b"), ("due", ""), ("recent", "")):
        look(aws, space, kind, {**every, "key": (pk, "")})


steps = st.lists(st.lists(requests(), min_size=1, max_size=3), min_size=1, max_size=8)
_fixture = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=_fixture)
@given(steps=steps)
def test_sequences(aws: Both, steps: list[list[tuple[str, dict[str, Any]]]]) -> None:
    sequence(aws, steps)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=_fixture)
@given(steps=steps)
def test_many_sequences(aws: Both, steps: list[list[tuple[str, dict[str, Any]]]]) -> None:
    sequence(aws, steps)
