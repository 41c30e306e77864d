"""Prints how many calls to AWS each operation makes, cold and with the on-call description and keys cached.

Run it from the top folder: python tests/bench/calls.py
"""

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "functions")]
for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ[name] = "testing"
os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"

from calls import Counted, counted  # noqa: E402
from ground import create_table  # noqa: E402
from moto import mock_aws  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402


def counts(cold: bool) -> dict[str, dict[str, int]]:
    with mock_aws(), redirect_stdout(io.StringIO()):  # logs and metrics are lines on standard output
        return dict(counted(Counted(create_table()), cold))


def words(calls: dict[str, int]) -> str:
    return ", ".join(f"{count} {call.partition(':')[2]}" for call, count in sorted(calls.items()))


def main() -> None:
    cached, cold = counts(cold=False), counts(cold=True)
    table = Table("operation", "calls, cached", "", "calls, cold", "")
    for name, calls in cached.items():
        table.add_row(name, str(sum(calls.values())), words(calls), str(sum(cold[name].values())), words(cold[name]))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
