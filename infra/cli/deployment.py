"""Which deployment a command speaks to: the options for it, the same on every command that does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

import click

LOCAL_URL: Final = "http://127.0.0.1:8025"
"""Where `callout local` listens unless told otherwise."""
STACK: Final = "callout"

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stack on AWS, or where `local_url` is set the one that `callout local` keeps up."""

    stack: str = STACK
    region: str | None = None
    profile: str | None = None
    local_url: str | None = None


def deployment_options(command: Callable[Concatenate[Deployment, P], None]) -> Callable[..., None]:
    """Gives the command a Deployment as its first argument.

    `--local` is a flag and the address an option of its own: an optional value would swallow the argument behind it.
    """

    @click.option("--stack", metavar="NAME", help=f"The CloudFormation stack on AWS.  [default: {STACK}]")
    @click.option("--region", metavar="REGION", help="Its AWS region.  [default: as configured for the AWS CLI]")
    @click.option("--profile", metavar="PROFILE", help="The AWS profile to use.  [default: as configured]")
    @click.option("--local", is_flag=True, help="The stack that `callout local` runs on this machine, instead of AWS.")
    @click.option("--local-url", metavar="URL", help=f"Where it listens; implies --local.  [default: {LOCAL_URL}]")
    @wraps(command)
    def with_deployment(**options: Any) -> None:
        chosen = {name: options.pop(name) for name in ("stack", "region", "profile", "local", "local_url")}
        command(_deployment(**chosen), **options)  # type: ignore[call-arg]

    return with_deployment


def _deployment(
    stack: str | None, region: str | None, profile: str | None, local: bool, local_url: str | None
) -> Deployment:
    if not local and local_url is None:
        return Deployment(stack or STACK, region, profile)
    if stack or region or profile:
        raise click.UsageError("--local is this machine: leave --stack, --region and --profile out")
    return Deployment(local_url=(local_url or LOCAL_URL).rstrip("/"))
