"""Many random runs of the simulation in several processes: pages, pages a second, faults by kind, lateness, violations.

    python tests/bench/experiment.py --pages 100000 [--seed 1] [--pages-a-run 2000] [--faults 0.005] [--jobs 2]
    python tests/bench/experiment.py --pages 20000 --machines-dead     the watchdog alone drives every page

Each run has the next seed. A seed that violates anything is printed with the command that replays it.
"""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[0] = str(ROOT / "tests")  # not this folder: it has a file of that name too
sys.path.insert(1, os.environ.get("CALLOUT_FUNCTIONS", str(ROOT / "functions")))

from simulation.invariants import BOUND_SECONDS, Violated  # noqa: E402
from simulation.random_run import Result, Run, Wanted  # noqa: E402

SHARES = (0.5, 0.9, 0.99, 0.999, 1.0)


def played(wanted: Wanted) -> tuple[Result, float]:
    began = time.process_time()
    run = Run(wanted)
    try:
        result = run.play()
    except (Violated, AssertionError) as error:
        result = run.result(str(error))
    result.happened = ()
    return result, time.process_time() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--pages-a-run", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.005)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--machines-dead", action="store_true")
    chosen = parser.parse_args()
    pages = violated = calls = runs = 0
    cpu, began = 0.0, time.monotonic()
    faults: Counter[str] = Counter()
    lateness: list[float] = []
    with ProcessPoolExecutor(chosen.jobs) as pool:
        batch = 4 * chosen.jobs
        while pages < chosen.pages:
            seeds = range(chosen.seed + runs, chosen.seed + runs + batch)
            wanted = [
                Wanted(seed, chosen.pages_a_run, chosen.faults, machines_dead=chosen.machines_dead) for seed in seeds
            ]
            for result, seconds in pool.map(played, wanted):
                pages, calls, cpu, runs = pages + result.pages, calls + result.calls, cpu + seconds, runs + 1
                faults += result.faults
                lateness += result.lateness
                if result.violation:
                    violated += 1
                    print(
                        f"seed {result.wanted.seed}: {result.violation}\n  {result.wanted.command} --trace", flush=True
                    )
            print(f"{pages:,} pages, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    took = time.monotonic() - began
    print(
        f"seeds {chosen.seed} to {chosen.seed + runs - 1}, {pages:,} pages, {calls:,} calls to AWS, {violated} violated"
    )
    print(f"{pages / took:.0f} pages a second with {chosen.jobs} processes, {pages / cpu:.0f} a CPU second")
    print(f"{sum(faults.values()):,} faults: " + ", ".join(f"{kind} {count:,}" for kind, count in faults.most_common()))
    lateness.sort()
    shown = ", ".join(
        f"{share:.1%} {lateness[min(len(lateness) - 1, int(share * len(lateness)))]:.2f} s" for share in SHARES
    )
    print(f"lateness of {len(lateness):,} steps: {shown} (the bound, undisturbed: {BOUND_SECONDS} s)")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
