"""However many people somebody describes, the page that tells them can be saved."""

from dataclasses import replace
from datetime import UTC, datetime

from people import ADA, oncall_of

from callout.domain.alert import Action, Alert
from callout.domain.decide import decide
from callout.domain.events import Received, Woken
from callout.domain.notifying import NOTICES_MAX
from callout.domain.oncall import Policy, Team, Tier
from callout.store import shapes

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def test_a_crowd_is_told_as_far_as_the_page_can_hold_it() -> None:
    crowd = [replace(ADA, id=f"person-{number:04d}" * 4, name=f"Person {number}" * 5) for number in range(2_000)]
    policy = Policy("checkout", (Tier(("team:all",), ("sms", "email"), 300),))
    oncall = replace(oncall_of(policy, *crowd), teams={"all": Team("all", "All", tuple(person.id for person in crowd))})
    event = Received(Alert(Action.TRIGGER, "latency", "Alertmanager"), "problem", oncall.services["checkout"], policy)
    page = decide(None, event, NOW).page
    decision = decide(page, Woken(oncall, 1), NOW)
    assert len(decision.to_send) == NOTICES_MAX
    assert decision.page is not None
    assert "too many" in [entry.what for entry in decision.page.ledger]
    assert shapes.fitting(decision.page) is decision.page
