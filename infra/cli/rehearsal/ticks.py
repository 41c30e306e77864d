"""The time below a simulation's picture: since the alert, and by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callout.domain.local_time import local
from infra.cli.description.duration import written
from infra.cli.rehearsal.room import CELL, at_x
from infra.cli.rehearsal.scale import Scale
from infra.cli.rehearsal.simulation import Simulated

GAP = 12.0
CUT_ROOM = 50.0
DIGIT = 1.12
"""Digits are wider than letters."""


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    after: str
    clock: str

    @property
    def room(self) -> float:
        return max(len(self.after), len(self.clock)) * CELL * DIGIT


def ticks(simulated: Simulated, time: Scale, place: str, taken: Sequence[float]) -> list[Tick]:
    """The beginning, the answers and the end; of the others as many as there is room for.

    `taken`: the middles of where the time is cut; what was cut stands there.
    """
    must = [simulated.plan.at, *(given.at for given in simulated.answers), simulated.end]
    rest = [stretch.start for stretch in simulated.stretches] + [sent.at for sent in simulated.notices]
    shown: list[Tick] = []
    for at in sorted({*must, *rest}, key=lambda at: (at not in must, at)):
        tick = _tick(simulated, at, time, place)
        others = [(other.x, other.room) for other in shown] + [(x, CUT_ROOM) for x in taken]
        if all(abs(tick.x - x) >= (tick.room + room) / 2 + GAP for x, room in others):
            shown.append(tick)
    return sorted(shown, key=lambda tick: tick.x)


def _tick(simulated: Simulated, at: datetime, time: Scale, place: str) -> Tick:
    there, first = local(at, place), local(simulated.plan.at, place)
    clock = f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"
    day = f"{there:%a} " if at == simulated.plan.at or there.date() != first.date() else ""
    return Tick(at_x(time, at), f"+{written(round((at - simulated.plan.at).total_seconds()))}", day + clock)
