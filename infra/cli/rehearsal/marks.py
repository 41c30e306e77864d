"""The people of a simulation's picture: a row for each, with a mark for each notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from callout.domain.brief import Kind
from callout.domain.oncall import OnCall
from infra.cli.description.duration import written
from infra.cli.rehearsal.events import Sent
from infra.cli.rehearsal.room import MARGIN, NAMES, at_x, fitting
from infra.cli.rehearsal.scale import Scale
from infra.cli.rehearsal.simulation import Simulated
from infra.cli.rehearsal.words import channel, said, why

LANE = 22.0
"""Marks that would touch lie below each other, each in a lane."""
KINDS = {
    Kind.STILL_OPEN: "again",
    Kind.NEWS: "again",
    Kind.AT_RISK: "risk",
    Kind.EXHAUSTED: "exhausted",
}


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    letter: str
    look: str
    square: bool
    tip: str


@dataclass(frozen=True, slots=True)
class Row:
    y: float
    height: float
    name: str
    tip: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """Something that is to be marked in a person's row, before it has its place."""

    at: datetime
    letter: str
    look: str
    square: bool
    tip: str


def rows(simulated: Simulated, oncall: OnCall, time: Scale, top: float) -> Iterator[Row]:
    """In the order in which people were first concerned."""
    dots: dict[str, list[Dot]] = {}
    for who, dot in sorted(_dots(simulated, oncall), key=lambda each: each[1].at):
        dots.setdefault(who, []).append(dot)
    for who, mine in dots.items():
        placed, lanes = _placed(mine, time)
        name = oncall.responders[who].name
        marks = tuple(
            Mark(x, top + 6 + LANE * (lane + 0.5), dot.letter, dot.look, dot.square, dot.tip) for dot, x, lane in placed
        )
        yield Row(top, LANE * lanes + 12, fitting(name, NAMES - 2 * MARGIN), name, marks)
        top += LANE * lanes + 12


def _dots(simulated: Simulated, oncall: OnCall) -> Iterator[tuple[str, Dot]]:
    for sent in simulated.failed:
        yield sent.notice.responder, _dot(simulated, sent, "failed", f"{channel(sent)} failed, {why(sent.brief)}")
    for sent in simulated.notices:
        look = KINDS.get(sent.notice.kind, "page")
        yield sent.notice.responder, _dot(simulated, sent, look, f"{channel(sent)}, {why(sent.brief)}: {said(sent)}")
    for given in simulated.answers:
        after = written(round((given.at - simulated.plan.at).total_seconds()))
        tip = f"{oncall.responders[given.who].name} answers after {after}"
        yield given.who, Dot(given.at, "✓", "answer", False, tip)


def _dot(simulated: Simulated, sent: Sent, look: str, words: str) -> Dot:
    after = written(round((sent.at - simulated.plan.at).total_seconds()))
    return Dot(sent.at, channel(sent)[:1].upper(), look, sent.notice.channel != "sms", f"+{after} {words}")


def _placed(dots: Sequence[Dot], time: Scale) -> tuple[list[tuple[Dot, float, int]], int]:
    """Each in the first lane in which it touches no other."""
    ends: list[float] = []
    placed = []
    for dot in dots:
        x = at_x(time, dot.at)
        lane = next((index for index, end in enumerate(ends) if end <= x), len(ends))
        ends[lane:] = [x + LANE, *ends[lane + 1 :]]
        placed.append((dot, x, lane))
    return placed, len(ends)
