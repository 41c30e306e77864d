"""One Lambda sandbox: a process that calls one handler with one event after another.

Run as a script, with the number of an open file and the handler's name. It imports nothing of this repository but the
handler. Frames on the open file: first whether the handler could be loaded, then one answer for each event.
What the handler prints goes to standard output, and a NUL with the request's id after it when the handler is through.
"""

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

Handler = Callable[[Any, "Context"], Any]


class Context:
    """What Lambda hands to a handler beside the event."""

    client_context = None
    identity = None

    def __init__(self, request_id: str, arn: str, deadline_ms: int) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message: str) -> None:
        print(message)


def main() -> None:
    channel, name = Connection(int(sys.argv[1])), sys.argv[2]
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    handler, failure = load(name)
    channel.send_bytes(json.dumps(failure).encode())
    while handler:
        try:
            request = json.loads(channel.recv_bytes())
        except (EOFError, OSError):  # the stack has gone
            return
        answer = call(handler, request)
        sys.stdout.flush()
        os.write(1, f"\0{request['request_id']}\n".encode())
        channel.send_bytes(json.dumps(answer).encode())


def load(name: str) -> tuple[Handler | None, dict[str, Any] | None]:
    module_name, _, attribute = name.rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ModuleNotFoundError as error:
        return None, failure("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except BaseException as error:
        traceback.print_exc()
        return None, failure(type(error).__name__, str(error), trace=frames(error))
    handler = getattr(module, attribute, None)
    if not callable(handler):
        return None, failure("Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{module_name}'")
    return handler, None


def call(handler: Handler, request: dict[str, Any]) -> dict[str, Any]:
    request_id = request["request_id"]
    try:
        result = handler(request["event"], Context(request_id, request["arn"], request["deadline_ms"]))
    except Exception as error:
        traceback.print_exc()
        return {"failure": failure(type(error).__name__, str(error), request_id, frames(error))}
    try:
        return {"result": json.dumps(result)}
    except (TypeError, ValueError, RecursionError) as error:
        return {"failure": failure("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id)}


def frames(error: BaseException) -> list[str]:
    """The trace from the handler's own file on, without what called it."""
    stack = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    return traceback.format_list(stack[1:])


def failure(kind: str, message: str, request_id: str = "", trace: list[str] | None = None) -> dict[str, Any]:
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace or []}


if __name__ == "__main__":
    main()
