"""AWS's errors as botocore raises them, and what the fake says of anything it does not know."""

from functools import cache
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

MODELLED = {
    "dynamodb": (
        "ConditionalCheckFailedException",
        "TransactionCanceledException",
        "TransactionConflictException",
        "IdempotentParameterMismatchException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ResourceNotFoundException",
        "InternalServerError",
        "ThrottlingException",
    ),
    "stepfunctions": ("ExecutionAlreadyExists", "InvalidName", "ValidationException"),
    "sns": ("InvalidParameterException", "InternalErrorException", "ThrottledException"),
    "sesv2": (
        "MessageRejected",
        "BadRequestException",
        "TooManyRequestsException",
        "InternalServiceErrorException",
    ),
}
"""The exception classes that a client has as `client.exceptions.<name>`; all others come as plain ClientErrors."""

SHORT = {
    "InvalidParameter": "InvalidParameterException",
    "InternalError": "InternalErrorException",
    "Throttled": "ThrottledException",
}
"""SNS's codes, which are shorter than the names of their classes."""

_number = count(1)


class NotModelled(BaseException):
    """The fake does not know what AWS would do here.

    No Exception: whatever catches those to go on would hide that the experiment has left the ground it stands on.
    """


class Exceptions:
    """The classes of one service's errors, as attributes."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __getattr__(self, name: str) -> type[ClientError]:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in MODELLED.get(self._service, ()):
            raise NotModelled(f"{self._service}: no class for the error {name}")
        return error_class(self._service, name)


@cache
def error_class(service: str, name: str) -> type[ClientError]:
    return type(name, (ClientError,), {"__module__": f"botocore.errorfactory.{service}"})


def client_error(service: str, operation: str, code: str, message: str, status: int = 400, **more: Any) -> ClientError:
    """`more`: what stands beside Error, like Item and CancellationReasons."""
    name = SHORT.get(code, code)
    made = error_class(service, name) if name in MODELLED.get(service, ()) else ClientError
    kind = "Sender" if status < 500 else "Receiver"
    response: Any = {
        "Error": {"Message": message, "Code": code, **({"Type": kind} if service == "sns" else {})},
        "ResponseMetadata": metadata(status),
        **({"message": message} if service != "sns" else {}),
        **more,
    }
    return made(response, operation)


def metadata(status: int = 200) -> dict[str, Any]:
    return {"RequestId": f"fake-{next(_number)}", "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
