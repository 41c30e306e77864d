"""An explanation as people read it in a terminal: a verdict, sentences with their time, and what they stand on."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from callout.domain.notice import Outcome
from callout.domain.page import Page
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.notices import Row, note_of
from infra.cli.explaining.people import SINK_NAME
from infra.cli.explaining.sentence import Evidence, Ground, Sentence
from infra.cli.explaining.why import Answer, Explanation, Verdict
from infra.cli.page_words import standing_text
from infra.cli.screen import GAP, console, plain, table

ADDRESS = re.compile(r"[^\s,;:()<>]+@[^\s,;:()<>]+|\+?(?<![\w-])\d(?:[ ().-]?\d){8,}(?![\w-])")
"""What a provider, or an author's name, may bring along: never shown here."""
CHARS_MAX = 2000
NAME_COLUMNS = 24
ROWS_SHOWN_MAX = 24
ROWS_FIRST = 6
NOTE_CHARS_MAX = 60
STYLES = {
    Verdict.NOTIFIED: "bold green",
    Verdict.LOST: "bold red",
    Verdict.UNSURE: "bold yellow",
    Verdict.FAILED: "bold red",
    Verdict.SUMMARY: "bold green",
    Verdict.NOT_YET: "bold yellow",
    Verdict.NOT: "bold red",
}
SAYS = {
    Verdict.NOTIFIED: "was notified",
    Verdict.LOST: "was sent a message, and it did not arrive",
    Verdict.UNSURE: "may have been notified: no provider's answer is written down",
    Verdict.FAILED: "was not reached: no provider took a message",
    Verdict.SUMMARY: "was notified by the page that spoke for this one",
    Verdict.NOT_YET: "was not notified so far",
    Verdict.NOT: "was not notified",
}
ANSWERS = {Outcome.SENT: "taken", Outcome.REFUSED: "refused", Outcome.UNAVAILABLE: "not reached"}


def bare(text: str) -> str:
    return ADDRESS.sub("…", text)


def show(page: Page, found: Explanation, say: Clock, now: datetime) -> None:
    write(console(), page, found, say, now)


def write(screen: Console, page: Page, found: Explanation, say: Clock, now: datetime) -> None:
    screen.print(plain(page.title, style="bold"))
    stood = Text.assemble(f"page {page.id}, {page.service.id}, {page.priority}, ", standing_text(page, now))
    screen.print(stood)
    opened = f"opened {say.whole(page.opened_at)}, explained {say.whole(now)}"
    screen.print(Text(opened, style="dim"))
    screen.print(plain(f"Now: {bare(found.now.text)}", CHARS_MAX, style="bold"))
    screen.print(*(Padding(line, (0, 0, 0, 5), expand=False) for line in _below(found.now, say, whole=False)))
    for answer in found.answers:
        screen.print(Text(), _block(answer, say, whole=len(found.answers) == 1), sep="\n")
    if not found.answers:
        screen.print(Text(), Text("Nobody was told, and nobody is named by its policy."), sep="\n")
    _show_rows(screen, found.answers, say)
    screen.print(Text(), Text("What happened to the page", style="bold"), sep="\n")
    made = _timed()
    for sentence in found.common:
        _add(made, sentence, say, whole=False)
    screen.print(made)


def verdict(answer: Answer) -> str:
    name = SINK_NAME.capitalize() if answer.name == SINK_NAME else answer.name
    return f"{name} {SAYS[answer.verdict]}."


def _block(answer: Answer, say: Clock, whole: bool) -> Group:
    heading = plain(bare(verdict(answer)), style=STYLES[answer.verdict])
    made = _timed()
    for sentence in answer.sentences:
        _add(made, sentence, say, whole)
    return Group(heading, made)


def _timed() -> Table:
    made = Table.grid(padding=(0, GAP, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    return made


def _add(made: Table, sentence: Sentence, say: Clock, whole: bool) -> None:
    again = f" ({sentence.times} times, last at {say(sentence.until)})" if sentence.until else ""
    time, day = say.time(sentence.at), say.day(sentence.at)
    made.add_row(
        Text(f"  {time}" + (f"\n  {day}" if day else ""), style="cyan"), plain(bare(sentence.text + again), CHARS_MAX)
    )
    for line in _below(sentence, say, whole):
        made.add_row("", Padding(line, (0, 0, 0, 2)))


def _below(sentence: Sentence, say: Clock, whole: bool) -> Iterator[Text]:
    told = [_evidence(each, say, whole) for each in sentence.evidence]
    for line in told if whole else ["; ".join(told)]:
        yield plain(bare(line), CHARS_MAX, "dim")
    if sentence.fix:
        yield plain(f"To change that: {bare(sentence.fix)}", CHARS_MAX, "italic")


def _evidence(evidence: Evidence, say: Clock, whole: bool) -> str:
    if evidence.ground is Ground.INFERRED:
        return f"inferred from {evidence.text}" if whole else "inferred"
    if evidence.ground is Ground.LEDGER:
        at = f"{say(evidence.at)}" if evidence.at else ""
        return f"ledger {at}, {evidence.text if whole else evidence.brief}"
    if not whole:
        return evidence.brief
    since = f"live since {say(evidence.at)}" if evidence.at else "live; since when is not known"
    return f"{evidence.text}, {since}"


def _show_rows(screen: Console, answers: Sequence[Answer], say: Clock) -> None:
    """Two lines a notice: there are more columns than a terminal has room for."""
    rows = [(answer.name, row) for answer in answers for row in answer.rows]
    if not rows:
        return
    columns = ("notice\nto", "due\nintended", "handed over\nprovider", "receipt\n", "opened\nanswered")
    made = table(*columns)
    ordered = sorted(rows, key=lambda each: (each[1].begins_at, each[1].number))
    cut = len(ordered) > ROWS_SHOWN_MAX
    for name, row in [*ordered[:ROWS_FIRST], *ordered[ROWS_FIRST - ROWS_SHOWN_MAX :]] if cut else ordered:
        made.add_row(*(Text("\n").join(pair) for pair in _pairs(name, row, say)))
    screen.print(Text(), made, sep="\n")
    if cut:
        left = len(ordered) - ROWS_SHOWN_MAX
        screen.print(Text(f"{left} more between the first {ROWS_FIRST} and the others: --json has them.", style="dim"))


def _pairs(name: str, row: Row, say: Clock) -> Iterator[tuple[Text, Text]]:
    number = f"{row.number} " if row.number else ""
    yield plain(f"{number}{row.channel or '?'}: {row.kind or '?'}"), plain(name, NAME_COLUMNS)
    yield _time(row.due, say), _time(row.intended.at if row.intended else None, say)
    yield _time(row.last.at if row.last else None, say), plain(bare(provider(row)), NOTE_CHARS_MAX)
    receipt = row.receipts[-1] if row.receipts else None
    yield _time(receipt.at if receipt else None, say), plain(bare(note_of(receipt)) if receipt else "", NOTE_CHARS_MAX)
    opened = row.opened[0].at if row.opened else None
    yield _time(opened, say), _time(row.answer.at if row.answer else None, say)


def _time(at: datetime | None, say: Clock) -> Text:
    return Text(say.short(at) if at else "–")


def provider(row: Row) -> str:
    """ "taken", "refused (opted out)", "taken, 2 tries" """
    if row.last is None:
        return "no answer"
    tries = f", {len(row.intents)} tries" if len(row.intents) > 1 else ""
    note = note_of(row.last) if row.last.what in (Outcome.REFUSED, Outcome.UNAVAILABLE) else ""
    return f"{ANSWERS.get(Outcome(row.last.what), row.last.what)}{f' ({note})' if note else ''}{tries}"
