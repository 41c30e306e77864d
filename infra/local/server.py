"""Two HTTP servers run in this process, the front door and the emulated AWS: what they have in common."""

import errno
import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]
# A burst of some hundred webhooks at once must find a place to wait in.
BACKLOG = 1024
DRAIN_BYTES_MAX = 64 * 1024 * 1024


class QuietHandler(WSGIRequestHandler):
    """Writes no access log: routing keys and tokens stand in paths. Keeps headers as they were sent."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is http.server's)
        pass

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass

    def version_string(self) -> str:
        return "local"

    def make_environ(self) -> Environ:
        environ = super().make_environ()
        environ["local.headers"] = tuple(self.headers.items())
        return environ


class _Wsgi(ThreadedWSGIServer):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


def _nobody_home(environ: Environ, start_response: Any) -> Iterable[bytes]:
    raise NotImplementedError


# Also a name that means nothing, or no IPv6 here. create_server hands the resolver's numbers on as plain OSErrors.
_NOT_OURS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, socket.EAI_NONAME, socket.EAI_AGAIN)


class NotBound(OSError):
    """The address cannot be listened on; the text says why, and what to do."""


def _bound(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise NotBound(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken: is `callout local` already running? Another can be given with --port"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than yours: give one above 1023 with --port"
    if error.errno in _NOT_OURS:
        return f"{host} is not an address of this machine: leave --host out"
    return f"{host}, port {port}, cannot be listened on: leave --host out, or give another port with --port"


class Server:
    """Bound when made, serving when started: the port is known before there is anything to serve."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None = None) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Bound here, because werkzeug ends the process when a port is taken.
        with _bound(host, port, family) as bound:
            self._server = _Wsgi(host, port, _nobody_home, QuietHandler, ssl_context=context, fd=bound.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        self.host, self.port = host, self._server.port

    def start(self, app: App) -> None:
        self._server.app = app
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=5)
        self._server.server_close()


def read_body(environ: Environ, bytes_max: int) -> bytes | None:
    """None if it is longer. The rest is read away all the same: a client that is still sending would see a reset."""
    stream: io.BufferedIOBase = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    if length is None and not environ.get("wsgi.input_terminated"):
        return b""
    wanted = int(length) if length is not None else DRAIN_BYTES_MAX
    body = stream.read(min(wanted, bytes_max + 1))
    if len(body) <= bytes_max:
        return body
    left = min(wanted, DRAIN_BYTES_MAX) - len(body)
    while left > 0 and (chunk := stream.read(min(left, 65536))):
        left -= len(chunk)
    return None
