"""An explanation as JSON; times in UTC."""

from datetime import datetime
from typing import Any

from callout.domain import clock
from callout.domain.page import Entry, Page
from infra.cli.explaining.notices import Row, note_of
from infra.cli.explaining.sentence import Sentence
from infra.cli.explaining.why import Answer, Explanation
from infra.cli.explaining.words import bare, provider, verdict


def of(page: Page, found: Explanation, now: datetime) -> dict[str, Any]:
    return {
        "id": page.id,
        "state": page.state.value,
        "service": page.service.id,
        "title": page.title,
        "opened_at": _text(page.opened_at),
        "explained_at": _text(now),
        "now": _sentence(found.now),
        "people": [_answer(answer) for answer in found.answers],
        "page": [_sentence(sentence) for sentence in found.common],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.who,
        "name": answer.name,
        "verdict": answer.verdict.value,
        "says": bare(verdict(answer)),
        "because": [_sentence(sentence) for sentence in answer.sentences],
        "notices": [_row(row) for row in answer.rows],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "at": _text(sentence.at),
        "text": bare(sentence.text),
        "times": sentence.times,
        "until": _text(sentence.until),
        "evidence": [
            {"ground": each.ground.value, "at": _text(each.at), "text": bare(each.text)} for each in sentence.evidence
        ],
        "change": sentence.fix or None,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number or None,
        "channel": row.channel or None,
        "kind": row.kind or None,
        "due_at": _text(row.due),
        "intended_at": _at(row.intended),
        "tries": max(1, len(row.intents)),
        "handed_over_at": _at(row.last),
        "provider": bare(provider(row)),
        "receipts": [{"at": _text(each.at), "note": bare(note_of(each))} for each in row.receipts],
        "opened_at": _at(row.opened[0] if row.opened else None),
        "answered_at": _at(row.answer),
    }


def _at(entry: Entry | None) -> str | None:
    return _text(entry.at) if entry else None


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else clock.text(instant)
