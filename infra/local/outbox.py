"""Every SMS and email that the emulated AWS took, as it was on the wire.

moto's own record of an email drops the plain text when there is HTML, and none of its records has a time.
"""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

MESSAGES_MAX = 5000


@dataclass(frozen=True, slots=True)
class Message:
    at: datetime
    channel: str  # sms or email
    to: str
    text: str
    subject: str | None = None
    html: str | None = None

    def as_json(self) -> dict[str, str]:
        fields = {
            "at": self.at.isoformat(timespec="milliseconds"),
            "channel": self.channel,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
        }
        return {name: value for name, value in fields.items() if value is not None}


class Outbox:
    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=MESSAGES_MAX)
        self._lock = threading.Lock()

    def note(self, path: str, body: bytes) -> None:
        """Called with every request that the emulated AWS has answered with success."""
        now = datetime.now(UTC)
        found = _emails(body, now) if path == "/v2/email/outbound-emails" else _sms(body, now)
        with self._lock:
            self._messages.extend(found)

    def newest_first(self) -> list[Message]:
        with self._lock:
            return list(reversed(self._messages))


def _sms(body: bytes, now: datetime) -> list[Message]:
    if b"Action=Publish" not in body or b"PhoneNumber=" not in body:
        return []
    fields = parse_qs(body.decode("utf-8"), keep_blank_values=True)
    return [Message(now, "sms", fields["PhoneNumber"][0], fields["Message"][0])]


def _emails(body: bytes, now: datetime) -> list[Message]:
    request = json.loads(body)
    simple = request["Content"].get("Simple")
    if simple is None:
        return []
    parts = simple["Body"]
    return [
        Message(now, "email", address, _data(parts, "Text") or "", _data(simple, "Subject"), html=_data(parts, "Html"))
        for addresses in request.get("Destination", {}).values()
        for address in addresses
    ]


def _data(part: Mapping[str, Any], name: str) -> str | None:
    return part[name]["Data"] if name in part else None
