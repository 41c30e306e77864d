"""The parts that we did not write, each a process of its own: ministack, and microburst in front of it.

ministack 1.5.33 differs from AWS in what follows, which was read in its source or seen:
- The functions' processes are its children, on its own Python, one for each event at a time and no limit to them. One
  that ends with an error is ended; one that is killed while it starts takes all others of its function with it (AWS
  would keep both). The event that meets a killed one is answered at once with "Worker process died", where AWS tries
  another: a sender sees 502 and comes again, a machine a failed attempt.
- A function's exception has one name, Runtime.HandlerError; a throttled function is Lambda.Unknown to a machine.
- Step Functions calls functions within the server: no fault on the wire comes between, and no role is checked. A Retry
  knows neither MaxDelaySeconds nor JitterStrategy. A name that is running is refused, also with the same input, where
  AWS answers as it did the first time. Stopping an execution does not end a wait or a retry that is under way.
- DynamoDB: an index is up to date at once, nothing is throttled, no permission is checked (infra/local does that).
- HTTP API: an OpenAPI body is ignored, nothing is throttled, an answer may take longer than 30 s (our senders give up).
- A text counts as sent when SNS takes it. When that was stands in the page's ledger alone.
- CloudFormation: an alarm that computes with metrics is refused, S3 addresses of templates must have the bucket in
  their path, much that AWS refuses is accepted, and what made a stack fail is in the server's log only.
microburst 0.10 words an error of SES v2 as v1 does: our client sees the status as its code.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import urllib3

ACCOUNT = "123456789012"
REGION = "eu-central-1"
START_SECONDS = 30
WITHOUT = (
    "the real parts are not installed: make one environment with Python 3.13 and `pip install ministack microburst"
    " boto3`, another with `pip install -r functions/requirements.txt`; then CALLOUT_MINISTACK names the first one's"
    " bin folder, and CALLOUT_SHIPPED the second one's site-packages, as in .ci/run"
)


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the real parts are."""

    tools: Path
    """The bin folder of ministack's environment: its Python runs the functions, with its boto3."""
    shipped: Path
    """What functions/requirements.txt pins, and nothing else: in place of the layer."""

    @classmethod
    def found(cls, environment: Mapping[str, str] = os.environ) -> "Installed | None":
        tools, shipped = environment.get("CALLOUT_MINISTACK"), environment.get("CALLOUT_SHIPPED")
        return cls(Path(tools).resolve(), Path(shipped).resolve()) if tools and shipped else None


class Part:
    """A server on the loopback address, with its output in a file of its own."""

    def __init__(self, name: str, command: Sequence[str], ready: str, environment: Mapping[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        self._log = self.folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                # ministack unpacks the functions there, and is killed before it could clear them away.
                env={"PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(self.folder), **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._await(ready)

    def _await(self, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if urllib3.request("GET", url, retries=False, timeout=2).status < 500:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        said = self.log()[-2_000:]
        self.close()
        raise AssertionError(f"it did not start: {said}")

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def close(self) -> None:
        """The server and whatever it started: they share a session."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Ministack(Part):
    def __init__(self, installed: Installed) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "INFO",
            "TZ": "UTC",
        }
        super().__init__("ministack", [str(installed.tools / "ministack")], f"{self.url}/_ministack/ready", environment)

    def workers(self) -> list[int]:
        """The processes of the functions: children of the server."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(child) for task in tasks for child in _children(task)]

    def kill_workers(self) -> int:
        """SIGKILL to each; how many there were."""
        killed = 0
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        return killed


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:  # the thread has ended meanwhile
        return []


class Microburst(Part):
    """Faults on the wire. Rules are its own; see its README."""

    def __init__(self, installed: Installed, upstream: str) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [str(installed.tools / "microburst"), "--upstream", upstream, "--port", str(port)]
        super().__init__("microburst", command, f"{self.url}/_microburst/health", {})

    def set(self, *rules: Mapping[str, Any]) -> None:
        """These rules and no others; none: nothing fails. What fired before is forgotten."""
        assert self._control("DELETE", "fired").status < 300
        answer = self._control("POST", "rules", list(rules))
        assert answer.status < 300, answer.data

    def fired(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._control("GET", "fired").json()
        return found

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        return urllib3.request(method, f"{self.url}/_microburst/{path}", json=body, retries=False, timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
