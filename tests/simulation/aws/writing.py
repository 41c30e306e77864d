"""PutItem, UpdateItem, DeleteItem and TransactWriteItems, each with its condition."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from simulation.aws.asking import (
    KEYS,
    WORKS,
    Params,
    checked,
    error,
    key_of,
    names_of,
    no_table,
    refuse_unknown,
    values_of,
)
from simulation.aws.errors import NotModelled
from simulation.aws.expressions import Invalid, Item, Parsed, condition
from simulation.aws.items import given_out, taken_in
from simulation.aws.table import Key, Record, Table
from simulation.aws.updates import Update, update

TRANSACTION_MAX = 100
TOKEN_KEPT = timedelta(minutes=10)
FAILED = "The conditional request failed"


class Failed(Exception):
    """A condition did not hold; with the item as it is, where that was asked for."""

    def __init__(self, item: Item | None) -> None:
        super().__init__(FAILED)
        self.item = item

    @property
    def shown(self) -> dict[str, Any]:
        return {} if self.item is None else {"Item": given_out(self.item)}


class Writes:
    def __init__(self, clock: Callable[[], datetime], table: Table) -> None:
        self._clock = clock
        self._table = table
        self._tokens: dict[str, datetime] = {}
        """Of transactions that went through, oldest first: the same one sent again changes nothing."""

    def put_item(self, params: Params) -> dict[str, Any]:
        return _attributes(params, self._put(params), None)

    def delete_item(self, params: Params) -> dict[str, Any]:
        return _attributes(params, self._delete(params), None)

    def update_item(self, params: Params) -> dict[str, Any]:
        before, after = self._update(params)
        if params.get("ReturnValues") != "UPDATED_NEW":
            return _attributes(params, before, after)
        paths = _update_of(params).does.paths
        if any(len(path) > 1 for path in paths):
            raise NotModelled("UPDATED_NEW of what lies inside a map")
        new = {path[0]: after.item[path[0]] for path in paths if path[0] in after.item}
        return {"Attributes": given_out(new)} if new else {}

    def transact_write_items(self, params: Params) -> dict[str, Any]:
        works = params["TransactItems"]
        if len(works) > TRANSACTION_MAX:
            raise Invalid(f"Member must have length less than or equal to {TRANSACTION_MAX}")
        token = params.get("ClientRequestToken", "")
        if not self._done(token):
            self._refuse(works)
            for work in works:
                [(kind, inner)] = work.items()
                self._apply(kind, inner)
            self._tokens[token] = self._clock()
        return {}

    def _put(self, params: Params) -> Record | None:
        item, size = taken_in(params["Item"])
        key = checked(item, size)
        before = self._table.get(*key)
        self._hold(params, before)
        self._table.put(*key, Record(item, size))
        return before

    def _delete(self, params: Params) -> Record | None:
        key = key_of(params["Key"])
        before = self._table.get(*key)
        self._hold(params, before)
        self._table.delete(*key)
        return before

    def _update(self, params: Params) -> tuple[Record | None, Record]:
        key = key_of(params["Key"])
        before = self._table.get(*key)
        values = self._hold(params, before, _update_of(params))
        after = _updated(params, before, values)
        self._table.put(*key, after)
        return before, after

    def _apply(self, kind: str, params: Params) -> None:
        if kind == "Put":
            self._put(params)
        elif kind == "Update":
            self._update(params)
        elif kind == "Delete":
            self._delete(params)

    def _hold(self, params: Params, record: Record | None, *also: Parsed) -> Params:
        """The expressions' values; raises Failed where the condition does not hold."""
        text = params.get("ConditionExpression")
        if text is None:
            return values_of(params, *also)
        parsed = condition(text, names_of(params))
        values = values_of(params, parsed, *also)
        item = record.item if record is not None else None
        if not parsed.does(item or {}, values):
            raise Failed(item if params.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else None)
        return values

    def _refuse(self, works: list[dict[str, Params]]) -> None:
        """Raises unless every condition holds and no item is named twice."""
        keys: set[Key] = set()
        for work in works:
            [(kind, inner)] = work.items()
            refuse_unknown(f"TransactWriteItems: {kind}", inner, WORKS.get(kind, frozenset()))
            if inner["TableName"] != self._table.name:
                raise no_table("TransactWriteItems")
            keys.add(key_of(inner["Item" if kind == "Put" else "Key"]))
        if len(keys) < len(works):
            raise Invalid("Transaction request cannot include multiple operations on one item")
        reasons = [self._reason(*next(iter(work.items()))) for work in works]
        if any(reason["Code"] != "None" for reason in reasons):
            raise cancelled(reasons)

    def _reason(self, kind: str, inner: Params) -> dict[str, Any]:
        record = self._table.get(*key_of(inner["Item" if kind == "Put" else "Key"]))
        try:
            values = self._hold(inner, record, *([_update_of(inner)] if kind == "Update" else []))
        except Failed as failed:
            return {"Code": "ConditionalCheckFailed", "Message": FAILED, **failed.shown}
        # What cannot be written must be refused before anything is.
        if kind == "Put":
            checked(*taken_in(inner["Item"]))
        elif kind == "Update":
            _updated(inner, record, values)
        return {"Code": "None"}

    def _done(self, token: str) -> bool:
        now = self._clock()
        for old in [old for old, at in self._tokens.items() if now - at > TOKEN_KEPT]:
            del self._tokens[old]
        return token in self._tokens


def cancelled(reasons: list[dict[str, Any]]) -> Exception:
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return error("TransactWriteItems", "TransactionCanceledException", message, CancellationReasons=reasons)


def _update_of(params: Params) -> Parsed:
    return update(params["UpdateExpression"], names_of(params))


def _updated(params: Params, before: Record | None, values: Params) -> Record:
    does: Update = _update_of(params).does
    for path in does.paths:
        if path[0] in KEYS:
            raise Invalid(f"Cannot update attribute {path[0]}. This attribute is part of the key")
    old = before.item if before is not None else given_out(params["Key"])
    item, size = taken_in(does.apply(old, values))
    checked(item, size)
    return Record(item, size)


def _attributes(params: Params, before: Record | None, after: Record | None) -> dict[str, Any]:
    wanted = params.get("ReturnValues", "NONE")
    if wanted == "NONE":
        return {}
    if wanted not in ("ALL_OLD", "ALL_NEW"):
        raise NotModelled(f"ReturnValues={wanted}")
    shown = before if wanted == "ALL_OLD" else after
    return {"Attributes": given_out(shown.item)} if shown is not None else {}
