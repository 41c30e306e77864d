"""One worker process from the stack's side: started, given one event at a time, ended."""

import json
import multiprocessing
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.function import Function
from infra.local.logs import Logs

INIT_SECONDS = 30
RESPONSE_BYTES_MAX = 6 * 1024 * 1024 + 100
_SCRIPT = Path(__file__).with_name("worker.py")


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON text that Lambda answers, and whether it is a function error's."""

    payload: str
    failed: bool = False


class Gone(Exception):
    """The process ended, or had to be ended; the payload says how Lambda would put it."""

    def __init__(self, kind: str, message: str, request_id: str) -> None:
        self.payload = json.dumps(
            {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {message}" if request_id else message}
        )
        super().__init__(message)


class Sandbox:
    def __init__(self, function: Function, environment: Mapping[str, str], logs: Logs) -> None:
        self._function, self._logs = function, logs
        self._channel, theirs = multiprocessing.Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-u", str(_SCRIPT), str(theirs.fileno()), function.handler],
            cwd=function.code,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C in the terminal is for the stack, which ends its workers itself
        )
        theirs.close()
        self._ready = False
        self._printed = threading.Condition()
        self._through = ""
        self._reader = threading.Thread(target=self._read_log, name=f"log of {function.logical_id}", daemon=True)
        self._reader.start()

    def run(self, event: Any) -> Answer:
        """Raises Gone when this worker is of no use any more."""
        request_id = str(uuid.uuid4())
        self._wait_ready(request_id)
        seconds = self._function.timeout_seconds
        self._send(event, request_id, seconds)
        if not self._channel.poll(seconds):
            self.kill()
            raise Gone("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds", request_id)
        answer = self._receive(request_id)
        self._wait_printed(request_id)
        if "failure" in answer:
            return Answer(json.dumps(answer["failure"]), failed=True)
        return _sized(answer["result"])

    def _wait_ready(self, request_id: str) -> None:
        if self._ready:
            return
        if not self._channel.poll(INIT_SECONDS):
            self.kill()
            raise Gone("Sandbox.Timedout", f"Init timed out after {INIT_SECONDS:.2f} seconds", request_id)
        if failure := self._receive(request_id):
            gone = Gone(failure["errorType"], failure["errorMessage"], "")
            gone.payload = json.dumps(failure)
            raise gone
        self._ready = True

    def wait_loaded(self) -> None:
        """Until the handler is loaded or will never be; `run` says which."""
        self._channel.poll(INIT_SECONDS)

    def _send(self, event: Any, request_id: str, seconds: int) -> None:
        deadline_ms = int((time.time() + seconds) * 1000)
        request = {"event": event, "request_id": request_id, "arn": self._function.arn, "deadline_ms": deadline_ms}
        try:
            self._channel.send_bytes(json.dumps(request).encode())
        except OSError:
            raise self._exited(request_id) from None

    def _receive(self, request_id: str) -> Any:
        try:
            return json.loads(self._channel.recv_bytes())
        except (EOFError, OSError):
            raise self._exited(request_id) from None

    def _exited(self, request_id: str) -> Gone:
        status = self._process.wait()
        how = f"signal: {-status}" if status < 0 else f"exit status {status}"
        return Gone("Runtime.ExitError", f"Runtime exited with error: {how}", request_id)

    def _wait_printed(self, request_id: str) -> None:
        """An answered event's log lines are in the log: tests need not wait for them."""
        with self._printed:
            self._printed.wait_for(lambda: self._through == request_id or not self._reader.is_alive(), timeout=5)

    def _read_log(self) -> None:
        for raw in self._process.stdout or ():
            text, _, through = raw.decode("utf-8", "replace").rstrip("\n").partition("\0")
            if text:
                self._logs.add(self._function.logical_id, text)
            if through:
                with self._printed:
                    self._through = through
                    self._printed.notify_all()
        with self._printed:
            self._printed.notify_all()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()
        self._reader.join()
        self._channel.close()
        if self._process.stdout:
            self._process.stdout.close()


def _sized(result: str) -> Answer:
    if len(result) <= RESPONSE_BYTES_MAX:
        return Answer(result)
    message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES_MAX} bytes)."
    return Answer(json.dumps({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}), failed=True)
