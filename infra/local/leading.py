"""What a request to DynamoDB asks leave for: which action on which table or index, and for items of which partitions.

A transaction asks for each of its writes (PutItem, ConditionCheckItem ...), not for TransactWriteItems. AWS does not
say whether a write is held against its own partition or against those of the whole transaction: here it is the latter,
which no ForAllValues condition takes more easily.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.local.function import ACCOUNT
from infra.local.policies import Ask

_OF_ITEMS = {"GetItem": "Key", "PutItem": "Item", "UpdateItem": "Key", "DeleteItem": "Key"}
_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_TRANSACTIONS = {"TransactWriteItems": _WRITES, "TransactGetItems": {"Get": "GetItem"}}


def asks(operation: str, request: Mapping[str, Any], region: str) -> list[Ask]:
    """Raises LookupError for an operation that is not modelled."""
    if operation in _OF_ITEMS:
        values = [_value(region, request["TableName"], request[_OF_ITEMS[operation]])]
        return [_ask(operation, region, request["TableName"], values)]
    if operation in _TRANSACTIONS:
        return _of_transaction(operation, request["TransactItems"], region)
    if operation == "BatchGetItem":
        return [
            _ask(operation, region, table, [_value(region, table, key) for key in wanted["Keys"]])
            for table, wanted in request["RequestItems"].items()
        ]
    if operation == "Query" and "KeyConditionExpression" in request:
        return [_ask(operation, region, request["TableName"], _asked_for(request, region), request.get("IndexName"))]
    raise LookupError(operation)


def _of_transaction(operation: str, items: Iterable[Mapping[str, Any]], region: str) -> list[Ask]:
    parts = [(_TRANSACTIONS[operation][kind], part) for item in items for kind, part in item.items()]
    values = [_value(region, part["TableName"], part.get("Item") or part["Key"]) for _, part in parts]
    names = dict.fromkeys((name, str(part["TableName"])) for name, part in parts)
    return [_ask(name, region, table, values, operation=operation) for name, table in names]


def _ask(
    action: str, region: str, table: str, values: Iterable[str | None], index: str | None = None, operation: str = ""
) -> Ask:
    arn = table if table.startswith("arn:") else f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{table}"
    context = {"dynamodb:LeadingKeys": tuple(value for value in values if value is not None)}
    if operation:
        context["dynamodb:EnclosingOperation"] = (operation,)
    return Ask(f"dynamodb:{action}", f"{arn}/index/{index}" if index else arn, context)


def _value(region: str, table: str, item: Mapping[str, Any]) -> str | None:
    name = next((key["AttributeName"] for key in _schema(region, table) if key["KeyType"] == "HASH"), "")
    return next((str(value) for value in item[name].values()), None) if name in item else None


def _asked_for(request: Mapping[str, Any], region: str) -> list[str | None]:
    """The partition that a query names; none where moto cannot read it: then moto refuses it."""
    from moto.dynamodb.exceptions import MockValidationException
    from moto.dynamodb.parsing.key_condition_expression import parse_expression

    schema = _schema(region, request["TableName"], request.get("IndexName"))
    try:
        partitions, _, _ = parse_expression(
            request["KeyConditionExpression"],
            request.get("ExpressionAttributeValues", {}),
            request.get("ExpressionAttributeNames", {}),
            schema,
        )
    except (MockValidationException, LookupError):
        return []
    return [str(each) for _, value in partitions for each in value.values()]


def _schema(region: str, table: str, index: str | None = None) -> list[dict[str, str]]:
    """() where there is no such table or index: that is the service's to say."""
    from moto.dynamodb.models import dynamodb_backends

    found: Any = dynamodb_backends[ACCOUNT][region].tables.get(table.rpartition("/")[2])
    if found is None:
        return []
    if index is None:
        return list(found.schema)
    return next((list(each.schema) for each in found.all_indexes() if each.name == index), [])
