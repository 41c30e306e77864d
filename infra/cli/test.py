"""`callout test`: does a message reach this responder? Sent from here, with the operator's own rights."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.responders import the_responder

if TYPE_CHECKING:
    from callout.domain.oncall import Contact, Responder


@click.command()
@click.argument("responder")
@deployment_options
@click.option("--by", type=click.Choice(["sms", "email"]), help="Only by this channel.  [default: all contact methods]")
@click.pass_context
def test(context: click.Context, deployment: Deployment, responder: str, by: str | None) -> None:
    """Send one test message to RESPONDER by each contact method, and show what the provider says.

    RESPONDER is an id of the on-call file that is live. The messages go out with your own AWS rights, not with those
    of the functions. Exits with 1 if any was not taken.
    """
    from infra.cli.contacts import warning
    from infra.cli.login import login_name
    from infra.cli.message import brief, no_arrival, sent
    from infra.cli.operating import operate

    live, runtime = operate(deployment)
    person = the_responder(runtime.versions.read(runtime.versions.live()), responder)
    contacts = _contacts(person, by)
    message = brief(runtime, person, f"sent from the command line by {login_name()}")
    click.echo(f"Testing {person.id} from {live.name}:")
    taken = [contact for contact in contacts if sent(runtime, contact, message)]
    no_arrival(taken)
    if never := warning(runtime, [replace(person, contacts=tuple(contacts))]):
        click.echo(never)
    if len(taken) < len(contacts):
        context.exit(1)


def _contacts(person: "Responder", by: str | None) -> "list[Contact]":
    contacts = [contact for contact in person.contacts if by in (None, contact.channel)]
    if not contacts:
        raise click.ClickException(f"{person.id} has no contact method{f' for {by}' if by else ''}")
    return contacts
