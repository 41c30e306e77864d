"""What a brief is told of its page's agreements: the target that runs, the owner, and whether one answer is enough."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from people import ADA, BOSS, GRACE, oncall_of

from callout.domain.alert import Action, Alert, Severity
from callout.domain.brief import Brief, Kind
from callout.domain.decide import decide
from callout.domain.events import Answered, Event, Received, Verb, Woken
from callout.domain.notice import Notice
from callout.domain.oncall import OnCall, Policy, Responder, ResponseTarget, Tier
from callout.domain.page import Page
from callout.domain.priority import Priority
from callout.sending import brief

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
EACH = Policy("each", (Tier(("ada", "grace"), everyone=True),))
SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)


def described() -> OnCall:
    oncall = oncall_of(EACH)
    service = replace(oncall.services["checkout"], owner="Payments", response={Priority.P1: ResponseTarget(300)})
    return replace(oncall, services={"checkout": service})


def after(*answered: str) -> Page:
    """The page once its first tier has its turn, and these have answered."""
    oncall = described()
    events: list[Event] = [
        Received(SAID, "problem", oncall.services["checkout"], EACH),
        Woken(oncall, None),
        *(Answered(Verb.ACKNOWLEDGE, who, who, "SMS link") for who in answered),
    ]
    page = None
    for event in events:
        page = decide(page, event, NOW).page
    assert page is not None
    return page


def told(page: Page, responder: Responder) -> Brief:
    return brief(page, Notice(1, responder.id, "sms", "sms", Kind.PAGE, 0), responder, "https://x.example.com/a/b")


@pytest.mark.parametrize(
    ("answered", "responder", "others"),
    [
        ((), ADA, True),
        ((), BOSS, False),
        (("ada",), ADA, True),
        (("ada",), GRACE, False),
        (("ada", "grace"), GRACE, False),
    ],
)
def test_whether_others_must_answer_as_well(answered: tuple[str, ...], responder: Responder, others: bool) -> None:
    assert told(after(*answered), responder).others is others


def test_the_target_while_it_runs() -> None:
    running = told(after(), ADA)
    assert (running.priority, running.owner, running.agreed) == ("P1", "Payments", "P1 within 5 min")
    assert running.answer_by is not None
    assert timedelta(seconds=299) <= running.answer_by - NOW <= timedelta(seconds=300)
    met = told(after("ada", "grace"), GRACE)
    assert (met.answer_by, met.agreed) == (None, "")
