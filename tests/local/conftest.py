from collections.abc import Iterator

import pytest
from local.driving import TEMPLATE, Http

from infra.local.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """For one module: no test of another one, which may empty moto's backends, runs while it is up."""
    with Stack(TEMPLATE, port=0) as running:
        yield running


@pytest.fixture(scope="module")
def http(stack: Stack) -> Http:
    return Http(stack.url)
