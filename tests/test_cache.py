"""Many ask for one value at the same time, and the table answers late, or not at all."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest

from callout import cache
from callout.cache import Cached
from callout.domain.errors import Unavailable

MANY = 8


class Table:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.readings = 0
        self.begun, self.answers = Semaphore(0), Semaphore(0)
        self.down = False

    def read(self, _: int | None) -> int:
        self.readings += 1
        number = self.readings
        self.begun.release()
        assert self.answers.acquire(timeout=30)
        if self.down:
            raise Unavailable("the table does not answer")
        return number


class Crowd:
    """Asks in threads of its own, and knows how many of them wait for somebody else's reading."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self.table = Table()
        self.pool = ThreadPoolExecutor(MANY)
        self.cached: Cached[int] = Cached(lambda: self.seconds, 60)
        self.waiting = waiting = Semaphore(0)

        class Told(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                waiting.release()
                return super().result(timeout)

        monkeypatch.setattr(cache, "Future", Told)

    def reads(self) -> Future[int]:
        asked = self.pool.submit(self.cached.get, self.table.read)
        assert self.table.begun.acquire(timeout=30)
        return asked

    def waits(self, refresh: bool = False) -> Future[int]:
        asked = self.pool.submit(self.cached.refresh if refresh else self.cached.get, self.table.read)
        assert self.waiting.acquire(timeout=30)
        return asked

    def all_ask(self) -> list[Future[int]]:
        return [self.reads(), *(self.waits() for _ in range(MANY - 1))]


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    crowd = Crowd(monkeypatch)
    yield crowd
    crowd.pool.shutdown()


def test_one_reading_is_for_all_who_wait_for_it(crowd: Crowd) -> None:
    asked = crowd.all_ask()
    crowd.table.answers.release()
    assert [each.result(30) for each in asked] == [1] * MANY


def test_one_that_fails_fails_for_all_who_wait_for_it_and_for_nobody_after(crowd: Crowd) -> None:
    crowd.table.down = True
    asked = crowd.all_ask()
    crowd.table.answers.release()
    assert [type(each.exception(30)) for each in asked] == [Unavailable] * MANY
    assert crowd.table.readings == 1
    crowd.table.down = False
    crowd.table.answers.release()
    assert crowd.cached.get(crowd.table.read) == 2


def test_while_it_cannot_be_read_all_go_on_with_the_old_one(crowd: Crowd) -> None:
    crowd.table.answers.release()
    assert crowd.reads().result(30) == 1
    crowd.seconds, crowd.table.down = 61, True
    asked = crowd.all_ask()
    crowd.table.answers.release()
    assert [each.result(30) for each in asked] == [1] * MANY
    assert crowd.table.readings == 2


def test_a_mistake_of_ours_does_not_leave_the_others_waiting(crowd: Crowd) -> None:
    begun, goes_on = Event(), Event()

    def wrong(_: int | None) -> int:
        begun.set()
        assert goes_on.wait(30)
        raise ValueError

    first = crowd.pool.submit(crowd.cached.get, wrong)
    assert begun.wait(30)
    second = crowd.waits()
    goes_on.set()
    assert [type(each.exception(30)) for each in (first, second)] == [ValueError, ValueError]


def test_who_wants_it_as_of_now_does_not_take_what_began_earlier(crowd: Crowd) -> None:
    first, second = crowd.reads(), crowd.waits(refresh=True)
    crowd.table.answers.release(2)
    assert (first.result(30), second.result(30)) == (1, 2)


def test_but_fails_with_it_rather_than_wait_twice_as_long(crowd: Crowd) -> None:
    crowd.table.down = True
    crowd.reads()
    second = crowd.waits(refresh=True)
    crowd.table.answers.release()
    assert isinstance(second.exception(30), Unavailable)
    assert crowd.table.readings == 1
