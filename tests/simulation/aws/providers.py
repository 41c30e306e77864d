"""The two providers of messages, SNS and SES: what they take, is delivered at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulation.aws.errors import NotModelled, client_error

_NUMBER = re.compile(r"\+?[1-9]\d{1,14}")
_PUBLISH = frozenset({"PhoneNumber", "Message", "MessageAttributes"})
_SEND = frozenset({"FromEmailAddress", "Destination", "Content", "ConfigurationSetName", "EmailTags"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivered message."""

    channel: str
    """sms or email."""
    address: str
    text: str
    subject: str
    """Of a mail."""
    at: datetime
    message_id: str
    tags: Mapping[str, str] = field(default_factory=dict)
    """Of a mail: what its receipts repeat."""


class Providers:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.sent: list[Sent] = []
        self._clock = clock
        self._number = 0

    def publish(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if operation != "Publish" or params.keys() - _PUBLISH or "PhoneNumber" not in params:
            raise NotModelled(f"sns.{operation} with {', '.join(params)}")
        address = params["PhoneNumber"]
        if not _NUMBER.fullmatch(address):
            message = f"Invalid parameter: PhoneNumber Reason: {address} is not valid to publish to"
            raise client_error("sns", operation, "InvalidParameter", message)
        return {"MessageId": self._deliver("sms", address, params["Message"], "")}

    def send_email(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if operation != "SendEmail" or params.keys() - _SEND or params["Destination"].keys() != {"ToAddresses"}:
            raise NotModelled(f"sesv2.{operation} with {', '.join(params)}")
        simple = params["Content"]["Simple"]
        [address] = params["Destination"]["ToAddresses"]
        text = simple["Body"]["Text"]["Data"]
        tags = {tag["Name"]: tag["Value"] for tag in params.get("EmailTags", ())}
        return {"MessageId": self._deliver("email", address, text, simple["Subject"]["Data"], tags)}

    def _deliver(
        self, channel: str, address: str, text: str, subject: str, tags: Mapping[str, str] | None = None
    ) -> str:
        self._number += 1
        message_id = f"{channel}-{self._number:08d}"
        self.sent.append(Sent(channel, address, text, subject, self._clock(), message_id, tags or {}))
        return message_id
