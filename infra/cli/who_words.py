"""Who is on call, as people read it in a terminal, and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console, Group
from rich.text import Text

from callout.domain import clock
from callout.domain.events import Held
from callout.domain.local_time import local
from callout.domain.oncall import Responder
from callout.domain.roster import Person
from callout.domain.text import clean, cut
from infra.cli.screen import console, plain, table
from infra.cli.standing import Standing, Wake, somebody_away
from infra.cli.weeks.words import length, moment

NAME_CHARS_MAX = 60
ALARM = "bold #ffffff on #c02020"
NAME = "bold green"
WEEK_DAYS = 7
LONG = "more than a year"


def show(standings: Sequence[Standing], wakes: Sequence[Wake], at: datetime, timezone: str | None) -> None:
    screen = console()
    if not standings and not wakes:
        click.echo("Nobody is on call: no schedule and no service is described here.")
        return
    if not standings:
        click.echo("No schedule is described here; policies name people outright.")
    for standing in standings:
        screen.print(_block(standing, at, timezone or standing.schedule.timezone), Text(), sep="\n")
    if wakes:
        _show_wakes(screen, wakes, at, timezone or "UTC")


def _block(standing: Standing, at: datetime, timezone: str) -> Group:
    schedule = standing.schedule
    heading = Text.assemble((clean(schedule.name), "bold"), (f"  {schedule.id}, {moment(at, timezone)}", "dim"))
    facts = table("", "")
    facts.show_header = False
    facts.columns[0].no_wrap = True
    for name, value in _facts(standing, at, timezone):
        facts.add_row(Text(f"  {name}", style="dim"), value)
    return Group(heading, facts)


def _facts(standing: Standing, at: datetime, timezone: str) -> Iterator[tuple[str, Text]]:
    if standing.who:
        yield "on call", _names(standing.who, NAME)
        yield "since", _when(standing.since, at, timezone, LONG)
        yield "until", _when(standing.until, at, timezone, f"no end within {LONG}")
    else:
        yield "on call", _nobody(standing, at, timezone)
        yield "since", _when(standing.since, at, timezone, LONG)
    if standing.next:
        yield (
            "next",
            _names(standing.next.who).append_text(
                Text(" from ", style="dim").append_text(_when(standing.next.at, at, timezone, ""))
            ),
        )
    if somebody_away(standing, at):
        yield "away", plain(f"pages go to {', '.join(map(str, standing.wakes))}", 500, "yellow")


def _nobody(standing: Standing, at: datetime, timezone: str) -> Text:
    end = moment(standing.until, timezone) if standing.until else "further notice"
    text = Text(f" NOBODY until {end} ", style=ALARM)
    if standing.until:
        return (
            Text()
            .append_text(text)
            .append(f"  {_utc(standing.until, timezone)}{_far(standing.until, at)}", style="dim")
        )
    return text


def _names(people: Iterable[Responder], style: str = "") -> Text:
    return plain(", ".join(cut(clean(person.name) or person.id, NAME_CHARS_MAX) for person in people), 1000, style)


def _when(instant: datetime | None, at: datetime, timezone: str, unknown: str) -> Text:
    if instant is None:
        return Text(unknown, style="dim")
    text = Text(moment(instant, timezone))
    return text.append(f"  {_utc(instant, timezone)}{_far(instant, at)}", style="dim")


def _utc(instant: datetime, timezone: str) -> str:
    if local(instant, timezone).utcoffset() == UTC.utcoffset(None):
        return ""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC, "


def _far(instant: datetime, at: datetime) -> str:
    return f"in {_long(instant, at)}" if instant > at else f"{_long(at, instant)} ago"


def _long(later: datetime, earlier: datetime) -> str:
    """ "4 h 10 min", "2 days 7 h", "12 days": as exact as it matters."""
    days, hours = divmod(int((later - earlier).total_seconds()) // 3600, 24)
    if days < 1:
        return length(later - earlier)
    told = f"{days} day{'s' if days > 1 else ''}"
    return f"{told} {hours} h" if days < WEEK_DAYS and hours else told


def _show_wakes(screen: Console, wakes: Sequence[Wake], at: datetime, timezone: str) -> None:
    screen.print(Text(f"A critical alert at {moment(at, timezone)} would wake", style="bold"))
    made = table("service", "tier", "people")
    for wake in wakes:
        made.add_row(plain(f"  {wake.service.id}", 70), str(wake.tier or "–"), _woken(wake, at, timezone))
    made.show_header = False
    screen.print(made)


def _woken(wake: Wake, at: datetime, timezone: str) -> Text:
    if wake.held:
        end = moment(wake.held.until, timezone, local(at, timezone).date())
        return plain(f"nobody before {end} (maintenance {cut(clean(wake.held.name), NAME_CHARS_MAX)})", 500, "yellow")
    if not wake.people:
        return Text(f" NOBODY ({'; '.join(map(clean, wake.missing)) or 'no tier applies'}) ", style=ALARM)
    text = plain(", ".join(map(_told, wake.people)), 1000)
    if wake.last_resort:
        text = Text("the last resort at once, as no tier for it has anybody: ", style="yellow").append_text(text)
    return text.append(f"  ({'; '.join(map(clean, wake.missing))})", style="red") if wake.missing else text


def _told(person: Person) -> str:
    return cut(clean(str(person)), 2 * NAME_CHARS_MAX)


def write_json(standings: Sequence[Standing], wakes: Sequence[Wake], at: datetime) -> None:
    found = {
        "at": clock.text(at),
        "schedules": [_standing_json(standing) for standing in standings],
        "services": [_wake_json(wake) for wake in wakes],
    }
    click.echo(json.dumps(found, indent=2))


def _standing_json(standing: Standing) -> dict[str, Any]:
    return {
        "id": standing.schedule.id,
        "name": standing.schedule.name,
        "timezone": standing.schedule.timezone,
        "on_call": _people_json(standing.who),
        "since": _text(standing.since),
        "until": _text(standing.until),
        "next": {"on_call": _people_json(standing.next.who), "at": _text(standing.next.at)} if standing.next else None,
        "pages_go_to": _people_json(person.responder for person in standing.wakes),
    }


def _wake_json(wake: Wake) -> dict[str, Any]:
    return {
        "id": wake.service.id,
        "tier": wake.tier or None,
        "wakes": _people_json(person.responder for person in wake.people),
        "last_resort": wake.last_resort,
        "missing": list(wake.missing),
        "maintenance": _held_json(wake.held) if wake.held else None,
    }


def _held_json(held: Held) -> dict[str, Any]:
    return {"id": held.window, "name": held.name, "until": _text(held.until)}


def _people_json(people: Iterable[Responder]) -> list[dict[str, str]]:
    return [{"id": person.id, "name": person.name} for person in people]


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else clock.text(instant)
