"""The proof: over a stretch of time, whoever would be paged, and that it is always somebody."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from callout.domain.oncall import OnCall
from infra.cli.description.problem import Finding
from infra.cli.proof.gaps import nobody, skipped, speechless, untaken
from infra.cli.proof.ground import Ground
from infra.cli.proof.horizon import DAYS
from infra.cli.proof.intervals import Interval
from infra.cli.proof.late import late
from infra.cli.proof.people import alone, away
from infra.cli.proof.windows import calendars, maintenance

Rule = Callable[[Ground], Iterable[Finding]]
Progress = Callable[[int, int], None]
"""How many schedules and policies are worked out, and of how many."""

RULES: tuple[Rule, ...] = (nobody, speechless, skipped, untaken, late, away, alone, maintenance, calendars)


def proven(oncall: OnCall, start: datetime, days: int = DAYS, progress: Progress | None = None) -> list[Finding]:
    """What stands against it that somebody is reached at every instant of these days, outside of maintenance.

    1. The schedules' timelines, who stands in for whom, and when each service has which pages: from the same code that
       runs when a page goes out.
    2. For each target and each tier, when it reaches nobody. An empty tier is skipped at once, so a page is lost
       exactly when all the tiers that take it and the last resort are empty at the same instant.
    3. Each rule says what it finds. Nothing is sampled: between two edges nothing changes, so no gap is too short.
    """
    ground = Ground(oncall, Interval(start, start + timedelta(days=days)))
    for done in ground.prepare():
        if progress is not None:
            progress(done, ground.steps)
    return list(_found(ground))


def _found(ground: Ground) -> Iterator[Finding]:
    for rule in RULES:
        yield from rule(ground)
