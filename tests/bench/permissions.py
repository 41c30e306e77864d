"""What every function may do, and what it does: function by action by resource, granted and used.

Run it from the top folder: python tests/bench/permissions.py [--all] [--mutate]

The left columns are the policies of the translated template as CloudFormation resolved them, the right one counts the
calls of a tour through one local stack in which every function does all it ever does (tests/end_to_end/touring.py).
--all shows also what AWS itself does with a role. --mutate takes each grant away, one at a time, and runs the whole
tour again on a stack of its own: each must fail (a quarter of an hour).
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "functions")]

from end_to_end import running, touring  # noqa: E402
from end_to_end.meddling import without  # noqa: E402
from end_to_end.permitted import Grant, granted, needed, used  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

PATIENCE_SECONDS = 5
AWS = ("AWS", "DeliverLogs", "ReceiptsEventInvokeConfig")


def toured(*options: str) -> Mapping[str, Any]:
    with running.Running(*touring.OPTIONS, *options) as stack:
        return touring.tour(stack)


def short(resource: str) -> str:
    """Without what is the same in every row."""
    return resource.removeprefix("arn:aws:").replace(":eu-central-1:123456789012:", ":")


def show(console: Console, found: Mapping[str, Any], everything: bool) -> None:
    counted, necessary = used(found), needed(found)
    table = Table(title="permissions", title_justify="left")
    for heading in ("function", "action", "resource", "statement", "used", ""):
        table.add_column(heading, justify="right" if heading == "used" else "left", overflow="fold")
    shown = [each for each in sorted(granted(found)) if everything or not each.sid.startswith(AWS)]
    for each in shown:
        verdict = "" if each in necessary else "by AWS itself" if each.sid.startswith(AWS) else "NOT NEEDED"
        table.add_row(each.role, each.action, short(each.resource), each.sid, str(counted[each]), verdict)
    console.print(table)
    mine = {each for each in shown if not each.sid.startswith(AWS)}
    console.print(f"granted {len(mine)}, used {len(set(counted))}, needed {len(necessary & mine)}")
    console.print(f"refused {len(found['refused'])}; calls {sum(counted.values())}")


def survives(missing: Grant) -> bool:
    """Whether nobody notices that this was taken away; a tour that fails for another reason says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = without(missing, Path(folder))
        with running.Running(*touring.OPTIONS, "--template", str(path)) as stack:
            stack.may_be_refused = True
            with suppress(Exception):
                touring.tour(stack)
            refused = stack.permissions()["refused"]
            return (missing.role, missing.action) not in {(each["role"], each["action"]) for each in refused}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--mutate", action="store_true")
    options = parser.parse_args()
    console = Console(width=150)
    found = toured()
    show(console, found, options.all)
    if options.mutate:
        running.DEADLINE_SECONDS = PATIENCE_SECONDS
        mine = sorted(each for each in granted(found) if not each.sid.startswith(AWS))
        verdicts: Counter[bool] = Counter()
        for each in mine:
            verdicts[survives(each)] += 1
            console.print(
                f"without {each.role} {each.sid} {each.action}: {verdicts[False]} of {verdicts.total()} failed"
            )


if __name__ == "__main__":
    main()
