"""The operations of DynamoDB that Callout uses, on one table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulation.aws.asking import PARAMETERS, Params, error, no_table, refuse_unknown
from simulation.aws.errors import NotModelled
from simulation.aws.expressions import Invalid
from simulation.aws.reading import Reads
from simulation.aws.table import Table
from simulation.aws.writing import FAILED, Failed, Writes


class DynamoDB:
    def __init__(self, clock: Callable[[], datetime], table: Table) -> None:
        self._table = table
        reads, writes = Reads(table), Writes(clock, table)
        self._operations: dict[str, Callable[[Params], dict[str, Any]]] = {
            "GetItem": reads.get_item,
            "BatchGetItem": reads.batch_get_item,
            "Query": reads.query,
            "PutItem": writes.put_item,
            "UpdateItem": writes.update_item,
            "DeleteItem": writes.delete_item,
            "TransactWriteItems": writes.transact_write_items,
        }

    def call(self, operation: str, params: Params) -> dict[str, Any]:
        """Raises ClientError, NotModelled."""
        does = self._operations.get(operation)
        if does is None:
            raise NotModelled(f"dynamodb.{operation}")
        refuse_unknown(f"dynamodb.{operation}", params, PARAMETERS[operation])
        if params.get("TableName", self._table.name) != self._table.name:
            raise no_table(operation)
        try:
            return does(params)
        except Invalid as invalid:
            raise error(operation, "ValidationException", str(invalid)) from None
        except Failed as failed:
            raise error(operation, "ConditionalCheckFailedException", FAILED, **failed.shown) from None
