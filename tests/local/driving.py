"""How tests talk to a stack."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import urllib3

TEMPLATE = Path(__file__).with_name("fixtures") / "template.yaml"
DEADLINE_SECONDS = 60


class Http:
    """Sends requests without repeating or following anything by itself."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False, num_pools=1, maxsize=16)

    def __call__(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        sent = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self._pool.request(method, self._url + path, body=body, headers=sent, redirect=False)

    def event(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        return self(method, path, body, **headers).json()

    def start(self, **given: Any) -> str:
        """A new execution's ARN."""
        answer = self("POST", "/verb/start", json.dumps(given).encode())
        assert answer.status == 200, answer.data
        return str(answer.data.decode())


def eventually(look: Callable[[], Any]) -> Any:
    """What `look` finds in the end; never how soon."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing within {DEADLINE_SECONDS} s")
