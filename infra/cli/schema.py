"""`callout schema`: the on-call file as JSON Schema, from the same models that check it."""

import json

import click


@click.command()
@click.option("--part", is_flag=True, help="For one file of a folder: no section has to be in it.")
def schema(part: bool) -> None:
    """Print the JSON Schema of the on-call file, for editors that complete and check it.

    \b
        callout schema > oncall.schema.json

    and this as the first line of the on-call file, for editors with a YAML language server:

    \b
        # yaml-language-server: $schema=oncall.schema.json
    """
    from infra.cli.description.json_schema import schema_of

    click.echo(json.dumps(schema_of(part), indent=2, ensure_ascii=False))
