"""Callout on parts that nobody here wrote: see tests/real/field.py. Skipped where they are not installed."""

from collections.abc import Iterator

import pytest
from real.field import Field
from real.parts import WITHOUT, Installed


@pytest.fixture(scope="module")
def field() -> Iterator[Field]:
    installed = Installed.found()
    if installed is None:
        pytest.skip(WITHOUT)
    with Field(installed) as field:
        yield field
