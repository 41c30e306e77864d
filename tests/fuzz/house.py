"""The function files over the fake AWS, made once in a process, and API Gateway's events for them."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from fuzz.stage import Stage

HEADERS = {"content-type": "application/json", "user-agent": "Go-http-client/2.0"}


class House:
    """All that is public, made once in a process."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.intake = self.stage.function("intake")
        self.acknowledge = self.stage.function("acknowledge")
        self.feed = self.stage.function("feed")
        self.links = self.stage.links()


@cache
def house() -> House:
    return House()


def event(route: str, path: Mapping[str, str], body: str = "", headers: Mapping[str, str] = HEADERS) -> dict[str, Any]:
    method, _, place = route.partition(" ")
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": place,
        "headers": dict(headers),
        "requestContext": {"http": {"method": method, "path": place, "sourceIp": "192.0.2.1"}},
        "pathParameters": dict(path),
        "body": body,
        "isBase64Encoded": False,
    }


def filled(text: str) -> str:
    """With the link, nonce or number of that name for each word in <>; fuzzing cannot guess one."""
    return re.sub(r"<(\w+)>", lambda word: house().links.get(word[1], word[0]), text)


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
