"""The fake AWS behind the experiment: one table, its two indexes, executions that begin, messages that arrive.

It runs in the experiment's process and time, and whoever runs it decides what goes wrong with which call (faults.py).
The tests beside it hold it against moto call by call, through sequences, and through the real stores and verbs; its
clients against botocore's. Where moto is known not to do as AWS does, a test says so by name.

What it does not know it does not guess: NotModelled is raised, which no `except Exception` catches. It does not model

- operations, parameters and words of expressions that Callout does not use: scans, batches of writes, projections,
  sets, elements of lists, IN, size, contains; more than one table; more than one recipient of a mail; topics;
- reads without ConsistentRead that are behind: all reads of the table see the last write. The indexes can be made to
  lag (table.lag), all items alike and in the order of the writes;
- an item that vanishes by its TTL at a moment of AWS's choosing: the experiment calls table.expire();
- that two writes run at the same time: each is whole before the next. Conflicts of transactions come as a fault only;
- capacity, partitions and their limits, quotas of an account: throttling comes as a fault only;
- validation by botocore of what a request looks like: a wrong type is NotModelled, not ParamValidationError;
- a transaction that cannot be written for another reason than a condition: ValidationException, as of moto; AWS
  cancels it and names ValidationError among the reasons;
- the size of numbers and of what an index holds to the byte; 1 MB and 400 KB are where they are for text;
- what executions do (executions.on_start tells of each; executions.ended is to be called), their quota, and that a
  state machine exists; an execution's name is free again 90 days after its end;
- what becomes of a message after it was taken: it is delivered at once. Sandboxes, identities, opted-out numbers,
  spending limits and receipts are the experiment's, as the fault REJECTED or as events;
- permissions: infra/local holds every call against its function's policy;
- errors' words, request ids and headers.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from botocore.exceptions import ClientError
from simulation.aws.client import OPERATIONS, Client
from simulation.aws.dynamodb import DynamoDB
from simulation.aws.errors import NotModelled
from simulation.aws.executions import Executions
from simulation.aws.faults import Call, Faults
from simulation.aws.providers import Providers, Sent
from simulation.aws.table import Table

TABLE = "callout"


class FakeAws:
    def __init__(self, clock: Callable[[], datetime], faults: Faults | None = None, table: str = TABLE) -> None:
        self.faults = faults
        self.before: Callable[[Call], None] | None = None
        """Called before each attempt; a place to let others run."""
        self.after: Callable[[Call], None] | None = None
        """Called after each attempt, when its caller is about to hear of it; not when that was killed."""
        self.sleep: Callable[[float], None] = _no_sleep
        """Moves the clock on: while a call is slow, or botocore waits before its second attempt."""
        self.chance: Callable[[], float] = lambda: 0.5
        """Between 0 and 1: how much of the longest time botocore waits."""
        self.calls = 0
        """How many attempts there were; the next one's index."""
        self.table = Table(clock, table)
        self.executions = Executions(clock)
        self._clock = clock
        self._tokens = count(1)
        self._strays: list[tuple[datetime, int, str, str, dict[str, Any]]] = []
        self._providers = Providers(clock)
        self._services: dict[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
            "dynamodb": DynamoDB(clock, self.table).call,
            "stepfunctions": self.executions.call,
            "sns": self._providers.publish,
            "sesv2": self._providers.send_email,
        }

    @property
    def sent(self) -> list[Sent]:
        """Every message that was delivered, oldest first."""
        return self._providers.sent

    def client(self, name: str, function: str = "") -> Any:
        """What boto3.client(name) is for the function of that name."""
        if name not in OPERATIONS:
            raise NotModelled(f"the service {name}")
        return Client(self, name, function)

    @property
    def unobserved(self) -> bool:
        """Whether nobody looks at single calls; then they are quicker."""
        return self.before is None and self.after is None and self.faults is None

    def heard(self, call: Call) -> None:
        if self.after is not None:
            self.after(call)

    def next_index(self) -> int:
        index = self.calls
        self.calls += 1
        return index

    def next_token(self) -> str:
        """What botocore makes up for each transaction, the same for all its attempts."""
        return f"token-{next(self._tokens)}"

    def perform(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """One request as the service sees it."""
        if self._strays:
            self.settle()
        return self._services[service](operation, params)

    def perform_later(self, seconds: float, service: str, operation: str, params: dict[str, Any]) -> None:
        when = self._clock() + timedelta(seconds=seconds)
        # A copy: the caller goes on with what it has given.
        heappush(self._strays, (when, self.calls, service, operation, deepcopy(params)))

    def settle(self) -> None:
        """Do the stray requests whose time has come; each call does that first."""
        while self._strays and self._strays[0][0] <= self._clock():
            _, _, service, operation, params = heappop(self._strays)
            with suppress(ClientError):  # nobody hears of it
                self._services[service](operation, params)


def _no_sleep(seconds: float) -> None:
    raise NotModelled("time passes, and nobody has set FakeAws.sleep")
