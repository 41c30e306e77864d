"""The on-call file in the hands of the local commands: read, checked, and put into a stack of this process."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from callout.domain.oncall import OnCall

if TYPE_CHECKING:
    from callout.runtime import Runtime
    from infra.local.stack import Stack

FIRST = "at the start"
"""Why this version is there."""


def described(file: Path) -> OnCall:
    """What the file describes; its mistakes, shown, end the command."""
    from infra.cli.check import show
    from infra.cli.description.file import load

    loaded = load(file)
    if loaded.oncall is None:
        show(file, loaded)
        raise click.ClickException("mend that and start again; nothing was started")
    return loaded.oncall


def key_in(file: Path) -> str:
    """A routing key that the file spells out, for an address to paste; a word in its place where it holds digests."""
    from infra.cli.description.yaml_tree import read

    found = read(file.read_bytes()).value or {}
    keys = [str(key) for service in found["services"].values() for key in service["routing_keys"]]
    return next((key for key in keys if not key.startswith("sha256:")), "<routing key>")


def install(stack: "Stack", oncall: OnCall) -> None:
    """Make it live in a stack that nobody else has touched."""
    from callout.domain import clock
    from callout.domain.applied import Applied
    from infra.cli.apply import put_live
    from infra.cli.login import login_name

    runtime = runtime_in(stack)
    before = runtime.versions.live()
    applied = Applied(0, clock.text(runtime.now()), login_name(), FIRST, before)
    put_live(runtime, oncall, before, applied)


def runtime_in(stack: "Stack") -> "Runtime":
    """The functions' own code on a stack of this process."""
    from callout.runtime import Clients, Runtime, Settings
    from infra.cli.operating import Quiet

    return Runtime(Settings(stack.outputs["TableName"]), Clients(stack.client), journal=Quiet())
