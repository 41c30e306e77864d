"""`callout local`: the whole stack on this machine, until Ctrl-C."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from infra.cli.called import short
from infra.cli.ground import EXAMPLE, template

if TYPE_CHECKING:
    from infra.local.stack import Stack


@click.command()
@click.option("--port", default=8025, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--config",
    default=EXAMPLE,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The on-call file to apply at the start.  [default: the example]",
)
@click.option("--tls", is_flag=True, help="https, with a certificate made on the spot.")
@click.option("--verbose", is_flag=True, help="Show what the functions print.")
@click.option("--inert", is_flag=True, help="List what template.yaml says and this stack cannot do, and end.")
def local(port: int, host: str, config: Path, tls: bool, verbose: bool, inert: bool) -> None:
    """Run template.yaml on this machine: routes, state machine, schedules, and phones to look at.

    Nothing leaves this machine: no SMS, no mail, no AWS account. What it holds is gone when it ends.
    """
    from infra.cli.described import described, install, key_in
    from infra.local.serve import serve
    from infra.local.server import NotBound
    from infra.local.template import TemplateRefused

    if inert:
        _show_inert()
        return
    oncall, key = described(config), key_in(config)

    def ready(stack: "Stack") -> None:
        install(stack, oncall)
        show_ready(stack, config, key)

    try:
        serve(template(), host, port, tls, verbose, ready)
    except (TemplateRefused, NotBound) as error:
        raise click.ClickException(str(error)) from error
    click.echo("Ended. What it held is gone.")


def show_ready(stack: "Stack", config: Path, key: str) -> None:
    secure = f" --cacert {quote(str(stack.ca))}" if stack.ca else ""
    webhook = f"{stack.url}/webhooks/generic/{key}"
    click.echo(f"Ready: {stack.url} runs template.yaml with {short(config)}")
    click.echo(f"Phones and inboxes:   {stack.url}/_local/phone")
    click.echo(f"Alertmanager posts to {stack.url}/webhooks/alertmanager/{key}")
    click.echo(f"PagerDuty senders to  {stack.url}/v2/enqueue with the routing key {key}")
    click.echo(f"Generic JSON goes to  {webhook}")
    if stack.ca:
        click.echo(
            f"export SSL_CERT_FILE={quote(str(stack.ca))}   # so that Python's clients trust it (curl: --cacert)"
        )
    click.echo("Page somebody:")
    click.echo(f"""  curl{secure} {webhook} -d '{{"title": "p99 above 2 s", "severity": "critical"}}'""")
    click.echo("Everything it holds is gone when it ends (Ctrl-C).")


def _show_inert() -> None:
    from infra.cli.screen import console, framed
    from infra.local.inert import inert
    from infra.local.stack import EMAIL_FROM
    from infra.local.template import translate

    where: dict[tuple[str, str], list[str]] = {}
    for row in inert(translate(template(), {"EmailFrom": EMAIL_FROM})):
        where.setdefault((row.what, row.reason), []).append(row.where)
    screen = console()
    table = framed(screen, "what template.yaml says", "why it does nothing here", "where")
    for (what, reason), names in where.items():
        table.add_row(what, reason, ", ".join(names))
    screen.print(table)
