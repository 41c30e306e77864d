"""The HTTP API of the template, and /_local for the developer beside it."""

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from infra.local.payload import (
    NOT_FOUND,
    SERVER_ERROR,
    TOO_LARGE,
    UNAVAILABLE,
    HttpRequest,
    HttpResponse,
    event,
    message,
    response,
)
from infra.local.routes import Route, Routes
from infra.local.sandbox import Answer
from infra.local.server import Environ, read_body

REQUEST_BYTES_MAX = 10 * 1024 * 1024
INTEGRATION_SECONDS = 30.0
_REASONS = {status.value: status.phrase for status in HTTPStatus}
Page = Callable[[], HttpResponse]


class FrontDoor:
    def __init__(self, routes: Routes, invoke: Callable[[str, Any], Answer], pages: dict[str, Page]) -> None:
        self._routes, self._invoke, self._pages = routes, invoke, pages

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = read_body(environ, REQUEST_BYTES_MAX)
        answer = TOO_LARGE if body is None else self._answer(_request(environ, body))
        try:
            return _send(answer, environ["REQUEST_METHOD"], start_response)
        except (ValueError, UnicodeError):  # a header that no HTTP response can carry
            return _send(SERVER_ERROR, environ["REQUEST_METHOD"], start_response)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.raw_path.startswith("/_local/"):
            return self._local(request)
        found = self._routes.find(request.method, request.raw_path)
        return self._integrate(request, *found) if found else NOT_FOUND

    def _local(self, request: HttpRequest) -> HttpResponse:
        page = self._pages.get(request.raw_path)
        if page is None:
            return NOT_FOUND
        return page() if request.method in ("GET", "HEAD") else message(405, "Method Not Allowed")

    def _integrate(self, request: HttpRequest, route: Route, parameters: dict[str, str]) -> HttpResponse:
        """API Gateway gives up after its own time; the function goes on without it."""
        invoked: Future[Answer] = Future()
        given = event(request, route, parameters, datetime.now(UTC))
        threading.Thread(target=_into, args=[invoked, self._invoke, route.function, given], daemon=True).start()
        try:
            answer = invoked.result(timeout=INTEGRATION_SECONDS)
        except TimeoutError:
            return UNAVAILABLE
        return SERVER_ERROR if answer.failed else response(json.loads(answer.payload))


def _into(future: Future[Answer], invoke: Callable[[str, Any], Answer], function: str, given: Any) -> None:
    try:
        future.set_result(invoke(function, given))
    except BaseException as error:
        future.set_exception(error)


def _request(environ: Environ, body: bytes) -> HttpRequest:
    target = urlsplit(environ["REQUEST_URI"])
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        raw_path=target.path,
        raw_query=target.query,
        headers=environ["local.headers"],
        body=body,
        source_ip=environ["REMOTE_ADDR"],
        protocol=environ["SERVER_PROTOCOL"],
        scheme=environ["wsgi.url_scheme"],
    )


def _send(answer: HttpResponse, method: str, start_response: Any) -> Iterable[bytes]:
    empty = answer.status in (204, 304)
    headers = [(name, value) for name, value in answer.headers if name != "content-length"]
    if not empty:
        headers.append(("content-length", str(len(answer.body))))
    start_response(f"{answer.status} {_REASONS.get(answer.status, '')}", headers)
    return [] if empty or method == "HEAD" else [answer.body]
