"""What concerns everybody: how the page began and ended, what was silent by design, what came late."""

import re
from collections.abc import Iterator

from callout.domain.page import Entry
from infra.cli.explaining import relapse
from infra.cli.explaining.asked import answered
from infra.cli.explaining.case import Case
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.lateness import late_steps
from infra.cli.explaining.sentence import Sentence, inferred, ledger, version

WHOLE = (inferred("the number of the turns on its ledger"),)
ANSWERS = ("acknowledged", "already acknowledged", "counted", "undone")
SAID = {
    "held": "{0}.",
    "window": "{0}.",
    "summarised": "{0}.",
    "speaks": "{0}.",
    "ran out": "{0}.",
    "risen": "{0}.",
    "raised": "{0}.",
    "aging": "{0}.",
    "target at risk": "The response target was at risk: {0}.",
    "hurried": "{0}.",
    "policy": "{0}.",
    "unreachable": "{0}: every message had failed for good, so the tier did not wait any longer.",
    "undone": "{0}.",
}
"""Lines that say it all themselves."""
SPEAKS = re.compile(r"page (\S+) (?:still )?speaks for it")


def sentences(case: Case, say: Clock, left_out: int) -> Iterator[Sentence]:
    yield _began(case)
    yield from relapse.of_everybody(case)
    if left_out:
        text = f"It has lived long: {left_out} turns in the middle of its life are not gone into here."
        yield Sentence(case.page.opened_at, f"{text} `callout pages show {case.page.id}` has every line.", WHOLE)
    for entry in case.ledger:
        if entry.what in SAID:
            yield Sentence(entry.at, SAID[entry.what].format(_capital(entry.text)), ledger(entry))
        elif entry.what in ANSWERS:
            yield Sentence(entry.at, _answer(case, entry), ledger(entry))
        elif entry.what == "resolved":
            undone = any(each.what == "undone" and each.at >= entry.at for each in case.ledger)
            text = f"{_capital(entry.text)}{'' if undone else ': from then on nobody is notified'}."
            yield Sentence(entry.at, text, ledger(entry))
        elif entry.what == "repeated":
            yield _repeated(entry, say)
        elif entry.what == "news" and "; told to " in entry.text:
            yield _news(entry)
        elif entry.what == "exhausted":
            yield Sentence(entry.at, f"{_capital(_exhausted(case, entry))}.", ledger(entry))
    yield from late_steps(case, say)


def _began(case: Case) -> Sentence:
    page, under = case.page, case.opened_under
    first = next((e for e in case.ledger if e.what in ("opened", "returned")), None)
    policy = case.policy_at(page.opened_at)
    text = f"The page was opened; it goes by policy {policy.id} as it was then"
    text += f" (version {under.version} of the description)." if under.version else "."
    return Sentence(page.opened_at, text, (*ledger(first), *((version(under),) if under.version else ())))


def _answer(case: Case, entry: Entry) -> str:
    until = " until that runs out" if case.policy_at(entry.at).ack_timeout_seconds is not None else ""
    if entry.what == "acknowledged":
        return f"{_capital(entry.text)}: the ladder rests{until}."
    return f"{_capital(entry.text)}."


def _exhausted(case: Case, entry: Entry) -> str:
    """Where each must answer and only some did, it is not true that nobody has."""
    some = "and nobody answered" in entry.text and bool(answered(case, entry.at))
    return entry.text.replace("and nobody answered", "and not everybody answered who had to") if some else entry.text


def _repeated(entry: Entry, say: Clock) -> Sentence:
    times = f" {entry.times} times, the last time at {say(entry.until)}" if entry.until else ""
    said = "The monitor said it again" + times
    if not entry.text.startswith("said again"):
        return Sentence(entry.at, f"{said} ({entry.text}): nobody is notified of that.", ledger(entry))
    text = f"{said}, with nothing new: a repeat without news notifies nobody."
    return Sentence(entry.at, text, ledger(entry))


def _news(entry: Entry) -> Sentence:
    news, _, told = entry.text.rpartition("; told to ")
    text = f"News ({news}) was told to {told}: news goes to whoever answered or, without an answer, was notified last."
    return Sentence(entry.at, text, ledger(entry))


def spokesmen(case: Case) -> tuple[str, ...]:
    """The summaries that spoke for the page."""
    found = (SPEAKS.search(entry.text) for entry in case.ledger if entry.what == "summarised")
    return tuple(dict.fromkeys(match[1] for match in found if match))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
