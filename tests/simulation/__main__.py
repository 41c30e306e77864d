"""python -m tests.simulation: the experiment from the command line.

exhaustive [--pairs] [--jobs 2] [STORY...]      every story, with everything at every call
random --seed 1 --pages 5000 [--faults 0.01]    one run; with --trace a line a step; with --shrink a short story
story NAME                                      one story without faults, a line a step
first                                           the first thing that is violated, however (for mutations.py)
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), os.environ.get("CALLOUT_FUNCTIONS", str(ROOT / "functions"))]

from simulation.exhaustive import HEAD, Row, exhaust  # noqa: E402
from simulation.random_run import Wanted  # noqa: E402
from simulation.shrinking import shrunk, violation_of  # noqa: E402
from simulation.stage import Stage  # noqa: E402
from simulation.storybook import ALL, STORIES  # noqa: E402


def exhausted(name: str, pairs: bool) -> tuple[Row, float]:
    began = time.process_time()
    return exhaust(ALL[name], pairs), time.process_time() - began


def exhaustive(names: list[str], pairs: bool, jobs: int) -> int:
    total, began = Row("all"), time.monotonic()
    print(HEAD + f"{'CPU s':>9}", flush=True)
    with ProcessPoolExecutor(jobs) as pool:
        for row, seconds in pool.map(exhausted, names, [pairs] * len(names)):
            print(f"{row}{seconds:>9.1f}", flush=True)
            for violation in row.violations:
                print(f"    {violation}", flush=True)
            total.calls += row.calls
            total.singles += row.singles
            total.besides += row.besides
            total.pairs += row.pairs
            total.violations += row.violations
    print(total)
    print(f"{len(names)} stories, {total.cases:,} cases, {time.monotonic() - began:.0f} s")
    return 1 if total.violations else 0


def random(wanted: Wanted, trace: bool, shrink: bool) -> int:
    began = time.process_time()
    violation, happened = violation_of(wanted, print if trace else None)
    if not violation:
        took = time.process_time() - began
        print(f"seed {wanted.seed}: {wanted.pages} problems, nothing violated, {took:.1f} s of CPU")
        return 0
    print(f"seed {wanted.seed}: {violation}\nreplay: {wanted.command} --trace")
    if shrink:
        small = shrunk(wanted, violation, happened)
        print(f"\nIt takes these {len(small.only or ())} things:")
        print("\n".join(f"  {name}" for name in happened if name in (small.only or ())))
        violation_of(small, print)
    return 1


def first() -> int:
    """The first thing that is violated: by stories without faults, a random run, stories with one fault, more runs."""
    for look in (_stories_alone, _small_run, _pairs, _stories_with_one_fault, _larger_runs):
        for violation in look():
            print(violation)
            return 1
    return 0


def _stories_alone() -> Iterator[str]:
    for story in STORIES:
        yield from exhaust(story, plain=True).violations


def _small_run() -> Iterator[str]:
    yield from _violated(Wanted(seed=1, pages=60, faults=0.02))


def _pairs() -> Iterator[str]:
    """Of the shortest story, and of one that the watchdog alone drives."""
    for name in ("answered in the first tier", "the machine never starts"):
        yield from exhaust(ALL[name], True, False, 1).violations


def _stories_with_one_fault() -> Iterator[str]:
    for besides in (False, True):
        for story in STORIES:
            yield from exhaust(story, False, besides, 1).violations


def _larger_runs() -> Iterator[str]:
    for seed in range(2, 5):
        yield from _violated(Wanted(seed, pages=200, faults=0.02))


def _violated(wanted: Wanted) -> Iterator[str]:
    violation, _ = violation_of(wanted)
    if violation:
        yield f"random --seed {wanted.seed} --pages {wanted.pages}: {violation}"


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: a number from 1 on")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text}: a share between 0 and 1, such as 0.01")
    return share


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__.split("\n")[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    everything = modes.add_parser("exhaustive")
    everything.add_argument("stories", nargs="*", metavar="STORY", help="whose (all)")
    everything.add_argument("--pairs", action="store_true", help="two faults as well as one: a hundred times as long")
    everything.add_argument("--jobs", type=_positive, default=2)
    chance = modes.add_parser("random")
    chance.add_argument("--seed", type=int, default=1, help="what is left to chance")
    chance.add_argument("--pages", type=_positive, default=1000, help="how many problems")
    chance.add_argument(
        "--faults", type=_share, default=0.01, help="with which share of all calls something goes wrong"
    )
    chance.add_argument("--machines-dead", action="store_true", help="no execution ever runs: only the watchdog does")
    chance.add_argument("--no-outages", action="store_true", help="no service is down for minutes")
    chance.add_argument("--trace", action="store_true", help="a line for whatever happens")
    chance.add_argument("--shrink", action="store_true", help="leave out what a violation does not need")
    modes.add_parser("story").add_argument("name", metavar="STORY")
    modes.add_parser("first")
    chosen = parser.parse_args()
    names = chosen.stories if chosen.mode == "exhaustive" else [chosen.name] if chosen.mode == "story" else []
    if unknown := sorted({*names} - ALL.keys()):
        stories = "\n  ".join(ALL)
        parser.error(f"there is no story {unknown[0]!r}; there are\n  {stories}")
    if chosen.mode == "exhaustive":
        return exhaustive(chosen.stories or [each.name for each in STORIES], chosen.pairs, chosen.jobs)
    if chosen.mode == "first":
        return first()
    if chosen.mode == "story":
        Stage(ALL[chosen.name], trace=print).play()
        return 0
    wanted = Wanted(
        chosen.seed,
        chosen.pages,
        chosen.faults,
        machines_dead=chosen.machines_dead,
        outages=not chosen.no_outages,
    )
    return random(wanted, chosen.trace, chosen.shrink)


if __name__ == "__main__":
    sys.exit(main())
