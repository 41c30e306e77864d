"""What became of the messages to somebody, in sentences; and those that their own rules kept for later."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from callout.domain.clock import after
from callout.domain.notice import ANSWER_SECONDS_MAX, Outcome
from infra.cli.explaining.asked import answerer
from infra.cli.explaining.case import UNDESCRIBED
from infra.cli.explaining.course import Stop
from infra.cli.explaining.forecast import tier_of
from infra.cli.explaining.lateness import between
from infra.cli.explaining.notices import OF, Row, note_of, openings
from infra.cli.explaining.sentence import Evidence, Sentence, described, inferred, ledger
from infra.cli.explaining.turns import Turns
from infra.cli.provider_words import refusal

SPENT = re.compile(r"has had its \d+ texts for today")
WORDS = {"sms": "text (sms)", "email": "mail", "sink": "message"}
OWN = "{}'s own rules (the tier says `by: personal`)"
KINDS = {
    "still open": ", to say that it is still open",
    "at risk": ", since the response target was at risk",
    "news": ", to tell news",
    "exhausted": ", as last resort",
}


def sentences(view: Turns, rows: Sequence[Row]) -> Iterator[Sentence]:
    for row in rows:
        yield from _handed_over(view, row)
        yield from _twice(view, row)
        yield from _afterwards(view, row)
    for entry in openings(view.case, view.who):
        text = f"A link to {view.name} was opened, by them or by a program that looks through messages."
        yield Sentence(entry.at, text, ledger(entry))
    yield from _renamed(view, rows)
    yield from _still_waiting(view)
    yield from _kept_for_later(view, rows)


def called(row: Row) -> str:
    return WORDS.get(row.channel, row.channel or "message")


def _handed_over(view: Turns, row: Row) -> Iterator[Sentence]:
    why = KINDS.get(row.kind, "")
    if row.sent is not None:
        ends = "it leads nowhere" if view.case.synthetic else "the provider took it"
        text = f"A {called(row)} to {view.name} was handed over{why}; {ends}."
        yield Sentence(row.sent.at, text, ledger(row.intended, row.sent))
    elif row.last is None:
        yield _no_answer(view, row)
    for entry in row.said:
        if entry.what == Outcome.REFUSED:
            yield Sentence(entry.at, *_refused(view, row, note_of(entry), ledger(entry, *row.next_way)))
        elif entry.what == Outcome.UNAVAILABLE:
            text = (
                f"The provider of the {called(row)} could not be reached ({note_of(entry)}); it was to be tried again."
            )
            yield Sentence(entry.at, text, ledger(entry))
        elif entry.what == Outcome.GIVEN_UP:
            text = f"The {called(row)} to {view.name} was given up: the provider could not be reached.{_instead(row)}"
            yield Sentence(entry.at, text, ledger(entry, *row.next_way))


def _refused(view: Turns, row: Row, note: str, grounds: tuple[Evidence, ...]) -> tuple[str, tuple[Evidence, ...], str]:
    if SPENT.search(note):
        text = f"A further text to {view.name} was held back: {note}.{_instead(row)}"
        return text, grounds, f"services.{view.case.page.service.id}.texts_per_day"
    if note == "not described any more":
        text = f"The {called(row)} had nowhere to go: {view.name}'s contact is not described any more.{_instead(row)}"
        return text, grounds, f"responders.{view.who}.contact"
    fix = refusal(row.channel, note, view.who, _others_too(view, row, note))
    return f"The provider refused the {called(row)} to {view.name} ({note}).{_instead(row)}", grounds, fix


def _others_too(view: Turns, row: Row, note: str) -> bool:
    """Whether messages to others were refused with the same words."""
    refused = [entry for entry in view.case.ledger if entry.what == Outcome.REFUSED and note_of(entry) == note]
    found = (OF.match(entry.text) for entry in refused)
    return any(match and match["channel"] == row.channel and match["name"] != row.name for match in found)


def _instead(row: Row) -> str:
    ways = [entry.text.rpartition(": ")[2] for entry in row.next_way]
    return f" Then: {'; '.join(ways)}." if ways else ""


def _no_answer(view: Turns, row: Row) -> Sentence:
    at = row.begins_at
    text = (
        f"A {called(row)} to {view.name} was about to be handed over; what the provider said is not written down. "
        "It may have gone out, or not."
    )
    return Sentence(at, text, ledger(row.intended))


def _twice(view: Turns, row: Row) -> Iterator[Sentence]:
    for entry in row.unanswered:
        text = (
            f"No answer from the provider about the {called(row)} to {view.name} had been written down within "
            f"{ANSWER_SECONDS_MAX} s, so it was sent again: it may have come twice. Two are better than none."
        )
        yield Sentence(entry.at, text, ledger(entry, *row.intents[:2]))


def _afterwards(view: Turns, row: Row) -> Iterator[Sentence]:
    for entry in row.receipts:
        lost = row.lost is not None and entry == row.lost
        seen = _seen(view, row)
        missed = f". So it was reported as not arrived, though {seen}" if seen else f", so {view.name} did not get it"
        ends = f"{missed}.{_instead(row)}" if lost else "."
        text = f"About the {called(row)} to {view.name} the provider reported later: {note_of(entry)}{ends}"
        fix = f"responders.{view.who}.contact, and `callout verify {view.who}`" if lost else ""
        yield Sentence(entry.at, text, ledger(entry, *(row.next_way if lost else ())), fix)


def _seen(view: Turns, row: Row) -> str:
    """What speaks against a report that it did not arrive."""
    if row.answer is not None and "link)" in row.answer.text:
        return f"{view.name} answered by a link"
    return f"a link to {view.name} was opened" if row.opened else ""


def _alone(view: Turns, row: Row) -> bool:
    return row.who == {view.who} and not row.name.endswith(UNDESCRIBED)


def _renamed(view: Turns, rows: Sequence[Row]) -> Iterator[Sentence]:
    for row in rows:
        if row.name and row.name != view.name and not view.case.synthetic and _alone(view, row):
            text = f"{view.name} was called {row.name} then."
            yield Sentence(row.begins_at, text, ledger(row.intended or row.last))


def _still_waiting(view: Turns) -> Iterator[Sentence]:
    """Queued on the page itself for a moment that is still to come, by the responder's own rules."""
    case = view.case
    for notice in case.page.notices:
        waits = notice.responder == view.who and notice.outcome is Outcome.QUEUED
        if waits and notice.try_at is not None and notice.try_at > case.now:
            way = WORDS.get(notice.channel, notice.channel)
            text = f"By their own rules {view.name} gets a {way} at {view.say(notice.try_at)} if nobody has answered "
            yield Sentence(case.now, f"{text}by then.", (described(case, case.now), inferred(OWN.format(view.name))))


def _kept_for_later(view: Turns, rows: Sequence[Row]) -> Iterator[Sentence]:
    """By their own rules a further message would have gone out, had nobody answered before."""
    case = view.case
    for look, found in view.given():
        oncall = case.described(found.by.version) if found.by else case.at(look.at)
        person = oncall.responders.get(view.who)
        if person is None or tier_of(case, look.tier, look.at).channels:
            continue
        stop = next((stop for stop in view.course.stops if stop.at >= look.at), None)
        sent = {row.channel for row in rows if stop and look.at <= row.begins_at <= stop.at}
        ways = {contact.channel for contact in person.contacts} - sent
        for rule in person.rules.get(case.circumstances(look.at).urgency, ()):
            due = after(look.at, rule.after_seconds)
            if stop and rule.after_seconds and rule.channel in ways and _in_time(view, due, stop, look.at):
                yield _later(view, rule.channel, due, stop, look.at)


def _in_time(view: Turns, due: datetime, stop: Stop, began: datetime) -> bool:
    """Whether the answer came before it was due."""
    looks = [each.at for each in view.course.looks if each.at > began]
    return stop.at < due and (stop.until is None or stop.until > due) and not [at for at in looks if at <= stop.at]


def _later(view: Turns, channel: str, due: datetime, stop: Stop, began: datetime) -> Sentence:
    way, case = WORDS.get(channel, channel), view.case
    fix = f"the delay in responders.{view.who}.rules"
    seconds = between(stop.at, due)
    text = (
        f"By {view.name}'s own rules a {way} was due at {view.say(due)}. {ended(stop)} at {view.say(stop.at)}, "
        f"{seconds} s before, so it was not sent."
    )
    return Sentence(stop.at, text, (*ledger(stop.entry), described(case, began), inferred(OWN.format(view.name))), fix)


def ended(stop: Stop) -> str:
    """ "Ada acknowledged the page" """
    who = answerer(stop.entry.text)
    if stop.entry.what == "acknowledged":
        return f"{who or 'Somebody'} acknowledged the page"
    if stop.entry.what == "resolved" and who:
        return f"{who} resolved the page"
    return "The page was over"
