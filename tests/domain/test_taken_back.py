"""An answer that is taken back is as if it had never been given, whatever the page has lived through before."""

from dataclasses import fields, replace
from datetime import datetime, timedelta

from domain.test_decide import BEGIN, IDS, ONCALL, PEOPLE, Life, alerts, moments, policies, services, windows
from hypothesis import given, settings
from hypothesis import strategies as st
from people import TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert
from callout.domain.clock import second_before
from callout.domain.decide import decide
from callout.domain.events import (
    Answered,
    Delivered,
    Event,
    Held,
    Joined,
    Opened,
    Reason,
    Receipted,
    Received,
    Verb,
    Woken,
)
from callout.domain.notice import Notice, Outcome, Result
from callout.domain.oncall import Policy, Service
from callout.domain.page import Page

# Every field of a page stands in one of these: for a new one somebody decides whether an answer changes it, and what
# taking that back means.
UNTOUCHED = """
    problem number service policy policy_version key title severity opened_at alerted_at priority raised aged held_by
    held_for summary is_summary sender source details links runbook started_at unparsed alerts members firing start
    turn risen_at predecessor comebacks returned news_told_at notices_made told texted robins
"""
BROUGHT_BACK = "state answers must_answer clock held_until news closed_at closed_by"
NOT_BEFORE_NOW = "ladder_at news_at aging_at"
"""Brought back; what was due meanwhile is due now."""
NOTICES = "notices"
"""As well, each by itself: in which order they stand means nothing."""
BOOKKEEPING = "undo ledger ledger_parts revision generation wakes_at began_at steps"
"""Can be used once; what happened; the store's; which execution looks when."""
GIVEN = (Reason.ACKNOWLEDGED, Reason.COUNTED, Reason.RESOLVED)


def test_every_field_of_a_page_has_been_thought_of() -> None:
    named = " ".join([UNTOUCHED, BROUGHT_BACK, NOT_BEFORE_NOW, NOTICES, BOOKKEEPING])
    assert sorted(named.split()) == sorted(field.name for field in fields(Page))


def essence(page: Page, now: datetime) -> dict[str, object]:
    def moved(moment: datetime | None) -> datetime | None:
        return moment and max(moment, second_before(now))

    notices: list[Notice] = sorted(page.notices, key=lambda notice: notice.number)
    return {
        **{name: getattr(page, name) for name in f"{UNTOUCHED} {BROUGHT_BACK}".split()},
        **{name: moved(getattr(page, name)) for name in NOT_BEFORE_NOW.split()},
        "notices": [replace(notice, try_at=moved(notice.try_at)) for notice in notices],
    }


def expected(page: Page, now: datetime) -> dict[str, object]:
    found = essence(page, now)
    return {**found, "ladder_at": second_before(now)} if page.summary else found  # it looks how that is


def summary() -> Page:
    """One that is open."""
    service = oncall_of(TWO_TIERS).services["checkout"]
    held = Held("w", "W", BEGIN + timedelta(minutes=30))
    member = decide(
        None, Received(Alert(Action.TRIGGER, "disk", "Zabbix"), "b" * 15, service, TWO_TIERS, held=held), BEGIN
    )
    assert member.page is not None
    page = decide(None, Joined(member.page, "c" * 15, "maintenance", service, TWO_TIERS, 1), BEGIN).page
    assert page is not None
    return page


SUMMARY = summary()


def lived(policy: Policy, service: Service, window: Held | None, events: list[object], data: st.DataObject) -> Life:
    """A page's life so far."""
    life = Life(policy, window)
    life.meets(Received(replace(data.draw(alerts), action=Action.TRIGGER), "a" * 15, service, policy, held=life.held))
    for each in events:
        assert life.page is not None
        if isinstance(each, Alert):
            life.meets(Received(each, "a" * 15, service, policy, held=life.held))
        elif isinstance(each, Answered | Receipted | Opened):
            life.meets(each)
        elif isinstance(each, int):
            life.now += timedelta(seconds=each)
        elif each == "summarised":
            life.meets(Woken(ONCALL, life.page.generation, held=life.held, summary=SUMMARY))
        else:
            life.step(data, None if each == "watchdog" else life.page.generation, dies=each == "crash")
    return life


def after(page: Page, *events: Event, now: datetime) -> Page:
    for event in events:
        decided = decide(page, event, now).page
        assert decided is not None
        page = decided
    return page


pasts = st.lists(moments | st.sampled_from(["step", "summarised", 1800]), max_size=20)
taps = st.builds(
    Answered, verb=st.sampled_from([Verb.ACKNOWLEDGE, Verb.RESOLVE]), who=IDS, name=st.just("A"), by=st.just("SMS link")
)


@settings(max_examples=200, deadline=None)
@given(policies, services, windows, pasts, taps, st.data())
def test_taken_back_at_once_it_leaves_the_page_as_it_was(
    policy: Policy, service: Service, window: Held | None, past: list[object], tap: Answered, data: st.DataObject
) -> None:
    life = lived(policy, service, window, past, data)
    page, now = life.page, life.now
    assert page is not None
    decision = decide(page, tap, now)
    if decision.reason not in GIVEN:
        return
    assert decision.page is not None
    undone = decide(decision.page, replace(tap, verb=Verb.UNDO), now)
    assert undone.reason is Reason.UNDONE
    assert undone.page is not None
    assert essence(undone.page, now) == expected(page, now)


@settings(max_examples=200, deadline=None)
@given(policies, services, windows, pasts, taps, st.data())
def test_what_is_said_of_its_messages_meanwhile_counts_as_if_nobody_had_answered(
    policy: Policy, service: Service, window: Held | None, past: list[object], tap: Answered, data: st.DataObject
) -> None:
    life = lived(policy, service, window, [*past, "crash"], data)
    page, now = life.page, life.now
    assert page is not None
    answered = decide(page, tap, now)
    handed_over = sorted({entry.notice for entry in page.ledger if entry.what == "intended"})
    if answered.page is None or answered.reason not in GIVEN or not handed_over:
        return
    events = data.draw(st.lists(said(handed_over, page.generation), max_size=5))
    undone = after(answered.page, *events, replace(tap, verb=Verb.UNDO), now=now)
    page = replace(page, undo=None)  # what was said before cannot be taken back any more
    assert essence(undone, now) == expected(after(page, *events, now=now), now)


def said(numbers: list[int], generation: int) -> st.SearchStrategy[Event]:
    """What a provider says of a message, at once or later."""
    ends = st.sampled_from([Outcome.SENT, Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.QUEUED])
    results = st.builds(Result, st.sampled_from(numbers), ends)
    receipts = st.builds(
        Receipted, st.sampled_from(numbers), st.booleans(), st.sampled_from(["it arrived", "never"]), st.just(PEOPLE)
    )
    return results.map(lambda result: Delivered([result], PEOPLE, generation)) | receipts
