"""Responders as people read them in a terminal, and as JSON: how each is reached, and what was verified of it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from callout.domain import clock
from callout.domain.local_time import date_and_clock, local
from callout.domain.oncall import Away, Contact, Responder, Rule
from callout.domain.verified import Verified
from infra.cli.contacts import reach
from infra.cli.description.duration import written
from infra.cli.description.problem import masked
from infra.cli.screen import GAP, console, framed, plain

Known = Mapping[tuple[str, str], Verified]
NAME_CHARS_MAX = 60
WIDE_COLUMNS = 120
"""For fewer, each has a block of lines instead of a row."""


def show(people: Sequence[Responder], known: Known | None, now: datetime) -> None:
    """`known` is None where nobody can tell what is verified."""
    if not people:
        click.echo("Nobody is described here; `callout apply FILE` puts a description live.")
        return
    screen = console()
    if not screen.is_terminal:
        screen.print(_for_grep(screen, people, known, now))
    elif screen.width < WIDE_COLUMNS:
        screen.print(Group(*(_stacked(person, known, now) for person in people)))
    else:
        screen.print(_for_eyes(screen, people, known, now))


def _stacked(person: Responder, known: Known | None, now: datetime) -> Group:
    """A block of lines, so that no id and no address is broken."""
    about = Text.assemble((person.id, "bold"), "  ", _name(person), "  ", (_place(person, now), "dim"))
    below = [*(_contact(contact, known) for contact in person.contacts), *_how(person, now)]
    return Group(about, *(Padding(line, (0, 0, 0, GAP)) for line in below), Text())


def _place(person: Responder, now: datetime) -> str:
    return f"{_clock(person, now)} {person.timezone}"


def _how(person: Responder, now: datetime) -> Iterator[Text]:
    yield from (plain(rule) for rule in _rules(person))
    if person.alternates:
        yield plain(f"stand-in: {', '.join(person.alternates)}")
    if away := _away(person, now):
        yield Text(f"away {away}", style="yellow")


def _for_eyes(screen: Console, people: Iterable[Responder], known: Known | None, now: datetime) -> Table:
    """A few lines each."""
    table = framed(screen, "responder", "contacts", "how and when")
    table.show_lines = True
    for person in people:
        who = [Text(person.id, style="bold"), _name(person), Text(person.timezone), _clock(person, now)]
        contacts = _lines(_contact(contact, known) for contact in person.contacts)
        table.add_row(_lines(who), contacts, _lines(_how(person, now)))
    return table


def _for_grep(screen: Console, people: Iterable[Responder], known: Known | None, now: datetime) -> Table:
    """A line each."""
    table = framed(screen, "id", "name", "clock", "contacts", "own rules", "alternates", "away")
    for person in people:
        table.add_row(
            person.id,
            _name(person),
            _clock(person, now).append(f" {person.timezone}"),
            Text(", ").join(_contact(contact, known) for contact in person.contacts),
            ", ".join(_rules(person)),
            ", ".join(person.alternates),
            _away(person, now),
        )
    return table


def _lines(parts: Iterable[Text]) -> Text:
    return Text("\n").join(parts)


def _name(person: Responder) -> Text:
    return plain(person.name, NAME_CHARS_MAX)


def _clock(person: Responder, now: datetime) -> Text:
    return Text(f"{local(now, person.timezone):%a %H:%M}")


def _contact(contact: Contact, known: Known | None) -> Text:
    text = plain(f"{contact.id} {masked(contact.address)}")
    if known is None:
        return text
    found = known.get(reach(contact))
    if found is None:
        return text.append(" never verified", style="yellow")
    return text.append(f" verified {found.at:%Y-%m-%d}", style="dim")


def _rules(person: Responder) -> list[str]:
    return [f"{urgency}: {', '.join(map(_rule, rules))}" for urgency, rules in person.rules.items()]


def _rule(rule: Rule) -> str:
    return f"{rule.channel} after {written(rule.after_seconds)}" if rule.after_seconds else rule.channel


def _away(person: Responder, now: datetime) -> str:
    if away := _now(person.away, now):
        return f"until {date_and_clock(away.end, person.timezone)}"
    if away := _next(person.away, now):
        start, end = (date_and_clock(each, person.timezone) for each in (away.start, away.end))
        return f"from {start} until {end}"
    return ""


def _now(times: Iterable[Away], now: datetime) -> Away | None:
    """Of those that hold now, the one that lasts longest."""
    return max((away for away in times if away.start <= now < away.end), key=lambda away: away.end, default=None)


def _next(times: Iterable[Away], now: datetime) -> Away | None:
    return min((away for away in times if away.start > now), key=lambda away: away.start, default=None)


def write_json(people: Sequence[Responder], known: Known | None, now: datetime) -> None:
    click.echo(json.dumps([_json(person, known, now) for person in people], indent=2))


def _json(person: Responder, known: Known | None, now: datetime) -> dict[str, Any]:
    away, coming = _now(person.away, now), _next(person.away, now)
    return {
        "id": person.id,
        "name": person.name,
        "timezone": person.timezone,
        "local_time": local(now, person.timezone).isoformat(timespec="seconds"),
        "contacts": [_contact_json(contact, known) for contact in person.contacts],
        "rules": {str(urgency): [_rule_json(rule) for rule in rules] for urgency, rules in person.rules.items()},
        "alternates": list(person.alternates),
        "away_until": clock.text(away.end) if away else None,
        "next_away": {"from": clock.text(coming.start), "until": clock.text(coming.end)} if coming else None,
    }


def _contact_json(contact: Contact, known: Known | None) -> dict[str, Any]:
    found = known.get(reach(contact)) if known is not None else None
    return {
        "id": contact.id,
        "channel": contact.channel,
        "address": masked(contact.address),
        "verified": None if known is None else found is not None,
        "verified_at": clock.text(found.at) if found else None,
        "verified_by": found.by if found else None,
    }


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {"channel": rule.channel, "after_seconds": rule.after_seconds}
