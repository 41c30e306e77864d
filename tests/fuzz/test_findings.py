"""What fuzzing begins with, and what it once found: through the same properties, every day."""

from pathlib import Path

import pytest
from fuzz.table import TARGETS

FINDINGS = Path(__file__).parent / "findings"
FOUND = [(file.parent.name, file.name) for file in sorted(FINDINGS.glob("*/*"))]


@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_begins_with(name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    assert seeds
    for seed in seeds:
        TARGETS[name].run(seed)


@pytest.mark.parametrize(("name", "case"), FOUND)
def test_what_fuzzing_once_found(name: str, case: str) -> None:
    TARGETS[name].run((FINDINGS / name / case).read_bytes())
