"""A simulation: one alert, perhaps an answer and an end, and everything that comes of it until nothing new does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from callout.domain.alert import Action, Alert, Severity
from callout.domain.errors import Unavailable
from callout.domain.oncall import OnCall
from callout.domain.page import Page, State
from infra.cli.rehearsal.events import Happening, Sent, Stretch
from infra.cli.rehearsal.rehearsal import BASE_URL, Endless, Rehearsal

KEY = "simulation"
SENDER = "the simulated monitor"
COMEBACKS = 2
"""Of an exhausted page: enough to see the rhythm."""
DAYS_MAX = 90
DOWN = "simulated outage"
LINK_WORDS = {"sms": "SMS link", "email": "email link"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen; seconds are counted from the alert."""

    service: str
    at: datetime
    severity: Severity = Severity.CRITICAL
    title: str = "simulated alert"
    labels: Mapping[str, str] = field(default_factory=dict)
    answer_after: int | None = None
    """None: nobody answers."""
    answer_by: tuple[str, ...] = ()
    """Responder ids; () for whoever was notified last by then."""
    resolve_after: int | None = None
    until: int | None = None
    """Go on so long, whatever happens; None: as long as there is anything to see."""
    channels_down: tuple[str, ...] = ()


class Given(NamedTuple):
    """An answer."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Simulated:
    plan: Plan
    happenings: tuple[Happening, ...]
    notices: tuple[Sent, ...]
    failed: tuple[Sent, ...]
    """What could not be handed over, once for each time that it was tried."""
    answers: tuple[Given, ...]
    stretches: tuple[Stretch, ...]
    pages: tuple[Page, ...]
    """As they are at the end: the alert's, and behind it the summary of a maintenance window that spoke for it."""
    end: datetime
    stopped: str
    """Why it ends there, in words; "" where there is nothing more to see."""


def simulate(oncall: OnCall, plan: Plan, base_url: str = BASE_URL) -> Simulated:
    stage = Stage(oncall, plan, base_url)
    stopped = stage.play()
    rehearsal = stage.rehearsal
    pages = sorted(rehearsal.pages.all(), key=lambda page: page.opened_at)
    witness = rehearsal.witness
    happenings = sorted((*witness.happenings, *stage.remarks), key=lambda happening: happening.at)
    return Simulated(
        plan,
        tuple(happenings),
        tuple(rehearsal.notices),
        tuple(rehearsal.failed),
        tuple(stage.answers),
        tuple(witness.stretches),
        tuple(pages),
        rehearsal.now,
        stopped,
    )


class Stage:
    def __init__(self, oncall: OnCall, plan: Plan, base_url: str) -> None:
        down = {channel: Unavailable(DOWN) for channel in plan.channels_down}
        self.rehearsal = Rehearsal(oncall, plan.at, down, base_url=base_url)
        self.remarks: list[Happening] = []
        self.answers: list[Given] = []
        self._plan = plan

    def play(self) -> str:
        """Everything in its time; says what stopped it, if anything did."""
        plan = self._plan
        self._alert(Action.TRIGGER)
        try:
            for after, deed in sorted(self._deeds(), key=lambda each: each[0]):
                self.rehearsal.run_until(plan.at + timedelta(seconds=after))
                deed()
            if plan.until is not None:
                self.rehearsal.run_until(plan.at + timedelta(seconds=plan.until), self._over)
                return "" if self._over() else "that is as far as it was to go"
            self.rehearsal.run_until(plan.at + timedelta(days=DAYS_MAX), self._at_rest)
        except Endless:
            return "there were too many steps to go on"
        return "" if self._at_rest() else f"{DAYS_MAX} days are over"

    def _deeds(self) -> Iterator[tuple[int, Callable[[], None]]]:
        if self._plan.answer_after is not None:
            yield self._plan.answer_after, self._answers
        if self._plan.resolve_after is not None:
            yield self._plan.resolve_after, lambda: self._alert(Action.RESOLVE)

    def _alert(self, action: Action) -> None:
        plan = self._plan
        alert = Alert(action, KEY, SENDER, plan.title, plan.severity, details=plan.labels)
        self.rehearsal.alert(plan.service, alert)

    def _answers(self) -> None:
        notices = self.rehearsal.notices
        if not notices and not self._plan.answer_by:
            self._remark("nobody had been notified yet, so nobody answers")
            return
        latest = [sent for sent in notices if sent.at == notices[-1].at]
        page = self.rehearsal.pages.get(notices[-1].page_id) if notices else self._newest()
        for who in self._plan.answer_by or (latest[0].notice.responder,):
            mine = [sent.notice.channel for sent in notices if sent.notice.responder == who]
            if page is not None:
                self.rehearsal.answer(page, who, by=LINK_WORDS.get(mine[-1], "link") if mine else "command")
                self.answers.append(Given(self.rehearsal.now, who))

    def _remark(self, text: str) -> None:
        page = self._newest()
        self.remarks.append(Happening(self.rehearsal.now, page.id if page else "", "no answer", text))

    def _newest(self) -> Page | None:
        return self.rehearsal.page(self._plan.service, KEY)

    def _over(self) -> bool:
        return all(page.due_at is None for page in self.rehearsal.pages.all())

    def _at_rest(self) -> bool:
        return all(_rests(page, self._comebacks(page)) for page in self.rehearsal.pages.all())

    def _comebacks(self, page: Page) -> int:
        ledger = self.rehearsal.pages.ledger(page)
        return sum(entry.what == "exhausted" for entry in ledger) - 1


def _rests(page: Page, comebacks: int) -> bool:
    """Nothing new is to be seen of it: closed, answered, or come back so often that the rhythm is plain."""
    if page.due_at is None or page.summary:
        return True
    if page.news_at is not None or not all(notice.settled for notice in page.notices):
        return False
    return page.state is State.ACKNOWLEDGED or (page.state is State.EXHAUSTED and comebacks >= COMEBACKS)
