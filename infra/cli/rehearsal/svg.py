"""A simulation as a picture: the ladder above, a row for each person, a mark for each notice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from callout.domain.brief import Kind
from callout.domain.oncall import OnCall
from callout.domain.page import Page
from callout.domain.text import clean
from infra.cli.description.duration import written
from infra.cli.rehearsal.bars import bars, ladders, spans
from infra.cli.rehearsal.events import Sent
from infra.cli.rehearsal.marks import rows
from infra.cli.rehearsal.room import BAR, BOLD, CELL, LADDER, MARGIN, NAMES, TAIL, across, at_x, fitting
from infra.cli.rehearsal.scale import CUT_FACTOR, Cut, Scale, scale
from infra.cli.rehearsal.simulation import Simulated
from infra.cli.rehearsal.ticks import ticks
from infra.cli.rehearsal.words import headline, summary

if TYPE_CHECKING:
    from jinja2 import Template

ROOM = 880.0
"""What the time takes at least; the whole is wider by names and margins."""
LINES_MAX = 4
CELLS_MAX = 150
COMEBACKS_FIRST, COMEBACKS_LAST = 6, 2
"""Of an exhausted page's: what comes between is the same again and again."""


def drawn(simulated: Simulated, oncall: OnCall, place: str) -> str:
    """The SVG's text: it stands for itself, and follows whether its reader likes light or dark."""
    return _template().render(_picture(simulated, oncall, place))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["px"] = lambda number: f"{number:.1f}".removesuffix(".0")
    return found.get_template("simulation.svg")


@dataclass(frozen=True, slots=True)
class Tear:
    """Where the time is not drawn to scale."""

    x: float
    lasts: str
    notices: int
    """That are not drawn either."""


def _picture(simulated: Simulated, oncall: OnCall, place: str) -> dict[str, object]:
    words = list(summary(simulated, oncall))
    simulated, hidden = _shortened(simulated)
    time = _scale(simulated)
    width = NAMES + time.width + TAIL + MARGIN
    title = headline(simulated, oncall, place)
    lines = _lines(" ".join(words), min(int((width - 2 * MARGIN) / CELL), CELLS_MAX))
    top = 50.0 + 18 * len(lines)
    people_top = top + len(simulated.pages) * LADDER + 6
    people = list(rows(simulated, oncall, time, people_top))
    bottom = people[-1].y + people[-1].height if people else people_top
    return {
        "width": width,
        "height": bottom + 74,
        "title": fitting(title, width - 2 * MARGIN, CELL * BOLD * 15 / 12),
        "whole_title": title,
        "lines": lines,
        "ladders": [(top + index * LADDER, name) for index, name in enumerate(ladders(simulated))],
        "bars": [bar for index, _ in enumerate(simulated.pages) for bar in bars(simulated, index, time, top)],
        "rows": people,
        "ticks": ticks(simulated, time, place, [across(each.x) for each in time.cuts]),
        "answers": [at_x(time, given.at) for given in simulated.answers],
        "tears": [_tear(each, hidden) for each in time.cuts],
        "top": top,
        "bottom": bottom,
        "names": NAMES,
        "margin": MARGIN,
        "bar": BAR,
        "legend": _legend(simulated),
    }


def _scale(simulated: Simulated) -> Scale:
    moments = [sent.at for sent in (*simulated.notices, *simulated.failed)]
    moments += [stretch.start for stretch in simulated.stretches]
    moments += [given.at for given in simulated.answers]
    waits = [end - start for start, end in spans(simulated)]
    return scale([simulated.plan.at, simulated.end, *moments], waits, ROOM)


def _shortened(simulated: Simulated) -> tuple[Simulated, list[Sent]]:
    """Without the comebacks that are too many to be drawn, and those."""
    middles = {page.id: _middle(simulated, page) for page in simulated.pages}
    hidden = [sent for sent in simulated.notices if sent.at in middles[sent.page_id]]
    kept = tuple(sent for sent in simulated.notices if sent.at not in middles[sent.page_id])
    return replace(simulated, notices=kept), hidden


def _middle(simulated: Simulated, page: Page) -> set[datetime]:
    """When an exhausted page comes back between the first times and the last ones; few are not worth leaving out."""
    mine = {s.at for s in simulated.notices if s.page_id == page.id and s.notice.kind is Kind.EXHAUSTED}
    middle = set(sorted(mine)[COMEBACKS_FIRST:-COMEBACKS_LAST])
    return middle if len(middle) > CUT_FACTOR else set()


def _tear(cut: Cut, hidden: Sequence[Sent]) -> Tear:
    count = sum(cut.start < sent.at < cut.end for sent in hidden)
    return Tear(across(cut.x), written(round((cut.end - cut.start).total_seconds())), count)


def _lines(text: str, cells: int) -> list[str]:
    return wrap(clean(text), cells, max_lines=LINES_MAX, placeholder=" …")


def _legend(simulated: Simulated) -> list[tuple[str, str, bool, str]]:
    """Letter, look, whether it is square, and what it means; only of what there is."""
    kinds = {sent.notice.kind for sent in simulated.notices}
    found: Iterable[tuple[bool, tuple[str, str, bool, str]]] = [
        (any(s.notice.channel == "sms" for s in simulated.notices), ("S", "page", False, "SMS")),
        (any(s.notice.channel == "email" for s in simulated.notices), ("E", "page", True, "email")),
        (Kind.AT_RISK in kinds, ("", "risk", False, "target at risk")),
        (bool({Kind.STILL_OPEN, Kind.NEWS} & kinds), ("", "again", False, "still open, news")),
        (Kind.EXHAUSTED in kinds, ("", "exhausted", False, "exhausted")),
        (bool(simulated.failed), ("", "failed", False, "provider down")),
        (bool(simulated.answers), ("✓", "answer", False, "answer")),
    ]
    return [entry for there, entry in found if there]
