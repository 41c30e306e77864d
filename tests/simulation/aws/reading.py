"""GetItem, BatchGetItem and Query, on the table and on its indexes."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from simulation.aws.asking import KEYS, Params, key_of, names_of, no_table, refuse_unknown, values_of
from simulation.aws.expressions import Invalid, Item, condition
from simulation.aws.items import given_out, size_of
from simulation.aws.keys import KeyCondition, key_condition
from simulation.aws.table import INDEXES, Key, Table

ANSWER_BYTES_MAX = 1024 * 1024
"""Of one answer to a query."""
BATCH_KEYS_MAX = 100
BATCH_BYTES_MAX = 16 * 1024 * 1024
_REQUEST = frozenset({"Keys", "ConsistentRead"})


@dataclass(frozen=True, slots=True)
class Row:
    """The items of one partition in their order, as a query goes through them."""

    order: Sequence[Any]
    item_at: Callable[[int], tuple[Item, int]]
    """An item and its size."""
    keys: frozenset[str]
    """What names an item in it."""
    sort: Callable[[Any], str] | None = None


class Reads:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get_item(self, params: Params) -> dict[str, Any]:
        record = self._table.get(*key_of(params["Key"]))
        return {"Item": given_out(record.item)} if record is not None else {}

    def batch_get_item(self, params: Params) -> dict[str, Any]:
        [(name, request)] = params["RequestItems"].items()
        if name != self._table.name:
            raise no_table("BatchGetItem")
        refuse_unknown("BatchGetItem", request, _REQUEST)
        keys = [key_of(key) for key in request["Keys"]]
        _refuse_batch(keys)
        found: list[Item] = []
        size = 0
        for number, key in enumerate(keys):
            record = self._table.get(*key)
            if record is None:
                continue
            size += record.size
            if size > BATCH_BYTES_MAX:
                left = {**request, "Keys": request["Keys"][number:]}
                return {"Responses": {name: found}, "UnprocessedKeys": {name: left}}
            found.append(given_out(record.item))
        return {"Responses": {name: found}, "UnprocessedKeys": {}}

    def query(self, params: Params) -> dict[str, Any]:
        names = names_of(params)
        parsed = key_condition(params["KeyConditionExpression"], names)
        also = [condition(params["FilterExpression"], names)] if "FilterExpression" in params else []
        values = values_of(params, parsed, *also)
        wanted: KeyCondition = parsed.does
        if any("S" not in values[name] for name in parsed.values):
            raise Invalid("Condition parameter type does not match schema type")
        partition = values[wanted.value]["S"]
        name = params.get("IndexName")
        row = self._of_table(wanted, partition) if name is None else self._of_index(wanted, partition, name)
        if name is not None and params.get("ConsistentRead"):
            raise Invalid("Consistent reads are not supported on global secondary indexes")
        low, high = _stretch(row, wanted, values)
        start = params.get("ExclusiveStartKey")
        forward = bool(params.get("ScanIndexForward", True))
        if start is not None:
            low, high = _after(row, _place(start, name), low, high, forward)
        places = range(low, high) if forward else range(high - 1, low - 1, -1)
        answer = _answer(row, places, params.get("Limit", 0))
        if also:  # what is left out was read all the same, and counts for the limit
            answer["Items"] = [item for item in answer["Items"] if also[0].does(item, values)]
            answer["Count"] = len(answer["Items"])
        return answer

    def _of_table(self, wanted: KeyCondition, partition: str) -> Row:
        _refuse_other_keys(wanted, "pk", "sk")
        found = self._table.partitions.get(partition)
        order, records = (found.order, found.records) if found is not None else ([], {})

        def item_at(at: int) -> tuple[Item, int]:
            record = records[order[at]]
            return record.item, record.size

        return Row(order, item_at, KEYS)

    def _of_index(self, wanted: KeyCondition, partition: str, name: str) -> Row:
        if name not in INDEXES:
            raise Invalid(f"The table does not have the specified index: {name}")
        index = self._table.index(name)
        schema = index.schema
        _refuse_other_keys(wanted, schema.hash, schema.range)
        places = index.partitions.get(partition, ())

        def item_at(at: int) -> tuple[Item, int]:
            whole = index.records[places[at][1:]].item
            shown = {name: attribute for name, attribute in whole.items() if name in schema.shown}
            return shown, size_of(shown)

        return Row(places, item_at, KEYS | {schema.hash, schema.range}, itemgetter(0))


def _refuse_other_keys(wanted: KeyCondition, hash_name: str, range_name: str) -> None:
    if wanted.hash != hash_name or wanted.range not in ("", range_name):
        raise Invalid("Query condition missed key schema element")


def _refuse_batch(keys: list[Key]) -> None:
    if len(keys) > BATCH_KEYS_MAX:
        raise Invalid("Too many items requested for the BatchGetItem call")
    if len(set(keys)) != len(keys):
        raise Invalid("Provided list of item keys contains duplicates")


def _stretch(row: Row, wanted: KeyCondition, values: Params) -> tuple[int, int]:
    if not wanted.range:
        return 0, len(row.order)
    low, with_low, high, with_high = wanted.stretch(values)
    return (
        (bisect_left if with_low else bisect_right)(row.order, low, key=row.sort),
        (bisect_right if with_high else bisect_left)(row.order, high, key=row.sort),
    )


def _place(start: Item, index: str | None) -> Any:
    """Where a query goes on, as it stands in the row's order."""
    if index is None:
        return start["sk"]["S"]
    return start[INDEXES[index].range]["S"], *key_of(start)


def _after(row: Row, place: Any, low: int, high: int, forward: bool) -> tuple[int, int]:
    if forward:
        return max(low, bisect_right(row.order, place)), high
    return low, min(high, bisect_left(row.order, place))


def _answer(row: Row, places: range, limit: int) -> dict[str, Any]:
    """Up to a limit, or to as much as one answer may hold. At a limit AWS does not look whether more would follow."""
    found: list[Item] = []
    size = 0
    last: Item | None = None
    for at in places:
        item, more = row.item_at(at)
        if found and size + more > ANSWER_BYTES_MAX:
            break
        size, last = size + more, item
        found.append(given_out(item))
        if len(found) == limit:
            break
    else:
        last = None
    answer: dict[str, Any] = {"Items": found, "Count": len(found), "ScannedCount": len(found)}
    if last is not None:
        answer["LastEvaluatedKey"] = {name: last[name].copy() for name in row.keys}
    return answer
