"""From a failing run to a short story: leave out whatever the violation does not need (delta debugging)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from simulation.invariants import Violated
from simulation.random_run import Run, Wanted

RUNS_MAX = 400


def violation_of(wanted: Wanted, trace: Callable[[str], None] | None = None) -> tuple[str, tuple[str, ...]]:
    """What is violated ("" for nothing), and everything of chance that happened before."""
    run = Run(wanted, trace)
    try:
        run.play()
    except (Violated, AssertionError) as error:
        return str(error), tuple(run.chance.happened)
    return "", ()


def law_of(violation: str) -> str:
    """The same without the page's name and without numbers: what must be violated still."""
    return "".join(char for char in violation.rpartition(": ")[2] if not char.isdigit())


def shrunk(wanted: Wanted, violation: str, happened: Sequence[str]) -> Wanted:
    """The same run with as little as the same violation needs."""
    law, runs = law_of(violation), 0

    def fails(names: Sequence[str]) -> bool:
        nonlocal runs
        runs += 1
        return law_of(violation_of(replace(wanted, only=frozenset(names)))[0]) == law

    names = _of_the_page(violation, happened)
    names = names if fails(names) else list(happened)
    size = max(1, len(names) // 2)
    while size >= 1 and runs < RUNS_MAX:
        at, smaller = 0, False
        while at < len(names) and runs < RUNS_MAX:
            less = names[:at] + names[at + size :]
            if fails(less):
                names, smaller = less, True
            else:
                at += size
        size = size if smaller and size == 1 else size // 2
    return replace(wanted, only=frozenset(names))


def _of_the_page(violation: str, happened: Sequence[str]) -> list[str]:
    """A first guess: whatever speaks of the violating page, and what concerns all."""
    page_id, _, rest = violation.partition(" (")
    key = rest.partition(",")[0].rpartition(" ")[2]
    problem = page_id.rpartition("-")[0]
    return [
        name
        for name in happened
        if problem in name or name.startswith((f"{key} ", "watch", "deployment", "description", "outage"))
    ]
