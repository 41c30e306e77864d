"""What a plan means for who is on call: both timelines side by side, and what repeats told once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from callout.domain import local_time
from callout.domain.on_call import timeline
from callout.domain.oncall import OnCall
from callout.domain.schedule import Schedule, Shift
from callout.domain.text import clean
from infra.cli.description.problem import shown
from infra.cli.meaning import times
from infra.cli.meaning.words import Sentence, people, some, when

FOLDED_MIN = 3
"""From so many on a rhythm is told."""
SENTENCES_MAX = 12
"""For one schedule."""
DAY = timedelta(days=1)
WEEK_DAYS = 7
WEEKDAYS = (0, 1, 2, 3, 4)
ORDINALS = {2: "second", 3: "third", 4: "fourth"}

Who = tuple[str, ...]


class Swap(NamedTuple):
    """A stretch of time in which others are on call than before."""

    start: datetime
    end: datetime
    before: Who
    after: Who


def schedules(before: OnCall, after: OnCall, start: datetime, end: datetime) -> Iterator[Sentence]:
    for name in sorted(before.schedules.keys() | after.schedules.keys()):
        if name not in after.schedules:
            yield Sentence(f"{_name(before.schedules[name])} is not a schedule any more")
        elif name not in before.schedules:
            yield from _View(before, after, after.schedules[name], start, end).new()
        elif not _same(before, after, name):
            yield from _View(before, after, after.schedules[name], start, end).changed(before.schedules[name])


def _same(before: OnCall, after: OnCall, name: str) -> bool:
    old, new = before.schedules[name], after.schedules[name]
    calendars = {layer.calendar for layer in new.layers if layer.calendar}
    return old == new and all(before.calendars.get(each) == after.calendars.get(each) for each in calendars)


def swaps(old: Sequence[Shift], new: Sequence[Shift]) -> list[Swap]:
    """Where two timelines of the same time differ; stretches that meet and say the same are one."""
    found: list[Swap] = []
    i = j = 0
    while i < len(old) and j < len(new):
        one, two = old[i], new[j]
        start, end = max(one.start, two.start), min(one.end, two.end)
        if set(one.who) != set(two.who):
            last = found[-1] if found else None
            if last and (last.end, last.before, last.after) == (start, one.who, two.who):
                start = found.pop().start
            found.append(Swap(start, end, one.who, two.who))
        i, j = i + (one.end == end), j + (two.end == end)
    return found


class _View:
    """One schedule, between two instants."""

    def __init__(self, before: OnCall, after: OnCall, schedule: Schedule, start: datetime, end: datetime) -> None:
        self.before, self.after, self.schedule = before, after, schedule
        self.start, self.end = start, end
        self.zone = schedule.timezone
        self.name = _name(schedule)

    def changed(self, old: Schedule) -> Iterator[Sentence]:
        was = timeline(old, self.start, self.end, self.before.calendars)
        found = swaps(was, timeline(self.schedule, self.start, self.end, self.after.calendars))
        yield from self._told(found)

    def new(self) -> Iterator[Sentence]:
        shifts = timeline(self.schedule, self.start, self.end, self.after.calendars)
        on = [shift for shift in shifts if shift.who]
        if on:
            first = on[0]
            then = next((f", then {self._people(shift.who)}" for shift in on if shift.who != first.who), "")
            yield Sentence(f"{self.name} is new: {self._from(first.start)} {self._people(first.who)} is on call{then}")
        gaps = [Swap(shift.start, shift.end, (), ()) for shift in shifts if not shift.who]
        yield from self._told(gaps)

    def _told(self, found: Sequence[Swap]) -> Iterator[Sentence]:
        groups: dict[tuple[Who, Who], list[Swap]] = {}
        for swap in found:
            groups.setdefault((swap.before, swap.after), []).append(swap)
        told = [each for group in groups.values() for each in self._sentences(group)]
        sentences = [sentence for _, sentence in sorted(told, key=lambda each: (not each[1].loud, each[0]))]
        yield from sentences[:SENTENCES_MAX]
        if left := sentences[SENTENCES_MAX:]:
            yield Sentence(f"{self.name} changes in {len(left)} more ways", any(each.loud for each in left))

    def _sentences(self, group: Sequence[Swap]) -> Iterator[tuple[datetime, Sentence]]:
        """One for what is under way, one for the rest if it has a rhythm; with when it begins."""
        what, loud = self._what(group[0]), not group[0].after
        if group[0].start == self.start:
            yield self.start, Sentence(self._one(group[0], what), loud)
            group = group[1:]
        if len(group) >= FOLDED_MIN and (rhythm := self._rhythm(group)):
            yield group[0].start, Sentence(f"{rhythm} {what}", loud)
        elif group:
            yield group[0].start, Sentence(self._one(group[0], what) + self._more(group[1:]), loud)

    def _what(self, swap: Swap) -> str:
        if not swap.after:
            instead = f" instead of {people(self.before, swap.before)}" if swap.before else ""
            return f"NOBODY is on call in {self.name}{instead}"
        return f"{self.name} goes from {people(self.before, swap.before)} to {self._people(swap.after)}"

    def _people(self, who: Who) -> str:
        return people(self.after, who)

    def _one(self, swap: Swap, what: str) -> str:
        until = "" if swap.end == self.end else f" until {self._when(swap.end)}"
        return f"{self._from(swap.start)} {what}{until or ' and stays so'}"

    def _from(self, instant: datetime) -> str:
        return "from now" if instant == self.start else f"from {self._when(instant)} ({self.zone})"

    def _more(self, others: Sequence[Swap]) -> str:
        if not others:
            return ""
        return f", and {len(others)} more like it, the last from {self._when(others[-1].start)}"

    def _rhythm(self, group: Sequence[Swap]) -> str:
        """ "every Monday 09:00 until Tue 09:00 (Europe/London), 6 times from 23 Nov"; "" where there is none."""
        spans = [(local_time.local(s.start, self.zone), local_time.local(s.end, self.zone)) for s in group]
        lengths = {end.replace(tzinfo=None) - start.replace(tzinfo=None) for start, end in spans}
        if group[-1].end == self.end:  # what looks at it ends, not the stretch
            lengths = {end.replace(tzinfo=None) - start.replace(tzinfo=None) for start, end in spans[:-1]}
        starts = [start for start, _ in spans]
        if len(lengths) != 1 or len({start.time() for start in starts}) != 1:
            return ""
        days = _days(starts)
        first = f"{starts[0].day} {starts[0]:%b}"
        until = _until(spans[0][1], lengths.pop())
        return days and f"{days} {times.of_day(starts[0])} {until} ({self.zone}), {len(group)} times from {first},"

    def _when(self, instant: datetime) -> str:
        return when(instant, self.zone, self.start)


def _until(end: datetime, length: timedelta) -> str:
    days, rest = divmod(length, DAY)
    if days and not rest:
        return "for a day" if days == 1 else f"for {days} days"
    return f"until {end:%a} {times.of_day(end)}" if days else f"until {times.of_day(end)}"


def _days(starts: Sequence[datetime]) -> str:
    dates = [start.date() for start in starts]
    steps = {(late - early).days for early, late in pairwise(dates)}
    if len(steps) == 1:
        return _every(steps.pop(), f"{dates[0]:%A}")
    weekdays = sorted({date.weekday() for date in dates})
    span = (dates[-1] - dates[0]).days + 1
    all_of_them = [dates[0] + timedelta(days=day) for day in range(span)]
    if dates != [date for date in all_of_them if date.weekday() in weekdays]:
        return ""
    names = {date.weekday(): f"{date:%a}" for date in dates}
    return "Mon to Fri" if tuple(weekdays) == WEEKDAYS else f"every {some(names[day] for day in weekdays)}"


def _every(days: int, weekday: str) -> str:
    if days == 1:
        return "every day"
    weeks, rest = divmod(days, WEEK_DAYS)
    if rest or weeks not in (1, *ORDINALS):
        return f"every {days} days" if days else ""
    return f"every {weekday}" if weeks == 1 else f"every {ORDINALS[weeks]} {weekday}"


def _name(schedule: Schedule) -> str:
    return shown(clean(schedule.name))
