"""A boto3 client as far as callers see one: methods, paginators, exceptions, and botocore's own second attempt."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from simulation.aws.errors import Exceptions, NotModelled
from simulation.aws.faults import Call
from simulation.aws.wire import Aws, answered, done

OPERATIONS = {
    "dynamodb": {
        "get_item": "GetItem",
        "put_item": "PutItem",
        "update_item": "UpdateItem",
        "delete_item": "DeleteItem",
        "batch_get_item": "BatchGetItem",
        "transact_write_items": "TransactWriteItems",
        "query": "Query",
    },
    "stepfunctions": {"start_execution": "StartExecution"},
    "sns": {"publish": "Publish"},
    "sesv2": {"send_email": "SendEmail"},
}
ATTEMPTS = {"dynamodb": 2}
"""botocore makes as many at most, as runtime.py configures it; for all other services one."""
QUOTA = 500
"""What botocore's standard mode may spend on second attempts; what succeeds gives back."""
QUOTA_ERROR, QUOTA_THROTTLED, QUOTA_FIRST = 14, 5, 1
BACKOFF_ERROR_SECONDS, BACKOFF_THROTTLED_SECONDS = 0.025, 1.0
"""Of DynamoDB; times a chance between 0 and 1."""
THROTTLES = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})


class Client:
    def __init__(self, aws: Aws, service: str, function: str) -> None:
        self.exceptions = Exceptions(service)
        self._aws = aws
        self._service = service
        self._function = function
        self._attempts = ATTEMPTS.get(service, 1)
        self._quota = QUOTA
        for method, operation in OPERATIONS[service].items():
            setattr(self, method, self._method(operation))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotModelled(f"{self._service}: the client's {name}")

    def get_paginator(self, method: str) -> "Paginator":
        if method != "query":
            raise NotModelled(f"{self._service}: a paginator of {method}")
        return Paginator(self.query)

    def _method(self, operation: str) -> Callable[..., dict[str, Any]]:
        if operation == "TransactWriteItems":
            return lambda **params: self._call(operation, {"ClientRequestToken": self._aws.next_token(), **params})
        return lambda **params: self._call(operation, params)

    def _call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        spent = 0
        for attempt in range(1, self._attempts + 1):
            try:
                answer = self._attempt(operation, params, attempt)
            except (ClientError, BotoCoreError) as error:
                spent = self._spend(error) if attempt < self._attempts else 0
                if not spent:
                    raise
                scale = BACKOFF_THROTTLED_SECONDS if spent == QUOTA_THROTTLED else BACKOFF_ERROR_SECONDS
                self._aws.sleep(scale * self._aws.chance())
            else:
                self._quota = min(QUOTA, self._quota + (spent or QUOTA_FIRST))
                answer["ResponseMetadata"]["RetryAttempts"] = attempt - 1
                return answer
        raise AssertionError("unreachable")

    def _spend(self, error: ClientError | BotoCoreError) -> int:
        """What a second attempt costs of the quota; 0 where botocore makes none."""
        cost = QUOTA_ERROR
        if isinstance(error, ClientError):
            response: Any = error.response
            if response["Error"]["Code"] in THROTTLES:
                cost = QUOTA_THROTTLED
            elif response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                return 0
        if cost > self._quota:
            return 0
        self._quota -= cost
        return cost

    def _attempt(self, operation: str, params: dict[str, Any], attempt: int) -> dict[str, Any]:
        aws = self._aws
        index = aws.next_index()
        if aws.unobserved:
            return answered(aws, self._service, operation, params)
        call = Call(index, self._function, self._service, operation, params, attempt)
        if aws.before is not None:
            aws.before(call)
        fault = aws.faults.at(call) if aws.faults is not None else None
        try:
            answer = done(aws, call, fault)
        except Exception:
            aws.heard(call)
            raise
        aws.heard(call)
        return answer


class Paginator:
    """botocore's, for queries."""

    def __init__(self, query: Callable[..., dict[str, Any]]) -> None:
        self._query = query

    def paginate(self, PaginationConfig: dict[str, int] | None = None, **params: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        config = PaginationConfig or {}
        if config.keys() - {"MaxItems", "PageSize"}:
            raise NotModelled(f"PaginationConfig with {', '.join(config)}")
        if "PageSize" in config:
            params["Limit"] = config["PageSize"]
        return self._pages(params, config.get("MaxItems"))

    def _pages(self, params: dict[str, Any], left: int | None) -> Iterator[dict[str, Any]]:
        while True:
            answer = self._query(**params)
            if left is not None:
                answer["Items"] = answer["Items"][:left]
                left -= len(answer["Items"])
            yield answer
            if "LastEvaluatedKey" not in answer or left == 0:
                return
            params["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
