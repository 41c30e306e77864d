"""Step Functions, as far as starting goes; what an execution then does is the experiment's."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulation.aws.errors import NotModelled, client_error

NAME_KEPT = timedelta(days=90)
NAME_CHARS_MAX = 80
_NAME = re.compile(r"[A-Za-z0-9_.+-]+")


@dataclass(slots=True)
class Execution:
    name: str
    input: str
    started_at: datetime
    ended_at: datetime | None = None


class Executions:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.by_name: dict[str, Execution] = {}
        self.on_start: Callable[[str, str], None] | None = None
        """Told of each execution that begins: its name, its input. Not of a start that changed nothing."""
        self._clock = clock

    def ended(self, name: str) -> None:
        self.by_name[name].ended_at = self._clock()

    @property
    def running(self) -> list[Execution]:
        return [execution for execution in self.by_name.values() if execution.ended_at is None]

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if operation != "StartExecution" or params.keys() != {"stateMachineArn", "name", "input"}:
            raise NotModelled(f"stepfunctions.{operation} with {', '.join(params)}")
        name = params["name"]
        if len(name) > NAME_CHARS_MAX:
            message = "Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 80"
            raise client_error("stepfunctions", operation, "ValidationException", message)
        if not _NAME.fullmatch(name):
            raise client_error("stepfunctions", operation, "InvalidName", f"Invalid Name: '{name}'")
        return self._start(params["stateMachineArn"], name, params["input"])

    def _start(self, machine: str, name: str, text: str) -> dict[str, Any]:
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        known = self._known(name)
        if known is None:
            known = self.by_name[name] = Execution(name, text, self._clock())
            if self.on_start is not None:
                self.on_start(name, text)
        elif known.ended_at is not None or known.input != text:
            message = f"Execution Already Exists: '{arn}'"
            raise client_error("stepfunctions", "StartExecution", "ExecutionAlreadyExists", message)
        return {"executionArn": arn, "startDate": known.started_at}

    def _known(self, name: str) -> Execution | None:
        known = self.by_name.get(name)
        if known is None or known.ended_at is None or self._clock() - known.ended_at <= NAME_KEPT:
            return known
        return None
