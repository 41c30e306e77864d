"""Monitors: they flap, repeat, reorder, duplicate and forget; and they come again when they hear a 5xx, or give up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.chance import drawn, hashed, picked
from simulation.team import SERVICES

from callout.domain.alert import Action, Alert, Severity

if TYPE_CHECKING:
    from simulation.random_run import Run

HABITS = ("plain", "plain", "plain", "forgets", "flaps", "repeats", "repeats", "reorders", "acknowledges", "duplicates")
SEVERITIES = ("critical", "critical", "error", "error", "warning", "info")
PATIENCE = (0, 3, 12)
"""How often a sender comes again at most."""
AGAIN_SECONDS = 10.0

Said = tuple[float, Action, str, tuple[str, ...]]
"""When, what, how bad, who is in the group."""


@dataclass
class Sender:
    """All that is ever said about one problem."""

    run: "Run"
    number: int
    begins: float

    def __post_init__(self) -> None:
        seed = self.run.seed
        self.key = f"p{self.number}"
        self.service = SERVICES[hashed(seed, self.key, "service") % len(SERVICES)].id
        self.patience = PATIENCE[hashed(seed, self.key, "patience") % len(PATIENCE)]

    def plan(self) -> None:
        habit = picked(HABITS, self.run.seed, self.key, "habit")
        for count, (after, action, severity, members) in enumerate(getattr(self, f"_{habit}")()):
            name = f"{self.key} says {count}: {action} {severity}"
            if self.run.happens(name):
                alert = Alert(
                    action, self.key, "Alertmanager", f"{self.key} is slow", Severity(severity), members=members
                )
                self.run.world.time.at(self.begins + after, self._say, name, alert, 0)

    def _drawn(self, *what: object) -> float:
        return drawn(self.run.seed, self.key, *what)

    def _severity(self, *what: object) -> str:
        return picked(SEVERITIES, self.run.seed, self.key, "severity", *what)

    def _end(self) -> float:
        return 30 + 3000 * self._drawn("end") ** 2

    def _plain(self) -> Iterator[Said]:
        yield 0, Action.TRIGGER, self._severity(), ()
        yield self._end(), Action.RESOLVE, "error", ()

    def _forgets(self) -> Iterator[Said]:
        yield 0, Action.TRIGGER, self._severity(), ()

    def _flaps(self) -> Iterator[Said]:
        at = 0.0
        for count in range(2 + int(3 * self._drawn("flaps"))):
            yield at, Action.TRIGGER, self._severity(), ()
            at += 1 + 200 * self._drawn("up", count) ** 2
            yield at, Action.RESOLVE, "error", ()
            at += 1 + 400 * self._drawn("down", count) ** 2

    def _repeats(self) -> Iterator[Said]:
        for count in range(2 + int(6 * self._drawn("repeats"))):
            members = tuple(f"m{number}" for number in range(1 + int(count * self._drawn("grows"))))
            yield count * (20 + 200 * self._drawn("every")), Action.TRIGGER, self._severity(count // 2), members
        yield self._end() + 300, Action.RESOLVE, "error", ()

    def _reorders(self) -> Iterator[Said]:
        yield 0, Action.RESOLVE, "error", ()
        yield 0.01, Action.TRIGGER, self._severity(), ()
        yield 20.0, Action.RESOLVE, "error", ()
        yield 20.0 + self._drawn("gap"), Action.TRIGGER, self._severity(), ()
        yield self._end() + 20, Action.RESOLVE, "error", ()

    def _acknowledges(self) -> Iterator[Said]:
        yield 0, Action.TRIGGER, self._severity(), ()
        yield 40 * self._drawn("sender"), Action.ACKNOWLEDGE, "error", ()
        yield self._end() + 1200, Action.RESOLVE, "error", ()

    def _duplicates(self) -> Iterator[Said]:
        for count in range(3):
            yield 0.015 * self._drawn(count), Action.TRIGGER, self._severity(), ()
        for count in range(2):
            yield self._end() + 0.01 * count, Action.RESOLVE, "error", ()

    def _say(self, name: str, alert: Alert, tries: int) -> None:
        def heard(status: int) -> None:
            if status != 202 and tries < self.patience:
                self.run.world.time.after(AGAIN_SECONDS * (1 + tries), self._say, name, alert, tries + 1)

        self.run.world.send(f"{name} ({tries})", self.service, [alert], heard)
