"""Everybody whom a calendar shows: a name, a mark of two letters for where a name has no room, and a colour."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from string import ascii_letters, ascii_lowercase, digits

from rich.cells import cell_len

from callout.domain.oncall import OnCall
from callout.domain.schedule import Schedule
from callout.domain.text import clean

# White writing can be read on each of these, and each can be told from a white ground and from a black one. Neighbours
# in a rotation get neighbouring colours, so these differ most. No red: that is nobody's.
COLOURS = (
    "#1c6db8",
    "#a4570a",
    "#2c7a33",
    "#8a3fae",
    "#00737f",
    "#a8326f",
    "#5a5fd0",
    "#756500",
    "#6d4a38",
    "#42647a",
    "#51780f",
    "#7b4f8f",
)
MARK_COLUMNS = 2
LETTERS_TRIED_MAX = 12


@dataclass(frozen=True, slots=True)
class Face:
    id: str
    name: str
    mark: str
    """Nobody else's."""
    colour: str
    first: str
    """Their first name where nobody else has it, and the mark otherwise."""

    @property
    def words(self) -> tuple[str, str, str]:
        """What to write of them, the most telling first, where there is room for it."""
        return (self.name, self.first, self.mark)


Faces = dict[str, Face]


def faces(oncall: OnCall, schedule: Schedule) -> Faces:
    """In the order of their turns, so that a colour stays as long as the rotation does."""
    named = list(dict.fromkeys(_named(oncall, schedule)))
    for each in named:  # which grows: whoever stands in may be away as well
        responder = oncall.responders.get(each)
        named += [
            other for other in (responder.alternates if responder and responder.away else ()) if other not in named
        ]
    ids = tuple(named)
    names = [clean(oncall.responders[each].name) or each if each in oncall.responders else each for each in ids]
    firsts = Counter(_first(name) for name in names)
    return {
        each: Face(each, name, mark, colour, _first(name) if firsts[_first(name)] == 1 else mark)
        for each, name, mark, colour in zip(ids, names, _marks(names), cycle(COLOURS), strict=False)
    }


def stranger(responder_id: str) -> Face:
    """Somebody who is not described any more."""
    return Face(responder_id, responder_id, responder_id[:MARK_COLUMNS], "#5c5c5c", responder_id)


def _first(name: str) -> str:
    return name.partition(" ")[0]


def _named(oncall: OnCall, schedule: Schedule) -> Iterator[str]:
    for layer in schedule.layers:
        yield from layer.people
        if layer.calendar in oncall.calendars:
            yield from chain.from_iterable(shift.who for shift in oncall.calendars[layer.calendar].shifts)
    for override in schedule.overrides:
        yield from override.who


def _marks(names: Iterable[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        taken.append(next(mark for mark in _candidates(name) if mark not in taken and cell_len(mark) <= MARK_COLUMNS))
    return taken


def _candidates(name: str) -> Iterator[str]:
    """Initials; where somebody has those already the first letter with another of the name; then with a number."""
    words = [word for word in ("".join(char for char in part if char.isalnum()) for part in name.split()) if word]
    first = words[0][0] if words else "?"
    letters = "".join(words)[1:]
    if len(words) > 1:
        yield (first + words[-1][0]).upper()
    if cell_len(first) == MARK_COLUMNS:
        yield first
    yield from (first.upper() + letter.lower() for letter in islice(letters, LETTERS_TRIED_MAX))
    yield from (f"{first.upper()}{number}" for number in range(2, 10))
    yield from (f"{number:02}" for number in range(100))
    yield from (f"{one}{other}" for one in ascii_lowercase for other in ascii_letters + digits)
