"""Each notice as one row: due, intended, handed over, the provider's answer, its receipt, opened, answered."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from callout.domain.notice import Outcome
from callout.domain.page import Entry
from infra.cli.explaining.asked import answerer
from infra.cli.explaining.case import Case
from infra.cli.explaining.lateness import due

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
    due: datetime | None = None

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

    def out_by(self, at: datetime) -> bool:
        """Whether it was on its way to them by then: what the provider took, or may have taken."""
        last = self.sent.at if self.sent else at
        tries = [each.at for each in self.intents if each.at <= last]
        began = tries[-1] if tries else last
        return began <= at and (self.sent is not None or self.last is None)

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
        entries = [*self.intents, *self.said, *self.receipts, *self.unanswered]
        return entries[0].at


def rows(case: Case) -> tuple[Row, ...]:
    found: dict[tuple[int, str, datetime | None], Row] = {}
    for entry in case.ledger:
        if _concerns(entry):
            key = (entry.notice, "", None) if entry.notice else (0, entry.text, entry.at)
            _put(found.setdefault(key, Row(entry.notice)), entry)
    made = tuple(row for row in found.values() if row.intents or row.said or row.receipts or row.unanswered)
    _name(case, made)
    for row in made:
        row.due = due(case, row.intended.at, row.intended.late_seconds or 0.0) if row.intended else None
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
    """Somebody's answer stands with the last message that they had got before it, by the channel of its link."""
    for entry in case.ledger:
        name = answerer(entry.text) if entry.what in ANSWERED else ""
        row = _behind(case, made, name, _channel(entry.text), entry)
        if row is not None and row.answer is None:
            row.answer = entry


def _opened(case: Case, made: Iterable[Row]) -> None:
    """So does the opening of a link. Which message it was is not known, only by which channel it came."""
    for entry in case.ledger:
        found = OPENED.search(entry.text) if entry.what == "link opened" else None
        row = _behind(case, made, found["name"], WAYS.get(found["by"], ""), entry) if found else None
        if row is not None:
            row.opened.append(entry)


def _behind(case: Case, made: Iterable[Row], name: str, channel: str, entry: Entry) -> Row | None:
    """The number that the ledger has there is of the last message that was made, be it delivered or not."""
    whose = _whose(case, name, entry)
    theirs = [row for row in made if row.who & whose and row.out_by(entry.at) and channel in ("", row.channel)]
    taken = [row for row in theirs if row.sent is not None]
    arrived = [row for row in taken if row.lost is None]
    known = [row for row in arrived if row.number == entry.notice]
    return next(reversed(known or arrived or taken or theirs), None)


def _whose(case: Case, name: str, entry: Entry) -> frozenset[str]:
    return case.whose(name, entry.at) if name else frozenset()


def openings(case: Case, who: str) -> Iterator[Entry]:
    """Of links in their messages."""
    for entry in case.ledger:
        found = OPENED.search(entry.text) if entry.what == "link opened" else None
        if found and who in _whose(case, found["name"], entry):
            yield entry


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
