"""Situations made with the real engine, and what `callout explain` says of them.

In memory, so that many of them take no time; tests/cli/test_explain.py goes through the table.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

from stories.story import BEGIN, Story

from callout.domain.alert import Action, Alert, Severity
from callout.domain.decide import decide
from callout.domain.events import Woken
from callout.domain.oncall import OnCall
from callout.domain.page import Entry, Page
from callout.domain.receipt import Receipt
from callout.paging import looked, receipted, receive
from infra.cli.explaining.case import Case, Lived
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.sentence import Ground
from infra.cli.explaining.why import Answer, Explanation, explain
from infra.cli.rehearsal.memory_pages import MemoryPages


class Counted:
    """What the table counts besides pages: turns in teams, and texts."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def take(self, team: str) -> int:
        self._counts[f"turn {team}"] += 1
        return self._counts[f"turn {team}"] - 1

    def texts(self, service: str, now: datetime, count: int) -> int:
        self._counts[f"texts {service} {now:%Y-%m-%d}"] += count
        return self._counts[f"texts {service} {now:%Y-%m-%d}"]


class Mystery(Story):
    """A story whose descriptions are kept as versions, with when each went live."""

    def __init__(self, oncall: OnCall) -> None:
        self.versions = {1: replace(oncall, version=1)}
        self.lived = [Lived(1, BEGIN - timedelta(days=1), "olga")]
        with patch("boto3.client"):
            super().__init__("", self.versions[1])
        self.pages = MemoryPages()  # type: ignore[assignment]
        counted = Counted()
        self.world = replace(self.world, pages=self.pages, turns=counted, counters=counted)

    def applies(self, oncall: OnCall, believed: bool = True) -> None:
        """A new version goes live now; functions that do not believe it yet go by the one before."""
        version = len(self.versions) + 1
        self.known = None if believed else self.known or self.oncall
        self.oncall = self.versions[version] = replace(oncall, version=version)
        self.lived.append(Lived(version, self.now, "olga"))

    def told(self) -> None:
        """What was sent so far is not what the test is about."""
        self.got.clear()

    def passes_told(self, **time: float) -> None:
        """The clock goes on, whoever is told what meanwhile."""
        self.told()
        self.passes(**time)
        self.told()

    def receipted(self, number: int, refused: bool, note: str) -> None:
        receipted(self.world, self.page.id, number, Receipt("", refused, note))
        self._run_until(self.now)

    def looked(self, who: str, by: str = "SMS link") -> None:
        told = next(each for each in self.page.told if each.id == who)
        looked(self.world, self.page, told, by)

    def dies_after_sending(self) -> None:
        """The alert is taken and its first message handed over; then the process ends before it can write that down."""
        said = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)
        page = receive(self.world, said, self.oncall.services["checkout"], self.oncall).page
        assert page is not None
        woken = decide(page, Woken(self.oncall, page.generation), self.now)
        assert woken.to_send
        assert woken.page is not None
        self.pages.save(woken.page, page)
        self.executions.clear()

    def case(self, page: Page | None = None) -> Case:
        page = page or self.page

        def other(page_id: str) -> tuple[Page, tuple[Entry, ...]] | None:
            found = self.pages.get(page_id)
            return (found, self.pages.ledger(found)) if found else None

        ledger = self.pages.ledger(page)
        return Case(page, ledger, tuple(self.lived), self.versions.__getitem__, self.now, other=other)

    def explained(self, who: str | None = None, page: Page | None = None) -> Explanation:
        case = self.case(page)
        return explain(case, who, Clock(True, case.page.opened_at))

    def why(self, who: str, page: Page | None = None) -> Answer:
        [answer] = self.explained(who, page).answers
        return answer


def said(answer: Answer) -> str:
    return "\n".join(each.text for each in answer.sentences)


def fixes(answer: Answer) -> str:
    return "\n".join(each.fix for each in answer.sentences)


def grounds(answer: Answer, ground: Ground) -> str:
    return "\n".join(e.text for each in answer.sentences for e in each.evidence if e.ground is ground)


def in_common(explanation: Explanation) -> str:
    return "\n".join(each.text for each in explanation.common)
