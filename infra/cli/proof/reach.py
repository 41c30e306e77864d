"""Whom each target reaches over the whole time of a proof, worked out once for all the tiers that name it.

The schedules' timelines and who stands in for whom come from the domain, as they do when a page goes out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from callout.domain.on_call import timeline
from callout.domain.oncall import OnCall, Tier
from callout.domain.roster import is_away, reached
from callout.domain.schedule import Schedule, Shift
from callout.domain.target import Kind, Target, target
from infra.cli.proof.intervals import Interval, Intervals, either, every, without
from infra.cli.proof.neighbours import Shifts, Who, neighbours


@dataclass(frozen=True, slots=True)
class Reach:
    shifts: Shifts
    """Who would be notified: only people with a contact method."""
    empty: Intervals
    """When a page would reach nobody."""
    absent: Intervals
    """When it would reach nobody, or only people who are away."""
    away: dict[str, Intervals]
    """Responder id -> when they would be notified though they are away."""
    mute: frozenset[str]
    """Who is meant at some time and has no contact method."""


class Reaches:
    def __init__(self, oncall: OnCall, within: Interval) -> None:
        self.oncall = oncall
        self.within = within
        self._shifts: dict[str, Shifts] = {}
        self._targets: dict[str, Reach] = {}
        self._tiers: dict[tuple[str, ...], Reach] = {}

    def of_tier(self, tier: Tier) -> Reach:
        if tier.targets not in self._tiers:
            self._tiers[tier.targets] = self._together([self._of_target(text) for text in tier.targets])
        return self._tiers[tier.targets]

    def shifts(self, schedule: Schedule) -> Shifts:
        if schedule.id not in self._shifts:
            self._shifts[schedule.id] = timeline(schedule, *self.within, self.oncall.calendars)
        return self._shifts[schedule.id]

    def _of_target(self, text: str) -> Reach:
        if text not in self._targets:
            self._targets[text] = self._new(target(text))
        return self._targets[text]

    def _new(self, named: Target) -> Reach:
        if named.kind is Kind.RESPONDER:
            return self._of((self._always(named.id),))
        if named.kind in (Kind.TEAM, Kind.ROBIN):
            team = self.oncall.teams.get(named.id)
            members = team.members if team else ()
            if named.kind is Kind.TEAM or not members:
                return self._of((self._always(*members),))
            return self._one_of([self._of_target(member) for member in members])
        schedule = self.oncall.schedules.get(named.id)
        if schedule is None:
            return self._of((self._always(),))
        found = self._of(self._meant(named.kind, schedule))
        return _known(found, self._unknown(schedule))

    def _always(self, *who: str) -> Shift:
        return Shift(*self.within, who)

    def _meant(self, kind: Kind, schedule: Schedule) -> Shifts:
        if kind is Kind.SCHEDULE:
            return self.shifts(schedule)
        return neighbours(kind, schedule, self.shifts(schedule), self.oncall.calendars)

    def _unknown(self, schedule: Schedule) -> Intervals:
        """From when on a calendar of the schedule has not been read yet."""
        calendars = (self.oncall.calendars.get(layer.calendar) for layer in schedule.layers)
        return either((max(each.until, self.within.start), self.within.end) for each in calendars if each)

    def _of(self, meant: Shifts) -> Reach:
        shifts: list[Shift] = []
        mute: set[str] = set()
        away: dict[str, list[Interval]] = {}
        absent: list[Interval] = []
        for start, end, who in self._pieces(meant):
            people = [person.responder for person in reached(self.oncall, Tier(who), start).people]
            told = tuple(responder.id for responder in people if responder.contacts)
            mute |= {responder.id for responder in people if not responder.contacts}
            gone = {responder.id for responder in people if responder.contacts and is_away(responder, start)}
            for name in gone:
                away.setdefault(name, []).append(Interval(start, end))
            if gone.issuperset(told):
                absent.append(Interval(start, end))
            _append(shifts, Shift(start, end, told))
        merged = {name: either(pieces) for name, pieces in away.items()}
        return Reach(shifts, _empty(shifts), either(absent), merged, frozenset(mute))

    def _pieces(self, meant: Shifts) -> Iterator[tuple[datetime, datetime, Who]]:
        """The shifts, cut wherever somebody who matters goes away or comes back."""
        for shift in meant:
            edges = {edge for edge in self._edges(shift.who) if shift.start < edge < shift.end}
            for start, end in pairwise([shift.start, *sorted(edges), shift.end]):
                yield start, end, shift.who

    def _edges(self, who: Who) -> Iterator[datetime]:
        waiting, seen = list(who), set(who)
        while waiting:
            responder = self.oncall.responders.get(waiting.pop())
            if responder is None:
                continue
            for away in responder.away:
                yield from (away.start, away.end)
            waiting += (name for name in responder.alternates if name not in seen)
            seen.update(responder.alternates)

    def _together(self, several: Sequence[Reach]) -> Reach:
        if len(several) == 1:
            return several[0]
        return Reach(
            together([each.shifts for each in several]),
            every([each.empty for each in several], self.within),
            every([each.absent for each in several], self.within),
            _away(several),
            frozenset().union(*(each.mute for each in several)),
        )

    def _one_of(self, several: Sequence[Reach]) -> Reach:
        """It may be anybody's turn, so what holds for one of them may hold for the page."""
        return Reach(
            together([each.shifts for each in several]),
            either(*(each.empty for each in several)),
            either(*(each.absent for each in several)),
            _away(several),
            frozenset().union(*(each.mute for each in several)),
        )


def together(several: Sequence[Shifts]) -> list[Shift]:
    """Everybody who is on any of them."""
    if len(several) == 1:
        return list(several[0])
    found: list[Shift] = []
    at = [0] * len(several)
    edges = sorted({shift.start for shifts in several for shift in shifts} | {several[0][-1].end})
    for start, end in pairwise(edges):
        for i, shifts in enumerate(several):
            at[i] += shifts[at[i]].end <= start
        who = (name for i, shifts in enumerate(several) for name in shifts[at[i]].who)
        _append(found, Shift(start, end, tuple(dict.fromkeys(who))))
    return found


def _append(shifts: list[Shift], shift: Shift) -> None:
    if shifts and shifts[-1].who == shift.who:
        shift = Shift(shifts.pop().start, shift.end, shift.who)
    shifts.append(shift)


def _empty(shifts: Iterable[Shift]) -> Intervals:
    return either((shift.start, shift.end) for shift in shifts if not shift.who)


def _known(found: Reach, unknown: Intervals) -> Reach:
    """Nothing is held against a time of which nobody can know yet."""
    if not unknown:
        return found
    empty, absent = (without(each, unknown) for each in (found.empty, found.absent))
    return Reach(found.shifts, empty, absent, found.away, found.mute)


def _away(several: Iterable[Reach]) -> dict[str, Intervals]:
    found: dict[str, Intervals] = {}
    for each in several:
        for name, times in each.away.items():
            found[name] = either(found.get(name, ()), times)
    return found
