"""Step Functions: infra/escalation.asl.json as AWS would run it, for as long as it lets an execution live.

Not modelled: anything that file does not use. That the four states still are the ones this module runs is checked when
it is loaded.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.chance import drawn
from simulation.functions import take_step
from simulation.lambdas import Outcome
from simulation.timeline import BEGIN

if TYPE_CHECKING:
    from simulation.world import World

EVENTS_MAX = 25_000
LIFE_SECONDS = 365 * 24 * 3600
DEFINITION = Path(__file__).parents[2] / "infra/escalation.asl.json"
TRANSITION_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Retrier:
    errors: tuple[str, ...]
    interval: float
    rate: float
    attempts: int
    longest: float
    jitter: bool

    def catches(self, error: str) -> bool:
        return error in self.errors or "States.ALL" in self.errors


@dataclass(frozen=True, slots=True)
class Definition:
    retriers: tuple[Retrier, ...]
    timeout: float


@cache
def definition() -> Definition:
    """What differs from machine to machine; refuses a machine of another shape."""
    states: dict[str, Any] = json.loads(DEFINITION.read_text(encoding="utf-8"))["States"]
    shape = {name: (state["Type"], state.get("Next") or state.get("Default")) for name, state in states.items()}
    assert shape == {
        "Step": ("Task", "Done?"),
        "Done?": ("Choice", "Wait until due"),
        "Wait until due": ("Wait", "Step"),
        "Closed": ("Succeed", None),
    }, "the machine has changed: teach it to the simulation"
    assert states["Wait until due"]["TimestampPath"] == "$.rest.due_at"
    retriers = tuple(
        Retrier(
            tuple(each["ErrorEquals"]),
            each["IntervalSeconds"],
            each["BackoffRate"],
            each["MaxAttempts"],
            each.get("MaxDelaySeconds", float("inf")),
            each.get("JitterStrategy") == "FULL",
        )
        for each in states["Step"]["Retry"]
    )
    return Definition(retriers, states["Step"]["TimeoutSeconds"])


@dataclass(eq=False)
class Execution:
    """One execution. It counts its history: entering, scheduling, starting, ending and leaving are an event each."""

    world: "World"
    name: str
    page_id: str
    generation: int
    events: int = 1
    steps: int = 0
    status: str = "RUNNING"
    tried: dict[int, int] = field(default_factory=dict)
    attempt: int = 0

    def __post_init__(self) -> None:
        self.began = self.world.time.seconds

    def enter(self) -> None:
        self.steps += 1
        self.tried = {}
        if self._goes_on(events=1):
            self.take()

    def take(self) -> None:
        """One attempt at the task."""
        if not self._goes_on(events=2):
            return None
        self.attempt += 1
        world, label = self.world, f"step {self.name}.{self.attempt}"
        fate = world.fates.of_delivery(label)
        if fate:
            world.invariants.fated(self.page_id)
        if fate == "dies":
            return self._end("FAILED")
        if fate == "throttled":
            return self._taken(label, Outcome(error="Lambda.TooManyRequestsException"))
        answered: list[Outcome] = []

        def take_once(name: str) -> None:
            invocation = world.lambdas.invoke(
                "step", name, lambda runtime: take_step(runtime, self.page_id, self.generation), once
            )
            invocation.generation = self.generation

        def once(outcome: Outcome) -> None:
            answered.append(outcome)
            if len(answered) == 1:  # whichever of the two is through first; nobody waits for the other
                self._taken(label, outcome)

        take_once(label)
        if fate in ("at once again", "later again"):
            world.time.after(0.004 if fate == "at once again" else 1.5, take_once, f"{label} again")
        world.time.after(definition().timeout, self._times_out, label, answered)
        return None

    def _times_out(self, label: str, answered: list[Outcome]) -> None:
        if not answered:
            answered.append(Outcome(error="States.Timeout"))
            self._taken(label, answered[0])

    def _taken(self, label: str, outcome: Outcome) -> None:
        if self.status != "RUNNING" or not self._goes_on(events=1):
            return None
        if outcome.error:
            return self._retry(label, outcome.error)
        if outcome.value is None:
            return self._end("SUCCEEDED")
        if self._goes_on(events=5):  # it leaves the step, chooses, and waits
            due = outcome.value - BEGIN.timestamp()
            late = self.world.fates.lateness(label)
            self._later(max(due + late, self.world.time.seconds + TRANSITION_SECONDS), self.enter)
        return None

    def _retry(self, label: str, error: str) -> None:
        for number, retrier in enumerate(definition().retriers):
            if not retrier.catches(error):
                continue
            tried = self.tried.get(number, 0)
            if tried >= retrier.attempts:
                break
            self.tried[number] = tried + 1
            delay = min(retrier.interval * retrier.rate**tried, retrier.longest)
            delay *= drawn(self.world.seed, label, "jitter") if retrier.jitter else 1
            return self._later(self.world.time.seconds + delay, self.take)
        return self._end("FAILED")

    def _goes_on(self, events: int) -> bool:
        """Whether it may; AWS ends what grows too long or too old."""
        self.events += events
        if self.events >= EVENTS_MAX:
            self._end("FAILED")
        elif self.world.time.seconds - self.began >= LIFE_SECONDS:
            self._end("TIMED_OUT")
        return self.status == "RUNNING"

    def _later(self, seconds: float, action: "Callable[[], None]") -> None:
        self.world.time.at(seconds, self._unless_ended, action)

    def _unless_ended(self, action: "Callable[[], None]") -> None:
        if self.status == "RUNNING":
            action()

    def _end(self, status: str) -> None:
        if self.status == "RUNNING":
            self.status = status
            self.world.execution_ended(self.name)


def begin(world: "World", name: str, given: str) -> None:
    """StartExecution was accepted: what becomes of it is the fates' matter."""
    told = json.loads(given)
    execution = Execution(world, name, told["page"], told["generation"])
    fate = world.fates.of_execution(name)
    if fate:
        world.invariants.fated(execution.page_id)
    if fate == "never":
        return
    world.time.after(90.0 if fate == "late" else TRANSITION_SECONDS, execution.enter)
    if fate == "twice":
        again = Execution(world, f"{name}'", told["page"], told["generation"])
        world.time.after(TRANSITION_SECONDS + 0.01, again.enter)
