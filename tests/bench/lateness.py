"""How late each tier is when nobody answers, on the local stack, under three time zones; and how late steps are in all.

Run it from the top folder: python tests/bench/lateness.py [--pages 10]
                            python tests/bench/lateness.py --alive 1000
                            python tests/bench/lateness.py --dead 40

A policy of five tiers that wait 3 s each, some pages at staggered starts, nobody answers. "Step late" is how long after
its due_at each tier's step began, as the page's ledger has it; "SMS late" is how long after the same instant the
emulated AWS took the text. The aim is a second. Whatever is due is due on a whole second, the one that has begun:
tier 1, due when the alert comes in, is up to a second "late" by that alone, and its time from the moment at which the
page was opened stands beside it. So pages fall due together; they are stepped one after another.

With --alive, so many steps and more are measured, of pages that climb a ladder of five seconds a turn again and again,
started at staggered moments. With --dead, so many pages are begun while the state machine is deleted: every start is
refused, nobody but the watchdog ever comes, in its own time, once a minute. Both show the distribution of how late each
step was, as the ledgers have it: the bound is a second with the machine, and OVERDUE_SECONDS and a minute without.

The figures are those of an AWS emulated in one process on one machine, whose Wait is the local stack's own (moto's
wakes early, and by local time: infra/local/machines.py), shared with whatever else runs there.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "functions")]

import urllib3  # noqa: E402
from people import oncall_of  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from callout.domain.identity import problem_id  # noqa: E402
from callout.domain.oncall import Contact, Policy, Responder, Tier  # noqa: E402
from callout.domain.page import Page, State  # noqa: E402
from callout.store.pages import Pages  # noqa: E402
from callout.watching import OVERDUE_SECONDS  # noqa: E402
from infra.cli.described import install  # noqa: E402
from infra.local.stack import Stack  # noqa: E402

ZONES = ("UTC", "America/New_York", "Asia/Kolkata")
KEY = "R0UT1NGKEY0123456789ABCDEF012345"
WAIT_SECONDS = 3
STAGGER_SECONDS = 0.37
PATIENCE_SECONDS = 60
ABREAST = 20
"""Pages that climb at once, with --alive."""
TURN_SECONDS = 5
LOOK_SECONDS = 5
DEAD_MINUTES_MAX = 8
PHONES = {f"tier-{number}": f"+1202555010{number}" for number in range(1, 6)}
PEOPLE = [Responder(name, name, (Contact("sms", "sms", phone),)) for name, phone in PHONES.items()]
LADDER = Policy("checkout", tuple(Tier((person.id,), ("sms",), WAIT_SECONDS) for person in PEOPLE))


@dataclass(frozen=True, slots=True)
class Turn:
    """One tier's turn for one page: seconds after it was due, and for the text also after the page was opened."""

    tier: int
    step: float
    sms: float
    after_opening: float


def climbed(pages: int) -> list[Turn]:
    oncall = replace(oncall_of(LADDER, *PEOPLE), routing_keys={sha256(KEY.encode()).hexdigest(): "checkout"})
    with Stack(ROOT / "template.yaml", port=0) as stack:
        install(stack, oncall)
        for number in range(pages):
            alert(stack.url, f"page-{number:03}")
            time.sleep(STAGGER_SECONDS)
        wait_for_texts(stack, pages * (len(PEOPLE) + 1))  # the last tier is told of the end, too
        store = Pages(stack.client("dynamodb"), stack.outputs["TableName"])
        texts = {(message.to, title_in(message.text)): message.at for message in stack.outbox()}
        return [turn for page in store.recent(datetime.now(UTC), pages) for turn in turns(page, texts)]


def alert(url: str, title: str) -> None:
    body = json.dumps({"key": title, "title": title})
    answer = urllib3.request("POST", f"{url}/webhooks/generic/{KEY}", body=body, retries=False)
    if answer.status != 202:
        sys.exit(f"{title} was answered {answer.status}")


def wait_for_texts(stack: Stack, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(stack.outbox()) < count and time.monotonic() < deadline:
        time.sleep(0.05)


def title_in(text: str) -> str:
    return next(word.strip(",.") for word in text.split() if word.startswith("page-"))


def turns(page: Page, texts: Mapping[tuple[str, str], datetime]) -> Iterator[Turn]:
    """Each turn with the step that gave it: a step that only sent something again gives none."""
    late, due = 0.0, page.opened_at
    for entry in page.ledger:
        if entry.what == "step" and entry.late_seconds is not None:
            late, due = entry.late_seconds, entry.at - timedelta(seconds=entry.late_seconds)
        elif entry.what == "turn":
            tier = int(entry.text.removeprefix("tier ").partition(":")[0])
            at = texts.get((PHONES[f"tier-{tier}"], page.title))
            if at is not None:  # the table says how many there were
                yield Turn(tier, late, (at - due).total_seconds(), (at - page.opened_at).total_seconds())


def steps_alive(steps: int) -> list[float]:
    """Of pages that climb all at once, so many that about four steps a second fall due."""
    rounds = max(1, round(steps / ABREAST / len(PEOPLE)))
    with climbing(replace(LADDER, tiers=slowed(TURN_SECONDS), repeat=rounds - 1)) as stack:
        return late_steps(stack, ABREAST, rounds * len(PEOPLE) * TURN_SECONDS + PATIENCE_SECONDS, every=TURN_SECONDS)


def steps_dead(pages: int) -> list[float]:
    """Of pages with two turns and an end, while every start of an execution is refused."""
    with climbing(replace(LADDER, tiers=slowed(TURN_SECONDS)[:2])) as stack:
        stack.client("stepfunctions").delete_state_machine(stateMachineArn=stack.outputs["MachineArn"])
        return late_steps(stack, pages, DEAD_MINUTES_MAX * 60, every=60)


def slowed(wait_seconds: int) -> tuple[Tier, ...]:
    return tuple(replace(tier, wait_seconds=wait_seconds) for tier in LADDER.tiers)


@contextmanager
def climbing(policy: Policy) -> Iterator[Stack]:
    oncall = replace(oncall_of(policy, *PEOPLE), routing_keys={sha256(KEY.encode()).hexdigest(): policy.id})
    oncall = replace(oncall, services={"checkout": replace(oncall.services["checkout"], texts_per_day=100_000)})
    with Stack(ROOT / "template.yaml", port=0) as stack:
        install(stack, oncall)
        yield stack


def late_steps(stack: Stack, pages: int, seconds_max: float, every: float) -> list[float]:
    """How late each step was, once all the pages have come to their end; they are begun evenly within `every`."""
    for number in range(pages):
        alert(stack.url, f"page-{number:03}")
        time.sleep(every / pages)
    store = Pages(stack.client("dynamodb"), stack.outputs["TableName"])
    ids = [f"{problem_id('checkout', f'page-{number:03}')}-1" for number in range(pages)]
    deadline = time.monotonic() + seconds_max
    while True:
        time.sleep(LOOK_SECONDS)  # seldom: looking is work for the same two processors
        found = [page for page in map(store.get, ids) if page is not None]
        if all(page.state is State.EXHAUSTED and all(n.settled for n in page.notices) for page in found):
            break
        if time.monotonic() > deadline:
            sys.exit("not every page came to its end")
    entries = (entry for page in found for entry in store.ledger(page) if entry.what == "step")
    return [entry.late_seconds for entry in entries if entry.late_seconds is not None]


def show_distribution(late: Sequence[float], bound: float, before: float) -> None:
    ordered = sorted(late)
    table = Table("steps", "median", "p90", "p99", "p99.9", "max", f"within {bound:g} s", title="seconds late")
    ranks = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.9, 0.99, 0.999)]
    within = sum(each <= bound for each in ordered)
    share = f"{within} ({100 * within / len(ordered):.2f} %)"
    table.add_row(str(len(ordered)), *(f"{each:.3f}" for each in ranks), f"{ordered[-1]:.3f}", share)
    console = Console(width=120, highlight=False)
    console.print(table)
    console.print(f"load average before: {before:.1f}, after: {os.getloadavg()[0]:.1f}; {os.cpu_count()} processors")


def in_zone(zone: str, pages: int) -> list[Turn]:
    """In a process of its own: what a C library and moto make of TZ is settled when they start."""
    command = [sys.executable, __file__, "--pages", str(pages), "--only"]
    done = subprocess.run(command, env=os.environ | {"TZ": zone}, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"the run under TZ={zone} failed")
    return [Turn(*values) for values in json.loads(done.stdout)]


def rows(zone: str, found: Sequence[Turn], pages: int) -> Iterator[list[str]]:
    for tier in range(1, len(PEOPLE) + 1):
        mine = [turn for turn in found if turn.tier == tier]
        beside = spread([turn.after_opening for turn in mine]) if tier == 1 else ""
        verdict = f"{len(mine)} of {pages}" if len(mine) == pages else f"[bold red]{len(mine)} of {pages}[/]"
        late = [spread([turn.step for turn in mine]), spread([turn.sms for turn in mine])]
        yield [zone if tier == 1 else "", str(tier), verdict, *late, beside]


def spread(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.3f}  {median(seconds):.3f}  {max(seconds):.3f}" if seconds else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--alive", type=int, metavar="STEPS", help="the distribution, with the machine alive")
    parser.add_argument("--dead", type=int, metavar="PAGES", help="the distribution, with every machine dead")
    parser.add_argument("--only", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        every = climbed(given.pages)
        print(json.dumps([[turn.tier, turn.step, turn.sms, turn.after_opening] for turn in every]))
        return
    before = os.getloadavg()[0]
    if given.alive:
        show_distribution(steps_alive(given.alive), 1.0, before)
        return
    if given.dead:
        show_distribution(steps_dead(given.dead), OVERDUE_SECONDS + 60, before)
        return
    table = Table("TZ", "tier", "SMS", "step late", "SMS late", "SMS after opening", title_justify="left")
    table.title = f"{given.pages} pages, tiers wait {WAIT_SECONDS} s; seconds: min  median  max"
    for zone in ZONES:
        for row in rows(zone, in_zone(zone, given.pages), given.pages):
            table.add_row(*row)
        table.add_section()
    console = Console(width=120, highlight=False)
    console.print(table)
    console.print(f"load average before: {before:.1f}, after: {os.getloadavg()[0]:.1f}; {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
