"""Whatever the engine makes of a page can be explained, and nobody is said to have been notified who was not."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from domain.test_decide import BEGIN, ONCALL, Life, moments, policies, services, windows
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from callout.domain.alert import Alert
from callout.domain.events import Answered, Event, Held, Opened, Receipted, Received
from callout.domain.oncall import OnCall, Policy, Service
from callout.domain.page import Page
from infra.cli.explaining import as_json, words
from infra.cli.explaining.case import Case, Lived
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.why import Verdict, explain

COLUMNS = 80
TOLD = (Verdict.NOTIFIED, Verdict.LOST)
receipts = st.builds(
    Receipted,
    number=st.integers(1, 6),
    refused=st.booleans(),
    note=st.sampled_from(["delivered", "bounced"]),
    people=st.just(ONCALL.responders),
)
looks = st.builds(Opened, who=st.sampled_from(sorted(ONCALL.responders)), name=st.just("Ada"), by=st.just("SMS link"))
lives = st.lists(moments | receipts | looks, max_size=40)


@dataclass
class Followed(Life):
    """A life of which it is known whose each notice was."""

    whose: dict[tuple[str, int], str] = field(default_factory=dict)

    def meets(self, event: Event) -> None:
        before = len(self.sent)
        super().meets(event)
        if self.page is not None:
            self.whose |= {(self.page.id, notice.number): notice.responder for _, notice in self.sent[before:]}


def lived(policy: Policy, service: Service, window: Held | None, events: list[object], data: st.DataObject) -> Followed:
    life = Followed(policy, window)
    for event in events:
        if isinstance(event, Alert):
            life.meets(Received(event, "a" * 15, service, policy, held=life.held))
        elif isinstance(event, Answered | Receipted | Opened):
            if life.page is not None:
                life.meets(event)
        elif isinstance(event, int):
            life.now += timedelta(seconds=event)
        elif life.page is not None:
            life.step(data, None if event == "watchdog" else life.page.generation, dies=event == "crash")
    return life


def case_of(life: Life, page: Page) -> Case:
    versions = (Lived(0, BEGIN - timedelta(hours=1)), Lived(1, BEGIN + timedelta(minutes=10), "olga"))
    described = {0: ONCALL, 1: OnCall(version=1)}  # of which nobody is left
    return Case(page, page.ledger, versions, described.__getitem__, life.now)


@settings(max_examples=100, deadline=None)
@given(policies, services, windows, lives, st.data())
def test_anything_can_be_explained(
    policy: Policy, service: Service, window: Held | None, events: list[object], data: st.DataObject
) -> None:
    life = lived(policy, service, window, events, data)
    page = life.page
    if page is None:
        return
    say = Clock(True, page.opened_at)
    case = case_of(life, page)
    found = explain(case, None, say)
    sent = {life.whose[page.id, entry.notice] for entry in page.ledger if entry.what == "sent"}
    assert {answer.who for answer in found.answers if answer.verdict in TOLD} == sent
    for answer in found.answers:
        assert answer.sentences, answer.who
        assert explain(case, answer.who, say).answers == (answer,)
        assert ("was not notified" in words.verdict(answer)) <= (answer.who not in sent)
    assert json.dumps(as_json.of(page, found, life.now))


@settings(max_examples=30, deadline=None)
@given(policies, services, windows, lives, st.data())
def test_anything_fits_a_terminal(
    policy: Policy, service: Service, window: Held | None, events: list[object], data: st.DataObject
) -> None:
    life = lived(policy, service, window, events, data)
    if life.page is None:
        return
    say = Clock(True, life.page.opened_at)
    screen = Console(width=COLUMNS, highlight=False, emoji=False, markup=False, color_system=None)
    with screen.capture() as capture:
        words.write(screen, life.page, explain(case_of(life, life.page), None, say), say, life.now)
    assert max(map(len, capture.get().splitlines())) <= COLUMNS
