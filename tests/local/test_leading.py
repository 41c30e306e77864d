"""What requests to DynamoDB ask leave for; the table is the project's own."""

from typing import Any

import pytest

from infra.local.leading import asks
from infra.local.policies import Ask

REGION = "eu-central-1"
ARN = f"arn:aws:dynamodb:{REGION}:123456789012:table/callout"
PAGE = {"pk": {"S": "PAGE#1"}, "sk": {"S": "1"}}
LEDGER = {"pk": {"S": "LEDGER#1"}, "sk": {"S": "1"}}


def asked(operation: str, **request: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    found: list[Ask] = asks(operation, request, REGION)
    return [(each.action, each.resource, each.context["dynamodb:LeadingKeys"]) for each in found]


@pytest.mark.usefixtures("table")
class TestOfTheProjectsTable:
    def test_one_item_by_its_partition(self) -> None:
        assert asked("GetItem", TableName="callout", Key=PAGE) == [("dynamodb:GetItem", ARN, ("PAGE#1",))]
        assert asked("PutItem", TableName=ARN, Item=LEDGER) == [("dynamodb:PutItem", ARN, ("LEDGER#1",))]

    def test_a_query_by_the_partition_that_its_condition_names(self) -> None:
        values = {":pk": {"S": "PAGE#1"}, ":sk": {"S": "1"}}
        condition = "sk > :sk AND #p = :pk"
        said = {"ExpressionAttributeValues": values, "ExpressionAttributeNames": {"#p": "pk"}}
        found = asked("Query", TableName="callout", KeyConditionExpression=condition, **said)
        assert found == [("dynamodb:Query", ARN, ("PAGE#1",))]

    def test_a_query_of_an_index_by_the_index_and_its_partition(self) -> None:
        values = {":due": {"S": "open"}, ":before": {"S": "2026"}}
        condition = "due = :due AND due_at < :before"
        said = {"IndexName": "due", "ExpressionAttributeValues": values}
        found = asked("Query", TableName="callout", KeyConditionExpression=condition, **said)
        assert found == [("dynamodb:Query", f"{ARN}/index/due", ("open",))]

    def test_a_batch_by_every_partition_in_it(self) -> None:
        found = asked("BatchGetItem", RequestItems={"callout": {"Keys": [PAGE, LEDGER]}})
        assert found == [("dynamodb:BatchGetItem", ARN, ("PAGE#1", "LEDGER#1"))]

    def test_a_transaction_by_each_of_its_writes_on_all_of_its_partitions(self) -> None:
        put = {"Put": {"TableName": "callout", "Item": PAGE}}
        archive = {"Put": {"TableName": "callout", "Item": LEDGER}}
        check = {"ConditionCheck": {"TableName": "callout", "Key": PAGE}}
        partitions = ("PAGE#1", "LEDGER#1", "PAGE#1")
        assert asked("TransactWriteItems", TransactItems=[put, archive, check]) == [
            ("dynamodb:PutItem", ARN, partitions),
            ("dynamodb:ConditionCheckItem", ARN, partitions),
        ]

    def test_what_cannot_be_read_is_left_to_dynamodb_to_refuse(self) -> None:
        said = {"KeyConditionExpression": "pk", "ExpressionAttributeValues": {}}
        assert asked("Query", TableName="callout", **said) == [("dynamodb:Query", ARN, ())]

    @pytest.mark.parametrize("operation", ["Scan", "DeleteTable", "ExecuteStatement", "BatchWriteItem"])
    def test_what_is_not_modelled_is_not_guessed(self, operation: str) -> None:
        with pytest.raises(LookupError):
            asks(operation, {"TableName": "callout"}, REGION)
