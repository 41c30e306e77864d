"""One stack for all of them, and a service of its own for each test."""

from collections.abc import Callable, Iterator

import pytest
from end_to_end.desk import Desk
from end_to_end.running import Running

from callout.domain.oncall import Policy, Tier

Hire = Callable[..., Desk]

CALM = Policy(
    "calm",
    (Tier(("ada",), ("sms", "email"), 600), Tier(("grace",), ("sms",), 600)),
    last_resort=Tier(("boss",), ("email",)),
)
"""Nobody is notified after the first tier while a test runs."""


@pytest.fixture(scope="session")
def stack() -> Iterator[Running]:
    """Its functions have been called once: no test waits for an interpreter to start. None may ever have failed."""
    with Running() as running:
        running.http("GET", "/a/nothing")
        desk = Desk(running, CALM)
        desk.trigger()
        desk.link("email")
        yield running
        assert not [line for line in running.logs() if "Traceback" in line["text"]]


@pytest.fixture
def hire(stack: Running) -> Hire:
    """Makes a service with the given policy."""
    return lambda policy=CALM, **given: Desk(stack, policy, **given)


@pytest.fixture
def desk(hire: Hire) -> Desk:
    return hire()
