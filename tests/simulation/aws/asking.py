"""What all requests to the table have in common: keys, names and values, and what may stand in which."""

from collections.abc import Mapping
from typing import Any

from simulation.aws.errors import NotModelled, client_error
from simulation.aws.expressions import Invalid, Item, Names, Parsed
from simulation.aws.items import ITEM_BYTES_MAX
from simulation.aws.table import INDEXES, Key

Params = Mapping[str, Any]

KEYS = frozenset({"pk", "sk"})
_INDEXED = frozenset({name for schema in INDEXES.values() for name in (schema.hash, schema.range)})
_EXPRESSION = frozenset({"ExpressionAttributeNames", "ExpressionAttributeValues"})
_CONDITIONAL = _EXPRESSION | {"TableName", "ConditionExpression", "ReturnValuesOnConditionCheckFailure"}
WORKS = {
    "Put": _CONDITIONAL | {"Item"},
    "Update": _CONDITIONAL | {"Key", "UpdateExpression"},
    "Delete": _CONDITIONAL | {"Key"},
    "ConditionCheck": _CONDITIONAL | {"Key"},
}
"""What may stand in each part of a transaction."""
PARAMETERS = {
    "GetItem": frozenset({"TableName", "Key", "ConsistentRead"}),
    "PutItem": WORKS["Put"] | {"ReturnValues"},
    "UpdateItem": WORKS["Update"] | {"ReturnValues"},
    "DeleteItem": WORKS["Delete"] | {"ReturnValues"},
    "BatchGetItem": frozenset({"RequestItems"}),
    "TransactWriteItems": frozenset({"TransactItems", "ClientRequestToken"}),
    "Query": _EXPRESSION
    | {
        "TableName",
        "IndexName",
        "KeyConditionExpression",
        "FilterExpression",
        "ConsistentRead",
        "ScanIndexForward",
        "Limit",
        "ExclusiveStartKey",
    },
}
_NOTHING: Params = {}


def refuse_unknown(what: str, params: Params, known: frozenset[str]) -> None:
    if not params.keys() <= known:
        raise NotModelled(f"{what} with {', '.join(sorted(params.keys() - known))}")


def error(operation: str, code: str, message: str, **more: Any) -> Exception:
    return client_error("dynamodb", operation, code, message, **more)


def no_table(operation: str) -> Exception:
    return error(operation, "ResourceNotFoundException", "Requested resource not found")


def key_of(item: Item) -> Key:
    try:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
    except KeyError:
        raise Invalid("The provided key element does not match the schema") from None
    if not pk or not sk:
        raise Invalid("One or more parameter values are not valid: an empty string value for a key")
    return pk, sk


def checked(item: Item, size: int) -> Key:
    """The key of an item that may be written."""
    if size > ITEM_BYTES_MAX:
        raise Invalid("Item size has exceeded the maximum allowed size")
    for name in _INDEXED:
        if name in item and not item[name].get("S"):
            raise Invalid(f"One or more parameter values were invalid: Type mismatch for Index Key {name}")
    return key_of(item)


def names_of(params: Params) -> Names:
    names = params.get("ExpressionAttributeNames")
    return tuple(names.items()) if names else ()


def values_of(params: Params, *parsed: Parsed) -> Params:
    """The values by name: all that are mentioned are there, and all that are there are mentioned. So with names."""
    values: Params = params.get("ExpressionAttributeValues", _NOTHING)
    names: Params = params.get("ExpressionAttributeNames", _NOTHING)
    wanted = parsed[0].values if len(parsed) == 1 else frozenset().union(*(each.values for each in parsed))
    if wanted != values.keys():
        if wanted - values.keys():
            raise Invalid("An expression attribute value used in an expression is not defined")
        raise Invalid("Value provided in ExpressionAttributeValues unused in expressions")
    if names and frozenset().union(*(each.names for each in parsed)) != names.keys():
        raise Invalid("Value provided in ExpressionAttributeNames unused in expressions")
    return values
