"""Where the pieces of a checkout lie that the local commands need."""

from pathlib import Path
from typing import Final

import click

ROOT: Final = Path(__file__).parents[2]
TEMPLATE: Final = ROOT / "template.yaml"
EXAMPLE: Final = Path(__file__).with_name("example.yaml")
CAPTURES: Final = ROOT / "tests" / "captures"


def template() -> Path:
    if not TEMPLATE.exists():
        raise click.ClickException(
            "template.yaml is not beside this package: install Callout from its checkout with `pip install -e .`"
        )
    return TEMPLATE
