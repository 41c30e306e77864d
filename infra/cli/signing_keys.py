"""`callout signing-keys`: the keys that sign answer links. Their secrets never leave the table."""

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.verbs import verb_follows


@click.group("signing-keys", invoke_without_command=True)
@deployment_options
@click.pass_context
def signing_keys(context: click.Context, deployment: Deployment) -> None:
    """Show which keys sign answer links, or rotate them.

    Shows their numbers, never the keys.
    """
    if verb_follows(context):
        return
    from infra.cli.operating import operate

    _, runtime = operate(deployment)
    ring = runtime.keys.read()
    if ring is None:
        click.echo("There is no signing key yet: the first message with a link makes one.")
        return
    click.echo(f"key {ring.present.id}: signs new links")
    if ring.before is not None:
        click.echo(f"key {ring.before.id}: links that it has signed are still valid")


@signing_keys.command()
@deployment_options
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate(deployment: Deployment, yes: bool) -> None:
    """Make a new signing key.

    Links that the present key has signed stay valid; those of the key before it end at once.
    """
    from callout.runtime import CACHE_SECONDS
    from infra.cli.operating import operate
    from infra.cli.screen import confirmed

    live, runtime = operate(deployment)
    old = runtime.keys.read()
    ended = old.before if old else None
    loss = f" Links signed with key {ended.id} will end." if ended else ""
    confirmed(f"Make a new signing key for {live.name}?{loss}", yes)
    try:
        ring = runtime.keys.rotate(runtime.now())
    except LookupError as error:
        raise click.ClickException(f"{error}; look with `callout signing-keys`") from error
    click.echo(f"Key {ring.present.id} signs new links. Functions take up to {CACHE_SECONDS} seconds to see it.")
    if ring.before is not None:
        click.echo(f"Links and calendar feeds signed with key {ring.before.id} stay valid until the next rotation.")
    if ended is not None:
        click.echo(f"Links and calendar feeds signed with key {ended.id} are not valid any more.")
