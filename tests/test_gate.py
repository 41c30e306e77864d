"""One service's webhooks in a minute, counted over several sandboxes."""

from datetime import UTC, datetime, timedelta

import pytest

from callout.domain.errors import Unavailable
from callout.gate import REQUESTS_MAX, TOLD_EVERY, Gate

BEGIN = datetime(2026, 11, 21, 3, 0, 30, tzinfo=UTC)


class Shared:
    """What all sandboxes add up in."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.calls = 0
        self.counted: dict[tuple[str, str], int] = {}
        self.down = False

    def count(self, service: str, now: datetime, count: int) -> int:
        self.calls += 1
        if self.down:
            raise Unavailable("down")
        key = service, f"{now:%H:%M}"
        self.counted[key] = self.counted.get(key, 0) + count
        return self.counted[key]

    def gate(self) -> Gate:
        return Gate(self.count, lambda: self.now)


def test_a_quiet_service_costs_no_call() -> None:
    shared = Shared()
    gate = shared.gate()
    assert all(gate.admits("checkout") for _ in range(TOLD_EVERY - 1))
    assert shared.calls == 0


def test_one_sandbox_alone() -> None:
    gate = Shared().gate()
    let_in = sum(gate.admits("checkout") for _ in range(2_000))
    assert REQUESTS_MAX <= let_in < REQUESTS_MAX + TOLD_EVERY


@pytest.mark.parametrize("sandboxes", [2, 7, 30])
def test_many_sandboxes(sandboxes: int) -> None:
    shared = Shared()
    gates = [shared.gate() for _ in range(sandboxes)]
    let_in = sum(gate.admits("checkout") for _ in range(400) for gate in gates)
    assert REQUESTS_MAX <= let_in <= REQUESTS_MAX + sandboxes * TOLD_EVERY


def test_no_service_costs_another_its_own() -> None:
    gate = Shared().gate()
    for _ in range(2_000):
        gate.admits("broken")
    assert gate.admits("checkout")
    assert not gate.admits("broken")


def test_the_next_minute_begins_anew() -> None:
    shared = Shared()
    gate = shared.gate()
    for _ in range(2_000):
        gate.admits("checkout")
    shared.now += timedelta(seconds=30)
    assert gate.admits("checkout")


def test_once_it_is_shut_nothing_more_is_counted() -> None:
    shared = Shared()
    gate = shared.gate()
    for _ in range(2_000):
        gate.admits("checkout")
    assert shared.calls == REQUESTS_MAX // TOLD_EVERY + 1


def test_where_nobody_can_count_it_counts_alone() -> None:
    shared = Shared()
    shared.down = True
    gate = shared.gate()
    assert sum(gate.admits("checkout") for _ in range(2_000)) < REQUESTS_MAX + TOLD_EVERY
