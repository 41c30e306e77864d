"""`callout who`: who is on call, since when, until when, and who comes after."""

import click

from infra.cli.given import timezone as zone
from infra.cli.source import Source, find, say_unread, source_options


@click.command()
@source_options
@click.option("--at", metavar="TIME", help="Another instant: 2026-03-29T01:59, or with Z or an offset.  [default: now]")
@click.option("--schedule", metavar="ID", help="Only this one.  [default: all]")
@click.option(
    "--timezone",
    metavar="ZONE",
    callback=zone,
    help="Show and read times by this clock.  [default: the schedule's own]",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, times in UTC.")
def who(source: Source, at: str | None, schedule: str | None, timezone: str | None, as_json: bool) -> None:
    """Show who is on call, by on-call files or by what is live, and whom a page would wake.

    Several FILEs, or a folder of them, are one description together. A time without an offset is read by the clock of
    --timezone, or else of the schedules that are shown.
    """
    from infra.cli import who_words
    from infra.cli.schedules import chosen, instant_of
    from infra.cli.standing import standings, wakes

    found = find(source)
    schedules = chosen(found.oncall, schedule)
    moment = instant_of(at, timezone, (each.timezone for each in schedules))
    say_unread(found, moment, *schedules)
    shown = standings(found.oncall, schedules, moment)
    woken = wakes(found.oncall, moment) if schedule is None else []
    if as_json:
        who_words.write_json(shown, woken, moment)
    else:
        who_words.show(shown, woken, moment, timezone)
