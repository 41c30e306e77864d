"""Commands that show something by themselves and have verbs besides."""

import click
from click.core import ParameterSource


def verb_follows(context: click.Context) -> bool:
    """Whether a verb runs next. Options before it would count for nothing, and one may name the deployment: refused."""
    if context.invoked_subcommand is None:
        return False
    if any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in context.params):
        path = f"{context.command_path} {context.invoked_subcommand}"
        raise click.UsageError(f"write the options behind the verb: {path} ...")
    return True
