"""What may go wrong with one call to AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol


class Kind(Enum):
    REFUSED = "refused"
    """Not done; the service says that it has an internal error (500)."""
    THROTTLED = "throttled"
    """Not done; the service says that it is asked too much."""
    REJECTED = "rejected"
    """Not done, and never will be: the final word about this message, address or item (400)."""
    CONFLICT = "conflict"
    """Not done; another transaction works on one of the items. botocore does not try again."""
    TIMEOUT = "timeout"
    """Not done; the caller waits for an answer until it gives up."""
    LOST = "lost"
    """Done, but the connection is closed before the answer comes."""
    LATE = "late"
    """Done at once, but the answer comes after the caller has given up waiting."""
    STRAY = "stray"
    """The caller gives up waiting; later, when it has long gone on, the request is done after all."""
    DUPLICATED = "duplicated"
    """Done twice; the caller gets the second answer."""
    SLOW = "slow"
    """Done, after a while."""
    HALF = "half"
    """Half of a batch is answered, the other half comes back as unprocessed."""
    KILL_BEFORE = "kill before"
    """The process dies before the request is sent."""
    KILL_AFTER = "kill after"
    """It is done, and the process dies before it hears of it."""


class Killed(BaseException):
    """The process dies here: nothing of it runs on, and no `except Exception` catches it."""


@dataclass(slots=True)  # not frozen: there are millions of them
class Call:
    """One attempt at one call: what botocore sends again is a call of its own."""

    index: int
    """Counted from 0 through the whole run, over all services."""
    function: str
    """Who makes it: what was given to FakeAws.client."""
    service: str
    """dynamodb, stepfunctions, sns, sesv2."""
    operation: str
    """As AWS writes it: PutItem."""
    params: Mapping[str, Any]
    """The caller's own: look, do not touch."""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    seconds: float = 0.0
    """How slow, less than the client's read timeout; how late a stray is done, more than that."""


class Faults(Protocol):
    def at(self, call: Call) -> Fault | None:
        """What goes wrong with this call."""
        ...


@dataclass(frozen=True, slots=True)
class At:
    """These faults at the calls of these indexes."""

    faults: Mapping[int, Fault]

    def at(self, call: Call) -> Fault | None:
        return self.faults.get(call.index)


READS = frozenset({"GetItem", "Query", "BatchGetItem"})
_ALWAYS = (
    Kind.REFUSED,
    Kind.THROTTLED,
    Kind.TIMEOUT,
    Kind.LOST,
    Kind.LATE,
    Kind.SLOW,
    Kind.KILL_BEFORE,
    Kind.KILL_AFTER,
)
_ALSO = {
    "PutItem": (Kind.DUPLICATED, Kind.STRAY, Kind.CONFLICT),
    "UpdateItem": (Kind.DUPLICATED, Kind.STRAY, Kind.CONFLICT),
    "DeleteItem": (Kind.DUPLICATED, Kind.STRAY, Kind.CONFLICT),
    "TransactWriteItems": (Kind.DUPLICATED, Kind.STRAY, Kind.CONFLICT),
    "StartExecution": (Kind.DUPLICATED, Kind.STRAY),
    "Publish": (Kind.DUPLICATED, Kind.STRAY, Kind.REJECTED),
    "SendEmail": (Kind.DUPLICATED, Kind.STRAY, Kind.REJECTED),
    "BatchGetItem": (Kind.HALF,),
}


def kinds(operation: str) -> tuple[Kind, ...]:
    """What can go wrong with an operation, always in the same order.

    For a read LOST and LATE are the same as REFUSED and TIMEOUT but for the error, and DUPLICATED is nothing at all.
    """
    return _ALWAYS + _ALSO.get(operation, ())
