"""One service of the running stack, with a key of its own: what a test does to it, and what it sees of it."""

import json
import re
from hashlib import sha256
from typing import Any
from uuid import uuid4

from end_to_end.running import Running, eventually

from callout.domain import token
from callout.domain.identity import problem_id
from callout.domain.oncall import Policy, Service
from callout.domain.page import Page
from callout.store import shapes

LINK = re.compile(r"https?://[^\s\"<>]+/a/([A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])")
RUNBOOK = "https://runbooks.example.com/desk"
Message = dict[str, str]


class Desk:
    def __init__(self, stack: Running, policy: Policy, key: str = "", runbook: str = RUNBOOK) -> None:
        self.stack = stack
        self.key = key or uuid4().hex
        stack.planted.add(self.key)
        self.id = f"service-{uuid4().hex[:8]}"
        service = Service(self.id, f"Desk {self.id[-8:]}", policy.id, runbook)
        stack.add(service, policy, sha256(self.key.encode()).hexdigest())

    # ---- what a monitoring tool does ------------------------------------------------------------------------------

    def post(self, format_name: str, body: object, **headers: str) -> Any:
        """To a webhook, with the key in the address; anything but bytes as JSON."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content_type": "application/json", **headers}
        return self.stack.http("POST", f"/webhooks/{format_name}/{self.key}", sent, **headers)

    def enqueue(self, action: str, dedup_key: str, **payload: object) -> Any:
        """To PagerDuty's path."""
        said = {"summary": "Disk full", "source": "db-1", "severity": "critical", **payload}
        event = {"routing_key": self.key, "event_action": action, "dedup_key": dedup_key, "payload": said}
        return self.stack.http("POST", "/v2/enqueue", json.dumps(event).encode(), content_type="application/json")

    def trigger(self, key: str = "disk", title: str = "Disk full", **fields: object) -> Page:
        assert self.post("generic", {"key": key, "title": title, "severity": "critical", **fields}).status == 202
        return self.page(key)

    def resolve(self, key: str = "disk") -> None:
        assert self.post("generic", {"action": "resolve", "key": key}).status == 202

    # ---- what came of it ------------------------------------------------------------------------------------------

    def page(self, key: str = "disk") -> Page:
        """The newest page about that key."""
        page = self.stack.pages.newest(problem_id(self.id, key))
        assert page is not None, "there is no page"
        return page

    def pages(self) -> list[Page]:
        """All that this service ever had."""
        found = self.stack.dynamodb.get_paginator("scan").paginate(
            TableName=self.stack.table,
            FilterExpression="service = :service",
            ExpressionAttributeValues={":service": {"S": self.id}},
        )
        return [shapes.page_of(item) for answer in found for item in answer["Items"]]

    def messages(self, channel: str = "", key: str = "") -> list[Message]:
        """The messages about its pages, or about one key, oldest first."""
        problems = {problem_id(self.id, key)} if key else {page.problem for page in self.pages()}
        return [
            message
            for message in self.stack.outbox()
            if channel in ("", message["channel"]) and problem_of(message) in problems
        ]

    def link(self, channel: str = "sms", to: str = "") -> str:
        """The first link that came through a channel, as soon as it has come."""
        found = eventually(lambda: [m for m in self.messages(channel) if to in m["to"]])
        return link_of(found[0])

    def notified(self, key: str = "disk") -> Page:
        """The page once its turn has been given, every provider has answered, and there is no news to tell."""

        def look() -> Page | None:
            page = self.page(key)
            settled = all(notice.settled for notice in page.notices)
            return page if page.turn >= 0 and settled and page.news_at is None else None

        page: Page = eventually(look)
        return page

    def acknowledged(self, key: str = "disk") -> Page:
        """The page once the execution has seen that it was acknowledged and waits for that to run out."""

        def look() -> Page | None:
            page = self.page(key)
            return page if page.state == "acknowledged" and page.wakes_at == page.ladder_at else None

        page: Page = eventually(look)
        return page


def link_of(message: Message) -> str:
    found = LINK.search(message["text"])
    assert found, "a message without a link"
    return found[0]


def problem_of(message: Message) -> str:
    """The problem whose page the message's link belongs to; "" without a link."""
    found = LINK.search(message["text"])
    return token.read(found[1]).page_id.partition("-")[0] if found else ""
