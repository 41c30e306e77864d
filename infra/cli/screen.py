"""What commands write and ask. Text that came from outside cannot write to the terminal from here."""

import os
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callout.domain import text as texts

if TYPE_CHECKING:
    from datetime import datetime

GAP = 2
PIPED_COLUMNS = 200
"""Where nobody looks at a terminal there is no edge to keep to: grep finds the whole line."""

STATE_STYLES = {
    "triggered": "bold red",
    "exhausted": "bold white on red",
    "acknowledged": "yellow",
    "resolved": "green",
}


def console(markup: bool = False) -> Console:
    """Plain words and styles only: no emoji codes, nothing guessed to be a number or an address."""
    found = Console(markup=markup, emoji=False, highlight=False)
    if not found.is_terminal:
        found.width = _piped_columns()
    return found


def _piped_columns() -> int:
    told = os.environ.get("COLUMNS", "")
    return int(told) if told.isdecimal() and int(told) else PIPED_COLUMNS


def plain(text: str, chars_max: int = 1000, style: str = "") -> Text:
    """Text from outside, as one line without anything that could steer a terminal."""
    return Text(texts.cut(texts.clean(text), chars_max), style=style)


def state_text(state: str) -> Text:
    return plain(state, style=STATE_STYLES.get(state, ""))


def table(*headings: str) -> Table:
    made = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def framed(screen: Console, *headings: str, title: str | None = None) -> Table:
    """A table with lines around it where somebody looks at it, and without where a program reads it."""
    made = Table() if screen.is_terminal else table()
    made.title, made.title_justify = title, "left"
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def moment(instant: "datetime | None", utc: bool) -> str:
    """By the clock of this machine, or in UTC; either way with the zone's name."""
    if instant is None:
        return ""
    from datetime import UTC

    return f"{instant.astimezone(UTC if utc else None):%Y-%m-%d %H:%M:%S %Z}"


def can_ask() -> bool:
    return sys.stdin.isatty()


def confirmed(question: str, yes: bool) -> None:
    """Returns if the answer is yes, and ends the command otherwise."""
    if yes:
        return
    if not can_ask():
        raise click.ClickException("nothing was changed: there is nobody here to ask; add --yes to go on without")
    if not click.confirm(question):
        click.echo("Nothing was changed.")
        raise click.exceptions.Exit(1)
