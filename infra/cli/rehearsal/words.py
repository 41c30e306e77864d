"""A simulation as people read it in a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rich.console import Group
from rich.text import Text

from callout.domain.agreement import priority_of, urgency_of
from callout.domain.brief import Brief, Kind
from callout.domain.local_time import date_and_clock, local
from callout.domain.notice import RETRY_SECONDS
from callout.domain.oncall import OnCall
from callout.domain.page import Page, State
from callout.runtime import at_first_sight
from infra.cli.description.duration import written
from infra.cli.description.problem import listed, masked
from infra.cli.rehearsal.events import Happening, Sent
from infra.cli.rehearsal.simulation import Simulated
from infra.cli.screen import console, plain, table

STYLES = {
    "exhausted": "bold white on red",
    "unavailable": "red",
    "refused": "red",
    "given up": "red",
    "unreachable": "red",
    "no contact": "red",
    "nobody": "red",
    "empty": "yellow",
    "target missed": "bold red",
    "target at risk": "bold yellow",
    "acknowledged": "green",
    "counted": "green",
    "resolved": "green",
}
"""Of the ledger's words those that somebody must not overlook; all others are dim."""
AGAIN = frozenset({"unavailable"})
SERIES_GAP = timedelta(seconds=2 * max(RETRY_SECONDS))
"""A message that could not go out is tried again sooner than this."""
TEXT_CHARS_MAX = 200
NAME_CHARS_MAX = 24
NAMES_SHOWN_MAX = 12
WIDE_COLUMNS = 120
"""For fewer, all that is said shares a column."""
CHANNEL_WORDS = {"sms": "SMS"}


def show(simulated: Simulated, oncall: OnCall, place: str) -> None:
    """`place`: the zone in which whatever is no notice shows its time."""
    screen = console()
    screen.print(plain(headline(simulated, oncall, place)), Text(), sep="\n")
    wide = screen.width >= WIDE_COLUMNS
    made = table("after", "local time", *(("what", "who", "by", "") if wide else ("",)))
    for column in made.columns[:3] if wide else made.columns[:2]:
        column.no_wrap = True
    for happening in folded(simulated.happenings):
        times, cells = _cells(simulated, happening, oncall, place)
        made.add_row(*times, *(cells if wide else (Text(" ").join(cell for cell in cells if cell),)))
    screen.print(Group(made, Text(), *(plain(line) for line in summary(simulated, oncall))))


def folded(happenings: Sequence[Happening]) -> list[Happening]:
    """One line for a message that is tried again and again, where it was tried first."""
    series: dict[tuple[str, str], list[Happening]] = {}
    lines: list[list[Happening]] = []
    for each in happenings:
        before = series.get((each.page_id, each.text), [])
        if each.what in AGAIN and before and each.at - before[-1].at <= SERIES_GAP:
            before.append(each)
            continue
        series[(each.page_id, each.text)] = line = [each]
        lines.append(line)
    return [_one_line(line) for line in lines]


def _one_line(tries: Sequence[Happening]) -> Happening:
    first, last = tries[0], tries[-1]
    if first is last:
        return first
    span = written(round((last.at - first.at).total_seconds()))
    return replace(first, text=f"{first.text} ({len(tries)} tries, {span})")


def _cells(simulated: Simulated, happening: Happening, oncall: OnCall, place: str) -> tuple[list[Text], list[Text]]:
    """When, and what, who, by, words."""
    sent = happening.sent
    passed = Text(f"+{after(simulated, happening.at)}")
    if sent is None:
        style = STYLES.get(happening.what, "dim")
        words = plain(happening.text, TEXT_CHARS_MAX, style="" if style == "dim" else style)
        here = Text(clock(happening.at, place), style="dim")
        return [passed, here], [plain(happening.what, style=style), Text(), Text(), words]
    return [passed, Text(clock(sent.at, sent.brief.timezone))], [
        Text(why(sent.brief), style="bold"),
        plain(oncall.responders[sent.notice.responder].name, NAME_CHARS_MAX, style="bold"),
        plain(f"{channel(sent)} {masked(sent.address)}", style="cyan"),
        plain(said(sent), TEXT_CHARS_MAX),
    ]


def after(simulated: Simulated, at: datetime) -> str:
    return written(round((at - simulated.plan.at).total_seconds()))


def clock(at: datetime, place: str) -> str:
    return f"{local(at, place):%a %H:%M:%S %Z}"


def why(brief: Brief) -> str:
    """Why a notice goes out: the turn of its tier, or its kind where that says more."""
    return f"tier {brief.tier}" if brief.kind is Kind.PAGE else brief.kind.value


def channel(sent: Sent) -> str:
    return CHANNEL_WORDS.get(sent.notice.channel, sent.notice.channel)


def said(sent: Sent) -> str:
    """The text as it would be sent, or what a mail shows first; with a word in the place of the link."""
    words = at_first_sight(sent.notice.channel, sent.brief)
    return words.replace(sent.brief.link, "(link)")


def summary(simulated: Simulated, oncall: OnCall) -> Iterator[str]:
    notices = simulated.notices
    if not notices:
        yield "Nobody was notified."
    else:
        counts = Counter(oncall.responders[sent.notice.responder].name for sent in notices)
        told = [f"{name} ({count})" for name, count in counts.most_common(NAMES_SHOWN_MAX)]
        more = [f"{len(counts) - NAMES_SHOWN_MAX} others"] if len(counts) > NAMES_SHOWN_MAX else []
        number = f"{len(notices)} notice{'s' if len(notices) > 1 else ''}"
        yield f"First notified after {after(simulated, notices[0].at)}; {number} in all, to {listed([*told, *more])}."
    yield from (f"{line}." for page in simulated.pages for line in _end_of(simulated, page))
    if simulated.stopped:
        yield f"The simulation ends after {after(simulated, simulated.end)}: {simulated.stopped}."


def _end_of(simulated: Simulated, page: Page) -> Iterator[str]:
    if page.summary:
        yield "The maintenance window's summary speaks for it"
        return
    mine = [each for each in simulated.happenings if each.page_id == page.id]
    answered = [f"{answer.name} after {after(simulated, answer.at)}" for answer in page.answers]
    exhausted = next((each.at for each in mine if each.what == "exhausted"), None)
    if answered:
        yield f"Answered by {listed(answered)}"
    if exhausted:
        yield f"Exhausted after {after(simulated, exhausted)}, when every tier had had its turn"
    yield from _goes_on(simulated, page, exhausted=exhausted is not None)


def _goes_on(simulated: Simulated, page: Page, exhausted: bool) -> Iterator[str]:
    match page.state:
        case State.RESOLVED:
            yield f"Over after {after(simulated, page.closed_at or simulated.end)}: {page.closed_by} said so"
        case State.ACKNOWLEDGED if page.quiet_until is not None:
            yield f"If it is still open after {after(simulated, page.quiet_until)}, it comes back"
        case State.ACKNOWLEDGED:
            yield "It never comes back by itself"
        case State.EXHAUSTED:
            yield f"Nobody answered; it comes back every {written(page.policy.comeback_seconds)} until somebody does"
        case State.TRIGGERED:
            again = " any more" if exhausted else ""
            yield f"Nobody has answered{again}"


def headline(simulated: Simulated, oncall: OnCall, place: str) -> str:
    """Which instant was taken, in UTC and where the service's people read the clock."""
    plan = simulated.plan
    service = oncall.services[plan.service]
    utc = f"{plan.at:%Y-%m-%d %H:%M:%S} UTC"
    there = "" if place == "UTC" else f", which is {date_and_clock(plan.at, place)} in {place}"
    priority = priority_of(service, plan.severity)
    matters = f"{priority}, {urgency_of(service, priority, plan.at)} urgency"
    return f"{service.name}: {plan.severity} alert ({matters}) at {utc}{there}."
