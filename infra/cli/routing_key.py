"""`callout routing-key`: a routing key that nobody can guess."""

import secrets
import string

import click

# As long as PagerDuty's: senders that speak its Events API refuse any other length. 190 bits.
KEY_CHARS = 32
_ALPHABET = string.ascii_letters + string.digits


@click.command("routing-key")
def routing_key() -> None:
    """Make a routing key, and print it this once.

    The monitoring tool gets the key. The on-call file gets the key too, or its SHA-256, which may lie in a repository.
    """
    import hashlib

    made = "".join(secrets.choice(_ALPHABET) for _ in range(KEY_CHARS))
    click.echo(f"for the monitoring tool:  {made}")
    click.echo(f'for the on-call file:     routing_keys: ["sha256:{hashlib.sha256(made.encode()).hexdigest()}"]')
