"""Knocks at the front door as a monitoring tool does; with the standard library, for one request an hour."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from callout.domain.errors import Refused, Unavailable

SECONDS_MAX = 10
"""For connecting, and for each part of the answer."""


def post(base_url: str, path: str, routing_key: str, said: Mapping[str, str]) -> None:
    """Post an alert and see it accepted. Nothing is repeated or followed. Raises Refused, Unavailable."""
    url = urlsplit(base_url)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    line = kind(url.netloc, timeout=SECONDS_MAX)
    headers = {"Content-Type": "application/json", "X-Routing-Key": routing_key, "User-Agent": "callout"}
    try:
        line.request("POST", path, json.dumps(said), headers)
        status = line.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unavailable(f"the front door does not answer ({type(error).__name__})") from error
    finally:
        line.close()
    if not 200 <= status < 300:
        raise (Unavailable if status >= 500 else Refused)(f"the front door answers with status {status}")
