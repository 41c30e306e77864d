"""Whatever goes wrong in a command, as one sentence; a stack trace only for who asks for it."""

import errno
from typing import Any

import click


class InOneSentence(click.Group):
    """Turns every exception of its commands into a sentence and status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # click's own words
        except Exception as error:
            if ctx.params.get("debug") or _reader_is_gone(error):
                raise
            raise click.ClickException(in_words(error)) from error


def _reader_is_gone(error: Exception) -> bool:
    """`callout pages | head` is no mistake; click ends it quietly."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def in_words(error: Exception) -> str:
    # Only here, because they are slow to import and help needs none of them.
    from botocore.exceptions import BotoCoreError, ClientError

    from callout.domain.errors import Unavailable
    from infra.cli import aws_words

    # The store says Unavailable for whatever AWS said; the operator can act on what it was.
    said = error.__context__ if isinstance(error, Unavailable) else error
    if isinstance(said, (BotoCoreError, ClientError)):
        return aws_words.in_words(said)
    if isinstance(error, Unavailable):
        return f"{error}; try again"
    # Not its text: that may repeat what was being sent, an address for example.
    return f"Callout itself failed ({type(error).__name__}); `callout --debug ...` shows where"
