"""What is said to come comes, at that second, if nobody does anything; and to nobody else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from domain.test_decide import BEGIN, ONCALL, PEOPLE, alerts, answers, policies
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.domain.alert import Action, Alert, Severity
from callout.domain.climbing import asks
from callout.domain.decide import decide
from callout.domain.events import Delivered, Event, Received, Woken
from callout.domain.notice import Outcome, Result
from callout.domain.oncall import OnCall, Policy, Service, Team
from callout.domain.page import Page
from infra.cli.explaining.case import Case, Lived
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.why import Answer, explain

STEPS = 30
COMING = re.compile(r"^Still to come|is told again then")
PLAIN = Service("checkout", "Checkout", "checkout", aging=None)
FIRST = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99", Severity.CRITICAL)
moments = st.lists(alerts | answers | st.integers(0, 900) | st.just("step"), max_size=12)


class Quiet:
    """A page whose providers take everything, and of what its steps send nothing is lost."""

    def __init__(self, policy: Policy, oncall: OnCall = ONCALL, first: int = 0) -> None:
        self.page: Page | None = None
        self.oncall, self.first = oncall, first
        self.now = BEGIN
        self.meets(Received(FIRST, "a" * 15, PLAIN, policy))

    def meets(self, event: Event) -> None:
        self.page = decide(self.page, event, self.now).page

    def steps(self) -> Iterator[tuple[datetime, str, int, str]]:
        assert self.page is not None
        generation = self.page.generation
        robins = dict.fromkeys(asks(self.page, self.oncall, self.now), self.first)
        decision = decide(self.page, Woken(self.oncall, generation, robins), self.now)
        self.page = decision.page
        if decision.to_send:
            results = [Result(each.number, Outcome.SENT) for each in decision.to_send]
            self.meets(Delivered(results, PEOPLE, generation))
        for each in decision.to_send:
            yield self.now, each.responder, each.number, each.kind

    def told_from_now_on(self) -> Iterator[tuple[datetime, str]]:
        """Whom the engine tells at which second, of what is not queued yet, if nobody does anything."""
        assert self.page is not None
        made = self.page.notices_made
        for _ in range(STEPS):
            if self.page is None or self.page.due_at is None:
                return
            self.now = max(self.now, self.page.due_at)
            yield from ((at, who) for at, who, number, kind in self.steps() if number > made and kind != "news")


def happen(life: Quiet, policy: Policy, events: list[object]) -> None:
    for event in events:
        if isinstance(event, int):
            life.now += timedelta(seconds=event)
        elif isinstance(event, Alert):
            life.meets(Received(event, "a" * 15, PLAIN, policy))
        elif event == "step":
            list(life.steps())
        else:
            life.meets(event)  # type: ignore[arg-type]


def coming(answer: Answer) -> list[datetime]:
    return [each.at for each in answer.sentences if COMING.search(each.text)]


@pytest.mark.long
@settings(max_examples=250, deadline=None)
@given(policies, moments)
def test_what_is_to_come_comes(policy: Policy, events: list[object]) -> None:
    life = Quiet(policy)
    happen(life, policy, events)
    page = life.page
    if page is None or not page.open:
        return
    case = Case(page, page.ledger, (Lived(ONCALL.version, BEGIN - timedelta(hours=1)),), lambda _: ONCALL, life.now)
    told = list(life.told_from_now_on())
    for who in PEOPLE:
        [answer] = explain(case, who, Clock(True, page.opened_at)).answers
        first = [at for at, whose in told if whose == who][:1]
        assert coming(answer)[:1] == first, (who, told)


CREW = replace(ONCALL, teams={"crew": Team("crew", "Crew", tuple(PEOPLE))})


@pytest.mark.long
@settings(max_examples=250, deadline=None)
@given(policies, moments, st.integers(0, 3), st.sets(st.integers(0, 4), min_size=1))
def test_of_a_team_only_what_is_certain(policy: Policy, events: list[object], first: int, taking: set[int]) -> None:
    """Whoever is said to have a turn has it then; and whoever is told was not told to expect it later."""
    tiers = [replace(t, targets=("robin:crew",)) if i in taking else t for i, t in enumerate(policy.tiers)]
    policy = replace(policy, tiers=tuple(tiers))
    life = Quiet(policy, CREW, first)
    happen(life, policy, events)
    page = life.page
    if page is None or not page.open:
        return
    case = Case(page, page.ledger, (Lived(CREW.version, BEGIN - timedelta(hours=1)),), lambda _: CREW, life.now)
    told = list(life.told_from_now_on())
    for who in PEOPLE:
        [answer] = explain(case, who, Clock(True, page.opened_at)).answers
        mine = [at for at, whose in told if whose == who]
        said = [each for each in answer.sentences if COMING.search(each.text)]
        certain = [each.at for each in said if "not known" not in each.text]
        assert set(certain) <= set(mine), (who, told)
        assert not mine or coming(answer)[:1] <= mine[:1], (who, told)
        if "not known" not in str(said):
            assert coming(answer)[:1] == mine[:1] or not coming(answer), (who, told)
