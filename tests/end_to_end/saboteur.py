"""Stands before the emulated AWS of a stack of this process, and answers for it while told to: with what was asked.

AWS's own messages repeat a number, an address or a whole item often enough; here each of them repeats everything.
"""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from infra.local.stack import Stack

XML = "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>"


class Saboteur:
    def __init__(self, stack: Stack) -> None:
        self._server: Any = stack._aws._server._server
        self._aws = self._server.app
        self._fails: dict[str, tuple[str, str, str]] = {}
        self._server.app = self._answer
        self.repeated = 0

    @contextmanager
    def failing(self, service: str, code: str, status: str, only: str = "") -> Iterator[None]:
        """While it lasts every call of a function to the service (as in a signature's scope) is answered so."""
        self._fails[service] = (code, status, only)
        yield
        del self._fails[service]

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signature = environ.get("HTTP_AUTHORIZATION", "")
        service = next((name for name in self._fails if f"/{name}/aws4_request" in signature), None)
        operators = "ASIALOCALONLY" in signature
        if service is None or operators or self._fails[service][2] not in environ.get("HTTP_X_AMZ_TARGET", ""):
            return list(self._aws(environ, start_response))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        code, status, _ = self._fails[service]
        self.repeated += 1
        said = f"this will not do: {body.decode()}"
        if service == "sns":
            start_response(status, [("content-type", "text/xml")])
            return [XML.format(code, escape(said)).encode()]
        start_response(status, [("content-type", "application/json"), ("x-amzn-errortype", code)])
        return [json.dumps({"__type": code, "message": said, "Message": said}).encode()]
