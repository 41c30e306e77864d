"""The operator's command. Each command lives in a module of its name and imports what is heavy only when it runs."""

import sys
from io import TextIOWrapper

import click

from infra.cli.apply import apply
from infra.cli.calendar import calendar
from infra.cli.check import check
from infra.cli.demo import demo
from infra.cli.explain import explain
from infra.cli.local import local
from infra.cli.pages import pages
from infra.cli.plan import plan
from infra.cli.responders import responders
from infra.cli.rollback import rollback
from infra.cli.routing_key import routing_key
from infra.cli.schema import schema
from infra.cli.signing_keys import signing_keys
from infra.cli.simulate import simulate
from infra.cli.test import test
from infra.cli.trouble import InOneSentence
from infra.cli.verify import verify
from infra.cli.versions import versions
from infra.cli.who import who


@click.group(cls=InOneSentence, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="callout", message="callout %(version)s")
@click.option("--debug", is_flag=True, help="Show where in the code an error came from.")
def main(debug: bool) -> None:  # noqa: ARG001 - InOneSentence reads it
    """Callout wakes the right person, and stops when they answer.

    Everything about who is woken stands in one on-call file. Check it, put it live, try it:

    \b
        callout check oncall.yaml
        callout apply oncall.yaml
        callout test ada
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a title may hold what this terminal cannot write


for _command in (
    demo,
    local,
    check,
    schema,
    simulate,
    who,
    calendar,
    plan,
    apply,
    rollback,
    versions,
    responders,
    verify,
    test,
    pages,
    explain,
    routing_key,
    signing_keys,
):
    main.add_command(_command)
