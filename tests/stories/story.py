"""The stage for stories: a stopped clock, the real verbs and store, recording phones, a machine that only waits.

A story says what happens and what each phone gets. A message that no line of the story expected fails it, at the next
jump of the clock or at the end.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import boto3

from callout.domain.alert import Action, Alert, Severity
from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Answered, Decision, Verb
from callout.domain.identity import problem_id
from callout.domain.oncall import OnCall
from callout.domain.page import Page
from callout.paging import answer, receive, step
from callout.store.counters import Counters
from callout.store.pages import Pages
from callout.store.turns import Turns
from callout.watching import watch
from callout.world import World

BEGIN = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)


@dataclass
class Quiet:
    """A journal that keeps what was said, for stories about it."""

    lines: list[str] = field(default_factory=list)
    counts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)

    def note(self, message: str, page_id: str = "", **facts: object) -> None:
        self.lines.append(f"{message} {page_id} {facts}")

    trouble = note

    def count(self, name: str, **dimensions: str) -> None:
        self.counts.append((name, dimensions))

    def late(self, seconds: float) -> None:
        self.lateness.append(seconds)


@dataclass
class Phone:
    """A channel that records; it can be told to fail."""

    name: str
    story: "Story"
    fails: list[Exception] = field(default_factory=list)
    down: Exception | None = None

    def send(self, address: str, brief: Brief) -> str:
        if self.down is not None:
            raise self.down
        if self.fails:
            raise self.fails.pop(0)
        self.story.got.append((self.name, address, brief))
        return f"{self.name}-{len(self.story.got)}"


@dataclass
class Execution:
    page_id: str
    generation: int
    wakes_at: datetime


class Story:
    def __init__(self, table: str, oncall: OnCall) -> None:
        self.now = BEGIN
        self.oncall = oncall
        self.known: OnCall | None = None
        self.got: list[tuple[str, str, Brief]] = []
        self.executions: list[Execution] = []
        self.ended: list[Execution] = []
        self.taken: Counter[tuple[str, int]] = Counter()
        """How many steps each execution has taken."""
        self.machine_down = False
        self.sms, self.email = Phone("sms", self), Phone("email", self)
        self.journal = Quiet()
        self.pages = Pages(boto3.client("dynamodb"), table)
        self.world = World(
            now=lambda: self.now,
            pause=lambda _: None,
            pages=self.pages,
            machine=self,
            oncall=lambda: self.known or self.oncall,
            fresh_oncall=lambda: self.oncall,
            turns=Turns(boto3.client("dynamodb"), table),
            counters=Counters(boto3.client("dynamodb"), table),
            channels={"sms": self.sms, "email": self.email},
            links=self,
            journal=self.journal,
        )

    # What the world needs

    def start(self, page_id: str, generation: int) -> None:
        if self.machine_down:
            raise Unavailable("the story says so")
        taken = [*self.executions, *self.ended]
        assert (page_id, generation) not in [(e.page_id, e.generation) for e in taken], "an execution's name was taken"
        self.executions.append(Execution(page_id, generation, self.now))

    def link(self, page_id: str, responder: str, channel: str) -> str:
        return f"https://callout.example.com/a/{page_id}.{responder}"

    # What happens

    def alert(self, title: str = "p99 above 2 s", **changes: object) -> Decision:
        """The monitor says it is firing (or what the changes say); steps that are due at once are taken."""
        said = Alert(Action.TRIGGER, "latency", "Alertmanager", title, Severity.CRITICAL)
        decision = receive(self.world, replace(said, **changes), self.oncall.services["checkout"], self.oncall)  # type: ignore[arg-type]
        self._run_until(self.now)
        return decision

    def resolve(self, **changes: object) -> Decision:
        return self.alert(action=Action.RESOLVE, **changes)

    def answers(self, who: str, verb: Verb = Verb.ACKNOWLEDGE, page_id: str = "") -> Decision:
        name = self.oncall.responders[who].name
        decision = answer(self.world, page_id or self.page.id, Answered(verb, who, name, "SMS link"))
        self._run_until(self.now)
        return decision

    def passes(self, **time: float) -> None:
        """The clock goes on; what the machine waits for happens in its time. Nothing may be unexpected so far."""
        self.nothing_else()
        self._run_until(self.now + timedelta(**time))

    def watchdog(self) -> int:
        return watch(self.world)

    def _run_until(self, until: datetime) -> None:
        while True:
            until = max(until, self.now)  # sending may have taken its time
            due = [execution for execution in self.executions if execution.wakes_at <= until]
            if not due:
                break
            execution = min(due, key=lambda each: each.wakes_at)
            self.now = max(self.now, execution.wakes_at)
            self._take(execution)
        self.now = until

    def _take(self, execution: Execution) -> None:
        self.taken[execution.page_id, execution.generation] += 1
        rest = step(self.world, execution.page_id, execution.generation)
        if rest.due_at is None:
            self.executions.remove(execution)
            self.ended.append(execution)
        else:
            execution.wakes_at = max(rest.due_at, self.now)

    # What is seen

    @property
    def page(self) -> Page:
        return self.page_of("latency")

    def page_of(self, key: str) -> Page:
        page = self.pages.newest(problem_id("checkout", key))
        assert page is not None
        return page

    def expect(self, who: str, channel: str = "sms", kind: Kind = Kind.PAGE) -> Brief:
        """Somebody got one message, not expected so far; returns what it said."""
        addresses = [contact.address for contact in self.oncall.responders[who].contacts if contact.channel == channel]
        for index, (by, address, brief) in enumerate(self.got):
            if by == channel and address in addresses and brief.kind is kind:
                del self.got[index]
                return brief
        raise AssertionError(f"{who} got no {channel} of kind {kind}; there were {self.shown()}")

    def nothing_else(self) -> None:
        assert not self.got, f"nobody expected {self.shown()}"

    def shown(self) -> Sequence[str]:
        return [f"{by} to {address}: {brief.kind} {brief.title}" for by, address, brief in self.got]

    def ledger(self) -> list[str]:
        return [entry.what for entry in self.page.ledger]


__all__ = ["BEGIN", "Refused", "Story", "Unavailable"]
