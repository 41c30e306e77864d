"""Properties of decide() over any sequence of events: what holds whatever happens, in whatever order."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert, Severity
from callout.domain.decide import decide
from callout.domain.events import (
    Answered,
    Delivered,
    Event,
    Held,
    Opened,
    Reason,
    Receipted,
    Received,
    Verb,
    Woken,
)
from callout.domain.hours import Hours, Span
from callout.domain.notice import Notice, Outcome, Result
from callout.domain.oncall import Aging, AtRisk, Condition, Policy, ResponseTarget, Service, Tier
from callout.domain.page import Page, State
from callout.domain.priority import Priority, Urgency, When

BEGIN = datetime(2026, 11, 21, 3, tzinfo=UTC)
PEOPLE = {responder.id: responder for responder in (ADA, GRACE, BOSS)}
ONCALL = oncall_of(TWO_TIERS)
IDS = st.sampled_from(sorted(PEOPLE))

tiers = st.builds(
    Tier,
    targets=st.lists(IDS, min_size=1, max_size=3).map(tuple),
    channels=st.sampled_from([("sms",), ("email",), ("sms", "email")]),
    wait_seconds=st.integers(10, 900),
    everyone=st.booleans(),
    condition=st.none()
    | st.builds(
        Condition,
        urgency=st.none() | st.sampled_from(Urgency),
        priorities=st.lists(st.sampled_from(Priority), max_size=2).map(tuple),
        support_hours=st.none() | st.sampled_from(When),
    ),
)
policies = st.builds(
    Policy,
    id=st.just("checkout"),
    tiers=st.lists(tiers, min_size=1, max_size=4).map(tuple),
    repeat=st.integers(0, 2),
    last_resort=st.none() | tiers,
    ack_timeout_seconds=st.none() | st.integers(60, 7200),
)
unconditional = policies.map(
    lambda policy: replace(policy, tiers=tuple(replace(tier, condition=None) for tier in policy.tiers))
)
whoever_comes = tiers.map(lambda tier: replace(tier, condition=None, everyone=False))
morning = Hours((Span(start=4 * 60, end=5 * 60),))
targets = st.builds(ResponseTarget, seconds=st.integers(60, 7200), in_support_hours=st.booleans())
services = st.builds(
    Service,
    id=st.just("checkout"),
    name=st.just("Checkout"),
    policy=st.just("checkout"),
    support_hours=st.none() | st.just(morning),
    response=st.dictionaries(st.sampled_from(Priority), targets),
    at_risk=st.none()
    | st.builds(
        AtRisk,
        before_seconds=st.none() | st.integers(0, 600),
        raise_urgency=st.booleans(),
        next_tier=st.booleans(),
        notify=st.none() | whoever_comes,
    ),
    high_value=st.booleans(),
    early_life_until=st.none() | st.just(BEGIN + timedelta(hours=1)),
    aging=st.none() | st.builds(Aging, after_seconds=st.integers(60, 7200), raise_after=st.integers(0, 2)),
)
windows = st.none() | st.builds(
    Held, window=st.just("w"), name=st.just("W"), until=st.just(BEGIN + timedelta(minutes=30))
)
alerts = st.builds(
    Alert,
    action=st.sampled_from([Action.TRIGGER, Action.TRIGGER, Action.RESOLVE, Action.ACKNOWLEDGE]),
    key=st.just("latency"),
    sender=st.just("Alertmanager"),
    title=st.text(max_size=20),
    severity=st.sampled_from(Severity),
    members=st.lists(st.sampled_from("abcdef"), max_size=3, unique=True).map(tuple),
    says_new=st.booleans(),
)
answers = st.builds(Answered, verb=st.sampled_from(Verb), who=IDS, name=IDS, by=st.just("SMS link"))
receipts = st.builds(
    Receipted, number=st.integers(1, 9), refused=st.booleans(), note=st.sampled_from("ab"), people=st.just(PEOPLE)
)
looks = st.builds(Opened, who=IDS, name=IDS, by=st.sampled_from(["SMS link", "email link"]))
outcomes = st.sampled_from([Outcome.SENT, Outcome.SENT, Outcome.REFUSED, Outcome.UNAVAILABLE])
moments = st.one_of(
    alerts, answers, receipts, looks, st.integers(0, 4000), st.just("step"), st.just("crash"), st.just("watchdog")
)


def asleep(page: Page) -> Page:
    """Without what only tells its executions apart."""
    return replace(page, wakes_at=None, generation=0, steps=0, began_at=None)


@dataclass
class Life:
    """One page's life under a machine that may come early, twice, or die between intent and result."""

    policy: Policy
    window: Held | None = None
    now: datetime = BEGIN
    page: Page | None = None
    sent: list[tuple[datetime, Notice]] = field(default_factory=list)
    told_quiet_until: datetime | None = None

    def meets(self, event: Event) -> None:
        before = self.page
        decision = decide(before, event, self.now)
        self.page = decision.page
        self._holds(before, decision.reason)
        for notice in decision.to_send:
            assert before is not None
            assert (
                before.state is not State.ACKNOWLEDGED
                or (before.quiet_until is not None and before.quiet_until <= self.now)
                or notice.kind in ("news", "still open")  # of these, a later try; an acknowledgement stops older ones
            ), "nobody is notified while an acknowledgement lasts, but for news and what grows old"
            assert before.held_until is None or before.held_until <= self.now, "nobody is notified in maintenance"
            if before.state is not State.ACKNOWLEDGED:
                done = {answer.who for answer in before.answers}
                assert notice.kind not in ("page",) or notice.responder not in done, "who has answered is left in peace"
            self.sent.append((self.now, notice))

    def _holds(self, before: Page | None, reason: Reason) -> None:
        page = self.page
        if page is None:
            return
        if page.state is State.ACKNOWLEDGED:
            assert page.answers, "somebody is named"
            assert page.must_answer == ()
        if page.state in (State.TRIGGERED, State.EXHAUSTED):
            assert page.due_at is not None, "an open page that nobody has answered always knows when it is next due"
        if page.state is State.RESOLVED:
            assert page.due_at is None
        if page.due_at is not None:
            assert page.due_at.microsecond == 0
        if page is not before and before is not None and before.id == page.id:
            changed = asleep(page) != asleep(before)
            assert not changed or page.ledger != before.ledger, f"{reason}: a change without a line on the ledger"

    @property
    def held(self) -> Held | None:
        """The maintenance window, while it is open."""
        return self.window if self.window and self.now < self.window.until else None

    def step(self, draw_outcome: st.DataObject, generation: int | None, dies: bool) -> None:
        if self.page is None:
            return
        before = len(self.sent)
        self.meets(Woken(ONCALL, generation, held=self.held))
        notices = [notice for _, notice in self.sent[before:]]
        if not notices or dies:
            return
        results = [Result(notice.number, draw_outcome.draw(outcomes)) for notice in notices]
        self.meets(Delivered(results, PEOPLE, generation))


@settings(max_examples=300, deadline=None)
@given(policies, services, windows, st.lists(moments, max_size=40), st.data())
def test_whatever_happens(
    policy: Policy, service: Service, window: Held | None, events: list[object], data: st.DataObject
) -> None:
    life = Life(policy, window)
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


@settings(max_examples=200, deadline=None)
@given(unconditional, st.integers(0, 3))
def test_unanswered_every_tier_gets_its_turn_in_order_and_then_it_comes_back_for_ever(
    policy: Policy, start: int
) -> None:
    life = Life(policy)
    service = oncall_of(policy).services["checkout"]
    life.meets(Received(Alert(Action.TRIGGER, "latency", "Alertmanager"), "a" * 15, service, policy))
    assert life.page is not None
    count = len(policy.tiers)
    life.page = replace(life.page, start=min(start, count - 1))
    given_turns = []
    while life.page.state is State.TRIGGERED:
        assert life.page.due_at is not None
        life.now = max(life.now, life.page.due_at)
        turn = life.page.turn
        before = len(life.sent)
        life.meets(Woken(ONCALL, life.page.generation))
        life.meets(
            Delivered([Result(n.number, Outcome.SENT) for _, n in life.sent[before:]], PEOPLE, life.page.generation)
        )
        if life.page.state is State.TRIGGERED and life.page.turn != turn:
            given_turns.append(life.page.tier)
    first = [(min(start, count - 1) + turn) % count for turn in range(count)]
    assert given_turns == first + list(range(count)) * policy.repeat
    assert life.page.state is State.EXHAUSTED
    for _ in range(5):
        assert life.page.due_at == life.page.ladder_at
        life.now = life.page.due_at  # type: ignore[assignment]
        before = len(life.sent)
        life.meets(Woken(ONCALL, life.page.generation))
        assert len(life.sent) > before
        life.meets(
            Delivered([Result(n.number, Outcome.SENT) for _, n in life.sent[before:]], PEOPLE, life.page.generation)
        )


@given(st.integers(0, 3600))
def test_a_step_that_comes_early_answers_with_the_same_due_at(early: int) -> None:
    life = Life(TWO_TIERS)
    service = oncall_of(TWO_TIERS).services["checkout"]
    life.meets(Received(Alert(Action.TRIGGER, "latency", "Alertmanager"), "a" * 15, service, TWO_TIERS))
    assert life.page is not None
    life.meets(Woken(ONCALL, 1))
    life.meets(Delivered([Result(1, Outcome.SENT)], PEOPLE, 1))
    due = life.page.due_at
    assert due is not None
    life.now = due - timedelta(seconds=min(early + 1, 299))
    for _ in range(3):
        life.meets(Woken(ONCALL, 1))
        assert life.page.due_at == due
    assert len(life.sent) == 1


@given(alerts.filter(lambda alert: alert.action is Action.TRIGGER))
def test_the_same_alert_twice_is_silent(alert: Alert) -> None:
    life = Life(TWO_TIERS)
    service = oncall_of(TWO_TIERS).services["checkout"]
    said = replace(alert, says_new=False)
    life.meets(Received(said, "a" * 15, service, TWO_TIERS))
    life.meets(Woken(ONCALL, 1))
    life.meets(Delivered([Result(1, Outcome.SENT)], PEOPLE, 1))
    decision = decide(life.page, Received(said, "a" * 15, service, TWO_TIERS), life.now)
    assert decision.reason is Reason.REPEATED
    assert decision.effects == ()
    assert decision.page is not None
    assert life.page is not None
    assert decision.page.due_at == life.page.due_at
