"""The measures of a simulation's picture, in pixels."""

from datetime import datetime

from rich.cells import cell_len

from callout.domain.text import clean, cut
from infra.cli.rehearsal.scale import Scale

NAMES = 168.0
"""Left of the time: who it is."""
MARGIN = 16.0
TAIL = 76.0
"""Behind the end: for what goes on."""
BAR = 26.0
LADDER = BAR + 8
CELL = 6.6
"""About as wide as a letter is at 12 pixels; nobody knows which font there will be."""
BOLD = 1.1


def across(x: float) -> float:
    return NAMES + x


def at_x(time: Scale, at: datetime) -> float:
    return across(time.x(at))


def fitting(text: str, room: float, cell: float = CELL) -> str:
    return cut(clean(text), int(room / cell), cell_len)
