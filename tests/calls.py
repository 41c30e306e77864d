"""Counts the calls to AWS that each operation makes: the real runtime and clients, on an emulated AWS."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
from people import TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert, Severity
from callout.domain.events import Answered, Verb
from callout.domain.oncall import OnCall
from callout.domain.receipt import Receipt
from callout.paging import answer, looked, receipted, receive, step
from callout.runtime import Clients, Runtime, Settings, now
from callout.watching import watch

RECEIPT = Receipt("sms-1", False, "Message has been accepted by phone carrier")
SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)
ROLE = "arn:aws:iam::123456789012:role/callout"
PASS = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})


class Counted:
    """The operations of one fresh stack, each counted on its own; the clock is the test's."""

    def __init__(self, table: str) -> None:
        self.calls: Counter[str] = Counter()
        self.now = now()
        machines = boto3.client("stepfunctions")
        arn = machines.create_state_machine(name="escalation", definition=PASS, roleArn=ROLE)["stateMachineArn"]
        boto3.client("sesv2").create_email_identity(EmailIdentity="callout@example.com")
        self.settings = Settings(table, arn, "https://callout.example.com", "callout@example.com")
        self.clients = Clients(self._client)
        self.runtime = self.cold()
        self.oncall = oncall_of(TWO_TIERS)
        self.runtime.versions.add(self.oncall)
        self.runtime.versions.switch(self.oncall.version, 0)

    def cold(self) -> Runtime:
        """What a function is before its first event: nothing cached."""
        self.runtime = Runtime(self.settings, self.clients, lambda: self.now)
        return self.runtime

    def _client(self, name: str) -> Any:
        client: Any = boto3.client(name)  # type: ignore[call-overload]
        client.meta.events.register("before-call.*.*", self._count)
        return client

    def _count(self, model: Any, **_: object) -> None:
        self.calls[f"{model.service_model.service_name}:{model.name}"] += 1

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        self.calls.clear()
        yield self.calls

    def of(self, operation: Callable[[], object]) -> dict[str, int]:
        with self.counting() as calls:
            operation()
        return dict(calls)

    def alert(self, action: Action = Action.TRIGGER, key: str = "latency") -> str:
        oncall: OnCall = self.runtime.oncall()
        said = Alert(action, key, SAID.sender, SAID.title, SAID.severity)
        decision = receive(self.runtime.world, said, oncall.services["checkout"], oncall)
        assert decision.page is not None
        return decision.page.id

    def step(self, page_id: str, generation: int | None = 1) -> None:
        step(self.runtime.world, page_id, generation)

    def answer(self, page_id: str, verb: Verb = Verb.ACKNOWLEDGE) -> None:
        answer(self.runtime.world, page_id, Answered(verb, "ada", "Ada", "SMS link"))

    def looks(self, page_id: str) -> None:
        """As the function behind a link does; checking the link itself costs no call once the keys are known."""
        page = self.runtime.pages.get(page_id)
        assert page is not None
        looked(self.runtime.world, page, next(told for told in page.told if told.id == "ada"), "SMS link")

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


def counted(counts: Counted, cold: bool) -> Iterator[tuple[str, dict[str, int]]]:
    """(operation, its calls) through one page's life; `cold`: each in a function that has read nothing yet."""
    page = ""

    def opened() -> None:
        nonlocal page
        page = counts.alert()

    operations: list[tuple[str, Callable[[], object]]] = [
        ("a new page", opened),
        ("a repeat", counts.alert),
        ("a step that sends an SMS", lambda: counts.step(page)),
        ("a step that comes too early", lambda: counts.step(page)),
        ("an acknowledgement", lambda: counts.answer(page)),
        ("the same tap once more", lambda: counts.answer(page)),
        ("taken back", lambda: counts.answer(page, Verb.UNDO)),
        ("a step that sends an SMS and an email", lambda: counts.step(page)),
        ("a link that is opened", lambda: counts.looks(page)),
        ("the same link once more", lambda: counts.looks(page)),
        ("a receipt", lambda: receipted(counts.runtime.world, page, 2, RECEIPT)),
        ("the same receipt twice", lambda: receipted(counts.runtime.world, page, 2, RECEIPT)),
        ("a resolve", lambda: counts.alert(Action.RESOLVE)),
        ("a resolve of nothing open", lambda: counts.alert(Action.RESOLVE)),
        ("a step of a closed page", lambda: counts.step(page)),
        ("a page that returns", opened),
        ("the watchdog when all is well", lambda: watch(counts.runtime.world)),
    ]
    if not cold:
        counts.step(counts.alert(key="warm-up"))
    for name, operation in operations:
        if cold:
            counts.cold()
        if name.endswith("an email"):
            counts.later(seconds=301)
        yield name, counts.of(operation)
