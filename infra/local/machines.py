"""State machines, run by moto's Step Functions, with what moto gets wrong put right while a stack is up.

- A machine that CloudFormation made is not seen by the backend that executes: it is created there too, under its ARN.
- A Wait for a timestamp compares UTC with the machine's naive local time, cuts off fractions and may wake a second
  early: here it ends at exactly the given instant, under any TZ, and at once when the execution is stopped.
- A Task calls the pool of workers directly instead of moto's Lambda over HTTP, if the machine's role allows it.
- A Retry sleeps, and would keep a stopped stack's thread for as long.
- A definition is parsed again for each execution, and a JSONPath each time it is used: a third of this process's work
  for an alert. Here both are parsed once.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from infra.local import asks
from infra.local.aws import Invoke
from infra.local.denial import Denial
from infra.local.roles import Roles
from infra.local.template import TemplateRefused

# A wait looks at the clock this often: a laptop's clock jumps when it wakes, and a stop can come between two waits.
SLICE_SECONDS = 5.0
_STATES = frozenset({"Task", "Wait", "Choice", "Pass", "Succeed", "Fail"})


def refuse_unknown(name: str, definition: str) -> None:
    for state_name, state in json.loads(definition)["States"].items():
        where = f'state "{state_name}" of {name}'
        if state["Type"] not in _STATES:
            raise TemplateRefused(f"template.yaml: {state['Type']} ({where}) is not served locally")
        if state["Type"] == "Task" and not state["Resource"].endswith(":states:::lambda:invoke"):
            raise TemplateRefused(
                f"template.yaml: the Resource of {where} is not served locally, only lambda:invoke is"
            )


def create(region: str, account: str) -> None:
    """What CloudFormation made, in the backend that executes."""
    from moto.stepfunctions.models import stepfunctions_backends
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    executing = stepfunctions_parser_backends[account][region]
    for made in stepfunctions_backends[account][region].state_machines:
        refuse_unknown(made.name, made.definition)
        # Its ARN is made of region, account and name, and so the same.
        executing.create_state_machine(name=made.name, definition=made.definition, roleArn=made.roleArn)


@contextmanager
def corrected(invoke: Invoke, roles: Roles) -> Iterator[None]:
    """moto as it should be, until the end of the block; executions still running then are stopped."""
    from moto.awslambda_simple.models import LambdaSimpleBackend
    from moto.core.models import MockAWS, botocore_stubber
    from moto.stepfunctions.parser.asl.component.common.path import result_path
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
    from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.parser.asl.utils import json_path
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

    if botocore_stubber.enabled:
        raise RuntimeError("mock_aws is active in this process: it and a local stack share moto's backends")
    ending = threading.Event()
    with ExitStack() as undo:
        undo.enter_context(_replaced(MockAWS, "start", _no_mock_aws))
        undo.enter_context(_replaced(Timestamp, "_eval_body", _wait_until))
        undo.enter_context(_replaced(retrier_decl, "time", _Sleeper(ending)))
        undo.enter_context(_replaced(lambda_eval_utils, "_invoke_lambda_function", _task(invoke, roles)))
        undo.enter_context(_replaced(LambdaSimpleBackend, "invoke", _lambda_invoke(invoke)))
        undo.enter_context(
            _replaced(ExecutionWorker, "_get_evaluation_entrypoint", _program(AmazonStateLanguageParser.parse))
        )
        for module in (json_path, result_path):
            undo.enter_context(_replaced(module, "parse", lru_cache(module.parse)))
        try:
            yield
        finally:
            ending.set()
            _stop_all()


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _no_mock_aws(self: Any, reset: bool = True) -> None:  # noqa: ARG001 (moto's names)
    raise RuntimeError("a local stack is up in this process: mock_aws would empty its backends")


def _wait_until(self: Any, env: Any) -> None:
    self.string.eval(env=env)
    text = env.stack.pop()
    instant = _instant(text)
    if instant is None:
        from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

        raise FailureEventException(self._create_failure_event(env, text))
    while env.is_running() and (left := (instant - datetime.now(UTC)).total_seconds()) > 0:
        env.program_state_event.wait(min(left, SLICE_SECONDS))


def _instant(text: Any) -> datetime | None:
    """RFC 3339 with a T and a Z or an offset, as Step Functions wants it; a number or a local time is refused."""
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo and text[10:11] == "T" else None


class _Sleeper:
    """Stands for the module `time` where moto sleeps between retries."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending

    def sleep(self, seconds: float) -> None:
        self._ending.wait(seconds)


def _program(parse: Any) -> Any:
    parse_once = lru_cache(parse)

    def program(self: Any) -> Any:
        """A copy for each execution: a part of a program gets its key in the execution's heap when it first runs."""
        return deepcopy(parse_once(self._evaluation_details.state_machine_details.definition)[0])

    return program


def _task(invoke: Invoke, roles: Roles) -> Any:
    def invoke_lambda_function(parameters: dict[str, Any], region: str, state_credentials: Any) -> dict[str, Any]:
        asked = asks.invocation(parameters["FunctionName"], region)
        if denial := roles.refuses_task(state_credentials.role_arn, asked):
            raise _not_allowed(denial)
        payload, failed = invoke(parameters["FunctionName"], json.loads(parameters.get("Payload") or b"{}"))
        return {
            "ExecutedVersion": "$LATEST",
            "Payload": json.loads(payload),
            "StatusCode": 200,
            **({"FunctionError": "Unhandled"} if failed else {}),
        }

    return invoke_lambda_function


def _not_allowed(denial: Denial) -> Exception:
    """Step Functions calls this Lambda.AWSLambdaException, and tries it again as the machine says."""
    from botocore.exceptions import ClientError

    said: Any = {
        "Error": {"Code": "AWSLambdaException", "Message": denial.message},
        "ResponseMetadata": {"HTTPStatusCode": 403, "RequestId": "local"},
    }
    return ClientError(said, "Invoke")


def _lambda_invoke(invoke: Invoke) -> Any:
    def answer(
        backend: Any, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
    ) -> bytes:
        name = backend.get_function(function_name, qualifier).function_name
        event = json.loads(body or "{}")
        if headers.get("X-Amz-Invocation-Type") == "Event":
            threading.Thread(target=invoke, args=[name, event], daemon=True).start()
            return b""
        payload, failed = invoke(name, event)
        if failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return payload.encode()

    return answer


def _stop_all() -> None:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    for by_region in stepfunctions_parser_backends.values():
        for backend in by_region.values():
            for execution in backend._get_executions("RUNNING"):
                _stop(execution)


def _stop(execution: Any) -> None:
    if env := execution.exec_worker.env:
        env.set_stop(stop_date=datetime.now(UTC), cause="The local stack is ending", error=None)
        env.program_state_event.set()


def join_all(seconds: float) -> None:
    """moto keeps each thread of each execution in one list for ever."""
    from moto.stepfunctions.parser.utils import TMP_THREADS

    deadline = time.monotonic() + seconds
    for thread in TMP_THREADS:
        thread.join(timeout=max(0.0, deadline - time.monotonic()))
    TMP_THREADS[:] = [thread for thread in TMP_THREADS if thread.is_alive()]
