"""The emulated AWS: moto's backends in this process, served over HTTP on the loopback address.

moto loses writes when threads use it at once, so single calls to it are serialised here. The lock is held while moto
answers one request, never while a handler runs: lambda:Invoke passes beside it, because the handler makes calls itself.
"""

import io
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any

from infra.local.function import CREDENTIALS
from infra.local.logs import Logs
from infra.local.outbox import Outbox
from infra.local.roles import Roles
from infra.local.server import Environ, Server, read_body

REQUEST_BYTES_MAX = 32 * 1024 * 1024
_INVOKE = re.compile(r"/functions/[^/]+/(invocations|invoke-async)/?$")
# Given a function's name or ARN and the event: the payload and whether it is an error's.
Invoke = Callable[[str, Any], "tuple[str, bool]"]


class Emulator:
    def __init__(self, region: str, outbox: Outbox, logs: Logs) -> None:
        self.region = region
        self.roles = Roles(logs)
        self._outbox = outbox
        self._lock = threading.Lock()
        self._making_client = threading.Lock()  # a session is not made for threads, its clients are
        self._server = Server("127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{self._server.port}"
        self._log_handler = _ToLogs(logs)

    def start(self) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        # It lists its own folders anew for every request, a fifth of the time it takes.
        self._moto.get_backend_for_host = cache(self._moto.get_backend_for_host)
        logging.getLogger("moto").addHandler(self._log_handler)
        self._server.start(self._answer)

    def client(self, service: str) -> Any:
        """A boto3 client for this stack: the machine's own AWS profile and credentials are not looked at."""
        with self._making_client:
            return self._session.client(service, endpoint_url=self.endpoint)

    @cached_property
    def _session(self) -> Any:
        import boto3

        return boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=self.region,
            botocore_session=_profileless(),
        )

    def _answer(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        body = read_body(environ, REQUEST_BYTES_MAX) or b""
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        if denial := self.roles.refuses(environ, body):
            start_response(denial.status, denial.headers)
            return [denial.body]
        if _INVOKE.search(path):
            return list(self._moto(environ, start_response))
        with self._lock:
            return list(self._moto(environ, self._noting(path, body, start_response)))

    def _noting(self, path: str, body: bytes, start_response: Any) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            if status.startswith("200"):
                self._outbox.note(path, body)
            return start_response(status, headers, exc_info)

        return start

    def close(self) -> None:
        self._server.close()
        logging.getLogger("moto").removeHandler(self._log_handler)


def _profileless() -> Any:
    import botocore.session

    session = botocore.session.Session()
    session.set_config_variable("config_file", "/dev/null")
    session.set_config_variable("credentials_file", "/dev/null")
    session.set_config_variable("profile", None)
    return session


class _ToLogs(logging.Handler):
    """moto's own warnings go where the handlers' lines go, not to the terminal."""

    def __init__(self, logs: Logs) -> None:
        super().__init__(logging.WARNING)
        self._logs = logs

    def emit(self, record: logging.LogRecord) -> None:
        self._logs.add("moto", record.getMessage())


@contextmanager
def fresh_backends() -> Iterator[None]:
    """moto's backends are global to the process: empty before and after, and set to run machines without Docker."""
    from moto.core.config import default_user_config

    before = {key: default_user_config.get(key) for key in ("lambda", "stepfunctions")}
    default_user_config["lambda"] = {"use_docker": False}
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    reset()
    try:
        yield
    finally:
        default_user_config.update(before)
        reset()


def reset() -> None:
    from moto.awslambda_simple.models import lambda_simple_backends
    from moto.cloudformation.models import cloudformation_backends
    from moto.dynamodb.models import dynamodb_backends
    from moto.events.models import events_backends
    from moto.iam.models import iam_backends
    from moto.ses.models import ses_backends
    from moto.sns.models import sns_backends
    from moto.stepfunctions.models import stepfunctions_backends
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    for backends in (
        lambda_simple_backends,
        cloudformation_backends,
        dynamodb_backends,
        events_backends,
        iam_backends,
        ses_backends,
        sns_backends,
        stepfunctions_backends,
        stepfunctions_parser_backends,
    ):
        backends.reset()
