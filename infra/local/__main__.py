"""`python -m infra.local`: the stack alone, for work on the stack itself. `callout local` is the command for people."""

import argparse
import sys
from pathlib import Path

from infra.local.inert import inert
from infra.local.serve import serve
from infra.local.stack import EMAIL_FROM, Stack
from infra.local.template import TemplateRefused, translate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--template", type=Path, default=Path("template.yaml"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--tls", action="store_true", help="https, with a certificate made on the spot")
    parser.add_argument("--verbose", action="store_true", help="show what the handlers print")
    parser.add_argument("--parameter", metavar="NAME=VALUE", action="append", default=[], help="one of the template's")
    parser.add_argument("--inert", action="store_true", help="list what the template says and local does not honour")
    options = parser.parse_args()
    given = dict(each.split("=", 1) for each in options.parameter)
    try:
        if options.inert:
            return _show_inert(options.template)
        serve(options.template, options.host, options.port, options.tls, options.verbose, _show_ready, given)
    except (TemplateRefused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _show_inert(template: Path) -> int:
    for row in inert(translate(template, {"EmailFrom": EMAIL_FROM})):
        print(f"{row.what:55} {row.where:28} {row.reason}")
    return 0


def _show_ready(stack: Stack) -> None:
    print(f"Ready: {stack.url}  phones and inboxes: {stack.url}/_local/phone  AWS: {stack.endpoint}", flush=True)
    if stack.ca:
        print(f"Certificate authority: {stack.ca}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
