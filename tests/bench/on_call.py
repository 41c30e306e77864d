"""How long it takes to say who is on call.

Run it from the top folder: python tests/bench/on_call.py [--rounds 200]

The schedule is a large one: five layers (weekly, nights, an hourly follow-the-sun, a monthly one, a calendar of 500
events) in five zones, three of them restricted, and 100 overrides of all kinds. The aims are 1 ms for one instant, and
some tens of ms for 90 days, which the proof asks of every schedule.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "functions")]

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from callout.domain.hours import Hours, Span  # noqa: E402
from callout.domain.on_call import following, on_call, preceding, timeline  # noqa: E402
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit  # noqa: E402

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 90
PEOPLE = ("ada", "grace", "linus", "barbara", "edsger")
NIGHTS = Hours((Span(start=22 * 60, end=6 * 60),), "America/New_York")
OFFICE = Hours((Span(days=(0, 1, 2, 3, 4), start=9 * 60, end=17 * 60),), "Asia/Kolkata", closed=(date(2026, 5, 1),))
WEEKEND = Hours((Span(days=(5, 6)),), "Australia/Lord_Howe")


def wall(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour)  # noqa: DTZ001 - on the wall


def layers() -> Iterator[Layer]:
    yield Layer("weekly", "Europe/London", PEOPLE, Unit.WEEK, 1, wall(1, 5, 9), begins=wall(1, 5, 9))
    yield Layer("nights", "America/New_York", PEOPLE, Unit.DAY, 1, wall(1, 5, 22), only=NIGHTS)
    yield Layer("sun", "Asia/Kolkata", PEOPLE, Unit.HOUR, 2, wall(1, 5), only=OFFICE)
    yield Layer("monthly", "Australia/Lord_Howe", PEOPLE, Unit.MONTH, 1, wall(1, 31, 9), only=WEEKEND)
    yield Layer("calendar", "Europe/London", calendar="holidays")


def overrides(count: int) -> Iterator[Override]:
    kinds = cycle(Change)
    for i in range(count):
        start = START + timedelta(hours=21 * i)
        who = ("ada", "grace") if (change := next(kinds)) == Change.SWAP else (PEOPLE[i % len(PEOPLE)],)
        yield Override(start, start + timedelta(hours=30), change, who)


def events(count: int) -> Iterator[Shift]:
    for i in range(count):
        start = START + timedelta(hours=9 * i)
        yield Shift(start, start + timedelta(hours=2), (PEOPLE[i % len(PEOPLE)],))


def table(rounds: int) -> Table:
    schedule = Schedule("large", "Large", "Europe/London", tuple(layers()), tuple(overrides(100)))
    calendars = {"holidays": Calendar("holidays", START, START + timedelta(days=400), tuple(events(500)))}
    lonely = replace(schedule, layers=tuple(replace(layer, people=("ada",)) for layer in layers()), overrides=())
    instants = [START + timedelta(days=DAYS) * i / rounds for i in range(rounds)]
    repeated = [datetime(2026, 10, 25, 1, tzinfo=UTC) + timedelta(hours=1) * i / rounds for i in range(rounds)]
    end = START + timedelta(days=DAYS)
    measured: list[tuple[str, Callable[[datetime], object], list[datetime]]] = [
        ("on call at an instant", lambda t: on_call(schedule, t, calendars), instants),
        ("the same in a repeated hour", lambda t: on_call(schedule, t, calendars), repeated),
        ("next", lambda t: following(schedule, t, calendars), instants[:40]),
        ("previous", lambda t: preceding(schedule, t, calendars), instants[:40]),
        ("next where there is none (400 days)", lambda t: following(lonely, t, {}), instants[:20]),
        (f"{DAYS} days", lambda t: timeline(schedule, START, end, calendars), instants[:20]),
    ]
    result = Table(
        "what", "median ms", "slowest ms", title=f"5 layers, 100 overrides, {len(shifts_of(schedule))} shifts"
    )
    for what, ask, times in measured:
        taken = [1000 * seconds(ask, t) for t in times]
        result.add_row(what, f"{median(taken):.3f}", f"{max(taken):.3f}")
    return result


def shifts_of(schedule: Schedule) -> list[Shift]:
    return timeline(schedule, START, START + timedelta(days=DAYS), {})


def seconds(ask: Callable[[datetime], object], t: datetime) -> float:
    begun = perf_counter()
    ask(t)
    return perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    Console().print(table(parser.parse_args().rounds))
