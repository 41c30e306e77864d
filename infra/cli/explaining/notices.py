"""Each notice as one row: due, intended, handed over, the provider's answer, its receipt, opened, answered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callout.domain.notice import Outcome
from callout.domain.page import Entry
from infra.cli.explaining.asked import answerer
from infra.cli.explaining.case import Case

KINDS = "page|still open|at risk|news|exhausted|test"
OF = re.compile(rf"^(?P<channel>\S+) to (?P<name>.*?): (?P<rest>(?P<kind>{KINDS})\b.*)$", re.DOTALL)
OF_RECEIPT = re.compile(r"^(?P<channel>\S+) to (?P<name>.*?): (?P<rest>.*)$", re.DOTALL)
NOTE = re.compile(r"\((?P<note>.*)\)$", re.DOTALL)
OPENED = re.compile(r"^the (?P<by>\S+ link) of (?P<name>.*) was opened$", re.DOTALL)
WAYS = {"SMS link": "sms", "email link": "email"}
ANSWERED = ("acknowledged", "already acknowledged", "counted", "resolved")
SAID = (Outcome.SENT, Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.GIVEN_UP)
LOST = re.compile(
    r"^it came back(?!, perhaps)|SES (?:did not|could not)|did not arrive|not deliver(?!ed yet)|undeliver|bounce"
    r"|unreach|unavailable|block|invalid|opted out|quota|unknown error|spam by|fail|reject|refus|expired|exceed",
    re.IGNORECASE,
)
"""In a receipt's words: it will never arrive."""


@dataclass
class Row:
    number: int
    """The notice's; 0 where an older ledger does not say it."""
    name: str = ""
    """Of its responder, as the ledger has it."""
    who: frozenset[str] = frozenset()
    """The ids of whom that name meant then; more than one of namesakes."""
    channel: str = ""
    kind: str = ""
    intents: list[Entry] = field(default_factory=list)
    said: list[Entry] = field(default_factory=list)
    """What the provider answered, try by try."""
    receipts: list[Entry] = field(default_factory=list)
    opened: list[Entry] = field(default_factory=list)
    unanswered: list[Entry] = field(default_factory=list)
    next_way: list[Entry] = field(default_factory=list)
    answer: Entry | None = None
    refused: bool = False
    """For good, as the page itself still knows it."""

    @property
    def due(self) -> datetime | None:
        first = self.intended
        return first.at - timedelta(seconds=first.late_seconds or 0.0) if first else None

    @property
    def intended(self) -> Entry | None:
        return next(iter(self.intents), None)

    @property
    def last(self) -> Entry | None:
        """What the provider said last."""
        return next(reversed(self.said), None)

    @property
    def sent(self) -> Entry | None:
        return next((entry for entry in self.said if entry.what == Outcome.SENT), None)

    @property
    def lost(self) -> Entry | None:
        """The receipt that says that it did not arrive: what the engine did about it shows it, or else its words."""
        if self.sent is None:
            return None
        acted = [entry.at for entry in self.next_way]
        told = (e for e in self.receipts if e.at in acted or LOST.search(note_of(e)))
        return next(told, None) or (next(iter(self.receipts), None) if self.refused else None)

    @property
    def begins_at(self) -> datetime:
        entries = [*self.intents, *self.said, *self.receipts, *self.unanswered, *self.opened]
        return entries[0].at


def rows(case: Case) -> tuple[Row, ...]:
    found: dict[tuple[int, str, datetime | None], Row] = {}
    for entry in case.ledger:
        if _concerns(entry):
            key = (entry.notice, "", None) if entry.notice else (0, entry.text, entry.at)
            _put(found.setdefault(key, Row(entry.notice)), entry)
    made = tuple(row for row in found.values() if row.intents or row.said or row.receipts or row.unanswered)
    _name(case, made)
    _answered(case, made)
    _opened(case, made)
    return made


def _concerns(entry: Entry) -> bool:
    return entry.notice > 0 or entry.what in SAID


def _put(row: Row, entry: Entry) -> None:
    match entry.what:
        case "intended":
            row.intents.append(entry)
        case "receipt":
            row.receipts.append(entry)
        case "unanswered":
            row.unanswered.append(entry)
        case "next way":
            row.next_way.append(entry)
        case "link opened":
            row.opened.append(entry)
        case _ if entry.what in SAID:
            row.said.append(entry)
        case _:
            return
    if found := OF.match(entry.text):
        row.channel, row.name = row.channel or found["channel"], row.name or found["name"]
        row.kind = row.kind or found["kind"]


def _name(case: Case, made: Iterable[Row]) -> None:
    """The page itself still knows those of the present turn."""
    held = {notice.number: notice for notice in case.page.notices}
    told = {each.id: each.name for each in case.page.told}
    for row in made:
        notice = held.get(row.number)
        if notice is not None:
            row.refused = notice.outcome is Outcome.REFUSED
            row.name = row.name or told.get(notice.responder, notice.responder)
            row.channel, row.kind = row.channel or notice.channel, row.kind or notice.kind
        row.who = frozenset({notice.responder}) if notice else case.whose(row.name, row.begins_at)


def _answered(case: Case, made: Iterable[Row]) -> None:
    """Somebody's answer stands with their last message before it, by the channel of the link where that is known."""
    for entry in case.ledger:
        name = answerer(entry.text) if entry.what in ANSWERED else ""
        mine = _theirs(case, made, name, entry)
        way = _channel(entry.text)
        known = [row for row in mine if entry.notice and row.number == entry.notice]
        same = known or [row for row in mine if row.channel == way] or mine
        if same and same[-1].answer is None:
            same[-1].answer = entry


def _opened(case: Case, made: Iterable[Row]) -> None:
    """Where the page did not know any more which message it was, it was the last one by that channel."""
    for entry in case.ledger:
        found = OPENED.search(entry.text) if entry.what == "link opened" and not entry.notice else None
        name, way = (found["name"], WAYS.get(found["by"], "")) if found else ("", "")
        mine = [row for row in _theirs(case, made, name, entry) if row.channel == way]
        if mine:
            mine[-1].opened.append(entry)


def _theirs(case: Case, made: Iterable[Row], name: str, entry: Entry) -> list[Row]:
    """The messages before that entry to whom it names."""
    whose = case.whose(name, entry.at) if name else frozenset()
    return [row for row in made if row.who & whose and row.begins_at <= entry.at]


def _channel(text: str) -> str:
    """By which channel's link an answer came; "" where it came by none."""
    return next((channel for way, channel in WAYS.items() if f"({way})" in text), "")


def of(made: Iterable[Row], who: str) -> tuple[Row, ...]:
    return tuple(row for row in made if who in row.who)


def note_of(entry: Entry) -> str:
    """The provider's words of a line."""
    found = (OF_RECEIPT if entry.what == "receipt" else OF).match(entry.text)
    rest = found["rest"] if found else entry.text.partition(": ")[2] or entry.text
    if entry.what == "receipt":
        return rest
    note = NOTE.search(rest)
    return note["note"] if note else ""
