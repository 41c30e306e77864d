"""`callout test`: does a message reach this responder? Sent from here, with the operator's own rights."""

from typing import TYPE_CHECKING

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.responders import masked, the_responder

if TYPE_CHECKING:
    from callout.domain.brief import Brief
    from callout.domain.oncall import Contact, Responder
    from callout.runtime import Runtime


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
    from infra.cli.operating import operate

    live, runtime = operate(deployment)
    person = the_responder(runtime.versions.read(runtime.versions.live()), responder)
    contacts = _contacts(person, by)
    brief = _brief(runtime, person)
    click.echo(f"Testing {person.id} from {live.name}:")
    taken = [_tried(runtime, contact, brief) for contact in contacts]
    _say_more(contacts, taken)
    if not all(taken):
        context.exit(1)


def _contacts(person: "Responder", by: str | None) -> "list[Contact]":
    contacts = [contact for contact in person.contacts if by in (None, contact.channel)]
    if not contacts:
        raise click.ClickException(f"{person.id} has no contact method{f' for {by}' if by else ''}")
    return contacts


def _brief(runtime: "Runtime", person: "Responder") -> "Brief":
    from callout.domain.alert import Severity
    from callout.domain.brief import Brief, Kind
    from infra.cli.login import login_name

    return Brief(
        kind=Kind.TEST,
        page_id="",
        service="Callout",
        title=f"sent from the command line by {login_name()}",
        severity=Severity.INFO,
        opened_at=runtime.now(),
        link="",
        timezone=person.timezone,
    )


def _tried(runtime: "Runtime", contact: "Contact", brief: "Brief") -> bool:
    from callout.domain.errors import Refused, Unavailable
    from infra.cli.provider_words import what_to_do

    where = f"  {contact.channel} to {masked(contact.address)}:"
    channel = runtime.world.channels.get(contact.channel)
    if channel is None:
        click.echo(f"{where} {_failed('not sent')}; this version of the command does not know the channel")
        return False
    try:
        answer = channel.send(contact.address, brief)
    except Refused as error:
        click.echo(f"{where} {_failed('refused')} ({error}); {what_to_do(contact.channel, str(error))}")
    except Unavailable as error:
        click.echo(f"{where} {_failed('no answer')} ({error}); try again in a minute")
    else:
        click.echo(f"{where} {click.style('taken', fg='green', bold=True)}, message id {answer}")
        return True
    return False


def _failed(word: str) -> str:
    return click.style(word, fg="red", bold=True)


def _say_more(contacts: "list[Contact]", taken: list[bool]) -> None:
    """The provider took it; whether it arrives, only the responder can say."""
    channels = {contact.channel for contact, was_taken in zip(contacts, taken, strict=True) if was_taken}
    if "sms" in channels:
        click.echo(
            "No text after a minute? An AWS account begins in the SMS sandbox, where only verified numbers get any:"
        )
        click.echo("look at Text messaging (SMS) in the SNS console, there is also the monthly spending limit.")
    if "email" in channels:
        click.echo("No mail after a minute? Look into the spam folder, and verify the sender's whole domain with DKIM.")
