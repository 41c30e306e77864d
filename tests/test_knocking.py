"""Knocking at the front door: on a server of this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from callout.domain.errors import Refused, Unavailable
from callout.knocking import post

SAID = {"title": "Synthetic page", "action": "trigger"}
Seen = list[tuple[str, dict[str, str], object]]


@contextmanager
def door(status: int, seen: Seen) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_posts_as_a_monitoring_tool_does() -> None:
    seen: Seen = []
    with door(202, seen) as url:
        post(url, "/webhooks/generic", "probe.key", SAID)
    [(path, headers, body)] = seen
    assert (path, headers["x-routing-key"], body) == ("/webhooks/generic", "probe.key", SAID)


@pytest.mark.parametrize(
    ("status", "error"), [(302, Refused), (401, Refused), (429, Refused), (500, Unavailable), (503, Unavailable)]
)
def test_whatever_is_not_accepted_is_an_error_and_nothing_is_followed(status: int, error: type[Exception]) -> None:
    seen: Seen = []
    with door(status, seen) as url, pytest.raises(error, match=str(status)):
        post(url, "/webhooks/generic", "probe.key", SAID)
    assert len(seen) == 1


def test_a_front_door_that_is_not_there() -> None:
    with door(202, []) as url:
        pass
    with pytest.raises(Unavailable) as failed:
        post(url, "/webhooks/generic", "probe.key", SAID)
    assert "probe.key" not in str(failed.value)
