"""A tour through one running stack that makes every function do everything it ever does.

What comes up once a year by itself is prepared in the table: a ledger that is full, a summary that was closed a moment
ago, a page that cannot be read. What needs the internet or a certain minute (reading calendars) runs in this process,
under the function's own key. It ends with the permissions that the stack has recorded.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import boto3
from end_to_end.person import form_of, look, tap
from end_to_end.running import Running, eventually, now
from people import ADA, BOSS, GRACE

from callout.calendars.refreshing import refresh
from callout.domain import feed_address, summary, token
from callout.domain.alert import Action, Alert
from callout.domain.decide import decide
from callout.domain.events import Answered, Held, Joined, Received, Verb
from callout.domain.identity import problem_id
from callout.domain.oncall import OnCall, Policy, Service, Team, Tier
from callout.domain.page import LEDGER_ENTRIES_MAX, Entry, Page
from callout.domain.schedule import Calendar, Layer, Schedule
from callout.domain.token import LinkKind, SigningKey
from callout.runtime import Clients, Runtime, Settings
from callout.store import shapes
from callout.store.calendars import Calendars
from callout.store.keys import SigningKeys
from callout.store.oncall import OnCallVersions
from infra.local.function import key_id

KEY = "t0urt0urt0urt0urt0urt0urt0urt0ur"
POLICY = Policy(
    "tour",
    (Tier(("robin:crew",), ("sms", "email"), 3000), Tier(("boss",), ("email",), 3000)),
    last_resort=Tier(("boss",), ("email",)),
    ack_timeout_seconds=600,  # sooner than the execution would look: an answer starts the next one
)
SERVICE = Service("tour", "Tour", "tour", runbook="https://runbooks.example.com/tour")
SIGNING = {"pk": {"S": "KEYS"}, "sk": {"S": "SIGNING"}}
EVENTS = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:tour\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r
DTSTART:20260101T000000Z\r\nDTEND:20260101T120000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Ada\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


class Tour:
    def __init__(self, stack: Running) -> None:
        self.stack, self.http = stack, stack.http
        stack.planted.add(KEY)
        self.oncall = self._described()

    def __call__(self) -> dict[str, Any]:
        """The step comes first, so that it is the one that makes the signing keys; the watchdog and the probe later."""
        self._intake()
        self._step()
        self._answers()
        self._feed()
        self._receipts()
        with self._without_keys():
            self._watch()
        with self._without_keys():
            self._probe()
        return self.stack.permissions()

    # ---- what each function does ----------------------------------------------------------------------------------

    def _intake(self) -> None:
        """Each route and format, accepted and refused; and so often that it is counted."""
        self._trigger("one")
        sent = {"routing_key": KEY, "event_action": "trigger", "dedup_key": "pd"}
        payload = {"summary": "Disk full", "source": "db-1", "severity": "critical"}
        assert self._post("/v2/enqueue", {**sent, "payload": payload}) == 202
        assert self._post("/v2/enqueue", sent) == 400
        assert self._post("/v2/enqueue", {**sent, "event_action": "resolve"}) == 202
        assert self._post(f"/webhooks/alertmanager/{KEY}", {"status": "firing", "groupKey": "am", "alerts": []}) < 300
        assert self._post("/webhooks/generic", {"key": "header", "title": "Header"}, x_routing_key=KEY) == 202
        assert self._post("/webhooks/generic/nobody", {"key": "k", "title": "t"}) in (401, 403, 404)
        assert self._post("/webhooks/none/x", {}) == 404
        for _ in range(3):  # of one minute, in one sandbox
            if self._used("Intake", "dynamodb:UpdateItem"):
                break
            for _ in range(60):
                self._trigger("often", title="Again")
        full = self._full(self._notified("one"))
        self._trigger("one", title="Worse", severity="critical")
        self._resolve("one")
        assert self._archived(full)

    def _step(self) -> None:
        """By the machine, for pages that are as they seldom are."""
        full = self._prepared("full", 5)
        full = self.stack.pages.save(replace(full, ledger=_entries()), None)
        self._run(full)
        eventually(lambda: self._archived(full))
        held = self._held("held", 5)
        self._run(held)
        member = eventually(lambda: (page := self.stack.pages.get(held.id)) and page.summary and page)
        spokesman = self.stack.pages.get(member.summary)
        assert spokesman is not None
        assert spokesman.number == 2
        self._resolve("held")

    def _answers(self) -> None:
        self._trigger("answered")
        page = self._notified("answered")
        link = self._link(page)
        for method in ("HEAD", "OPTIONS"):
            assert self.http(method, link).status < 300
        assert self.http("GET", f"{self.stack.url}/a/nothing").status >= 400
        self._full(self.stack.pages.get(page.id))
        for verb in ("acknowledge", "undo", "acknowledge", "resolve"):
            tap(self.http, link, verb)
        assert self._archived(page)
        html = look(self.http, link)
        self._trigger("answered")  # while that may still be taken back
        again = self.stack.pages.newest(page.problem)
        assert again is not None
        assert again.number == page.number + 1
        form = {**form_of(html).fields, "action": "undo"}
        body = "&".join(f"{name}={text}" for name, text in form.items()).encode()
        assert self.http("POST", link, body, content_type="application/x-www-form-urlencoded").status in (200, 409)

    def _feed(self) -> None:
        address = feed_address.issue(self._key(), "nights")
        assert self.http("GET", f"/calendar/{address}").status == 200

    def _receipts(self) -> None:
        """Mails and texts that came back, and one that arrived, for a page whose ledger is full."""
        self._trigger("receipts")
        page = self._notified("receipts")
        self._full(page)
        mail, text = (next(n for n in page.notices if n.channel == channel) for channel in ("email", "sms"))
        bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": []}
        tags = {"page": [page.id], "notice": [str(mail.number)]}
        event = {"eventType": "Bounce", "bounce": bounce, "mail": {"messageId": "m", "tags": tags}}
        self._invoke("Receipts", {"Records": [{"Sns": {"Message": json.dumps(event)}}]})
        message = next(e for e in self._items("SENT#") if shapes.sent_of(e) == (page.id, text.number))
        said = {
            "notification": {"messageId": message["pk"]["S"].partition("#")[2]},
            "delivery": {"providerResponse": "Phone is unreachable"},
            "status": "FAILURE",
        }
        logged = {"messageType": "DATA_MESSAGE", "logEvents": [{"message": json.dumps(said)}]}
        packed = base64.b64encode(gzip.compress(json.dumps(logged).encode())).decode()
        self._invoke("Receipts", {"awslogs": {"data": packed}})
        assert self._archived(page)

    def _watch(self) -> None:
        full = replace(self._prepared("overdue", 120), ledger=_entries())
        self.stack.pages.save(full, None)
        self._held("held and overdue", 120)
        poisoned = shapes.page_item(self._prepared("poisoned", 120), "x") | {"doc": {"S": "{"}}
        self.stack.dynamodb.put_item(TableName=self.stack.table, Item=poisoned)
        self._invoke("Watch", {})
        assert self._archived(full)
        self._calendars()

    def _calendars(self) -> None:
        """The watchdog's second task, at its own minute, with what an address would have answered."""
        at = (now() + timedelta(hours=1)).replace(minute=0)
        runtime = Runtime(Settings(self.stack.table), Clients(self._as("Watch")), clock=lambda: at)
        for _ in range(2):  # with an index of what was read, and without one
            refresh(runtime.world, runtime.calendars, lambda _: EVENTS.encode(), at)
            self.stack.dynamodb.delete_item(TableName=self.stack.table, Key=shapes.CALENDARS_KEY)

    def _probe(self) -> None:
        self._invoke("Probe", {})

    # ---- how ------------------------------------------------------------------------------------------------------

    def _described(self) -> OnCall:
        """As one of the first versions of Callout wrote it: without saying how much of it there is to read."""
        layer = Layer("all", "UTC", calendar="duty")
        oncall = OnCall(
            version=1,
            services={SERVICE.id: SERVICE},
            policies={POLICY.id: POLICY},
            responders={person.id: person for person in (ADA, GRACE, BOSS)},
            routing_keys={sha256(KEY.encode()).hexdigest(): SERVICE.id},
            teams={"crew": Team("crew", "Crew", ("ada", "grace"))},
            schedules={"nights": Schedule("nights", "Nights", "UTC", (layer,))},
            calendar_sources={"duty": "https://calendar.example.com/duty"},
        )
        dynamodb, table = self.stack.dynamodb, self.stack.table
        versions = OnCallVersions(dynamodb, table)
        assert versions.add(oncall)
        Calendars(dynamodb, table).write(Calendar("duty", now() - timedelta(days=1), now(), ()))
        extent = shapes.extent_item(shapes.Extent(1, calendars=("duty",)))
        dynamodb.put_item(TableName=table, Item={**shapes.LIVE_KEY, **extent})
        return oncall

    def _as(self, function: str) -> Callable[[str], Any]:
        """Makes clients that sign as the function does."""
        session: Any = boto3.Session(key_id(function), "local", "local", region_name=self.stack.told["region"])
        return lambda name: session.client(name, endpoint_url=self.stack.told["endpoint"])

    def _post(self, path: str, body: object, **headers: str) -> int:
        sent = json.dumps(body).encode()
        return int(self.http("POST", path, sent, content_type="application/json", **headers).status)

    def _trigger(self, key: str, title: str = "Disk full", **said: str) -> None:
        assert self._post(f"/webhooks/generic/{KEY}", {"key": key, "title": title, **said}) == 202

    def _resolve(self, key: str) -> None:
        assert self._post(f"/webhooks/generic/{KEY}", {"key": key, "action": "resolve"}) == 202

    def _notified(self, key: str) -> Page:
        """The page, once its first notices were handed over."""

        def settled() -> Page | None:
            page = self.stack.pages.newest(problem_id(SERVICE.id, key))
            return page if page and page.turn >= 0 and all(notice.settled for notice in page.notices) else None

        page: Page = eventually(settled)
        return page

    def _prepared(self, key: str, seconds: int, held: Held | None = None) -> Page:
        """A page that has been due for so many seconds, and that no execution knows of; not saved."""
        alert = Alert(Action.TRIGGER, key, "Tour", key)
        event = Received(alert, problem_id(SERVICE.id, key), SERVICE, POLICY, 1, held)
        page = decide(None, event, now() - timedelta(seconds=seconds)).page
        assert page is not None
        return page

    def _held(self, key: str, seconds: int) -> Page:
        """A page whose window has ended, and whose summary was closed a moment ago by somebody."""
        over = now() - timedelta(seconds=seconds)
        page = self._prepared(key, seconds + 600, Held("window", "Window", over))
        page = self.stack.pages.save(replace(page, ladder_at=over, held_until=over), None)
        other = replace(page, problem="0" * len(page.problem))
        joined = Joined(other, summary.problem_of(page), summary.key_of(page), SERVICE, POLICY, 1)
        before = decide(None, joined, over).page
        closed = decide(before, Answered(Verb.RESOLVE, "boss", "Boss", "command"), now()).page
        assert closed is not None
        assert closed.undo is not None
        self.stack.pages.save(closed, None)
        return page

    def _full(self, page: Page | None) -> Page:
        """The page with as many entries on its ledger as it may have."""
        assert page is not None
        return self.stack.pages.save(replace(page, ledger=_entries()), page)

    def _archived(self, page: Page) -> bool:
        """Whether its older entries lie in an item of their own."""
        after = self.stack.pages.get(page.id)
        return after is not None and after.ledger_parts > 0

    def _run(self, page: Page) -> None:
        """As whoever has saved the page does."""
        said = {"page": page.id, "generation": page.generation}
        self.stack.client("stepfunctions").start_execution(
            stateMachineArn=self.stack.outputs["MachineArn"],
            name=f"{page.id}-{page.generation}",
            input=json.dumps(said),
        )

    def _invoke(self, function: str, event: object) -> None:
        name = self.stack.name_of(function)
        answer = self.stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        assert "FunctionError" not in answer, answer["Payload"].read()

    def _key(self) -> SigningKey:
        ring = SigningKeys(self.stack.dynamodb, self.stack.table, lambda _: b"").read()
        assert ring is not None
        return ring.present

    def _link(self, page: Page) -> str:
        who = page.told[0].id
        return f"{self.stack.url}/a/{token.issue(self._key(), page.id, who, LinkKind.SMS, now())}"

    def _items(self, prefix: str) -> list[Any]:
        found = self.stack.dynamodb.get_paginator("scan").paginate(TableName=self.stack.table)
        return [item for answer in found for item in answer["Items"] if item["pk"]["S"].startswith(prefix)]

    def _used(self, role: str, action: str) -> bool:
        found = self.stack.permissions()["used"]
        return any((each["role"], each["action"]) == (role, action) for each in found)

    @contextmanager
    def _without_keys(self) -> Iterator[None]:
        """As before the first link was ever made; afterwards the keys are back with which links were signed."""
        dynamodb, table = self.stack.dynamodb, self.stack.table
        kept = dynamodb.get_item(TableName=table, Key=SIGNING)["Item"]
        dynamodb.delete_item(TableName=table, Key=SIGNING)
        yield
        dynamodb.put_item(TableName=table, Item=kept)


def _entries() -> tuple[Entry, ...]:
    began = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    return tuple(Entry(began, "news", f"line {number}") for number in range(LEDGER_ENTRIES_MAX))


def tour(stack: Running) -> dict[str, Any]:
    return Tour(stack)()


OPTIONS = ("--parameter", "SmsReceipts=yes")
"""With everything switched on that a deployment may have."""
