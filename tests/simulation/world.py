"""A deployment of Callout in virtual time: Lambda, Step Functions, EventBridge and DynamoDB around the real verbs.

Real here: the verbs (callout.paging), everything they decide, the store with its conditions, the channels, the links,
the caches, runtime.py that puts them together. Not here: HTTP and API Gateway, the function files' own code and what
they hold in globals, threads (what is done side by side on Lambda is done one after the other in an invocation;
invocations do overlap, at every call to AWS), botocore beyond its second attempt, calendars of the web. Tests with
real parts stand in tests/real and tests/end_to_end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from greenlet import getcurrent
from simulation.aws.fake import FakeAws
from simulation.aws.faults import Call, Fault, Kind
from simulation.aws.providers import Sent
from simulation.chance import mixed
from simulation.faults import Fated, Fates, NoFaults, Plan
from simulation.functions import LINK, intake, look, take_receipt
from simulation.invariants import Invariants
from simulation.lambdas import Invocation, Lambdas, Outcome, Silent
from simulation.machine import begin
from simulation.timeline import Timeline, seconds_of

from callout.domain import token
from callout.domain.alert import Action, Alert
from callout.domain.oncall import OnCall
from callout.store import shapes
from callout.store.shapes import Extent

LATENCY_SECONDS = {"dynamodb": 0.006, "stepfunctions": 0.02, "sns": 0.05, "sesv2": 0.08}
PROVIDERS = frozenset({"Publish", "SendEmail"})
ROUTINE = frozenset({"", "Unavailable", "Lambda.Unknown"})
"""What an invocation may end with; any other error is a mistake of ours."""
MINUTE = 60.0
RECEIPT_AGAIN_SECONDS = (60.0, 120.0)
"""After so long Lambda invokes a function again that nobody waits for."""
BELIEVED_SECONDS = 120.0
"""So long after its end a description may be acted on: caches, and a step's time."""


@dataclass(frozen=True, slots=True)
class Options:
    skew_seconds: float = 0.0
    """How far a container's clock may be off, either way."""
    index_lag_seconds: float = 0.0
    watch_offset: float = 17.0
    """When in its minute the watchdog runs."""
    jitter: bool = False
    """Calls take a time by chance."""
    refused_addresses: frozenset[str] = frozenset()
    trace: Callable[[str], None] | None = None
    keep_calls: bool = False


class World:
    def __init__(
        self,
        oncall: OnCall,
        seed: int = 0,
        options: Options | None = None,
        plan: Plan | None = None,
        fates: Fates | None = None,
    ) -> None:
        self.seed = seed
        self.options = options or Options()
        self.plan: Plan = plan or NoFaults()
        self.fates: Fates = fates or Fated()
        self.time = Timeline()
        self.journal = Silent()
        self.calls = 0
        """To AWS, by invocations."""
        self.calls_seen: list[tuple[str, str]] = []
        """Each with the invocation's label and the operation."""
        self.aws = FakeAws(lambda: self.time.now, self)
        self.aws.before, self.aws.sleep = self._before, self._sleep
        self.aws.executions.on_start = self._started
        self.aws.table.wrote = self._wrote
        later = self.aws.perform_later

        def stray(seconds: float, *request: Any) -> None:
            """In its time, not in whatever invocation calls AWS next."""
            later(seconds, *request)
            self.time.after(seconds + 0.0001, self.aws.settle)

        self.aws.perform_later = stray  # type: ignore[method-assign, assignment]
        if self.options.index_lag_seconds:
            self.aws.table.lag = lambda: self.options.index_lag_seconds
        self.lambdas = Lambdas(self)
        self.invariants = Invariants(self)
        self.on_message: Callable[[str, str, Sent, str], None] = lambda *_: None
        """Told of each message that is delivered: page, responder, message, link."""
        self._deliver_to(self.aws)
        self._versions: list[OnCall] = []
        self._described_at: list[float] = []
        self._whose: dict[str, tuple[str, str]] = {}
        self.describe(oncall)
        self.watching = True
        self.time.at(self.options.watch_offset, self._minute, 0)

    # ---- what the operator does -------------------------------------------------------------------------------------

    def describe(self, oncall: OnCall) -> None:
        """Apply a version of the description, whole and at once."""
        for item in (*shapes.oncall_items(oncall), {**shapes.LIVE_KEY, **_extent(oncall)}):
            self.aws.perform("dynamodb", "PutItem", {"TableName": "callout", "Item": item})
        self._versions.append(oncall)
        self._described_at.append(self.time.seconds)
        for responder in oncall.responders.values():
            for contact in responder.contacts:
                self._whose[contact.address] = responder.id, contact.channel

    def versions(self) -> list[OnCall]:
        """What is live, then what was: caches may still believe it."""
        return self._versions[::-1]

    def lately_without(self, who: str, contact: str) -> bool:
        """Whether a description that somebody may still believe knows no such way to this person."""
        ended = [*self._described_at[1:], float("inf")]
        for oncall, end in zip(self._versions, ended, strict=True):
            responder = oncall.responders.get(who)
            if end >= self.time.seconds - BELIEVED_SECONDS and (
                responder is None or contact not in {each.id for each in responder.contacts}
            ):
                return True
        return False

    # ---- what senders and EventBridge do ----------------------------------------------------------------------------

    def send(self, label: str, service: str, alerts: list[Alert], heard: Callable[[int], None] | None = None) -> None:
        """A sender's request; it hears a status."""
        since = self.time.seconds
        for alert in alerts:
            if alert.action is Action.TRIGGER:
                self.invariants.asked(service, alert.key)

        def done(outcome: Outcome) -> None:
            status = 500 if outcome.error else outcome.value
            if status == 202:
                for alert in alerts:
                    self.trace("accepted", f"{label} {service} {alert.key} {alert.action}")
                    self.invariants.accepted(service, alert.key, str(alert.action), since)
            if heard is not None:
                heard(status)

        self.lambdas.invoke("intake", label, lambda runtime: intake(runtime, service, alerts), done)

    def receipt(self, sent: Sent, refused: bool, tries: int = 0) -> None:
        """What becomes of a mail, as SES tells it: again after an error, and then never."""
        page_id, notice = sent.tags["page"], int(sent.tags["notice"])
        if refused and not tries:
            self.invariants.rejected(page_id, self._whose[sent.address])

        def done(outcome: Outcome) -> None:
            if outcome.error and tries < len(RECEIPT_AGAIN_SECONDS):
                self.time.after(RECEIPT_AGAIN_SECONDS[tries], self.receipt, sent, refused, tries + 1)

        label = f"receipt for notice {notice} of {page_id}{', refused' if refused else ''} ({tries})"
        self.lambdas.invoke(
            "receipts", label, partial(take_receipt, page_id=page_id, notice=notice, refused=refused), done
        )

    def watch(self, label: str) -> None:
        self.lambdas.invoke("watch", label, look, lambda _: None)

    def _minute(self, number: int) -> None:
        if not self.watching:
            return
        fate = self.fates.of_watch(number)
        if fate in ("missed", "late"):
            self.invariants.disturbed(None)
        if fate != "missed":
            self.time.after(40.0 if fate == "late" else 0.0, self.watch, f"watch {number}")
        if fate == "twice":
            self.time.after(0.01, self.watch, f"watch {number} again")
        self.time.after(MINUTE, self._minute, number + 1)

    # ---- time -------------------------------------------------------------------------------------------------------

    def run(self, until: float) -> None:
        """Everything that happens until then, each event followed by a look at what must hold."""
        time, invariants = self.time, self.invariants
        while (coming := time.next_at()) is not None and coming <= until:
            time.step()
            invariants.time_is(time.seconds)
        time.run(until)
        invariants.time_is(until)

    # ---- what AWS tells ---------------------------------------------------------------------------------------------

    def at(self, call: Call) -> Fault | None:
        """What goes wrong with a call: the plan's word, and the provider's about numbers that do not exist."""
        invocation = getcurrent()
        if not isinstance(invocation, Invocation):
            return None
        fault = self.plan.fault(invocation, call)
        if fault is not None:
            self.disturbed(invocation, fault.kind.value)
        if call.operation in PROVIDERS:
            address, text = _message(call)
            if address in self.options.refused_addresses and fault is None:
                fault = Fault(Kind.REJECTED)
            if fault is not None and fault.kind is Kind.REJECTED:
                self.invariants.rejected(_page_of(text), self._whose[address])
            if fault is None or fault.kind is not Kind.KILL_BEFORE:
                self.invariants.attempted(_page_of(text), self._whose[address])
        return fault

    def disturbed(self, invocation: Invocation, what: str) -> None:
        invocation.faults += 1
        self.trace("fault", f"{invocation.label} #{invocation.calls} {what}")
        if invocation.function == "watch":
            self.invariants.watched_in_vain()
        self.invariants.disturbed(invocation.problems[-3:])

    def _started(self, name: str, given: str) -> None:
        page_id, _, generation = name.rpartition("-")
        self.invariants.started(page_id, int(generation))
        begin(self, name, given)

    def ended(self, invocation: Invocation, outcome: Outcome) -> None:
        if not outcome.error and not (invocation.function == "watch" and invocation.faults):
            self.invariants.handed_over(invocation.intents, invocation.label)
        if invocation.function == "watch" and not invocation.faults and not outcome.error:
            for page_id in dict.fromkeys(invocation.stepped):
                page = self.invariants.accounts[page_id].page
                if self.invariants.accounts[page_id].writers[-1] != invocation.label:
                    continue  # somebody has taken it over since, and is about to start an execution
                execution = self.aws.executions.by_name.get(f"{page_id}-{page.generation}")
                started = seconds_of(execution.started_at) if execution is not None else None
                self.invariants.taken_over(page_id, started, invocation.began)
        self.trace("ended", f"{invocation.label} {outcome.error or outcome.value}")
        rejected = outcome.error == "Impossible" and invocation.faults
        if outcome.error not in ROUTINE and not rejected:
            raise AssertionError(f"{invocation.label} ended with {outcome.error}")

    def execution_ended(self, name: str) -> None:
        if name in self.aws.executions.by_name:
            self.aws.executions.ended(name)

    def trace(self, what: str, text: str) -> None:
        if self.options.trace is not None:
            self.options.trace(f"{self.time.seconds:11.3f} {what:9} {text}")

    def _acting(self, page_id: str) -> None:
        """A step of the page is written down: whose?"""
        invocation = getcurrent()
        if isinstance(invocation, Invocation) and invocation.function in ("step", "watch"):
            invocation.stepped.append(page_id)
            self.invariants.stepped(page_id, invocation.generation)

    def _before(self, call: Call) -> None:
        invocation = getcurrent()
        if not isinstance(invocation, Invocation):
            raise TypeError("only an invocation calls AWS")
        invocation.calls += 1
        problem = _problem(call)
        if problem and (not invocation.problems or invocation.problems[-1] != problem):
            invocation.problems.append(problem)
        latency = LATENCY_SECONDS[call.service]
        if self.options.jitter:
            latency *= 0.5 + (mixed(invocation.seed ^ 0x5DEECE66D, invocation.calls) >> 40) / 2**24
        invocation.takes(latency)
        if self.options.keep_calls:
            self.calls_seen.append((invocation.label, call.operation))
        self.calls += 1

    def _sleep(self, seconds: float) -> None:
        invocation = getcurrent()
        if not isinstance(invocation, Invocation):
            raise TypeError("only an invocation waits")
        invocation.takes(seconds)

    def _wrote(self, before: Any, after: Any) -> None:
        invocation = getcurrent()
        mine = isinstance(invocation, Invocation)
        self.invariants.wrote(before, after, invocation.label if mine else "stray", self._acting)
        if self.invariants.just_intended:
            if mine and invocation.function in ("step", "watch"):  # who takes an answer back only restores what was
                invocation.intents += self.invariants.just_intended
            self.invariants.just_intended.clear()
        if self.options.trace is not None and after is not None and "doc" in after and "revision" in after:
            due = after["due_at"]["S"][11:19] if "due_at" in after else "-"
            page_id = shapes.page_id_of(after)
            self.trace("page", f"{page_id} r{after['revision']['N']} {after['state']['S']} due {due}")

    def _deliver_to(self, aws: FakeAws) -> None:
        world = self

        class Deliveries(list[Sent]):
            def append(self, sent: Sent) -> None:
                super().append(sent)
                world._delivered(sent)

        aws._providers.sent = Deliveries()

    def _delivered(self, sent: Sent) -> None:
        found = LINK.search(sent.text)
        assert found is not None, "every message brings a link"
        page_id, way = token.read(found[1]).page_id, self._whose[sent.address]
        self.trace("message", f"{page_id} {way[0]} {way[1]}: {(sent.subject or sent.text)[:40]}")
        self.invariants.accepted_by_provider(page_id, way)
        self.on_message(page_id, way[0], sent, found[1])


def _extent(oncall: OnCall) -> dict[str, Any]:
    items = shapes.oncall_items(oncall)
    return shapes.extent_item(Extent(oncall.version, len(items)))


def _message(call: Call) -> tuple[str, str]:
    if call.operation == "Publish":
        return call.params["PhoneNumber"], call.params["Message"]
    return call.params["Destination"]["ToAddresses"][0], call.params["Content"]["Simple"]["Body"]["Text"]["Data"]


def _page_of(text: str) -> str:
    found = LINK.search(text)
    assert found is not None, "every message brings a link"
    return token.read(found[1]).page_id


def _problem(call: Call) -> str:
    """Which problem's pages a call reads or writes."""
    params = call.params
    key: Any = params.get("Key") or params.get("Item")
    if call.operation == "Query":
        pk = params["ExpressionAttributeValues"].get(":pk", {}).get("S", "")
    elif call.operation == "TransactWriteItems":
        pk = params["TransactItems"][0]["Put"]["Item"]["pk"]["S"]
    else:
        pk = key["pk"]["S"] if key else ""
    return pk[5:] if pk.startswith("PAGE#") else ""
