"""Time as a distance: to scale, but for moments that would lie on each other and long stretches without any."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

APART_MIN = 24.0
"""Two moments that are not the same one are this far apart at least: their marks do not touch."""
CUT_WIDTH = 150.0
CUT_FACTOR = 6
"""So many times as long as the usual wait: then nothing is gained by drawing all of it."""
SPREAD = 1.8
"""Where there is no room left, moments are given so much more than they need: what is longer still looks longer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch that is not drawn to scale."""

    x: float
    """Its middle."""
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Scale:
    moments: tuple[datetime, ...]
    distances: tuple[float, ...]
    cuts: tuple[Cut, ...]

    @property
    def width(self) -> float:
        return self.distances[-1]

    def x(self, at: datetime) -> float:
        """Between two moments as far as the time between them has gone."""
        after = bisect_right(self.moments, at)
        if after == 0:
            return self.distances[0]
        if after == len(self.moments):
            return self.distances[-1]
        start, end = self.moments[after - 1], self.moments[after]
        left, right = self.distances[after - 1], self.distances[after]
        return left + (right - left) * ((at - start) / (end - start))


def scale(moments: Sequence[datetime], waits: Sequence[timedelta], room: float) -> Scale:
    """For everything that is to be shown, each moment once. `waits`: how long one usually lasts, to know what is long.

    As wide as `room`, or wider where that is too little.
    """
    shown = sorted(set(moments))
    gaps = [(end - start).total_seconds() for start, end in pairwise(shown)]
    usual = median([wait.total_seconds() for wait in waits if wait] or [0])
    is_cut = [usual > 0 and gap > CUT_FACTOR * usual for gap in gaps]
    drawn = [gap for gap, cut in zip(gaps, is_cut, strict=True) if not cut]
    widths = iter(_widths(drawn, room - CUT_WIDTH * sum(is_cut)))
    distances = [0.0]
    for cut in is_cut:
        distances.append(distances[-1] + (CUT_WIDTH if cut else next(widths)))
    cuts = [
        Cut((distances[index] + distances[index + 1]) / 2, shown[index], shown[index + 1])
        for index, cut in enumerate(is_cut)
        if cut
    ]
    return Scale(tuple(shown), tuple(distances), tuple(cuts))


def _widths(gaps: Sequence[float], room: float) -> list[float]:
    """In proportion, but for the least: what that takes is taken from the others."""
    room = max(room, APART_MIN * SPREAD * len(gaps))
    stretched: set[int] = set()
    while True:
        free = [gap for index, gap in enumerate(gaps) if index not in stretched]
        if not free:
            return [APART_MIN] * len(gaps)
        factor = (room - APART_MIN * len(stretched)) / sum(free)
        small = {index for index, gap in enumerate(gaps) if gap * factor < APART_MIN} - stretched
        if not small:
            return [APART_MIN if index in stretched else gap * factor for index, gap in enumerate(gaps)]
        stretched |= small
