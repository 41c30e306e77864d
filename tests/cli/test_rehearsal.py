"""A rehearsal: the real verbs in a time of their own, and a store that keeps to the real one's contract."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from people import ADA, TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert, Severity
from callout.domain.brief import Kind
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Verb
from callout.domain.oncall import OnCall, Policy, Team, Tier
from callout.domain.page import LEDGER_ENTRIES_KEPT, LEDGER_ENTRIES_MAX, Changed, Page, State
from callout.store.pages import Pages
from infra.cli.rehearsal import rehearsal as rehearsals
from infra.cli.rehearsal.memory_pages import MemoryPages
from infra.cli.rehearsal.rehearsal import Endless, Rehearsal

AT = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)


def fired(oncall: OnCall | None = None, **options: object) -> Rehearsal:
    rehearsal = Rehearsal(oncall or oncall_of(TWO_TIERS), AT, **options)  # type: ignore[arg-type]
    rehearsal.alert("checkout", SAID)
    return rehearsal


def heard(rehearsal: Rehearsal) -> list[tuple[int, str, str, Kind]]:
    """Seconds since the alert, who, by what, what kind."""
    return [
        (int((sent.at - AT).total_seconds()), sent.notice.responder, sent.notice.channel, sent.notice.kind)
        for sent in rehearsal.notices
    ]


def the_page(rehearsal: Rehearsal) -> Page:
    found = rehearsal.page("checkout", "latency")
    assert found is not None
    return found


def test_every_tier_has_its_turn_at_its_second() -> None:
    rehearsal = fired()
    rehearsal.run_until(AT + timedelta(minutes=50))
    assert heard(rehearsal) == [
        (0, "ada", "sms", Kind.PAGE),
        (300, "grace", "sms", Kind.PAGE),
        (300, "grace", "email", Kind.PAGE),
        (900, "boss", "email", Kind.EXHAUSTED),
        (2700, "boss", "email", Kind.EXHAUSTED),
    ]
    assert rehearsal.now == AT + timedelta(minutes=50)


def test_answered_means_quiet() -> None:
    rehearsal = fired()
    rehearsal.run_until(AT + timedelta(minutes=3))
    rehearsal.answer(the_page(rehearsal), "ada")
    rehearsal.run_until(AT + timedelta(minutes=60))
    assert len(rehearsal.notices) == 1
    rehearsal.run_until(AT + timedelta(minutes=63))
    assert heard(rehearsal)[1:] == [(3780, "ada", "sms", Kind.STILL_OPEN)]


def test_resolved_by_a_person_it_is_over() -> None:
    rehearsal = fired()
    rehearsal.run_until(AT)
    rehearsal.answer(the_page(rehearsal), "ada", Verb.RESOLVE)
    rehearsal.run_until(AT + timedelta(days=2))
    assert (the_page(rehearsal).state, len(rehearsal.notices)) == (State.RESOLVED, 1)


def test_where_the_machine_does_not_start_the_watchdog_comes_in_its_minute() -> None:
    rehearsal = Rehearsal(oncall_of(TWO_TIERS), AT + timedelta(seconds=10))
    rehearsal.machine_down = True
    rehearsal.alert("checkout", SAID)
    rehearsal.run_until(AT + timedelta(minutes=10))
    # due at 0:10, overdue from 0:40 on: found at 1:00; tier 2 is due at 6:00, overdue after 6:30
    assert [(seconds, who) for seconds, who, *_ in heard(rehearsal)] == [(60, "ada"), (420, "grace"), (420, "grace")]


def test_the_watchdog_finds_what_was_due_half_a_minute_before_the_full_minute_in_the_next() -> None:
    rehearsal = Rehearsal(oncall_of(TWO_TIERS), AT + timedelta(seconds=30))
    rehearsal.machine_down = True
    rehearsal.alert("checkout", SAID)
    rehearsal.run_until(AT + timedelta(minutes=3))
    assert [seconds for seconds, *_ in heard(rehearsal)] == [120]


def test_a_channel_that_is_down_is_tried_again_and_then_left() -> None:
    rehearsal = fired(down={"sms": Unavailable("outage")})
    rehearsal.run_until(AT + timedelta(seconds=80))
    assert [int((failed.at - AT).total_seconds()) for failed in rehearsal.failed] == [0, 5, 15, 35, 75]
    assert heard(rehearsal) == [(75, "ada", "email", Kind.PAGE)]


def test_an_address_that_is_refused_costs_no_time() -> None:
    rehearsal = fired(down={ADA.contacts[0].address: Refused("opted out")})
    rehearsal.run_until(AT)
    assert heard(rehearsal) == [(0, "ada", "email", Kind.PAGE)]


def test_a_team_takes_turns_from_where_it_stands() -> None:
    policy = Policy("checkout", (Tier(("robin:crew",), ("sms",), 300),))
    oncall = replace(oncall_of(policy), teams={"crew": Team("crew", "Crew", ("ada", "grace"))})
    for turns, who in (({}, "ada"), ({"crew": 1}, "grace"), ({"crew": 4}, "ada")):
        rehearsal = fired(oncall, turns=turns)
        rehearsal.run_until(AT)
        assert [person for _, person, *_ in heard(rehearsal)] == [who]


def test_notices_of_one_step_stand_in_the_order_of_their_numbers() -> None:
    everybody = Policy("checkout", (Tier(("ada", "grace", "boss"), ("sms", "email"), 300),))
    for _ in range(20):  # each channel has threads of its own, which come in any order
        rehearsal = fired(oncall_of(everybody))
        rehearsal.run_until(AT)
        assert [sent.notice.number for sent in rehearsal.notices] == [1, 2, 3, 4, 5]


def test_it_ends_though_there_is_always_more_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsals, "STEPS_MAX", 10)
    rehearsal = fired()
    with pytest.raises(Endless):
        rehearsal.run_until(AT + timedelta(days=10))


def test_the_same_execution_is_started_once() -> None:
    rehearsal = fired()
    rehearsal.start(the_page(rehearsal).id, 1)
    rehearsal.run_until(AT + timedelta(minutes=1))
    assert [entry.what for entry in the_page(rehearsal).ledger].count("step") == 1


# ---- the store in memory keeps to the contract of the one that is deployed ------------------------------------------

Store = MemoryPages | Pages


@pytest.fixture(params=["memory", "table"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return MemoryPages()
    return Pages(boto3.client("dynamodb"), request.getfixturevalue("table"))


@pytest.fixture
def page() -> Page:
    rehearsal = fired()
    return replace(the_page(rehearsal), revision=0)


def test_what_was_saved_is_read_again(store: Store, page: Page) -> None:
    assert (store.newest(page.problem), store.get(page.id)) == (None, None)
    saved = store.save(page, None)
    assert saved.revision == 1
    assert store.get(page.id) == store.newest(page.problem) == saved
    again = store.save(replace(saved, alerts=2), saved)
    assert (again.revision, store.get(page.id)) == (2, again)


def test_whoever_read_an_older_page_does_not_write_over_a_newer(store: Store, page: Page) -> None:
    saved = store.save(page, None)
    newer = store.save(replace(saved, alerts=2), saved)
    for before in (saved, None):
        with pytest.raises(Changed) as changed:
            store.save(replace(saved, alerts=3), before)
        assert changed.value.current == newer
    assert store.get(page.id) == newer


def test_a_successor_is_the_newest_and_stops_the_way_back(store: Store, page: Page) -> None:
    saved = store.save(page, None)
    over = store.save(replace(saved, state=State.RESOLVED, ladder_at=None), saved)
    successor = store.save(replace(page, number=2), over)
    assert (successor.revision, store.newest(page.problem)) == (1, successor)
    with pytest.raises(Changed):
        store.save(replace(over, state=State.TRIGGERED, ladder_at=page.ladder_at), over)


def test_no_successor_while_a_way_back_is_taken(store: Store, page: Page) -> None:
    saved = store.save(page, None)
    rehearsal = fired()
    rehearsal.run_until(AT)
    rehearsal.answer(the_page(rehearsal), "ada", Verb.RESOLVE)
    over = store.save(replace(the_page(rehearsal), revision=1), saved)
    assert over.undo is not None
    store.save(replace(over, alerts=7), over)
    with pytest.raises(Changed):
        store.save(replace(page, number=2), over)


def test_the_longest_overdue_come_first(store: Store, page: Page) -> None:
    due: Callable[[int], datetime] = lambda minute: AT + timedelta(minutes=minute)  # noqa: E731
    names = {minute: f"{'abcdefg'[minute]}{page.problem[1:-1]}a" for minute in (3, 1, 2, 5)}
    for minute, problem in names.items():
        store.save(replace(page, problem=problem, ladder_at=due(minute)), None)
    found = [each.page_id for each in store.overdue(due(5), limit=10)]
    assert found == [f"{names[minute]}-1" for minute in (1, 2, 3)]
    assert [each.page_id for each in store.overdue(due(5), limit=2)] == found[:2]


def test_old_entries_of_a_long_ledger_are_archived_and_kept(store: Store, page: Page) -> None:
    for number in range(LEDGER_ENTRIES_MAX):
        page = page.noted(AT, "step", f"number {number}")
    saved = store.save(page, None)
    assert (len(saved.ledger), saved.ledger_parts) == (LEDGER_ENTRIES_KEPT, 1)
    assert store.ledger(saved) == page.ledger
