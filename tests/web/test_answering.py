"""What of a page its answer page shows, through the engine's own decisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from people import ADA, BOSS, GRACE, oncall_of

from callout.domain.alert import Action, Alert, Severity
from callout.domain.decide import decide
from callout.domain.events import Answered, Event, Held, Reason, Received, Verb, Woken
from callout.domain.identity import problem_id
from callout.domain.oncall import Aging, OnCall, Policy, ResponseTarget, Tier
from callout.domain.page import Page, State, Told
from callout.domain.priority import Priority
from callout.domain.response import Standing
from callout.web.answering import view_of
from callout.web.view import Given, Problem, Situation, View

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOTH = Policy("both", (Tier(("ada", "grace"), everyone=True), Tier(("boss",), ("email",))))
ONE = Policy("one", (Tier(("ada",)),), ack_timeout_seconds=None)
TOLD = {person.id: Told(person.id, person.name, "UTC") for person in (ADA, GRACE, BOSS)}


def oncall(policy: Policy, **changes: object) -> OnCall:
    found = oncall_of(policy)
    service = replace(found.services["checkout"], owner="Payments", **changes)  # type: ignore[arg-type]
    return replace(found, services={"checkout": service})


class Bench:
    """One page, driven by hand."""

    def __init__(self, described: OnCall, severity: Severity = Severity.CRITICAL, held: Held | None = None) -> None:
        service = described.services["checkout"]
        alert = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", severity)
        problem, policy = problem_id("checkout", "latency"), described.policies[service.policy]
        self.now, self.described = NOW, described
        self.page: Page | None = None
        self.does(Received(alert, problem, service, policy, held=held))

    def does(self, event: Event) -> Reason:
        decision = decide(self.page, event, self.now)
        self.page = decision.page
        return decision.reason

    def wakes(self, **later: float) -> "Bench":
        self.now += timedelta(**later)
        self.does(Woken(self.described, None))
        return self

    def answers(self, who: str, verb: Verb = Verb.ACKNOWLEDGE) -> Reason:
        return self.does(Answered(verb, who, TOLD[who].name, "SMS link"))

    def seen_by(self, who: str) -> View:
        assert self.page is not None
        return view_of(self.page, TOLD[who], self.now)

    def problem(self) -> Problem:
        problem = self.seen_by("ada").problem
        assert problem is not None
        return problem


def test_nobody_has_answered_and_each_must() -> None:
    view = Bench(oncall(BOTH)).wakes().seen_by("ada")
    assert (view.situation, view.must, view.awaited) == (Situation.OPEN, True, ("Grace",))


def test_one_of_two_has_answered() -> None:
    bench = Bench(oncall(BOTH)).wakes()
    assert bench.answers("ada") is Reason.COUNTED
    mine, graces, bosss = (bench.seen_by(who) for who in ("ada", "grace", "boss"))
    assert (mine.situation, mine.must, mine.awaited) == (Situation.COUNTED, False, ("Grace",))
    assert mine.undo_until == NOW + timedelta(seconds=60)
    assert (graces.situation, graces.must, graces.awaited) == (Situation.OPEN, True, ())
    assert graces.answers == (Given("Ada", NOW),)
    assert (bosss.situation, bosss.must, bosss.awaited) == (Situation.OPEN, False, ("Grace",))


def test_taken_back_it_is_to_be_answered_again() -> None:
    bench = Bench(oncall(BOTH)).wakes()
    bench.answers("ada")
    assert bench.answers("ada", Verb.UNDO) is Reason.UNDONE
    view = bench.seen_by("ada")
    assert (view.situation, view.must, view.mine) == (Situation.OPEN, True, None)


def test_the_last_of_them_has_it() -> None:
    bench = Bench(oncall(BOTH)).wakes()
    bench.answers("ada")
    bench.answers("grace")
    for who in ("ada", "grace"):
        view = bench.seen_by(who)
        assert (view.situation, view.must, view.awaited) == (Situation.MINE, False, ())


def test_once_the_next_tier_has_its_turn_who_has_answered_may_take_it_after_all() -> None:
    bench = Bench(oncall(BOTH)).wakes()
    bench.answers("ada")
    view = bench.wakes(minutes=6).seen_by("ada")
    assert (view.situation, view.must, view.awaited) == (Situation.OPEN, False, ())
    assert view.mine == Given("Ada", NOW)
    assert bench.answers("ada") is Reason.ACKNOWLEDGED


def test_a_closed_page_waits_for_nobody() -> None:
    bench = Bench(oncall(BOTH)).wakes()
    bench.answers("ada")
    bench.answers("ada", Verb.RESOLVE)
    view = bench.seen_by("grace")
    assert (view.situation, view.must, view.awaited) == (Situation.RESOLVED, False, ())


def test_an_acknowledgement_for_ever_lasts_until_the_page_is_brought_back() -> None:
    bench = Bench(oncall(ONE, aging=Aging(after_seconds=3600)), Severity.WARNING).wakes()
    bench.answers("ada")
    until = bench.seen_by("ada").lasts_until
    assert until is not None
    assert timedelta(minutes=59) < until - NOW <= timedelta(hours=1)


def test_an_acknowledgement_for_ever_of_high_urgency_has_no_end() -> None:
    bench = Bench(oncall(ONE)).wakes()
    bench.answers("ada")
    assert bench.seen_by("ada").lasts_until is None


def test_what_its_service_has_agreed_to() -> None:
    bench = Bench(oncall(ONE, response={Priority.P1: ResponseTarget(300)})).wakes()
    assert (bench.problem().priority, bench.problem().owner) == ("P1", "Payments")
    running = bench.problem().clock
    assert running is not None
    assert (running.agreed, running.standing) == ("P1 within 5 min", Standing.RUNNING)
    bench.answers("ada")
    assert bench.problem().clock == replace(running, standing=Standing.MET)


def test_held_in_a_maintenance_window() -> None:
    end = NOW + timedelta(hours=1)
    problem = Bench(oncall(ONE), held=Held("upgrade", "Database upgrade", end)).problem()
    assert problem.held_by == "Database upgrade"
    assert problem.held_until is not None
    assert end - timedelta(seconds=1) <= problem.held_until <= end


def test_a_page_in_a_summary_names_it() -> None:
    bench = Bench(oncall(ONE)).wakes()
    assert bench.page is not None
    bench.page = replace(bench.page, state=State.ACKNOWLEDGED, summary="b2-1")
    assert bench.problem().summary == "b2-1"


def test_a_summary_counts_its_pages() -> None:
    bench = Bench(oncall(ONE))
    assert bench.page is not None
    bench.page = replace(bench.page, is_summary=True, firing=("a1-1", "a2-1"))
    assert bench.problem().speaks_for == 2
    bench.page = replace(bench.page, is_summary=False)
    assert bench.problem().speaks_for == 0
