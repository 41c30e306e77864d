"""Whatever is described and whatever happens: a simulation ends, in order, and can be told and drawn."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import ADA, BOSS, GRACE, oncall_of

from callout.domain.alert import Severity
from callout.domain.oncall import Condition, Maintenance, OnCall, Policy, Rule, Service, Team, Tier
from callout.domain.priority import Priority, Urgency, When
from callout.domain.schedule import Layer, Schedule, Unit
from infra.cli.rehearsal import as_json as simulation_json
from infra.cli.rehearsal.events import NOTICE
from infra.cli.rehearsal.simulation import Plan, Simulated, simulate
from infra.cli.rehearsal.svg import drawn
from infra.cli.rehearsal.words import headline, summary

pytestmark = pytest.mark.long

AT = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
MARY = replace(ADA, id="mary", name="Mary", rules={Urgency.HIGH: (Rule("email"), Rule("sms", 90))})

targets = st.sampled_from(
    ["ada", "grace", "boss", "mary", "schedule:nights", "next:nights", "previous:nights", "team:crew", "robin:crew",
     "schedule:never", "nobody"]
)  # fmt: skip
conditions = st.builds(
    Condition,
    urgency=st.sampled_from([None, *Urgency]),
    priorities=st.sampled_from([(), (Priority.P1,)]),
    support_hours=st.sampled_from([None, *When]),
)
tiers = st.builds(
    Tier,
    targets=st.lists(targets, min_size=1, max_size=3).map(tuple),
    channels=st.sampled_from([(), ("sms",), ("email",), ("email", "sms")]),
    wait_seconds=st.integers(10, 20_000),
    everyone=st.booleans(),
    condition=st.none() | conditions,
)
policies = st.builds(
    Policy,
    id=st.just("checkout"),
    tiers=st.lists(tiers, min_size=1, max_size=3).map(tuple),
    repeat=st.integers(0, 2),
    last_resort=st.none() | tiers,
    comeback_seconds=st.integers(600, 86_400),
    ack_timeout_seconds=st.none() | st.integers(60, 86_400),
)
spans = st.none() | st.integers(0, 86_400)
plans = st.builds(
    Plan,
    service=st.just("checkout"),
    at=st.just(AT),
    severity=st.sampled_from(Severity),
    answer_after=spans,
    answer_by=st.sampled_from([(), ("ada",), ("ada", "grace", "boss", "mary")]),
    resolve_after=spans,
    until=st.none() | st.integers(86_400, 200_000),
    channels_down=st.sampled_from([(), ("sms",), ("sms", "email")]),
)


def described(policy: Policy, held: bool) -> OnCall:
    nights = Layer("nights", "Europe/London", ("ada", "grace"), Unit.HOUR)
    never = replace(nights, begins=datetime(2099, 1, 1))  # noqa: DTZ001
    window = Maintenance("upgrade", "Upgrade", start=AT, end=AT + timedelta(hours=3))
    return replace(
        oncall_of(policy, ADA, GRACE, BOSS, MARY),
        services={"checkout": Service("checkout", "Checkout", "checkout")},
        schedules={
            "nights": Schedule("nights", "Nights", "Europe/London", (nights,)),
            "never": Schedule("never", "Never", "UTC", (never,)),
        },
        teams={"crew": Team("crew", "Crew", ("grace", "boss"))},
        maintenance=(window,) if held else (),
    )


def assert_in_order(simulated: Simulated) -> None:
    moments = [happening.at for happening in simulated.happenings]
    assert moments == sorted(moments)
    assert simulated.plan.at <= moments[0] <= moments[-1] <= simulated.end
    sent = [happening.sent for happening in simulated.happenings if happening.what == NOTICE]
    assert sorted(sent, key=str) == sorted(simulated.notices, key=str)


@settings(max_examples=20, deadline=None)
@given(policies, plans, st.booleans())
def test_a_simulation_ends_and_can_be_told_and_drawn(policy: Policy, plan: Plan, held: bool) -> None:
    oncall = described(policy, held)
    simulated = simulate(oncall, plan)
    assert_in_order(simulated)
    assert headline(simulated, oncall, "UTC")
    assert list(summary(simulated, oncall))
    json.dumps(simulation_json.events(simulated, oncall))
    ElementTree.fromstring(drawn(simulated, oncall, "Europe/London"))


@settings(max_examples=20, deadline=None)
@given(policies, plans)
def test_answered_means_quiet(policy: Policy, plan: Plan) -> None:
    """From the moment of an acknowledgement until it runs out nobody hears of the page."""
    simulated = simulate(described(policy, held=False), plan)
    quiet_since = None
    for happening in simulated.happenings:
        if happening.what in ("acknowledged", "resolved"):
            quiet_since = happening.at
        elif happening.what in ("ran out", "aging", "raised"):
            quiet_since = None
        assert happening.what != NOTICE or quiet_since is None, "somebody was notified after an answer"


@pytest.mark.parametrize("severity", Severity)
def test_somebody_is_told_whoever_is_described(severity: Severity) -> None:
    policy = Policy("checkout", (Tier(("schedule:never",), ("sms",), 60), Tier(("ada",), ("sms",), 60)))
    simulated = simulate(described(policy, held=False), Plan("checkout", AT, severity))
    assert [sent.notice.responder for sent in simulated.notices] == ["ada"] * 4
