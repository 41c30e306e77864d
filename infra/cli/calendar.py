"""`callout calendar`: a schedule's weeks in the terminal, as a picture, and as a calendar to import or subscribe to."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from infra.cli.given import day
from infra.cli.source import Found, Source, find, say_unread, source_options

if TYPE_CHECKING:
    from callout.domain.schedule import Schedule
    from infra.cli.weeks.weeks import Month

WEEKS = 6
WEEKS_MAX = 53
STDOUT = "-"


@click.command()
@source_options
@click.option("--schedule", metavar="ID", help="Which one; may be left out where there is only one.")
@click.option("--weeks", type=click.IntRange(1, WEEKS_MAX), default=WEEKS, show_default=True, help="How many.")
@click.option(
    "--from", "begins", metavar="DATE", callback=day, help="From the Monday of that day's week.  [default: today]"
)
@click.option("--svg", metavar="FILE", help="Draw it into FILE as SVG; - writes to the output.")
@click.option("--ics", metavar="FILE", help="Write its shifts into FILE as iCalendar; - writes to the output.")
@click.option("--feed", is_flag=True, help="Print an address that calendars can subscribe to; with --live.")
def calendar(
    source: Source,
    schedule: str | None,
    weeks: int,
    begins: date | None,
    svg: str | None,
    ics: str | None,
    feed: bool,
) -> None:
    """Show a schedule's weeks: who is on call, handoffs, gaps, and the days on which the clocks change.

    Several FILEs, or a folder of them, are one description together. The terminal's calendar says the same without
    colours. The SVG also shows what each layer says, so that one sees why.

    --feed: whoever knows the address can read the names, and nothing else. It shows two weeks back and eight ahead,
    and ends when the key that signed it does: with the second `callout signing-keys rotate`.
    """
    from infra.cli.schedules import the_schedule

    if feed and source.files:
        raise click.UsageError("only what is live has a feed: leave the files out and add --live")
    if svg == STDOUT and ics == STDOUT:
        raise click.UsageError("only one of --svg and --ics can be written to the output: give the other a file")
    found = find(source)
    chosen = the_schedule(found.oncall, schedule)
    if feed:
        click.echo(_address(found, chosen))
        return
    _show(found, chosen, _month(found, chosen, begins, weeks), svg, ics)


def _show(found: Found, schedule: "Schedule", month: "Month", svg: str | None, ics: str | None) -> None:
    from infra.cli.weeks.people import faces

    people = faces(found.oncall, schedule)
    if svg is not None:
        from infra.cli.weeks.svg import render

        _write(svg, render(month, people), "Drawn")
    if ics is not None:
        from callout.web import feed

        _write(ics, feed.render(found.oncall, schedule, month.start, month.end, _now()), "Written")
    if svg is None and ics is None:
        from infra.cli.screen import console
        from infra.cli.weeks import text as calendar_text

        calendar_text.show(month, people, console())


def _month(found: Found, schedule: "Schedule", begins: date | None, weeks: int) -> "Month":
    from callout.domain.local_time import local
    from infra.cli.weeks.weeks import month

    first = begins or local(_now(), schedule.timezone).date()
    made = month(found.oncall, schedule, first, weeks)
    say_unread(found, made.end, schedule)
    return made


def _now() -> datetime:
    from callout.runtime import now

    return now()


def _write(file: str, text: str, done: str) -> None:
    if file == STDOUT:
        click.echo(text.encode(), nl=False)
        return
    try:
        with open(file, "wb") as opened:
            opened.write(text.encode())
    except OSError as error:
        raise click.ClickException(f"{click.format_filename(file)} cannot be written: {error.strerror}") from None
    click.echo(f"{done} into {click.format_filename(file)}.", err=True)


def _address(found: Found, schedule: "Schedule") -> str:
    from callout.domain import feed_address
    from callout.web.feed import SUFFIX

    if found.live is None or found.runtime is None:
        raise click.UsageError("only what is live has a feed: add --live")
    key = found.runtime.keys.read_or_make().present
    return f"{found.live.outputs.base_url}/calendar/{feed_address.issue(key, schedule.id)}{SUFFIX}"
