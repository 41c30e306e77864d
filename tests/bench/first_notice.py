"""How soon somebody is told: from the answer to an alert to the SMS handed over, on the local stack.

Run it from the top folder: python tests/bench/first_notice.py [--alone 30] [--burst 200] [--connections 32]

First single alerts, each sent when the one before has been notified; then distinct alerts all at once. The sender is
a process of its own; both processes read one clock. "Answered" is the time from sending the request to its answer,
"first notice" the time from that answer to the SNS Publish that the emulated AWS took (below zero where the SMS was
faster than the 202). The parts come from the page's ledger.

The figures are those of an AWS emulated in one process on one machine (it makes one call at a time), shared with the
functions and with whatever else runs there: they show where time is lost, not what AWS takes. What waits here for more
than API Gateway's 30 s is answered 503, and is taken in and notified all the same (seen with 1,500 at once). For
comparison, measured elsewhere on such a machine: Grafana OnCall's engine takes 1.1 s for one alert, and a median of
40 s in a burst of 200.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "functions")]

import urllib3  # noqa: E402
from people import TWO_TIERS, oncall_of  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from callout.domain.identity import problem_id  # noqa: E402
from callout.domain.page import Page  # noqa: E402
from callout.store.pages import Pages  # noqa: E402
from infra.cli.described import install  # noqa: E402
from infra.local.stack import Stack  # noqa: E402

KEY = "R0UT1NGKEY0123456789ABCDEF012345"
PATIENCE_SECONDS = 120
OUTLIER = 3
"""A notice is an outlier when it took this many times the median, and half a second more than it."""


@dataclass(frozen=True, slots=True)
class Sent:
    title: str
    began: float
    answered: float
    status: int


@dataclass(frozen=True, slots=True)
class Told:
    """One alert that was notified: instants, in seconds since 1970."""

    sent: Sent
    opened: float
    step: float
    notice: float
    page: Page


def send_all(url: str, titles: Sequence[str], connections: int) -> list[Sent]:
    """Posts one alert for each title, as many at once as there are connections. Runs in the sender's process."""
    http = urllib3.PoolManager(retries=False, maxsize=connections)

    def send(title: str) -> Sent:
        body = json.dumps({"key": title, "title": title, "severity": "critical"})
        began = time.time()
        try:
            status = http.request("POST", f"{url}/webhooks/generic/{KEY}", body=body, timeout=60).status
        except urllib3.exceptions.HTTPError:
            status = 0
        return Sent(title, began, time.time(), status)

    with ThreadPoolExecutor(connections) as threads:
        return list(threads.map(send, titles))


class Bench:
    def __init__(self, stack: Stack, sender: Executor) -> None:
        self._stack, self._sender = stack, sender
        self._pages = Pages(stack.client("dynamodb"), stack.outputs["TableName"])

    def send(self, titles: Sequence[str], connections: int) -> list[Sent]:
        return self._sender.submit(send_all, self._stack.url, titles, connections).result()

    def alone(self, count: int) -> list[Sent]:
        sent = []
        for number in range(count):
            sent += self.send([f"alone-{number:04}"], 1)
            self.wait(number + 1)
        return sent

    def wait(self, count: int) -> None:
        """Until so many texts are there, or patience is over."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self._stack.outbox()) < count and time.monotonic() < deadline:
            time.sleep(0.05)

    def told(self, sent: Sequence[Sent]) -> list[Told]:
        texts = [(message.text, message.at.timestamp()) for message in reversed(self._stack.outbox())]
        found = []
        for one in sent:
            at = next((at for text, at in texts if one.title in text), None)
            page = self._pages.get(f"{problem_id('checkout', one.title)}-1")
            if at is not None and page is not None:
                step = next(entry.at.timestamp() for entry in page.ledger if entry.what == "step")
                found.append(Told(one, page.opened_at.timestamp(), step, at, page))
        return found

    def trouble(self) -> list[str]:
        """What went wrong in the functions, each kind of it once: what they logged as errors, and what they did not."""
        return sorted({said for line in self._stack.logs() if (said := complaint(line.text))})


def complaint(line: str) -> str:
    if not line.startswith("{"):
        return line
    said = json.loads(line)
    return str(said["message"]) if said.get("level") == "ERROR" else ""


def show(console: Console, name: str, sent: Sequence[Sent], told: Sequence[Told], trouble: Iterable[str]) -> None:
    table = Table(title=name, title_justify="left")
    for heading in ("seconds", "min", "median", "p95", "max"):
        table.add_column(heading, justify="left" if heading == "seconds" else "right")
    measured: dict[str, Callable[[Told], float]] = {
        "answered": lambda one: one.sent.answered - one.sent.began,
        "first notice, from the answer": lambda one: one.notice - one.sent.answered,
        "first notice, from sending": lambda one: one.notice - one.sent.began,
        "  sent -> page decided": lambda one: one.opened - one.sent.began,
        "  decided -> step began": lambda one: one.step - one.opened,
        "  step began -> SMS": lambda one: one.notice - one.step,
    }
    for what, seconds in measured.items():
        table.add_row(what, *figures([seconds(one) for one in told]))
    console.print(table)
    conclude(console, sent, told, trouble)


def figures(seconds: Sequence[float]) -> list[str]:
    if len(seconds) < 2:
        return ["-"] * 4
    p95 = quantiles(seconds, n=20, method="inclusive")[-1]
    return [f"{value:.3f}" for value in (min(seconds), median(seconds), p95, max(seconds))]


def conclude(console: Console, sent: Sequence[Sent], told: Sequence[Told], trouble: Iterable[str]) -> None:
    accepted = sum(one.status == 202 for one in sent)
    others = sorted({one.status for one in sent} - {202})
    console.print(f"{accepted} of {len(sent)} accepted" + (f", the others were answered {others}" if others else ""))
    missing = len(sent) - len(told)
    verdict = "[green]all of them[/]" if not missing else f"[bold red]{missing} MISSING after {PATIENCE_SECONDS} s[/]"
    console.print(f"{len(told)} of {len(sent)} notified: {verdict}")
    for message in trouble:
        console.print(f"  the functions said: {message}")
    if told:
        outlier(console, told)


def outlier(console: Console, told: Sequence[Told]) -> None:
    usual = median(one.notice - one.sent.began for one in told)
    worst = max(told, key=lambda one: one.notice - one.sent.began)
    took = worst.notice - worst.sent.began
    if took > max(OUTLIER * usual, usual + 0.5):
        console.print(f"the slowest, {worst.sent.title}, took {took:.3f} s; its ledger, from sending:")
        for entry in worst.page.ledger:
            console.print(f"  {entry.at.timestamp() - worst.sent.began:7.3f}  {entry.what}: {entry.text}")
    console.print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", type=int, default=30)
    parser.add_argument("--burst", type=int, default=200)
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    console = Console(width=120, highlight=False)
    context = multiprocessing.get_context("spawn")
    oncall = replace(oncall_of(TWO_TIERS), routing_keys={sha256(KEY.encode()).hexdigest(): "checkout"})
    with ProcessPoolExecutor(1, mp_context=context) as sender, Stack(ROOT / "template.yaml", port=0) as stack:
        install(stack, oncall)
        bench = Bench(stack, sender)
        load = os.getloadavg()[0]
        alone = bench.alone(given.alone)
        show(console, f"{given.alone} alerts, one after another", alone, bench.told(alone), bench.trouble())
        burst = bench.send([f"burst-{number:04}" for number in range(given.burst)], given.connections)
        bench.wait(given.alone + given.burst)
        title = f"{given.burst} alerts at once, over {given.connections} connections"
        show(console, title, burst, bench.told(burst), bench.trouble())
        console.print(f"load average before: {load:.1f}, after: {os.getloadavg()[0]:.1f}; {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
