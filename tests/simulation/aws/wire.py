"""One request on its way to AWS and back, with what may go wrong on it."""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from simulation.aws.errors import NotModelled, client_error, metadata
from simulation.aws.faults import Call, Fault, Faults, Killed, Kind
from simulation.aws.writing import cancelled

READ_TIMEOUT_SECONDS = {"dynamodb": 2.0, "stepfunctions": 2.0, "sns": 8.0, "sesv2": 8.0}
REFUSED = {
    "dynamodb": ("InternalServerError", 500),
    "stepfunctions": ("InternalFailure", 500),
    "sns": ("InternalError", 500),
    "sesv2": ("InternalServiceErrorException", 500),
}
THROTTLED = {
    "dynamodb": ("ThrottlingException", 400),
    "stepfunctions": ("ThrottlingException", 400),
    "sns": ("Throttled", 429),
    "sesv2": ("TooManyRequestsException", 429),
}
REJECTED = {
    "dynamodb": ("ValidationException", 400),
    "sns": ("InvalidParameter", 400),
    "sesv2": ("MessageRejected", 400),
}
_SAYS = {Kind.REFUSED: REFUSED, Kind.THROTTLED: THROTTLED, Kind.REJECTED: REJECTED}


class Aws(Protocol):
    """What a client needs of the whole."""

    faults: Faults | None
    before: Callable[[Call], None] | None
    sleep: Callable[[float], None]
    chance: Callable[[], float]

    @property
    def unobserved(self) -> bool: ...

    def next_index(self) -> int: ...

    def next_token(self) -> str: ...

    def heard(self, call: Call) -> None: ...

    def perform(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]: ...

    def perform_later(self, seconds: float, service: str, operation: str, params: dict[str, Any]) -> None: ...


def answered(aws: Aws, service: str, operation: str, params: Any) -> dict[str, Any]:
    answer = aws.perform(service, operation, params)
    answer["ResponseMetadata"] = metadata()
    return answer


def done(aws: Aws, call: Call, fault: Fault | None) -> dict[str, Any]:
    """The answer; raises what botocore would, and Killed."""
    if fault is None:
        return _asked(aws, call)
    kind, wait = fault.kind, READ_TIMEOUT_SECONDS[call.service]
    if kind is Kind.KILL_BEFORE:
        raise Killed(call)
    if kind in _SAYS:
        raise _refusal(call, kind)
    if kind is Kind.CONFLICT:
        raise _conflict(call)
    if kind is Kind.TIMEOUT:
        _give_up(aws, call)
    if kind is Kind.STRAY:
        aws.perform_later(max(fault.seconds, wait), call.service, call.operation, dict(call.params))
        _give_up(aws, call)
    if kind is Kind.HALF:
        return _half(aws, call)
    if kind is Kind.SLOW:
        if fault.seconds >= wait:
            raise NotModelled(f"slower than the client waits: {fault.seconds} s is TIMEOUT, LATE or STRAY")
        aws.sleep(fault.seconds)
        return _asked(aws, call)
    _whatever_comes_of_it(aws, call)
    if kind is Kind.KILL_AFTER:
        raise Killed(call)
    if kind is Kind.LOST:
        raise ConnectionClosedError(endpoint_url=_endpoint(call))
    if kind is Kind.LATE:
        _give_up(aws, call)
    return _asked(aws, call)  # for the second time


def _asked(aws: Aws, call: Call) -> dict[str, Any]:
    return answered(aws, call.service, call.operation, call.params)


def _whatever_comes_of_it(aws: Aws, call: Call) -> None:
    try:
        _asked(aws, call)
    except ClientError:
        return


def _give_up(aws: Aws, call: Call) -> NoReturn:
    aws.sleep(READ_TIMEOUT_SECONDS[call.service])
    raise ReadTimeoutError(endpoint_url=_endpoint(call))


def _endpoint(call: Call) -> str:
    return f"https://{call.service}.eu-central-1.amazonaws.com/"


def _refusal(call: Call, kind: Kind) -> ClientError:
    code, status = _SAYS[kind][call.service]
    return client_error(call.service, call.operation, code, f"{kind.value} by the experiment", status)


def _conflict(call: Call) -> Exception:
    message = "Transaction is ongoing for the item"
    if call.operation != "TransactWriteItems":
        return client_error(call.service, call.operation, "TransactionConflictException", message)
    others = [{"Code": "None"} for _ in call.params["TransactItems"][1:]]
    return cancelled([{"Code": "TransactionConflict", "Message": message}, *others])


def _half(aws: Aws, call: Call) -> dict[str, Any]:
    [(table, request)] = call.params["RequestItems"].items()
    half = len(request["Keys"]) // 2
    if not half:  # AWS answers one key at least, or refuses the whole
        raise _refusal(call, Kind.THROTTLED)
    asked = {"RequestItems": {table: {**request, "Keys": request["Keys"][:half]}}}
    answer = answered(aws, call.service, call.operation, asked)
    left = [*answer["UnprocessedKeys"].get(table, {}).get("Keys", []), *request["Keys"][half:]]
    answer["UnprocessedKeys"] = {table: {**request, "Keys": left}}
    return answer
