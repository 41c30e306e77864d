"""`callout verify`: a contact is verified once somebody has typed the code that was sent to it."""

import secrets
from typing import TYPE_CHECKING

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.responders import the_responder

if TYPE_CHECKING:
    from callout.domain.oncall import Contact, Responder
    from callout.runtime import Runtime
    from infra.cli.live import Live

CODE_DIGITS = 6
TRIES = 3


@click.command()
@click.argument("responder")
@click.option("--contact", metavar="ID", help='Only this one ("sms-2"), even if it is verified already.')
@deployment_options
@click.pass_context
def verify(context: click.Context, deployment: Deployment, responder: str, contact: str | None) -> None:
    """Send a code to each contact of RESPONDER that was never verified, and ask for it here.

    RESPONDER is an id of the on-call file that is live. It is the address that is verified: a new one in the file has
    to be verified again. Pages go to contacts that never were, too. Exits with 1 if any of them still is not verified.
    """
    from infra.cli.description.problem import listed
    from infra.cli.message import no_arrival
    from infra.cli.operating import operate
    from infra.cli.screen import can_ask

    live, runtime = operate(deployment)
    person = the_responder(runtime.versions.read(runtime.versions.live()), responder)
    contacts = _wanted(runtime, person, contact)
    if not contacts:
        click.echo(f"Every contact of {person.id} is verified already; --contact sends a code all the same.")
        return
    if not can_ask():
        raise click.ClickException("nothing was sent: there is nobody here to type the code; run it in a terminal")
    click.echo(f"Verifying {person.id} from {live.name}:")
    codes = _sent(runtime, person, contacts)
    done = _typed(live, runtime, codes)
    if len(done) < len(contacts):
        missing = listed(each.id for each in contacts if each not in done)
        no_arrival([each for each in codes if each not in done])
        click.echo(f"Not verified: {missing}. Run this again for a new code; pages go there all the same.")
        context.exit(1)


def _wanted(runtime: "Runtime", person: "Responder", named: str | None) -> "list[Contact]":
    from infra.cli.contacts import unverified
    from infra.cli.description.problem import listed

    if not person.contacts:
        raise click.ClickException(f"{person.id} has no contact method")
    if named is None:
        return unverified(runtime, [person]).get(person.id, [])
    found = [contact for contact in person.contacts if contact.id == named]
    if not found:
        have = listed(contact.id for contact in person.contacts)
        raise click.ClickException(f"{person.id} has no contact of that id; --contact takes {have}")
    return found


def _sent(runtime: "Runtime", person: "Responder", contacts: "list[Contact]") -> "dict[Contact, str]":
    """What was sent where; each contact its own, so that one phone cannot vouch for another. It is kept nowhere."""
    from infra.cli.login import login_name
    from infra.cli.message import brief, sent

    codes: dict[Contact, str] = {}
    for contact in contacts:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        title = f"code {code}, for {login_name()}, who is checking that messages reach you"
        if sent(runtime, contact, brief(runtime, person, title)):
            codes[contact] = code
    return codes


def _typed(live: "Live", runtime: "Runtime", codes: "dict[Contact, str]") -> "list[Contact]":
    """Those whose code was typed; each is marked at once, so that it stays whatever comes after."""
    from callout.domain.verified import Verified
    from infra.cli.author import author
    from infra.cli.message import named

    by, done = author(live), []
    for contact, code in codes.items():
        if _right(named(contact), code):
            runtime.contacts.mark(contact.channel, contact.address, Verified(runtime.now(), by))
            click.echo(f"  {named(contact)}: {click.style('verified', fg='green', bold=True)}")
            done.append(contact)
    return done


def _right(name: str, code: str) -> bool:
    for left in reversed(range(TRIES)):
        said = click.prompt(f"The code that came by {name} (Enter skips)", default="", show_default=False)
        typed = "".join(said.split())  # a phone may show it in two halves
        if not typed:
            return False
        if secrets.compare_digest(typed.encode(errors="replace"), code.encode()):
            return True
        tries = {0: "no more tries", 1: "one more try"}.get(left, f"{left} more tries")
        click.echo(f"That is not the code that was sent there; {tries}.")
    return False
