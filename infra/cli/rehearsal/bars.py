"""The ladder of a simulation's picture: a bar for each stretch of a page's life."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rich.cells import cell_len

from callout.domain.brief import Kind
from callout.domain.page import Page, State
from callout.domain.text import clean
from infra.cli.description.duration import written
from infra.cli.rehearsal.events import Stretch
from infra.cli.rehearsal.room import BOLD, CELL, LADDER, TAIL, across, at_x
from infra.cli.rehearsal.scale import Scale
from infra.cli.rehearsal.simulation import Simulated


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    y: float
    look: str
    text: str
    tip: str


def ladders(simulated: Simulated) -> list[str]:
    if len(simulated.pages) == 1:
        return ["the page"]
    return ["the summary" if page.is_summary else "the page" for page in simulated.pages]


def bars(simulated: Simulated, index: int, time: Scale, top: float) -> Iterator[Bar]:
    page = simulated.pages[index]
    mine = [stretch for stretch in simulated.stretches if stretch.page_id == page.id]
    for stretch, after in zip(mine, [*mine[1:], None], strict=True):
        left = at_x(time, stretch.start)
        right = at_x(time, after.start) if after else at_x(time, simulated.end) + TAIL
        look, words = _look(stretch, page)
        if right - left < 1 or not look:
            continue
        lasts = f", {written(round((after.start - stretch.start).total_seconds()))}" if after else ""
        short = {"tier": str(stretch.tier), "held": "held"}.get(look.partition(" ")[0], "")
        tear = min((x for each in time.cuts if (x := across(each.x)) > left), default=right)
        room = min(right, tear) - left - 14
        texts = (f"{words}{lasts}", words.partition(",")[0], short)
        fits = next((text for text in texts if cell_len(text) * CELL * BOLD <= room), "")
        yield Bar(left, right - left, top + index * LADDER, look, fits, f"{words}{lasts}")


def _look(stretch: Stretch, page: Page) -> tuple[str, str]:
    """The bar's class, "" for what is over, and its words."""
    if stretch.held:
        return "held", f"maintenance {clean(page.held_by)}".strip()
    if stretch.spoken_for:
        return "held", "in the summary"
    match stretch.state:
        case State.TRIGGERED if stretch.tier:
            return f"tier tier{(stretch.tier - 1) % 3}", f"tier {stretch.tier}"
        case State.ACKNOWLEDGED:
            return "answered", "answered"
        case State.EXHAUSTED:
            return "exhausted", f"exhausted, comes back every {written(page.policy.comeback_seconds)}"
    return "", ""


def spans(simulated: Simulated) -> Iterator[tuple[datetime, datetime]]:
    """How long each stretch lasts; of an exhausted page, from one time that it comes back to the next."""
    for page in simulated.pages:
        mine = [stretch.start for stretch in simulated.stretches if stretch.page_id == page.id]
        mine += [s.at for s in simulated.notices if s.page_id == page.id and s.notice.kind is Kind.EXHAUSTED]
        times = sorted({*mine, simulated.end})
        yield from pairwise(times)
