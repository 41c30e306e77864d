"""Lambda: containers that stay warm, are thrown away, have clocks of their own, and kill whatever takes too long."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulation.aws.faults import Killed
from simulation.chance import drawn, hashed
from simulation.timeline import BEGIN, Fiber

from callout.runtime import Chance, Clients, Runtime, Settings

if TYPE_CHECKING:
    from simulation.world import World

LIMITS = {"intake": 25, "step": 60, "acknowledge": 25, "watch": 55, "receipts": 25}
"""Seconds; tests/simulation/test_harness.py compares them with the template."""
PAUSE_SECONDS_MAX = 1.0
SETTINGS = Settings(
    "callout",
    "arn:aws:states:eu-central-1:123456789012:stateMachine:callout-escalation",
    "https://callout.example.com",
    "pager@example.com",
    email_configuration_set="callout-mail",
)


class Inline(Executor):
    """What is done side by side on Lambda is done one after the other here."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **more: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments, **more))
        except Exception as error:
            future.set_exception(error)
        return future

    def map(  # type: ignore[override]
        self, work: Callable[..., Any], *iterables: Iterable[Any], **_: Any
    ) -> Iterator[Any]:
        return iter([work(*arguments) for arguments in zip(*iterables, strict=True)])


class Silent:
    """A journal that counts only what the simulation asks for: it is fast."""

    def __init__(self) -> None:
        self.lateness: list[float] = []

    def note(self, message: str, page_id: str = "", **facts: object) -> None: ...

    def trouble(self, message: str, page_id: str = "", **facts: object) -> None: ...

    def count(self, name: str, *_: object, **dimensions: str) -> None: ...

    def late(self, seconds: float) -> None:
        self.lateness.append(seconds)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Whatever else is measured."""
        return lambda *_, **__: None


class Container:
    def __init__(self, world: "World", function: str, number: int) -> None:
        self.function, self.name = function, f"{function}/{number}"
        self.generation = world.lambdas.deployment
        limit = world.options.skew_seconds
        self.skew = timedelta(seconds=round((2 * drawn(world.seed, "skew", self.name) - 1) * limit, 3))
        self._time, self._writes, self._seed = world.time, 0, world.seed
        chance = Chance(
            monotonic=lambda: self._time.seconds,
            pause=self._pause,
            mark=self._mark,
            secret=lambda size: hashed(world.seed, "secret").to_bytes(8) * (size // 8),
            pool=lambda _: Inline(),
        )
        clients = Clients(lambda name: world.aws.client(name, function))
        self.runtime = Runtime(SETTINGS, clients, self._now, world.journal, chance)  # type: ignore[arg-type]

    def _now(self) -> datetime:
        return BEGIN + timedelta(seconds=self._time.seconds) + self.skew

    def _pause(self, attempt: int) -> None:
        if attempt:
            self._time.sleep(drawn(self._seed, self.name, attempt) * min(PAUSE_SECONDS_MAX, 0.01 * 2**attempt))

    def _mark(self) -> str:
        self._writes += 1
        return f"{self.name}.{self._writes}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation ended with: a value, or the error's name."""

    value: Any = None
    error: str = ""


class Invocation(Fiber):
    """One event that a function handles."""

    def __init__(self, world: "World", container: Container, label: str, work: Callable[[Runtime], Any]) -> None:
        super().__init__(self._run, label)
        self.world, self.container, self.label, self.work = world, container, label, work
        self.function = container.function
        self.seed = hashed(world.seed, label)
        self.until = world.time.seconds + LIMITS[self.function]
        self.calls = 0
        self.began = world.time.seconds
        self.problems: list[str] = []
        """What it has worked on, by the pages that it read and wrote; the latest last."""
        self.faults = 0
        self.generation: int | None = None
        """Of the execution whose step it is."""
        self.intents: list[tuple[str, int, int, int]] = []
        """What it has written down to be sent: page, notice, try, revision."""
        self.stepped: list[str] = []
        """The pages of which it has written down a step."""
        self.done: Callable[[Outcome], None] = lambda _: None

    def _run(self) -> None:
        try:
            outcome = Outcome(self.work(self.container.runtime))
        except Killed:
            outcome = Outcome(error="Lambda.Unknown")
        except Exception as error:
            outcome = Outcome(error=type(error).__name__)
        self.world.lambdas.ended(self, killed=outcome.error == "Lambda.Unknown")
        self.world.ended(self, outcome)
        self.done(outcome)

    def takes(self, seconds: float) -> None:
        """Time passes in it; at its function's limit it is killed."""
        time = self.world.time
        if time.seconds + seconds > self.until:
            time.sleep(max(0.0, self.until - time.seconds))
            self.world.disturbed(self, "time limit")
            raise Killed
        time.sleep(seconds)


class Lambdas:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._idle: dict[str, list[Container]] = {name: [] for name in LIMITS}
        self._made = 0
        self.deployment = 0

    def invoke(
        self, function: str, label: str, work: Callable[[Runtime], Any], done: Callable[[Outcome], None]
    ) -> Invocation:
        """Begin an event now; `done` is told what it ended with."""
        idle = self._idle[function]
        container = idle.pop() if idle else self._cold(function)
        invocation = Invocation(self._world, container, label, work)
        invocation.done = done
        self._world.time.go(invocation)
        return invocation

    def deploy(self) -> None:
        """Every container is thrown away; those at work finish what they do."""
        self.deployment += 1
        for idle in self._idle.values():
            idle.clear()

    def ended(self, invocation: Invocation, killed: bool) -> None:
        container = invocation.container
        if not killed and container.generation == self.deployment:
            self._idle[container.function].append(container)

    def _cold(self, function: str) -> Container:
        self._made += 1
        return Container(self._world, function, self._made)
