"""What the proof says, and what it does not say, rule by rule."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from people import ADA, BOSS, GRACE
from zones import utc, wall

from callout.domain.alert import Severity
from callout.domain.hours import Hours, Span
from callout.domain.oncall import (
    AtRisk,
    Away,
    Condition,
    Loudness,
    Maintenance,
    OnCall,
    Policy,
    Responder,
    ResponseTarget,
    Rule,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency, When
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit
from infra.cli.description.problem import Finding, Level, spelled
from infra.cli.proof.proof import proven
from infra.cli.proof.proving import verdict

START = utc("2026-03-01")
DAYS = 90
END = START + timedelta(days=DAYS)
OFFICE = Hours((Span((0, 1, 2, 3, 4), 9 * 60, 17 * 60),), "Europe/London")
MUTE = Responder("mute", "Mute")
BY_DAY = Span(start=8 * 60, end=20 * 60)
BY_NIGHT = Span(start=20 * 60, end=8 * 60)


def rota(name: str = "nights", *spans: Span, people: tuple[str, ...] = ("ada", "grace"), **changes: Any) -> Schedule:
    only = Hours(spans, "Europe/London") if spans else None
    layer = Layer("weekly", "Europe/London", people, Unit.WEEK, anchor=wall("2026-01-05 09:00"), only=only)
    return replace(Schedule(name, name.title(), "Europe/London", (layer,)), **changes)


def organisation(*tiers: Tier, last: Tier | None = None, schedules: tuple[Schedule, ...] = (), **more: Any) -> OnCall:
    service = more.pop("service", Service("checkout", "Checkout", "urgent"))
    people = more.pop("people", (ADA, GRACE, BOSS, MUTE))
    return OnCall(
        version=1,
        services={service.id: service},
        policies={"urgent": Policy("urgent", tiers, last_resort=last)},
        responders={person.id: person for person in people},
        schedules={schedule.id: schedule for schedule in schedules},
        **more,
    )


def on(*targets: str, **condition: Any) -> Tier:
    return Tier(targets, condition=Condition(**condition) if condition else None)


def found(oncall: OnCall, level: Level | None = None, start: datetime = START, days: int = DAYS) -> dict[str, str]:
    """Path -> text; each path once."""
    findings = [each for each in proven(oncall, start, days) if level in (None, each.level)]
    said = {spelled(each.path): each.text for each in findings}
    assert len(said) == len(findings), findings
    return said


def one(oncall: OnCall) -> Finding:
    (finding,) = proven(oncall, START, DAYS)
    return finding


# ---- nobody ------------------------------------------------------------------------------------------------------


def test_what_always_reaches_somebody_is_not_spoken_of() -> None:
    day_and_night = (rota("days", BY_DAY), rota("nights", BY_NIGHT))
    assert not found(organisation(on("schedule:days", "schedule:nights"), on("boss"), schedules=day_and_night))


def test_a_page_is_lost_only_where_all_its_tiers_and_the_last_resort_are_empty() -> None:
    days, nights = rota("days", BY_DAY), rota("nights", Span(start=20 * 60, end=7 * 60))
    oncall = organisation(on("schedule:days"), last=on("schedule:nights"), schedules=(days, nights))
    assert found(oncall, "error") == {
        "services.checkout": "its pages would reach nobody "
        "Sun 1 Mar 2026 07:00 to 08:00 GMT, 1 h (07:00 to 08:00 UTC); "
        "Mon 2 Mar 2026 07:00 to 08:00 GMT, 1 h (07:00 to 08:00 UTC); "
        "Tue 3 Mar 2026 07:00 to 08:00 GMT, 1 h (07:00 to 08:00 UTC); "
        "and 87 more until Fri 29 May 2026 08:00 BST"
    }


def test_a_gap_at_the_end_is_open() -> None:
    leaving = replace(rota().layers[0], ends=wall("2026-05-01 12:00"))
    oncall = organisation(on("schedule:nights"), schedules=(rota(layers=(leaving,)),))
    assert one(oncall).text == (
        "its pages would reach nobody from Fri 1 May 2026 12:00 BST on (from 2026-05-01 11:00 UTC)"
    )


def test_a_gap_over_midnight_says_both_days() -> None:
    oncall = organisation(on("schedule:nights"), schedules=(rota(overrides=(_nobody("2026-04-01 22:30"),)),))
    assert one(oncall).text == (
        "its pages would reach nobody Wed 1 Apr 2026 23:30 to Thu 2 Apr 2026 01:30 BST, 2 h (22:30 to 00:30 UTC)"
    ).replace("00:30 UTC", "2026-04-02 00:30 UTC")


def _nobody(start: str) -> Override:
    return Override(utc(start), utc(start) + timedelta(hours=2), Change.REMOVE, ("ada", "grace"))


def test_nobody_at_all_is_said_as_such() -> None:
    oncall = organisation(on("schedule:nights"), schedules=(rota(people=()),))
    assert one(oncall).text == "its pages would reach nobody at any time"


def test_an_instant_is_a_gap_too() -> None:
    change = replace(_nobody("2026-04-01 22:30"), end=utc("2026-04-01 22:30") + timedelta.resolution)
    assert found(organisation(on("schedule:nights"), schedules=(rota(overrides=(change,)),)), "error")


def test_services_that_lose_their_pages_alike_are_one_error() -> None:
    oncall = organisation(on("schedule:nights"), schedules=(rota("nights", BY_NIGHT),))
    names = [f"shop-{number}" for number in range(6)]
    loud = Service("loud", "Loud", "urgent", support_hours=OFFICE)
    same = {name: Service(name, name, "urgent") for name in names}
    errors = found(replace(oncall, services={**oncall.services, **same, "loud": loud}), "error")
    assert list(errors) == ["services.checkout", "services.loud"]
    assert errors["services.checkout"].endswith("; so would those of shop-0, shop-1, shop-2 and 3 more")


def test_only_the_pages_that_no_tier_takes_are_lost() -> None:
    nights = rota("nights", BY_NIGHT)
    tiers = (on("boss", priorities=(Priority.P1, Priority.P2)), on("grace", urgency=Urgency.HIGH))
    errors = found(organisation(*tiers, last=on("schedule:nights"), schedules=(nights,)), "error")
    assert errors["services.checkout"].startswith(
        "its P3 and P4 pages of low urgency would reach nobody Sun 1 Mar 2026 08:00 to 20:00"
    )


def test_outside_of_support_hours_it_may_be_another_tier() -> None:
    tiers = (on("schedule:days", support_hours=When.INSIDE), on("boss", support_hours=When.OUTSIDE))
    hours = Hours((Span(start=9 * 60, end=21 * 60),), "Europe/London")
    service = Service("checkout", "Checkout", "urgent", support_hours=hours)
    days = rota("days", BY_DAY)
    last = on("mute")
    lost = organisation(*tiers, last=last, schedules=(days,), service=service)
    errors = found(lost, "error")
    assert errors["services.checkout"].startswith(
        "its pages inside support hours would reach nobody Sun 1 Mar 2026 20:00 to 21:00 GMT, 1 h"
    )
    assert "services.checkout" not in found(replace(lost, services=_served(support_hours=OFFICE)), "error")


def _served(**changes: Any) -> dict[str, Service]:
    return {"checkout": replace(Service("checkout", "Checkout", "urgent"), **changes)}


def test_early_life_and_the_severities_of_a_service_count() -> None:
    oncall = organisation(on("boss", urgency=Urgency.HIGH), last=on("mute"))
    assert found(oncall, "error")["services.checkout"] == (
        "its P3 and P4 pages of low urgency would reach nobody at any time"
    )
    until = utc("2026-04-01")
    young = found(replace(oncall, services=_served(early_life_until=until)), "error")
    assert young["services.checkout"].startswith("its P3 and P4 pages of low urgency would reach nobody from")
    loud = dict.fromkeys(Severity, Priority.P2)
    assert "services.checkout" not in found(replace(oncall, services=_served(priorities=loud)), "error")
    by_day = {name: Loudness(Urgency.HIGH, Urgency.HIGH) for name in (Priority.P3, Priority.P4)}
    assert "services.checkout" not in found(replace(oncall, services=_served(urgencies=by_day)), "error")


def test_without_a_last_resort_the_last_tier_is_it_whatever_its_condition() -> None:
    oncall = organisation(
        on("schedule:nights"), on("boss", urgency=Urgency.HIGH), schedules=(rota("nights", BY_NIGHT),)
    )
    assert not found(oncall, "error")


def test_who_is_away_is_replaced_and_where_the_alternate_has_no_contact_the_page_is_lost() -> None:
    times = (Away(utc("2026-04-01"), utc("2026-04-02")),)
    ada = replace(ADA, away=times, alternates=("grace",))
    assert not found(organisation(on("ada"), on("boss"), people=(ada, GRACE, BOSS)))
    ada = replace(ada, alternates=("mute",))
    assert "Wed 1 Apr 2026 00:00 to Thu 2 Apr 2026 00:00 UTC, 24 h" in _lost(on("ada"), ada)


def _lost(tier: Tier, *people: Responder) -> str:
    return found(organisation(tier, people=(*people, MUTE)), "error")["services.checkout"]


def test_it_may_be_the_turn_of_whoever_has_no_contact() -> None:
    team = {"all": Team("all", "All", ("ada", "mute"))}
    assert not found(organisation(on("team:all"), last=on("boss"), teams=team), "error")
    turns = organisation(on("robin:all"), teams=team)
    assert found(turns, "error") == {"services.checkout": "its pages would reach nobody at any time"}


def test_next_and_previous_are_looked_for_beyond_the_days_that_are_proven() -> None:
    monthly = Layer("monthly", "Europe/London", ("ada", "grace"), Unit.MONTH, 6, wall("2026-01-01"))
    schedule = rota(layers=(monthly,))
    for target in ("next:nights", "previous:nights"):
        assert not found(organisation(on(target), on("boss"), schedules=(schedule,)))
    lonely = rota(people=("ada",))
    assert list(found(organisation(on("next:nights"), schedules=(lonely,)), "error")) == ["services.checkout"]


def test_a_policy_that_no_service_uses_and_a_schedule_that_no_tier_names_are_left_alone() -> None:
    oncall = organisation(on("ada"), on("grace"), schedules=(rota("nights", BY_NIGHT),))
    unused = Policy("unused", (on("schedule:nights"),))
    assert not found(replace(oncall, policies={**oncall.policies, "unused": unused}))


def test_the_fix_names_the_schedules() -> None:
    schedules = (rota("days", BY_DAY), rota("nights", Span(start=20 * 60, end=7 * 60)))
    tier = on("schedule:days", "schedule:nights")
    assert one(organisation(tier, schedules=schedules)).fix == (
        "cover that in days or nights, or give policies.urgent a last_resort who is always there"
    )
    (error,) = (each for each in proven(organisation(tier, last=on("mute"), schedules=schedules), START, DAYS)
                if each.path == ("services", "checkout"))  # fmt: skip
    assert error.fix == (
        "cover that in days or nights, or add somebody who is always there to the last_resort of policies.urgent"
    )


# ---- tiers ---------------------------------------------------------------------------------------------------------


def test_a_tier_whose_only_target_has_no_contact_method() -> None:
    oncall = organisation(on("mute"), on("ada"), last=on("boss"))
    assert found(oncall) == {"policies.urgent.tiers[0]": "reaches nobody ever: Mute has no contact method"}
    assert not found(organisation(on("mute", "grace"), on("ada"), last=on("boss")))
    watched = replace(oncall.services["checkout"], at_risk=AtRisk(notify=on("mute")))
    assert "services.checkout.at_risk" in found(replace(oncall, services={"checkout": watched}), "error")


def test_a_tier_that_is_empty_at_times_is_a_warning() -> None:
    oncall = organisation(on("schedule:nights"), on("ada"), on("boss"), schedules=(rota("nights", BY_NIGHT),))
    assert one(oncall) == Finding(
        ("policies", "urgent", "tiers", 0),
        "nobody is in it Sun 1 Mar 2026 08:00 to 20:00 GMT, 12 h (08:00 to 20:00 UTC); "
        "Mon 2 Mar 2026 08:00 to 20:00 GMT, 12 h (08:00 to 20:00 UTC); "
        "Tue 3 Mar 2026 08:00 to 20:00 GMT, 12 h (08:00 to 20:00 UTC); "
        "and 87 more until Fri 29 May 2026 20:00 BST; it is passed over then",
        "cover that in nights, or notify somebody who is there as well, or say with `when` for which pages it is",
        "warning",
    )


def test_a_tier_is_not_asked_when_its_condition_does_not_apply() -> None:
    days = rota("days", Span((0, 1, 2, 3, 4), 9 * 60, 17 * 60))
    tiers = (on("schedule:days", support_hours=When.INSIDE), on("ada"), on("boss"))
    service = Service("checkout", "Checkout", "urgent", support_hours=OFFICE)
    assert not found(organisation(*tiers, schedules=(days,), service=service))
    longer = replace(service, support_hours=replace(OFFICE, spans=(Span((0,), 9 * 60, 18 * 60),)))
    assert list(found(organisation(*tiers, schedules=(days,), service=longer))) == ["policies.urgent.tiers[0]"]


def test_an_empty_last_resort_is_a_warning_too() -> None:
    oncall = organisation(on("ada"), on("grace"), last=on("schedule:nights"), schedules=(rota("nights", BY_NIGHT),))
    assert list(found(oncall, "warning")) == ["policies.urgent.last_resort"]


def test_tiers_of_several_policies_with_the_same_targets_are_one_warning() -> None:
    oncall = organisation(on("schedule:nights"), on("ada"), on("boss"), schedules=(rota("nights", BY_NIGHT),))
    other = replace(oncall.policies["urgent"], id="calm")
    shop = Service("shop", "Shop", "calm")
    both = replace(oncall, policies={**oncall.policies, "calm": other}, services={**oncall.services, "shop": shop})
    assert one(both).text.endswith("; it is passed over then, and so is the one with the same people in calm")


def test_what_is_an_error_is_not_a_warning_again() -> None:
    oncall = organisation(on("schedule:nights"), schedules=(rota("nights", BY_NIGHT),))
    assert list(found(oncall)) == ["services.checkout"]


def test_pages_that_no_tier_takes_go_straight_to_the_last_resort() -> None:
    tiers = (on("ada", urgency=Urgency.HIGH), on("grace", urgency=Urgency.HIGH))
    assert one(organisation(*tiers, last=on("boss"))).text == (
        "no tier takes P3 and P4 pages of low urgency of checkout: they go straight to the last resort"
    )
    assert one(organisation(*tiers)).text.endswith("straight to the last resort, which is its last tier")
    outside = organisation(
        on("ada", "grace", support_hours=When.INSIDE),
        last=on("boss"),
        service=Service("checkout", "Checkout", "urgent", support_hours=OFFICE),
    )
    assert one(outside).text.startswith("no tier takes pages outside of support hours of checkout: ")


# ---- people --------------------------------------------------------------------------------------------------------


def test_who_is_away_without_anybody_to_stand_in_is_a_warning_where_nobody_else_is_asked() -> None:
    away = (Away(utc("2026-04-01"), utc("2026-04-05")),)
    people = (replace(ADA, away=away, timezone="Europe/London"), GRACE, BOSS)
    assert one(organisation(on("ada"), on("boss"), people=people)) == Finding(
        ("responders", "ada", "away"),
        "Ada is away and would be paged all the same "
        "Wed 1 Apr 2026 01:00 to Sun 5 Apr 2026 01:00 BST, 96 h (00:00 to 2026-04-05 00:00 UTC)",
        "add `alternates` who are there, or an override",
        "warning",
    )
    assert not found(organisation(on("ada", "grace"), on("boss"), people=people))
    assert not found(organisation(on("schedule:nights"), on("boss"), people=people, schedules=(_without_ada(),)))


def _without_ada() -> Schedule:
    change = Override(utc("2026-03-31"), utc("2026-04-06"), Change.REPLACE, ("grace",), of="ada")
    return rota(overrides=(change,))


def test_everything_depends_on_one_person() -> None:
    assert one(organisation(on("ada"), on("ada"))).text == "everything depends on Ada alone, at any time"
    assert not found(organisation(on("ada"), last=on("grace")))
    assert not found(organisation(on("schedule:nights"), schedules=(rota(),)))


def test_everything_depends_on_one_person_for_long() -> None:
    change = Override(utc("2026-04-01"), utc("2026-04-20"), Change.REPLACE, ("ada",))
    oncall = organisation(on("schedule:nights"), schedules=(rota(overrides=(change,)),))
    assert one(oncall).text == (
        "everything depends on Ada alone, "
        "Mon 30 Mar 2026 09:00 to Mon 20 Apr 2026 09:00 BST, 504 h (08:00 to 2026-04-20 08:00 UTC)"
    )


def test_small_pages_may_depend_on_one_person() -> None:
    tiers = (on("ada"), on("grace", urgency=Urgency.HIGH))
    assert not found(organisation(*tiers, last=on("ada")))
    tiers = (on("ada"), on("grace", urgency=Urgency.LOW))
    assert one(organisation(*tiers, last=on("ada"))).text == (
        "everything about its P1, P2 and P3 pages of high urgency depends on Ada alone, at any time"
    )


# ---- raised pages --------------------------------------------------------------------------------------------------

SMALL = {Severity.CRITICAL: Priority.P3, Severity.ERROR: Priority.P3, Severity.INFO: Priority.P4}
SPLIT = (on("ada", "grace", priorities=(Priority.P3, Priority.P4)), on("schedule:nights", priorities=(Priority.P2,)))
SATURDAYS = (rota("nights", Span((5,))),)


def test_a_page_that_its_age_has_raised_must_reach_somebody_too() -> None:
    small = organisation(*SPLIT, schedules=SATURDAYS, service=_served(priorities=SMALL)["checkout"])
    errors = found(small, "error")
    assert errors["services.checkout"].startswith("its raised P2 pages would reach nobody Sun 1 Mar 2026 00:00 to")
    assert not found(replace(small, services=_served(priorities=SMALL, aging=None)), "error")
    loud = {priority: Loudness(Urgency.HIGH, Urgency.HIGH) for priority in (Priority.P3, Priority.P4)}
    assert not found(replace(small, services=_served(priorities=SMALL, urgencies=loud)), "error")


def test_a_page_whose_response_target_is_at_risk_must_reach_somebody_as_a_loud_one() -> None:
    tiers = (on("ada", "grace", urgency=Urgency.LOW), on("schedule:nights", urgency=Urgency.HIGH))
    agreed: dict[str, Any] = {
        "priorities": dict.fromkeys(Severity, Priority.P3),
        "response": {Priority.P3: ResponseTarget(3600)},
        "aging": None,
    }
    small = organisation(*tiers, schedules=SATURDAYS)
    hurried = replace(small, services=_served(**agreed, at_risk=AtRisk(raise_urgency=True)))
    errors = found(hurried, "error")
    assert errors["services.checkout"].startswith("its raised pages of high urgency would reach nobody Sun 1 Mar")
    assert not found(replace(small, services=_served(**agreed, at_risk=AtRisk(next_tier=True))), "error")
    elsewhere = {**agreed, "response": {Priority.P2: ResponseTarget(3600)}}
    assert not found(replace(small, services=_served(**elsewhere, at_risk=AtRisk(raise_urgency=True))), "error")


def test_a_raised_page_may_become_more_important_still() -> None:
    """P3, by its age a loud P2; and then a worse alert makes it a P1, as loud as no P1 is at first."""
    priorities = {**dict.fromkeys(Severity, Priority.P3), Severity.CRITICAL: Priority.P1}
    quiet = {Priority.P1: Loudness(Urgency.LOW, Urgency.LOW)}
    agreed = _served(priorities=priorities, urgencies=quiet)["checkout"]
    tiers = (on("ada", "grace", urgency=Urgency.LOW), on("ada", "grace", priorities=(Priority.P2, Priority.P3)))
    oncall = organisation(*tiers, last=on("mute"), service=agreed)
    assert found(oncall, "error")["services.checkout"] == (
        "its raised P1 pages of high urgency would reach nobody at any time"
    )


def test_raised_pages_that_no_tier_takes_are_spoken_of() -> None:
    service = _served(priorities=dict.fromkeys(Severity, Priority.P3))["checkout"]
    oncall = organisation(on("ada", "grace", priorities=(Priority.P3,)), last=on("boss"), service=service)
    assert one(oncall).text == "no tier takes raised P2 pages of checkout: they go straight to the last resort"


# ---- personal rules ------------------------------------------------------------------------------------------------


def slow(seconds: int, urgency: Urgency = Urgency.HIGH, *more: Rule) -> Responder:
    return replace(ADA, rules={urgency: (Rule("sms", seconds), *more)})


def personal(*targets: str, wait: int = 300, **condition: Any) -> Tier:
    return replace(on(*targets, **condition), channels=(), wait_seconds=wait)


def told_late(oncall: OnCall) -> dict[str, str]:
    return {path: text for path, text in found(oncall, "error").items() if path.startswith("responders")}


HIGH_RULES = "responders.ada.rules.high"
GOES_ON = {HIGH_RULES: "nothing is sent before 5m are over, but policies.urgent.tiers[0] goes on after 5m"}


def test_who_is_told_nothing_before_the_next_tier() -> None:
    def judged(ada: Responder, *tiers: Tier) -> dict[str, str]:
        return told_late(organisation(*tiers, on("grace"), last=on("boss"), people=(ada, GRACE, BOSS)))

    assert judged(slow(300), personal("ada")) == GOES_ON
    assert not judged(slow(299), personal("ada"))
    assert not judged(slow(300), on("ada"))
    assert not judged(slow(300, Urgency.HIGH, Rule("email", 299)), personal("ada"))
    assert not judged(slow(300), personal("ada", urgency=Urgency.LOW))
    assert not judged(slow(300), personal("boss"))
    assert list(judged(slow(300, Urgency.LOW), personal("ada"))) == ["responders.ada.rules.low"]
    assert judged(slow(300), personal("ada"), personal("ada", wait=299)) == GOES_ON


def test_who_has_no_contact_for_their_rules_is_told_at_once() -> None:
    texted = replace(slow(300), contacts=ADA.contacts[:1], rules={Urgency.HIGH: (Rule("email", 300),)})
    assert not told_late(organisation(personal("ada"), on("grace"), people=(texted, GRACE)))


def test_pages_that_a_service_cannot_have_do_not_matter() -> None:
    loud = _served(priorities=dict.fromkeys(Severity, Priority.P1))
    oncall = organisation(personal("ada"), on("grace"), people=(slow(300, Urgency.LOW), GRACE))
    assert told_late(oncall)
    assert not told_late(replace(oncall, services=loud))


def test_in_early_life_the_next_tier_comes_sooner() -> None:
    oncall = organisation(personal("ada"), on("grace"), people=(slow(200), GRACE))
    assert not told_late(oncall)
    young = replace(oncall, services=_served(early_life_until=START + timedelta(days=1)))
    assert told_late(young) == {HIGH_RULES: GOES_ON[HIGH_RULES].replace("5m are", "3m20s are").replace("5m", "2m30s")}
    assert not told_late(replace(oncall, services=_served(early_life_until=START)))


def test_who_stands_in_is_told_by_their_own_rules() -> None:
    grace = replace(GRACE, away=(Away(utc("2026-04-01"), utc("2026-04-02")),), alternates=("ada",))
    oncall = organisation(personal("grace"), on("boss"), people=(slow(300), grace, BOSS))
    assert told_late(oncall) == GOES_ON
    assert not told_late(replace(oncall, responders={**oncall.responders, "grace": GRACE}))


def test_who_is_a_last_resort_is_told_before_the_page_comes_back() -> None:
    def judged(ada: Responder, last: Tier | None, comeback: int) -> dict[str, str]:
        oncall = organisation(on("grace"), personal("boss", "ada", wait=3600), last=last, people=(ada, GRACE, BOSS))
        policy = replace(oncall.policies["urgent"], comeback_seconds=comeback)
        return told_late(replace(oncall, policies={"urgent": policy}))

    again = "nothing is sent before 10m are over, but policies.urgent.last_resort is told again after 10m"
    assert judged(slow(600), personal("ada", wait=10), 600) == {HIGH_RULES: again}
    assert not judged(slow(600), personal("ada", wait=10), 601)
    assert not judged(slow(600), on("ada"), 600)
    assert judged(slow(600), None, 600) == {HIGH_RULES: again.replace("last_resort", "tiers[1]")}
    assert not judged(slow(600), None, 601)


# ---- maintenance and calendars -------------------------------------------------------------------------------------

SAFE = organisation(on("ada"), on("boss"))


def windows(*found: Maintenance) -> OnCall:
    return replace(SAFE, maintenance=found)


def test_a_window_longer_than_a_week_is_a_warning() -> None:
    once = Maintenance("move", "Move", start=utc("2026-03-10"), end=utc("2026-03-17"))
    assert not found(windows(once))
    longer = replace(once, end=utc("2026-03-17 01:00"))
    assert one(windows(longer)).level == "warning"
    assert one(windows(longer)).text == (
        "nobody is paged Tue 10 Mar 2026 00:00 to Tue 17 Mar 2026 01:00 UTC, 169 h: that is longer than 7 days"
    )
    assert not found(windows(replace(once, start=utc("2026-02-01"), end=utc("2026-02-20"))))


def test_a_recurring_window_that_is_always_open_is_an_error() -> None:
    always = Maintenance("patch", "Patch", hours=Hours((Span(),)))
    assert one(windows(always)) == Finding(
        ("maintenance", "patch"),
        "it is always open: no page ever reaches anybody",
        "leave times out of `every` in which it is not open",
    )
    some = replace(always, services=("checkout",))
    assert one(windows(some)).text == "it is always open: pages of checkout never reach anybody"
    assert one(windows(replace(always, labels={"cluster": "eu-1"}))).level == "warning"
    assert one(windows(replace(always, end=utc("2026-04-01")))).level == "warning"
    since = "it is open from Thu 2 Apr 2026 00:00 UTC on, past these days: no page ever reaches anybody"
    broken_once = windows(replace(always, hours=Hours((Span(),), closed=(_DAY,))))
    assert found(broken_once) == {"maintenance.patch": since}
    assert not found(windows(replace(always, hours=Hours((Span(end=23 * 60 + 59),)))))


_DAY = date(2026, 4, 1)


def test_recurring_windows_that_take_turns_are_an_error_for_the_service() -> None:
    days, nights = (Maintenance(name, name, hours=Hours((span,))) for name, span in _TURNS)
    errors = found(windows(days, nights), "error")
    assert errors == {"services.checkout": "one of its maintenance windows is always open: days and nights"}
    assert not found(windows(days, replace(nights, services=("shop",))))
    assert not found(windows(days, replace(nights, labels={"cluster": "eu-1"})))


_TURNS = (("days", BY_DAY), ("nights", BY_NIGHT))


def test_a_window_that_is_open_once_and_past_the_days_is_an_error() -> None:
    for_years = Maintenance("move", "Move", ("checkout",), start=utc("2026-04-01"), end=utc("2036-04-01"))
    assert one(windows(for_years)) == Finding(
        ("maintenance", "move"),
        "it is open from Wed 1 Apr 2026 00:00 UTC on, past these days: pages of checkout never reach anybody",
        "let it end when the work does",
    )
    assert one(windows(replace(for_years, labels={"cluster": "eu-1"}))).level == "warning"
    assert one(windows(replace(for_years, end=END - timedelta.resolution))).level == "warning"
    assert one(windows(replace(for_years, end=END))).level == "error"
    assert one(windows(replace(for_years, start=END, end=END + timedelta(days=400)))).level == "warning"


def test_windows_that_are_open_when_the_days_end_may_be_work_like_any_other() -> None:
    night = Maintenance("patch", "Patch", hours=Hours((Span(start=22 * 60, end=2 * 60),)))
    end = END + timedelta(days=1)
    once = Maintenance("move", "Move", start=END - timedelta(days=6), end=end)
    for hour in range(24):
        start = START + timedelta(hours=hour)
        assert not proven(windows(night), start, DAYS)
        assert not proven(windows(night), start, 1)
    assert not found(windows(once))
    assert list(found(windows(replace(once, end=end + timedelta.resolution)), "error")) == ["maintenance.move"]


def test_windows_that_follow_each_other_are_an_error_from_the_first_of_them_on() -> None:
    first = Maintenance("first", "First", start=utc("2026-05-20"), end=utc("2026-05-26"))
    second = Maintenance("second", "Second", start=utc("2026-05-26"), end=utc("2026-05-31"))
    assert found(windows(first, second)) == {
        "services.checkout": "one of its maintenance windows is open from Wed 20 May 2026 00:00 UTC on, "
        "past these days: first and second"
    }
    assert not found(windows(first, replace(second, start=utc("2026-05-26 00:01"))))


def test_a_verdict_speaks_of_maintenance_where_there_is_any() -> None:
    window = Maintenance("move", "Move", start=END - timedelta(hours=1), end=END + timedelta(hours=1))
    for changed, said in (
        ({}, True),
        ({"services": ("shop",)}, False),
        ({"labels": {"cluster": "eu-1"}}, False),
        ({"start": END}, False),
        ({"hours": Hours((Span((6,), 120, 240),)), "start": None, "end": None}, True),
        ({"start": START - timedelta(hours=1), "end": START}, False),
    ):
        told = verdict(windows(replace(window, **changed)), START, DAYS)
        assert told.endswith("somebody is reached at every instant" + (" outside of maintenance" if said else ""))


def test_a_calendar_that_is_not_known_counts_for_nothing() -> None:
    schedule = rota(layers=(Layer("calendar", "UTC", calendar="file"),))
    oncall = organisation(on("schedule:nights"), on("ada"), on("boss"), schedules=(schedule,))
    warnings = found(oncall, "warning")
    assert list(warnings) == ["policies.urgent.tiers[0]", "schedules.nights.layers[0].calendar"]
    assert "is not known here" in warnings["schedules.nights.layers[0].calendar"]


def test_nothing_is_held_against_a_calendar_for_what_it_does_not_say_yet() -> None:
    schedule = rota(layers=(Layer("calendar", "UTC", calendar="file"),))
    until = utc("2026-04-01")
    calendar = Calendar("file", START, until, (Shift(START, until, ("ada",)),))
    oncall = organisation(on("schedule:nights"), schedules=(schedule,), calendars={"file": calendar})
    assert found(oncall)["schedules.nights.layers[0].calendar"] == (
        "this calendar has been read up to Wed 1 Apr 2026 01:00 BST only: "
        "nothing is proven of what it covers after that"
    )
    assert not found(oncall, "error")
    gap = replace(calendar, shifts=(Shift(START, until - timedelta(hours=1), ("ada",)),))
    lost = found(replace(oncall, calendars={"file": gap}), "error")["services.checkout"]
    assert lost.startswith("its pages would reach nobody Wed 1 Apr 2026 00:00 to 01:00 BST, 1 h")


# ---- progress ------------------------------------------------------------------------------------------------------


def test_progress_counts_schedules_and_policies() -> None:
    oncall = organisation(on("schedule:nights"), on("schedule:days"), schedules=(rota("nights"), rota("days")))
    told: list[tuple[int, int]] = []
    proven(oncall, START, DAYS, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
