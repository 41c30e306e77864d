"""The proof as part of a command: with a bar while it takes long, and its findings among the other problems."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

import click

from callout.domain.oncall import OnCall
from infra.cli.description.file import Loaded
from infra.cli.description.problem import Finding, spelled
from infra.cli.proof.intervals import Interval
from infra.cli.proof.proof import Progress, proven
from infra.cli.proof.windows import interrupted

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

QUIET_SECONDS = 1
"""What takes no longer is not worth a bar."""


def proved(loaded: Loaded, start: datetime, days: int) -> Loaded:
    """The same with what stands against its proof; `oncall` is None where that is an error."""
    if loaded.oncall is None:
        return loaded
    with bar() as progress:
        found = proven(loaded.oncall, start, days, progress)
    said = {problem.path for problem in loaded.problems}
    # what is an error as a whole is not a warning again for each of its parts
    worse = tuple(f"{spelled(each.path)}[" for each in found if each.level == "error")
    problems = [problem for problem in loaded.problems if not problem.path.startswith(worse)]
    problems += [loaded.tree.problem(*each) for each in found if not _said(each, said)]
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.path))
    done = replace(loaded, problems=problems)
    return replace(done, oncall=None) if done.errors else done


def _said(found: Finding, said: set[str]) -> bool:
    """Whoever read the calendars knows better why one is not known."""
    return found.path[-1] == "calendar" and spelled(found.path) in said


def verdict(oncall: OnCall, start: datetime, days: int) -> str:
    end = start + timedelta(days=days)
    said = f"proven for {days} {'day' if days == 1 else 'days'} until {end:%Y-%m-%d}"
    known = all(calendar.until >= end for calendar in oncall.calendars.values())
    when = "at every instant" + (" outside of maintenance" if interrupted(oncall, Interval(start, end)) else "")
    limit = "" if known else ", as far as the calendars are known"
    return f"{click.style(said, fg='green', bold=True)}: somebody is reached {when}{limit}"


@contextmanager
def bar(clock: Callable[[], float] = monotonic) -> Iterator[Progress | None]:
    """What to tell of each step done. Only a terminal shows it, on stderr, and only once it has taken a while."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Late(Bar(*columns, console=Console(stderr=True), transient=True), clock) as late:
        yield late.tell


class Late:
    """A bar that begins to be seen when the work has lasted a while."""

    def __init__(self, bar: "Bar", clock: Callable[[], float]) -> None:
        self._bar = bar
        self._clock = clock
        self._begun = clock()
        self._task: TaskID | None = None

    def __enter__(self) -> "Late":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, done: int, total: int) -> None:
        if self._task is None:
            if self._clock() - self._begun < QUIET_SECONDS:
                return
            self._bar.start()
            self._task = self._bar.add_task("proving that somebody is always reached", total=total)
        self._bar.update(self._task, completed=done)
