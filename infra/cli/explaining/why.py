"""The explanation: for each somebody a verdict, the sentences behind it, and one row for each notice."""

from dataclasses import dataclass
from enum import StrEnum

from infra.cli.explaining import common, first_contact, messages, outside, people, relapse, removed, stops, upcoming
from infra.cli.explaining.asked import Asked
from infra.cli.explaining.case import Case
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.course import Look, follow
from infra.cli.explaining.notices import Row, of, rows
from infra.cli.explaining.sentence import Sentence, described, inferred, merged
from infra.cli.explaining.turns import Turns


class Verdict(StrEnum):
    NOTIFIED = "notified"
    LOST = "sent, but it did not arrive"
    UNSURE = "perhaps notified"
    FAILED = "not reached"
    SUMMARY = "notified by its summary"
    NOT_YET = "not notified yet"
    NOT = "not notified"


ORDER = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Answer:
    who: str
    name: str
    verdict: Verdict
    sentences: tuple[Sentence, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    now: Sentence
    """Who has it, who is next and when."""
    common: tuple[Sentence, ...]
    answers: tuple[Answer, ...]


def explain(case: Case, who: str | None, say: Clock) -> Explanation:
    """For one responder by id; None: for everybody who could have been expected, whoever was notified first."""
    course, names, made = follow(case), people.names(case), rows(case)
    asked = people.everybody(case, course) if who is None else (who,)
    known: dict[Look, Asked] = {}
    answers = [_answer(Turns(case, course, names, each, say, known), of(made, each)) for each in asked]
    ordered = sorted(answers, key=lambda answer: ORDER.index(answer.verdict))
    now = upcoming.now(case, course, say)
    return Explanation(now, merged(common.sentences(case, say, course.left_out)), tuple(ordered))


def _answer(view: Turns, mine: tuple[Row, ...]) -> Answer:
    found = [
        *view.sentences(),
        *messages.sentences(view, mine),
        *first_contact.sentences(view, mine),
        *relapse.sentences(view),
        *stops.sentences(view),
        *outside.sentences(view),
        *removed.sentences(view),
    ]
    if not found:
        found = [_nothing(view)]
    return Answer(view.who, view.name, _verdict(view, mine), merged(found), mine)


def _verdict(view: Turns, mine: tuple[Row, ...]) -> Verdict:
    sent = [row for row in mine if row.sent is not None]
    if sent:
        lost = all(row.lost for row in sent) and not any(row.answer or row.opened for row in mine)
        return Verdict.LOST if lost else Verdict.NOTIFIED
    if any(row.last is None for row in mine):
        return Verdict.UNSURE
    if mine:
        return Verdict.FAILED
    if any(outside.told_by_summary(view)):
        return Verdict.SUMMARY
    return Verdict.NOT_YET if view.case.page.open and stops.is_coming(view) else Verdict.NOT


def _nothing(view: Turns) -> Sentence:
    page = view.case.page
    text = f"No tier of policy {page.policy.id} has had its turn for {view.name} so far."
    if not page.open:
        text = f"No tier of policy {page.policy.id} had its turn for {view.name} while the page was open."
    grounds = (described(view.case, view.case.ends_at), inferred("every turn on the ledger, asked whom it was for"))
    return Sentence(page.opened_at, text, grounds, f"`notify:` in policies.{page.policy.id}.tiers")
