"""`callout responders`, and responders as the operator names them, their addresses as they may be shown."""

import re
from typing import TYPE_CHECKING

import click

from infra.cli.source import Source, find, source_options

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall, Responder

IDS_SHOWN_MAX = 20
ADDRESS = re.compile(r"@|(?:[0-9][\s().-]*){7}")


@click.command()
@source_options
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, times in UTC.")
def responders(source: Source, as_json: bool) -> None:
    """List who is described, how each is reached, and since when that is verified.

    Several FILEs, or a folder of them, are one description together. Which contacts are verified is known of what is
    live only, not of files.
    """
    from datetime import UTC, datetime

    from infra.cli import contacts, responder_words

    found = find(source)
    people = list(found.oncall.responders.values())
    verified = contacts.verified(found.runtime, people) if found.runtime else None
    now = datetime.now(UTC)
    if as_json:
        responder_words.write_json(people, verified, now)
    else:
        responder_words.show(people, verified, now)


def the_responder(oncall: "OnCall", name: str, option: str = "") -> "Responder":
    """The responder of that id or name, or the command ends with a sentence that names the nearest right one.

    `option`: which of the command's words it was, where that is not plain.
    """
    if not oncall.responders:
        raise click.ClickException("nobody is described yet; `callout apply FILE` first")
    if name in oncall.responders:
        return oncall.responders[name]
    folded = name.strip().casefold()
    found = [each for each in oncall.responders.values() if folded in (each.id.casefold(), each.name.casefold())]
    if len(found) == 1:
        return found[0]
    from infra.cli.description.problem import listed, shown

    if found:
        ids = listed(sorted(each.id for each in found), joint="or")
        raise click.ClickException(f'{option}"{shown(name)}" may be {ids}; write the id')
    said = f'{option}no responder of the id or the name "{shown(name)}" is live'
    raise click.ClickException(f"{said}; {not_given(name) or _fix(oncall, name)}")


def not_given(name: str) -> str:
    """What to do where it cannot be anybody's name; "" otherwise."""
    if not name.strip():
        return "nothing was given (an unset shell variable?)"
    if ADDRESS.search(name):
        return "write an id or a name, not a number or an address"
    return ""


def _fix(oncall: "OnCall", name: str) -> str:
    from infra.cli.description.problem import listed, nearest

    right = nearest(name, [*(each.name for each in oncall.responders.values()), *oncall.responders])
    if right:
        return f'did you mean "{right}"?'
    ids = sorted(oncall.responders)
    more = f" and {len(ids) - IDS_SHOWN_MAX} more" if len(ids) > IDS_SHOWN_MAX else ""
    return f"there are {', '.join(ids[:IDS_SHOWN_MAX])}{more}" if more else f"there are {listed(ids)}"
