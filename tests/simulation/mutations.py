"""Deliberate mistakes in the engine, each of which the experiment must catch.

    python -m tests.simulation.mutations [NAME...] [--jobs 2]

Each is an exact replacement of text in a copy of functions/; one that no longer applies is an error. The copy is run
against every story with every single fault, then against random runs. What is caught first is printed.
"""

# ruff: noqa: E501 - the engine's text as it stands there

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 900
SURVIVED = "SURVIVED"
SOURCE = Path(os.environ.get("CALLOUT_FUNCTIONS", ROOT / "functions"))


@dataclass(frozen=True, slots=True)
class Mutation:
    name: str
    file: str
    """Below functions/callout."""
    old: str
    new: str


NONE = Mutation("none", "watching.py", "OVERDUE_SECONDS = 30\n", "OVERDUE_SECONDS = 30\n")
"""The engine as it is: nothing may be violated, or what the others are caught by says nothing."""


MUTATIONS = (
    Mutation(
        "send before the intent is saved",
        "paging.py",
        "    decision = _changed(world, page.problem, page, woken)\n",
        "    decision = decide(page, woken, world.now())\n",
    ),
    Mutation(
        "do not save what the providers said",
        "paging.py",
        "        decision = _changed(world, page.problem, decision.page, Delivered(results, people, generation))\n",
        "        _ = Delivered(results, people, generation)\n",
    ),
    Mutation(
        "start the machine before the page is saved",
        "paging.py",
        "        try:\n            saved = world.pages.save(decision.page, page)\n",
        "        _start(world, decision)\n        try:\n            saved = world.pages.save(decision.page, page)\n",
    ),
    Mutation("never start the machine", "paging.py", "    if start is None:\n", "    if True:\n"),
    Mutation(
        "ignore that the page could not be saved",
        "paging.py",
        "        except Changed as changed:\n",
        "        except Unavailable:\n            saved = decision.page\n        except Changed as changed:\n",
    ),
    Mutation(
        "send everything twice",
        "paging.py",
        "        results = send(",
        "        send(world, decision.page, decision.to_send, people, min(end, until or end), 999)\n        results = send(",
    ),
    Mutation(
        "the watchdog only looks",
        "watching.py",
        "        step(world, page.page_id, None, until)\n",
        "        world.pages.get(page.page_id)\n",
    ),
    Mutation("the watchdog waits for five minutes", "watching.py", "OVERDUE_SECONDS = 30\n", "OVERDUE_SECONDS = 300\n"),
    Mutation(
        "whoever was slower writes all the same",
        "store/pages.py",
        '            put["ConditionExpression"] = "revision = :revision"\n',
        '            put["ConditionExpression"] = "attribute_exists(pk) OR revision = :revision"\n',
    ),
    Mutation(
        "a new page may replace another",
        "store/pages.py",
        '            "ConditionExpression": "attribute_not_exists(pk)",\n            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",\n',
        '            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",\n',
    ),
    Mutation(
        "do not know one's own write again",
        "store/pages.py",
        '            if current["saved"] == put["Item"]["saved"]:\n',
        "            if False:\n",
    ),
    Mutation(
        "open a page again whatever came after it",
        "store/pages.py",
        "            also.append(self._no_successor(page))\n",
        "            pass\n",
    ),
    Mutation(
        "open a new page though the last is being opened again",
        "store/pages.py",
        "            also.append(self._unchanged(before))\n",
        "            pass\n",
    ),
    Mutation(
        "read the oldest page",
        "store/pages.py",
        "ScanIndexForward=False,\n                Limit=1",
        "ScanIndexForward=True,\n                Limit=1",
    ),
    Mutation(
        "the index forgets a page that has climbed",
        "store/shapes.py",
        "    if page.due_at is not None:\n        item |=",
        "    if page.due_at is not None and page.turn < 0:\n        item |=",
    ),
    Mutation(
        "put off for days",
        "domain/overdue.py",
        "    return min(PUT_OFF_MAX, PUT_OFF * (1 << min(times - 1, 10)))\n",
        "    return PUT_OFF * 1000\n",
    ),
    Mutation(
        "replaced executions go on",
        "domain/climbing.py",
        "    if event.generation is not None and event.generation != page.generation:\n        return Decision(page, Reason.REPLACED)\n",
        "",
    ),
    Mutation(
        "forget the last resort",
        "domain/climbing.py",
        "    return noticed(page, last, oncall, Kind.EXHAUSTED, now)\n",
        "    return page\n",
    ),
    Mutation(
        "never come back",
        "domain/climbing.py",
        "        ladder_at=after(now, page.policy.comeback_seconds),\n",
        "        ladder_at=None,\n",
    ),
    Mutation(
        "come back at half the rhythm",
        "domain/climbing.py",
        "        ladder_at=after(now, page.policy.comeback_seconds),\n",
        "        ladder_at=after(now, 2 * page.policy.comeback_seconds),\n",
    ),
    Mutation(
        "skip the second tier",
        "domain/climbing.py",
        "    page = replace(page, turn=page.turn + 1, must_answer=())\n",
        "    page = replace(page, turn=page.turn + (2 if page.turn == 0 else 1), must_answer=())\n",
    ),
    Mutation(
        "a tier's wait is a minute shorter",
        "domain/climbing.py",
        "told(replace(page, ladder_at=after(now, wait)),",
        "told(replace(page, ladder_at=after(now, wait - 60)),",
    ),
    Mutation(
        "wait in vain for a tier that cannot be reached",
        "domain/climbing.py",
        "    failed = mine and all(",
        "    failed = not mine and all(",
    ),
    Mutation(
        "the watchdog takes over without a new generation",
        "domain/page.py",
        "generation=self.generation + 1, wakes_at=self.due_at, began_at=now",
        "generation=self.generation, wakes_at=self.due_at, began_at=now",
    ),
    Mutation(
        "forget who could not be reached",
        "domain/climbing.py",
        "    page = replace(page, notices=tuple(notice for notice in page.notices if not notice.settled))\n    kind",
        "    page = replace(page, notices=())\n    kind",
    ),
    Mutation(
        "an intent without an answer rests",
        "domain/notifying.py",
        "tries=notice.tries + 1, try_at=after(now, ANSWER_SECONDS_MAX))",
        "tries=notice.tries + 1, try_at=None)",
    ),
    Mutation(
        "give up after the first try",
        "domain/notifying.py",
        "    if notice.tries >= TRIES_MAX:\n        return _given_up(page, notice, people, now)\n    try_at",
        "    if notice.tries >= 1:\n        return _given_up(page, notice, people, now)\n    try_at",
    ),
    Mutation(
        "a refusal takes no other way",
        "domain/notifying.py",
        "    page = _replaced(page, replace(notice, outcome=Outcome.REFUSED, try_at=None))\n    return _next_way(page, notice, people, now)\n",
        "    return _replaced(page, replace(notice, outcome=Outcome.REFUSED, try_at=None))\n",
    ),
    Mutation(
        "what was not tried counts as sent",
        "sending.py",
        "            return Result(notice.number, Outcome.QUEUED)\n",
        "            return Result(notice.number, Outcome.SENT)\n",
    ),
    Mutation(
        "a provider that is not there counts as sent",
        "sending.py",
        "    except Unavailable as error:\n        return Result(notice.number, Outcome.UNAVAILABLE, str(error))\n",
        "    except Unavailable as error:\n        return Result(notice.number, Outcome.SENT, str(error))\n",
    ),
    Mutation(
        "an acknowledgement stops nothing",
        "domain/receiving.py",
        "        notices=tuple(notice for notice in page.notices if notice.settled),\n",
        "        notices=page.notices,\n",
    ),
    Mutation(
        "an acknowledgement never runs out",
        "domain/receiving.py",
        "    ends = [after(now, timeout)] if timeout is not None else []\n",
        "    ends = []\n",
    ),
    Mutation(
        "one of them is enough",
        "domain/answering.py",
        "event.who in page.must_answer and set(page.awaited) - {event.who}:\n",
        "event.who in page.must_answer and not page.awaited:\n",
    ),
    Mutation(
        "what is taken back stays quiet",
        "domain/answering.py",
        "        ladder_at=second_before(now) if page.summary else _not_before(now, undo.ladder_at),\n",
        "        ladder_at=page.ladder_at,\n",
    ),
    Mutation(
        "take back without what was stopped",
        "domain/answering.py",
        "    return (*stopped, *(notice",
        "    return (*(), *(notice",
    ),
    Mutation(
        "who returns starts at the bottom",
        "domain/oncall.py",
        "        return (start + turn) % count if turn < count else turn % count\n",
        "        return turn % count\n",
    ),
    Mutation(
        "call no provider but for the last resort",
        "sending.py",
        "    responder = people.get(notice.responder)\n    contact = _contact",
        "    if notice.kind != 'exhausted':\n        return Result(notice.number, Outcome.REFUSED, '')\n    responder = people.get(notice.responder)\n    contact = _contact",
    ),
    Mutation(
        "hand no text over",
        "sending.py",
        "    responder = people.get(notice.responder)\n    contact = _contact",
        "    if notice.channel == TEXT:\n        return Result(notice.number, Outcome.REFUSED, '')\n    responder = people.get(notice.responder)\n    contact = _contact",
    ),
    Mutation(
        "make every message twice",
        "domain/notifying.py",
        "            page = _queued(page, person.responder, contact, kind, try_at)\n    return page",
        "            page = _queued(_queued(page, person.responder, contact, kind, try_at), person.responder, contact, kind, try_at)\n    return page",
    ),
    Mutation(
        "ask every tier at once",
        "domain/climbing.py",
        "    people = _not_answered(page, found.people)\n",
        "    people = _not_answered(page, tuple({p.responder.id: p for t in (tier, *page.policy.tiers) for p in reached(oncall, t, now, page.robins_now()).people}.values()))\n",
    ),
    Mutation(
        "start no execution for a new page",
        "paging.py",
        "    if start is None:\n",
        "    if start is None or start.generation == 1:\n",
    ),
    Mutation(
        "tell nobody the news",
        "domain/climbing.py",
        "    page = told(page, others, tier.channels, Kind.NEWS, now)\n",
        "",
    ),
    Mutation(
        "no reason for a repeat",
        "domain/receiving.py",
        '        return Decision(page.noted(now, Reason.REPEATED, "said again, nothing new"), Reason.REPEATED)\n',
        "        return Decision(page, Reason.REPEATED)\n",
    ),
)


def applied(mutation: Mutation) -> str:
    """The file's text with the mistake in it; raises LookupError where there is no place for it, or more than one."""
    text = (SOURCE / "callout" / mutation.file).read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise LookupError(f"does not apply: {text.count(mutation.old)} places in {mutation.file}")
    return text.replace(mutation.old, mutation.new)


def mutated(mutation: Mutation, folder: Path) -> str:
    """A copy of the functions with the mistake in it; what is wrong where it does not apply."""
    try:
        text = applied(mutation)
    except LookupError as error:
        return str(error)
    copy = folder / "functions"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "callout" / mutation.file).write_text(text, encoding="utf-8")
    return ""


def caught(mutation: Mutation) -> str:
    """By what."""
    with tempfile.TemporaryDirectory() as folder:
        if trouble := mutated(mutation, Path(folder)):
            return trouble
        environment = {**os.environ, "CALLOUT_FUNCTIONS": f"{folder}/functions", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "tests.simulation", "first"]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX
            )
        except subprocess.TimeoutExpired:
            return f"no end within {SECONDS_MAX} s"
        lines = done.stdout.strip().splitlines()
        if done.returncode == 0:
            return SURVIVED
        return lines[-1] if lines else done.stderr.strip().splitlines()[-1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutations")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-baseline", action="store_true", help="do not look first that all is well without any")
    chosen = parser.parse_args()
    mutations = [each for each in MUTATIONS if not chosen.names or each.name in chosen.names]
    failed = 0
    if unknown := sorted({*chosen.names} - {each.name for each in MUTATIONS}):
        names = "\n  ".join(each.name for each in MUTATIONS)
        parser.error(f"there is no mutation {unknown[0]!r}; there are\n  {names}")
    if not (chosen.names or chosen.no_baseline) and (by := caught(NONE)) != SURVIVED:
        print(f"without any mutation: {by}")
        return 1
    with ThreadPoolExecutor(chosen.jobs) as pool:
        found = {pool.submit(caught, mutation): mutation for mutation in mutations}
        for future in as_completed(found):
            by = future.result()
            failed += by == SURVIVED or by.startswith(("does not apply", "no end"))
            print(f"{found[future].name:52} {by}", flush=True)
    print(f"{len(mutations)} mutations, {len(mutations) - failed} caught")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
