"""Prints how long `callout plan`, `callout apply` and a function's first reading of a large description take.

Run it from the top folder: python tests/bench/apply.py [--services 1000] [--schedules 200] [--responders 1000]

Each schedule has 3 layers and 10 overrides. The table is an emulated one in this process, which is slower than the
real one for each call and has no network; a function's own start is not in it. The aim for apply is 30 s.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "functions")]
for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ[name] = "testing"
os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"

from click.testing import CliRunner, Result  # noqa: E402
from ground import create_table  # noqa: E402
from moto import mock_aws  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from callout.runtime import Clients, Runtime, Settings  # noqa: E402
from callout.store import shapes  # noqa: E402
from infra.cli.main import main as callout  # noqa: E402
from tests.cli.conftest import Deployed  # noqa: E402

PEOPLE_A_LAYER = 8
OVERRIDES = 10


def described(services: int, schedules: int, responders: int, first: int = 0) -> str:
    """As YAML. `first`: who begins each rotation."""
    lines = ["responders:"]
    lines += [
        f'  r{n}: {{name: "Responder Number {n}", timezone: Europe/London, '
        f'contact: [{{sms: "+447700900{n % 1000:03d}"}}, {{email: r{n}@example.com}}]}}'
        for n in range(responders)
    ]
    lines.append("schedules:")
    for n in range(schedules):
        lines += schedule(n, responders, first)
    lines.append("policies:")
    for n in range(schedules):
        tiers = (
            f"[{{notify: [s{n}], wait: 5m}}, {{notify: [{{next: s{n}}}, s{(n + 1) % schedules}], by: [sms, email]}}]"
        )
        lines.append(f"  p{n}: {{tiers: {tiers}, last_resort: {{notify: [r{n % responders}]}}}}")
    lines.append("services:")
    lines += [
        f'  v{n}: {{name: "Service {n}", policy: p{n % schedules}, routing_keys: [ROUTINGKEY{n:022d}], '
        f"runbook: https://wiki.example.com/runbooks/v{n}, respond_within: {{P1: 15m}}}}"
        for n in range(services)
    ]
    return "\n".join(lines) + "\n"


def schedule(n: int, responders: int, first: int) -> list[str]:
    def people(layer: int) -> str:
        ids = [f"r{(n * 7 + layer * 31 + first + each) % responders}" for each in range(PEOPLE_A_LAYER)]
        return f"[{', '.join(ids)}]"

    monday = date(2026, 1, 5)
    tomorrow = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)  # noqa: DTZ005
    lines = [
        f"  s{n}:",
        "    timezone: Europe/London",
        "    layers:",
        f"      - {{rotate: weekly, handoff: monday 09:00, start: {monday}, people: {people(0)}}}",
        f"      - {{rotate: daily, handoff: 18:00, start: {monday}, people: {people(1)}, "
        "only: [{days: mon-fri, from: 18:00, to: 08:00}]}",
        f"      - {{rotate: weekly, every: 2, handoff: friday 17:00, start: {monday}, people: {people(2)}, "
        "only: [{days: [sat, sun]}]}",
        "    overrides:",
    ]
    for each in range(OVERRIDES):
        start = tomorrow + timedelta(days=3 * each)
        lines.append(
            f"      - {{from: {start:%Y-%m-%d %H:%M}, to: {start + timedelta(hours=12):%Y-%m-%d %H:%M}, "
            f"who: r{(n + each) % responders}}}"
        )
    return lines


def timed(deed: Callable[[], Result | object]) -> tuple[float, object]:
    began = time.perf_counter()
    done = deed()
    return time.perf_counter() - began, done


def ran(*words: str) -> Result:
    result = CliRunner().invoke(callout, ["--debug", *words])
    if result.exit_code:
        sys.exit(f"{' '.join(words)}: {result.exception!r}\n{result.output[-3000:]}")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, default=1000)
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--responders", type=int, default=1000)
    given = parser.parse_args()
    sizes = (given.services, given.schedules, given.responders)
    rows: list[tuple[str, str]] = []
    with mock_aws(), tempfile.TemporaryDirectory() as folder:
        deployed = Deployed(create_table())
        file = Path(folder) / "oncall.yaml"
        file.write_text(described(*sizes))
        rows.append(("the file", f"{file.stat().st_size / 1e6:.2f} MB"))
        rows.append(("the first apply", f"{timed(lambda: ran('apply', str(file), '--yes'))[0]:.1f} s"))
        file.write_text(described(*sizes, first=1))
        took, told = timed(lambda: ran("plan", str(file)))
        rows.append(("plan with every rotation changed", f"{took:.1f} s, {told.output.count(chr(10))} lines"))  # type: ignore[attr-defined]
        rows.append(("apply of the same", f"{timed(lambda: ran('apply', str(file), '--yes'))[0]:.1f} s"))
        rows += reading(deployed)
    table = Table("", "", show_header=False, title=f"{sizes[0]} services, {sizes[1]} schedules, {sizes[2]} responders")
    for row in rows:
        table.add_row(*row)
    Console(width=100, highlight=False).print(table)


def reading(deployed: Deployed) -> list[tuple[str, str]]:
    runtime = Runtime(Settings("callout"), Clients())
    calls: list[str] = []
    client = runtime.versions._client
    client.meta.events.register("before-call.*.*", lambda model, **_: calls.append(model.name))
    took, oncall = timed(runtime.oncall)
    cold = " + ".join(calls)
    parts = shapes.oncall_items(runtime.oncall())
    size = sum(len(part["doc"]["B"]) for part in parts)
    unpacked = min(timed(lambda: shapes.oncall_of(parts))[0] for _ in range(5))
    calls.clear()
    again, same = timed(runtime.fresh_oncall)
    assert same is oncall
    return [
        ("as it is kept", f"{size / 1000:.0f} KB in {len(parts)} parts of at most {shapes.PART_BYTES // 1000} KB"),
        ("a function's first reading", f"{took * 1000:.0f} ms: {cold}; {unpacked * 1000:.0f} ms to unpack it"),
        ("reading again when nothing has changed", f"{again * 1000:.0f} ms: {' + '.join(calls)}"),
    ]


if __name__ == "__main__":
    main()
