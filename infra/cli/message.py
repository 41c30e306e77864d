"""A message from the command line to one responder, through the real channels and with the operator's own rights."""

from typing import TYPE_CHECKING

import click

from infra.cli.description.problem import masked

if TYPE_CHECKING:
    from callout.domain.brief import Brief
    from callout.domain.oncall import Contact, Responder
    from callout.runtime import Runtime


def brief(runtime: "Runtime", person: "Responder", title: str) -> "Brief":
    from callout.domain.alert import Severity
    from callout.domain.brief import Brief, Kind

    return Brief(
        kind=Kind.TEST,
        page_id="",
        service="Callout",
        title=title,
        severity=Severity.INFO,
        opened_at=runtime.now(),
        link="",
        timezone=person.timezone,
    )


def named(contact: "Contact") -> str:
    return f"{contact.id} to {masked(contact.address)}"


def sent(runtime: "Runtime", contact: "Contact", message: "Brief") -> bool:
    """Whether the provider took it; says so."""
    from callout.domain.errors import Refused, Unavailable
    from infra.cli.provider_words import what_to_do

    where = f"  {named(contact)}:"
    channel = runtime.world.channels.get(contact.channel)
    if channel is None:
        click.echo(f"{where} {_failed('not sent')}; this version of the command does not know the channel")
        return False
    try:
        answer = channel.send(contact.address, message)
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


def no_arrival(contacts: "list[Contact]") -> None:
    """The provider took it; whether it arrives, only the responder can say."""
    channels = {contact.channel for contact in contacts}
    if "sms" in channels:
        click.echo(
            "No text after a minute? An AWS account begins in the SMS sandbox, where only verified numbers get any:"
        )
        click.echo("look at Text messaging (SMS) in the SNS console, there is also the monthly spending limit.")
    if "email" in channels:
        click.echo("No mail after a minute? Look into the spam folder, and verify the sender's whole domain with DKIM.")
