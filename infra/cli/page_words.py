"""Pages as people read them in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import click
from rich.console import Group
from rich.table import Table
from rich.text import Text

from callout.domain.events import Reason
from callout.domain.local_time import ago
from callout.domain.page import Answer, Entry, Page, State
from callout.domain.text import clean, cut
from infra.cli.page_standing import held, held_briefly, summary, target, waiting_for
from infra.cli.screen import GAP, console, moment, plain, state_text, table

TITLE_CHARS_MAX = 60
WIDE_COLUMNS = 120
ROOM_MIN = 12
IN_LINES = (("id",), ("state",), ("priority",), ("service",), ("title",), ("opened",), ("tier",), ("answered by",))
IN_PAIRS = (("id", "opened"), ("state", "priority"), ("service", "tier"), ("title", "answered by"))
"""Two lines a page, for a terminal that has no room for one."""
NAME_CHARS_MAX = 24
SHOWN_DETAILS_MAX = 30


def show_list(pages: Sequence[Page], now: datetime, where: str, synthetic: bool = False) -> None:
    if not pages:
        click.echo(f"No {'synthetic ' if synthetic else ''}pages in {where}, neither this month nor the one before.")
        return
    screen = console()
    columns = IN_LINES if screen.width >= WIDE_COLUMNS else IN_PAIRS
    screen.print(_listed([_cells(page, now) for page in pages], columns, screen.width))


def _cells(page: Page, now: datetime) -> dict[str, Text]:
    return {
        "id": Text(page.id),
        "state": standing_text(page, now),
        "priority": Text(f"{page.priority} {page.severity}"),
        "service": plain(page.service.id, NAME_CHARS_MAX),
        "title": plain(page.title, TITLE_CHARS_MAX),
        "opened": Text(ago(page.opened_at, now)),
        "tier": Text(_tier(page)),
        "answered by": plain(_first_of(page), TITLE_CHARS_MAX),
    }


def standing_text(page: Page, now: datetime) -> Text:
    if page.held_until:
        return Text(held_briefly(page.held_until, now), style="dim")
    return Text("in a summary", style="dim") if page.open and page.summary else state_text(page.state)


def _listed(rows: Sequence[Mapping[str, Text]], columns: Sequence[Sequence[str]], width: int) -> Table:
    """The title, and what shares its column, is cut to the room that the others leave."""
    others = [column for column in columns if "title" not in column]
    room = width - sum(_width(rows, column) + GAP for column in others) - GAP
    made = table(*("\n".join(column) for column in columns))
    for row in rows:
        for name in next(column for column in columns if "title" in column):
            row[name].truncate(max(room, ROOM_MIN), overflow="ellipsis")
        made.add_row(*(Text("\n").join(row[name] for name in column) for column in columns))
    return made


def _width(rows: Sequence[Mapping[str, Text]], column: Sequence[str]) -> int:
    return max(max(len(name), *(row[name].cell_len for row in rows)) for name in column)


def show_page(page: Page, ledger: Sequence[Entry], now: datetime, utc: bool) -> None:
    facts = table("", "")
    facts.show_header = False
    for name, value in _facts(page, now, utc):
        facts.add_row(Text(name, style="dim"), value)
    console().print(Group(plain(page.title, style="bold"), facts, Text(), _ledger(ledger, utc)))


def _facts(page: Page, now: datetime, utc: bool) -> Iterator[tuple[str, Text]]:
    yield "page", plain(page.id)
    yield "state", state_text(page.state)
    texts = {
        "held": held(page, utc),
        "priority": str(page.priority),
        "severity": page.severity.value,
        "service": page.service.id,
        "owner": page.service.owner,
        "policy": page.policy.id,
        "tier": _tier(page),
        "opened": f"{moment(page.opened_at, utc)}, {ago(page.opened_at, now)}",
        "due next": moment(page.due_at, utc),
        "response target": target(page, now, utc),
        "answered by": ", then ".join(_answerer(page, answer) for answer in page.answers),
        "waiting for": ", ".join(map(_short, waiting_for(page))),
        "summary": summary(page),
        "closed": f"{moment(page.closed_at, utc)} by {page.closed_by}" if page.closed_at else "",
        "sender": page.sender,
        "source": page.source,
        "key": page.key,
        "alerts": str(page.alerts),
        "unparsed": "yes: the alert could not be understood in full" if page.unparsed else "",
        "came after": page.predecessor,
        "runbook": page.runbook or page.service.runbook,
        "bridge": page.service.bridge,
    }
    yield from ((name, plain(text)) for name, text in texts.items() if text)
    for name, value in list(page.details.items())[:SHOWN_DETAILS_MAX]:
        # A summary's details name the pages in it: the id first, to be typed, then how that page stands.
        key, _, rest = name.partition(" ") if page.is_summary else (name, "", "")
        yield f"  {_short(key)}", plain(f"{rest}: {value}" if rest else value)


def _ledger(ledger: Sequence[Entry], utc: bool) -> Table:
    made = table("time", "what", "", "late by")
    made.columns[0].no_wrap = made.columns[1].no_wrap = made.columns[3].no_wrap = True
    for entry in ledger:
        late = "" if entry.late_seconds is None else f"{entry.late_seconds:.1f} s"
        made.add_row(moment(entry.at, utc), plain(entry.what), plain(_said(entry, utc)), late)
    return made


def _said(entry: Entry, utc: bool) -> str:
    if entry.times == 1:
        return entry.text
    return f"{entry.text} ({entry.times} times, last at {moment(entry.until, utc)})"


def _tier(page: Page) -> str:
    return f"{page.tier + 1}/{len(page.policy.tiers)}" if page.turn >= 0 else "–"


def _first_of(page: Page) -> str:
    """Who answered, and how many said so after: those found it acknowledged already."""
    others = len(page.answers) - 1
    waiting = ", ".join(map(_short, waiting_for(page))) if page.answers else ""
    return _first(page) + (f" +{others}" if others > 0 else "") + (f", waiting for {waiting}" if waiting else "")


def _first(page: Page) -> str:
    return _answerer(page, page.answers[0]) if page.answers else ""


def _answerer(page: Page, answer: Answer) -> str:
    """Who answered; the summary that speaks for the page with its whole id, to be typed."""
    return f"summary {page.summary}" if page.summary and not answer.who else _short(answer.name)


def _short(name: str) -> str:
    return cut(clean(name), NAME_CHARS_MAX)


def outcome(page: Page, reason: Reason) -> str:
    """What came of an answer."""
    shown = f"{page.id} ({cut(clean(page.title), TITLE_CHARS_MAX)})"
    match reason:
        case Reason.ACKNOWLEDGED:
            return f"Acknowledged: {shown}. {_lasts(page)}"
        case Reason.COUNTED:
            return f"Answered: {shown}. {_waiting(page)}"
        case Reason.ALREADY_ACKNOWLEDGED if waiting_for(page):
            return f"Answered already: {shown}. {_waiting(page)}"
        case Reason.ALREADY_ACKNOWLEDGED:
            return f"Already acknowledged by {_first(page)}: {shown}. {_lasts(page)}"
        case Reason.RESOLVED:
            return f"Resolved: {shown}. Nobody is notified any more."
        case Reason.ALREADY_CLOSED:
            return f"Already closed by {_short(page.closed_by)}: {shown}. Nothing was changed."
    return f"{reason.value}: {shown}"


def _waiting(page: Page) -> str:
    return f"Waiting for {' and '.join(map(_short, waiting_for(page)))}: each of them must answer."


def _lasts(page: Page) -> str:
    until = page.quiet_until
    if page.state is not State.ACKNOWLEDGED or until is None:
        return "Nobody else is notified."
    return f"Nobody else is notified until {moment(until, utc=False)}; if it is still open then, it comes back."
