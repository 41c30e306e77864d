"""The real stores and verbs on the fake and on moto: the same answers, and the same table afterwards."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from botocore.loaders import Loader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import TWO_TIERS, oncall_of
from simulation.aws.both import Both, both
from simulation.aws.fake import TABLE, FakeAws

from callout.domain.alert import Action, Alert, Severity
from callout.domain.events import Answered, Verb
from callout.domain.oncall import OnCall
from callout.domain.page import Changed
from callout.domain.schedule import Calendar
from callout.domain.verified import Verified
from callout.paging import answer, receive, step
from callout.runtime import Chance, Clients, Runtime, Settings
from callout.watching import watch

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:escalation"
SETTINGS = Settings(TABLE, MACHINE, "https://callout.example.com", "callout@example.com")


@pytest.fixture(scope="module")
def aws(loader: Loader) -> Iterator[Both]:
    with both(loader) as aws:
        yield aws


class Inline(Executor):
    """Does at once, one after the other, what is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def runtime_on(aws: Both, table: Any) -> Runtime:
    """The real runtime; both are the same in all but their table."""
    rest = FakeAws(aws.time)
    marks = count()
    chance = Chance(
        monotonic=lambda: aws.time().timestamp(),
        pause=lambda _: None,
        mark=lambda: f"write {next(marks)}",
        secret=lambda length: b"\1" * length,
        pool=lambda _: Inline(),
    )
    clients = Clients(lambda name: table if name == "dynamodb" else rest.client(name))
    return Runtime(SETTINGS, clients, aws.time, chance=chance)


@pytest.fixture(params=["fake", "moto"])
def runtime(request: pytest.FixtureRequest, aws: Both) -> Runtime:
    aws.clear()
    return runtime_on(aws, (aws.ours if request.param == "fake" else aws.moto)["dynamodb"])


@pytest.fixture
def oncall(runtime: Runtime) -> OnCall:
    oncall = oncall_of(TWO_TIERS)
    assert runtime.versions.add(oncall)
    assert runtime.versions.switch(oncall.version, 0)
    return runtime.oncall()


def alert(runtime: Runtime, key: str, action: Action = Action.TRIGGER) -> str:
    said = Alert(action, key, "Alertmanager", "p99 above 2 s", Severity.CRITICAL)
    oncall = runtime.oncall()
    decision = receive(runtime.world, said, oncall.services["checkout"], oncall)
    return decision.page.id if decision.page else ""


def test_versions(runtime: Runtime, oncall: OnCall) -> None:
    assert not runtime.versions.add(oncall)
    assert not runtime.versions.switch(oncall.version, 5)
    assert runtime.versions.live() == oncall.version
    assert runtime.versions.read(oncall.version).responders == oncall_of(TWO_TIERS).responders
    assert [applied.version for applied in runtime.versions.applied()] == [oncall.version]


def test_turns_keys_and_contacts(runtime: Runtime, aws: Both) -> None:
    assert [runtime.world.turns.take("team") for _ in range(3)] == [0, 1, 2]
    assert runtime.keys.read() is None
    first = runtime.keys.read_or_make()
    assert runtime.keys.read_or_make() == first
    assert runtime.keys.rotate(aws.time()).before == first.present
    reach = ("sms", "+12025550101")
    verified = Verified(aws.time(), "Ada")
    runtime.contacts.mark(*reach, verified)
    assert runtime.contacts.verified([reach, ("email", "ada@example.com")]) == {reach: verified}


def test_calendars(runtime: Runtime, aws: Both) -> None:
    for number in range(2):
        runtime.calendars.write(Calendar(f"holidays.{number}", fetched_at=aws.time(), until=aws.time(), shifts=()))
    _, stamps = runtime.versions._pointers()
    assert set(stamps) == {"holidays.0", "holidays.1"}


@pytest.mark.usefixtures("oncall")
def test_pages(runtime: Runtime, aws: Both) -> None:
    page_id = alert(runtime, "latency")
    page = runtime.pages.get(page_id)
    assert page is not None
    assert runtime.pages.newest(page.problem) == page
    with pytest.raises(Changed):
        runtime.pages.save(page, None)
    runtime.pages.save(page, page)
    with pytest.raises(Changed) as changed:
        runtime.pages.save(page, page)
    assert changed.value.current == runtime.pages.get(page_id)
    [overdue] = runtime.pages.overdue(aws.time() + timedelta(hours=1), 1)
    assert overdue.page_id == page_id
    assert runtime.pages.put_off(overdue, aws.time()) is not None
    assert runtime.pages.put_off(overdue, aws.time()) is None
    assert [found.id for found in runtime.pages.recent(aws.time(), 5)] == [page_id]


class Twins:
    """The same runtime twice, on the fake's table and on moto's."""

    def __init__(self, aws: Both) -> None:
        aws.clear()
        self._aws = aws
        self._runtimes = [runtime_on(aws, client["dynamodb"]) for client in (aws.ours, aws.moto)]
        self._pages = [""]
        self.do(lambda runtime: runtime.versions.add(oncall_of(TWO_TIERS)))
        self.do(lambda runtime: runtime.versions.switch(1, 0))

    def do(self, verb: Callable[[Runtime], Any]) -> Any:
        ours, theirs = (_come_of(verb, runtime) for runtime in self._runtimes)
        assert ours == theirs
        return ours

    def run(self, verb: str, which: int) -> None:
        page = self._pages[which % len(self._pages)]
        if verb == "later":
            self._aws.time.sleep(which**3)
        elif verb in ("trigger", "resolve"):
            self._pages.append(self.do(lambda runtime: alert(runtime, f"key {which % 2}", Action(verb))))
        elif verb == "step":
            self.do(lambda runtime: step(runtime.world, page, which % 3))
        elif verb == "watch":
            self.do(lambda runtime: watch(runtime.world))
        else:
            self.do(lambda runtime: answer(runtime.world, page, Answered(Verb(verb), "ada", "Ada", "SMS link")).reason)


def _come_of(verb: Callable[[Runtime], Any], runtime: Runtime) -> Any:
    try:
        return verb(runtime)
    except LookupError:
        return LookupError


verbs = st.sampled_from(["trigger", "trigger", "resolve", "step", "watch", "later", "acknowledge", "undo"])
lives = st.lists(st.tuples(verbs, st.integers(0, 10)), min_size=5, max_size=15)
_fixture = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def live(aws: Both, life: list[tuple[str, int]]) -> None:
    twins = Twins(aws)
    twins.run("trigger", 0)
    for verb, which in life:
        twins.run(verb, which)
    assert aws.ours_whole() == aws.theirs_whole()


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=_fixture)
@given(life=lives)
def test_lives(aws: Both, life: list[tuple[str, int]]) -> None:
    live(aws, life)


@pytest.mark.long
@settings(max_examples=200, deadline=None, suppress_health_check=_fixture)
@given(life=lives)
def test_many_lives(aws: Both, life: list[tuple[str, int]]) -> None:
    live(aws, life)
