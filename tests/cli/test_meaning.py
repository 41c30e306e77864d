"""What a plan says of its consequences: who is on call instead of whom, who is paged otherwise; what repeats once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain.alert import Severity
from callout.domain.hours import Hours, Span
from callout.domain.on_call import timeline
from callout.domain.oncall import (
    Away,
    Condition,
    Loudness,
    Maintenance,
    OnCall,
    Policy,
    Responder,
    ResponseTarget,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency, When
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit
from infra.cli.meaning.meaning import meaning
from infra.cli.meaning.schedules import swaps

wall = datetime.fromisoformat
START = datetime(2026, 11, 19, 12, tzinfo=UTC)
"""A Thursday noon; summer time is over, so London's clock shows UTC."""
END = START + timedelta(weeks=6)
HOUR = timedelta(hours=1)
PEOPLE = {"ada": "Ada Byron", "grace": "Grace Hopper", "linus": "Linus Ek", "margaret": "Margaret Hamilton"}
WEEKLY = Layer("weekly", "Europe/London", ("ada", "grace"), anchor=wall("2026-11-16 09:00"))
NIGHTS = Schedule("nights", "Nights", "Europe/London", (WEEKLY,))
SHOP = Service("shop", "Shop", "urgent")
OLD = OnCall(
    1,
    {"shop": SHOP},
    {"urgent": Policy("urgent", (Tier(("ada", "schedule:nights")),))},
    {name: Responder(name, full, timezone="Europe/London") for name, full in PEOPLE.items()},
    {"digest-1": "shop", "digest-2": "shop"},
    {"nights": NIGHTS},
    {"payments": Team("payments", "Payments", ("ada", "grace"))},
)


def told(after: OnCall, before: OnCall = OLD, end: datetime = END) -> list[str]:
    return [f"!{sentence.text}" if sentence.loud else sentence.text for sentence in meaning(before, after, START, end)]


def schedule(*layers: Layer, **changes: Any) -> OnCall:
    return replace(OLD, schedules={"nights": replace(NIGHTS, layers=layers or NIGHTS.layers, **changes)})


def override(start: datetime, end: datetime, who: str, change: Change = Change.REPLACE) -> Override:
    return Override(start, end, change, (who,))


def test_nothing_changed() -> None:
    assert told(replace(OLD, version=7, follow_version=7)) == []


def test_one_override() -> None:
    after = schedule(overrides=(override(wall("2026-11-21T09:00Z"), wall("2026-11-22T09:00Z"), "linus"),))
    assert told(after) == [
        "from Sat 21 Nov 09:00 (Europe/London) Nights goes from Ada Byron to Linus Ek until Sun 22 Nov 09:00"
    ]


def test_a_change_that_begins_now_and_one_that_stays() -> None:
    after = schedule(replace(WEEKLY, people=("linus",)))
    assert told(after, end=START + timedelta(days=7)) == [
        "from now Nights goes from Ada Byron to Linus Ek until Mon 23 Nov 09:00",
        "from Mon 23 Nov 09:00 (Europe/London) Nights goes from Grace Hopper to Linus Ek and stays so",
    ]


def test_a_rotation_in_another_order_is_a_rhythm() -> None:
    assert told(schedule(replace(WEEKLY, people=("grace", "ada")))) == [
        "from now Nights goes from Ada Byron to Grace Hopper until Mon 23 Nov 09:00",
        "every second Monday 09:00 for 7 days (Europe/London), 3 times from 23 Nov, "
        "Nights goes from Grace Hopper to Ada Byron",
        "every second Monday 09:00 for 7 days (Europe/London), 3 times from 30 Nov, "
        "Nights goes from Ada Byron to Grace Hopper",
    ]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((0,), "every Monday 09:00 until 17:00 (Europe/London), 6 times from 23 Nov,"),
        ((0, 1, 2, 3, 4), "Mon to Fri 09:00 until 17:00 (Europe/London), 30 times from 20 Nov,"),
        ((0, 1, 2, 3, 4, 5, 6), "every day 09:00 until 17:00 (Europe/London), 42 times from 20 Nov,"),
        ((1, 5), "every Tue and Sat 09:00 until 17:00 (Europe/London), 12 times from 21 Nov,"),
    ],
)
def test_days_of_the_week_are_a_rhythm(days: tuple[int, ...], said: str) -> None:
    """Over six weeks with a single person on call before, and another one's layer over it."""
    alone = replace(WEEKLY, people=("ada",))
    daytime = replace(WEEKLY, people=("linus",), only=Hours((Span(days, 540, 1020),), "Europe/London"))
    found = told(schedule(alone, daytime), schedule(alone))
    assert found[-1] == f"{said} Nights goes from Ada Byron to Linus Ek"


def test_without_a_rhythm_the_first_and_how_many_more() -> None:
    starts = [START + timedelta(hours=hours) for hours in (20, 27, 95)]
    after = schedule(
        replace(WEEKLY, people=("ada",)), overrides=tuple(override(at, at + HOUR, "linus") for at in starts)
    )
    assert told(after, schedule(replace(WEEKLY, people=("ada",)))) == [
        "from Fri 20 Nov 08:00 (Europe/London) Nights goes from Ada Byron to Linus Ek until Fri 20 Nov 09:00, "
        "and 2 more like it, the last from Mon 23 Nov 11:00"
    ]


def test_the_year_is_told_where_it_is_another() -> None:
    after = schedule(overrides=(override(wall("2026-12-31T23:00Z"), wall("2027-01-01T09:00Z"), "linus"),))
    [said] = told(after, end=START + timedelta(weeks=8))
    assert said.startswith("from Thu 31 Dec 23:00 ")
    assert said.endswith("until Fri 1 Jan 2027 09:00")


def test_times_are_those_of_the_schedules_zone() -> None:
    after = schedule(timezone="Asia/Tokyo", overrides=(override(START + HOUR, START + 2 * HOUR, "linus"),))
    [said] = told(after)
    assert said == "from Thu 19 Nov 22:00 (Asia/Tokyo) Nights goes from Ada Byron to Linus Ek until Thu 19 Nov 23:00"


def test_a_new_gap_is_loud_and_comes_first() -> None:
    at = wall("2026-11-20T09:00Z")
    after = schedule(
        overrides=(override(START, START + HOUR, "linus"), override(at, at + HOUR, "ada", Change.REMOVE)),
    )
    assert told(after) == [
        "!from Fri 20 Nov 09:00 (Europe/London) NOBODY is on call in Nights instead of Ada Byron "
        "until Fri 20 Nov 10:00",
        "from now Nights goes from Ada Byron to Linus Ek until Thu 19 Nov 13:00",
    ]


def test_a_gap_that_is_closed() -> None:
    ends = replace(WEEKLY, people=("ada",), ends=wall("2026-11-20 09:00"))
    assert told(schedule(replace(ends, ends=None)), schedule(ends)) == [
        "from Fri 20 Nov 09:00 (Europe/London) Nights goes from nobody to Ada Byron and stays so"
    ]


def test_a_schedule_comes_and_goes() -> None:
    daily = Layer("", "UTC", ("ada", "grace"), Unit.DAY, anchor=wall("2026-11-19 08:00"))
    only = replace(daily, only=Hours((Span(start=480, end=1200),)))
    after = replace(OLD, schedules={"days": Schedule("days", "Days", "UTC", (only,))})
    assert told(after) == [
        "!every day 20:00 until 08:00 (UTC), 42 times from 19 Nov, NOBODY is on call in Days",
        "Days is new: from now Ada Byron is on call, then Grace Hopper",
        "Nights is not a schedule any more",
    ]


def test_the_events_of_a_calendar_change() -> None:
    def held(who: str) -> OnCall:
        shifts = (Shift(START, END, (who,)),)
        layer = Layer("", "Europe/London", calendar="team")
        return replace(schedule(layer), calendars={"team": Calendar("team", START, END, shifts)})

    assert told(held("grace"), held("ada")) == ["from now Nights goes from Ada Byron to Grace Hopper and stays so"]


def test_not_more_than_can_be_read() -> None:
    crowd = {f"r{number}": Responder(f"r{number}", f"Person {number}") for number in range(30)}
    before = replace(schedule(replace(WEEKLY, unit=Unit.DAY, people=tuple(crowd))), responders=crowd)
    after = replace(schedule(replace(WEEKLY, unit=Unit.DAY, people=tuple(crowd)[::-1])), responders=crowd)
    said = told(after, before)
    assert len(said) == 13
    assert said[-1] == "Nights changes in 19 more ways"


INSTANTS = st.integers(0, 60).map(lambda hours: START + hours * HOUR)
SHIFTS = st.lists(st.tuples(INSTANTS, INSTANTS, st.sampled_from(sorted(PEOPLE)), st.sampled_from(Change)), max_size=8)


@given(SHIFTS, SHIFTS, INSTANTS)
def test_a_swap_is_told_exactly_where_others_are_on_call(one: Any, other: Any, at: datetime) -> None:
    def made(changes: Any) -> Schedule:
        overrides = tuple(
            Override(a, b, kind, ("ada", who) if kind is Change.SWAP else (who,))
            for a, b, who, kind in changes
            if a < b
        )
        return replace(NIGHTS, overrides=overrides)

    end = START + 61 * HOUR
    old, new = (timeline(made(each), START, end, {}) for each in (one, other))
    found = swaps(old, new)
    who = [next(set(shift.who) for shift in shifts if shift.start <= at < shift.end) for shifts in (old, new)]
    told = [swap for swap in found if swap.start <= at < swap.end]
    assert len(told) == (who[0] != who[1])
    assert all([set(swap.before), set(swap.after)] == who for swap in told)


def service(**changes: Any) -> OnCall:
    return replace(OLD, services={"shop": replace(SHOP, **changes)})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"priorities": {Severity.WARNING: Priority.P2}}, ["warning is P2, no longer P3"]),
        ({"priorities": {Severity.WARNING: Priority.P3}}, []),
        ({"high_value": True}, ["pages now start one priority higher"]),
        (
            {"urgencies": {Priority.P3: Loudness(Urgency.HIGH, Urgency.LOW)}},
            ["P3 is of high urgency in support hours and low outside, no longer low urgency"],
        ),
        ({"response": {Priority.P1: ResponseTarget(300)}}, ["P1 is to be answered within 5m, no longer at any time"]),
        (
            {"support_hours": Hours((Span((0, 1, 2, 3, 4), 420, 1140),), "Europe/London")},
            ["support hours are mon-fri 07:00-19:00 (Europe/London), no longer around the clock"],
        ),
        (
            {"early_life_until": END},
            ["early life, in which all is of high urgency, lasts until 2026-12-31 12:00 UTC"],
        ),
        ({"texts_per_day": 10}, ["texts a day, before second ones are held back, are 10, no longer 250"]),
        ({"aging": None}, ["pages of low urgency that are left open do not come back any more"]),
    ],
)
def test_what_a_service_has_agreed_to(changes: dict[str, Any], said: list[str]) -> None:
    assert told(service(**changes)) == [f"Shop: {text}" for text in said]


def first(*targets: str) -> OnCall:
    return replace(OLD, policies={"urgent": Policy("urgent", (Tier(targets),))})


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("grace", "Grace Hopper"),
        ("next:nights", "whoever is next in Nights"),
        ("previous:nights", "whoever was before in Nights"),
        ("team:payments", "all of Payments (Ada Byron and Grace Hopper)"),
        ("robin:payments", "one in turn of Payments (Ada Byron and Grace Hopper)"),
    ],
)
def test_a_first_tier_that_wakes_others(target: str, words: str) -> None:
    old = "Ada Byron and whoever is on call in Nights"
    assert told(first(target)) == [f"Shop: a page first wakes {words}, no longer {old}"]


def test_a_team_with_other_members() -> None:
    before = first("team:payments")
    after = replace(before, teams={"payments": Team("payments", "Payments", ("linus",))})
    assert told(after, before) == [
        "Shop: a page first wakes all of Payments (Linus Ek), no longer all of Payments (Ada Byron and Grace Hopper)"
    ]


def test_a_later_tier_is_no_such_news() -> None:
    tiers = (*OLD.policies["urgent"].tiers, Tier(("grace",)))
    assert told(replace(OLD, policies={"urgent": Policy("urgent", tiers)})) == []


def test_services_of_which_the_same_is_said_are_told_together() -> None:
    def with_services(*targets: str) -> OnCall:
        more = {name: Service(name, name.title(), "urgent") for name in ("web", "api", "search", "mail")}
        return replace(first(*targets), services={**more, "shop": SHOP})

    [said] = told(with_services("grace"), with_services("ada"))
    assert said == "Api, Mail, Search and 2 more: a page first wakes Grace Hopper, no longer Ada Byron"


def test_services_and_routing_keys_come_and_go() -> None:
    web = Service("web", "Web", "urgent")
    after = replace(OLD, services={"web": web}, routing_keys={"digest-3": "web"})
    assert told(after) == [
        "!Shop: alerts page nobody any more; whoever still sends them is refused",
        "Web: alerts page from now on, and first wake Ada Byron and whoever is on call in Nights",
    ]
    both = replace(OLD, services={"shop": SHOP, "web": web})
    assert told(replace(both, routing_keys={"digest-1": "web"}), both) == [
        "!Shop: a routing key stops paging; whoever still sends with it is refused",
        "Shop: what is sent with 1 of the routing keys pages about web instead",
    ]


def ada(**changes: Any) -> OnCall:
    return replace(OLD, responders={**OLD.responders, "ada": replace(OLD.responders["ada"], **changes)})


def test_somebody_who_is_away() -> None:
    away = (Away(START + HOUR, START + 2 * HOUR),)
    times = "from Thu 19 Nov 13:00 until Thu 19 Nov 14:00 (Europe/London) Ada Byron is away"
    assert told(ada(away=away)) == [f"!{times}, and NOBODY stands in"]
    assert told(ada(away=away, alternates=("grace",))) == [f"{times}: Grace Hopper stands in"]
    assert told(ada(away=away, alternates=("grace", "linus"))) == [
        f"{times}: the first of Grace Hopper and Linus Ek who is there stands in"
    ]
    assert told(ada(away=(Away(START - 2 * HOUR, START - HOUR),))) == []
    assert told(ada(away=away, name="Ada King"), ada(away=away)) == []


def test_windows_of_maintenance() -> None:
    once = Maintenance("db", "Database upgrade", ("shop",), {"cluster": "eu-1"}, START + HOUR, START + 2 * HOUR)
    weekly = Maintenance("patching", "Patching", hours=Hours((Span((6,), 120, 240),), "Europe/London"))
    after = replace(OLD, maintenance=(once, weekly))
    assert told(after) == [
        "from Thu 19 Nov 13:00 until Thu 19 Nov 14:00 (UTC) nobody is paged about Shop "
        "whose labels say cluster=eu-1: Database upgrade",
        "sun 02:00-04:00 (Europe/London) nobody is paged about all services: Patching",
    ]
    assert told(OLD, after) == [
        "Database upgrade is off: people are paged about Shop as ever",
        "Patching is off: people are paged about all services as ever",
    ]
    assert told(after, after) == []
    assert told(replace(OLD, maintenance=(replace(once, end=START - HOUR),))) == []


LOW, HIGH = Condition(Urgency.LOW), Condition(Urgency.HIGH)


def ladder(*tiers: Tier, last_resort: Tier | None = None, **changes: Any) -> OnCall:
    policies = {"urgent": Policy("urgent", tiers, last_resort=last_resort)}
    return replace(service(**changes), policies=policies)


def test_whom_a_page_wakes_first_depends_on_its_priority() -> None:
    before = ladder(Tier(("ada",)), Tier(("grace",)))
    assert told(ladder(Tier(("ada",), condition=LOW), Tier(("grace",))), before) == [
        "Shop: a page of P1 or P2 first wakes Grace Hopper, no longer Ada Byron"
    ]
    assert told(ladder(Tier(("linus",), condition=LOW), Tier(("ada",)), Tier(("grace",))), before) == [
        "Shop: a page of P3 or P4 first wakes Linus Ek, no longer Ada Byron"
    ]
    for_nobody = Condition(priorities=(Priority.P5,))
    assert told(ladder(Tier(("linus",), condition=for_nobody), Tier(("ada",)), Tier(("grace",))), before) == []


def test_whom_a_page_wakes_first_depends_on_the_support_hours() -> None:
    hours = Hours((Span((0, 1, 2, 3, 4), 420, 1140),), "Europe/London")
    inside = Condition(support_hours=When.INSIDE)
    before = ladder(Tier(("ada",), condition=inside), Tier(("grace",)), support_hours=hours)
    assert told(ladder(Tier(("ada",)), Tier(("grace",)), support_hours=hours), before) == [
        "Shop: a page outside of support hours first wakes Ada Byron, no longer Grace Hopper"
    ]
    loud = {Priority.P3: Loudness(Urgency.HIGH, Urgency.LOW)}
    tiers = (Tier(("ada",)), Tier(("grace",)))
    before = ladder(*tiers, support_hours=hours, urgencies=loud)
    after = ladder(Tier(("linus",), condition=LOW), *tiers, support_hours=hours, urgencies=loud)
    assert told(after, before) == [
        "Shop: a page of P4 in support hours or of P3 or P4 outside of support hours first wakes Linus Ek, "
        "no longer Ada Byron"
    ]


def test_early_life_wakes_whom_high_urgency_does() -> None:
    before = ladder(Tier(("ada",)), Tier(("grace",)), early_life_until=END)
    after = ladder(Tier(("linus",), condition=LOW), Tier(("ada",)), Tier(("grace",)), early_life_until=END)
    assert told(after, before) == []


def test_where_no_tier_takes_it_a_page_wakes_the_last_resort() -> None:
    margaret = Tier(("margaret",))
    before = ladder(Tier(("ada",)), last_resort=margaret)
    assert told(ladder(Tier(("ada",), condition=HIGH), last_resort=margaret), before) == [
        "Shop: a page of P3 or P4 first wakes Margaret Hamilton as the last resort, no longer Ada Byron"
    ]


def test_a_new_service_that_wakes_some_people_for_some_pages() -> None:
    after = ladder(Tier(("ada",), condition=HIGH), Tier(("grace",)))
    assert told(after, replace(OLD, services={}, routing_keys={}))[0] == (
        "Shop: alerts page from now on: a page of P1 or P2 first wakes Ada Byron; "
        "a page of P3 or P4 first wakes Grace Hopper"
    )


def test_a_ladder_that_loses_tiers_is_loud() -> None:
    before = ladder(Tier(("ada",)), Tier(("team:payments",)), Tier(("next:nights",)))
    assert told(ladder(Tier(("ada",))), before) == [
        "!Shop: the ladder has 1 tier, no longer 3, and does not wake all of Payments (Ada Byron and Grace Hopper) "
        "and whoever is next in Nights any more"
    ]
    assert told(ladder(Tier(("ada",)), Tier(("team:payments", "next:nights"))), before) == [
        "!Shop: the ladder has 2 tiers, no longer 3"
    ]
    assert told(ladder(Tier(("ada",)), Tier(("team:payments",)), Tier(("linus",))), before) == [
        "Shop: no later tier wakes whoever is next in Nights any more"
    ]


def test_a_last_resort_that_goes_is_loud() -> None:
    tiers = (Tier(("ada",)), Tier(("grace",)))
    before = ladder(*tiers, last_resort=Tier(("margaret",)))
    assert told(ladder(*tiers), before) == [
        "!Shop: there is NO last resort any more: when nobody has answered, the last tier (Grace Hopper) is told "
        "again, no longer Margaret Hamilton"
    ]
    assert told(before, ladder(*tiers)) == [
        "Shop: when nobody has answered, the last resort is Margaret Hamilton, no longer Grace Hopper"
    ]
    assert told(ladder(*tiers), ladder(*tiers, last_resort=tiers[-1])) == []


def test_nobody_who_stands_in_any_more_is_loud() -> None:
    away = (Away(START + HOUR, START + 2 * HOUR), Away(START - 2 * HOUR, START - HOUR))
    times = "from Thu 19 Nov 13:00 until Thu 19 Nov 14:00 (Europe/London)"
    before = ada(away=away, alternates=("grace",))
    assert told(ada(away=away), before) == [
        f"!{times}, while Ada Byron is away, NOBODY stands in, no longer Grace Hopper"
    ]
    assert told(ada(away=away, alternates=("linus",)), before) == [
        f"{times}, while Ada Byron is away, Linus Ek stands in, no longer Grace Hopper"
    ]
    assert told(before, ada(away=away)) == [
        f"{times}, while Ada Byron is away, Grace Hopper stands in, no longer nobody"
    ]
    assert told(ada(alternates=("grace",)), before) == [f"Ada Byron is no longer away {times}"]
    assert told(ada(alternates=("linus",)), ada(alternates=("grace",))) == []


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [
        ("2026-11-21T09:00Z", "2026-11-21T09:00:30Z", ("Sat 21 Nov 09:00", "Sat 21 Nov 09:00:30")),
        ("2027-10-31T00:30Z", "2027-10-31T01:30Z", ("Sun 31 Oct 2027 01:30+01:00", "Sun 31 Oct 2027 01:30+00:00")),
    ],
)
def test_no_time_lasts_from_an_instant_until_the_same(start: str, end: str, times: tuple[str, str]) -> None:
    after = schedule(overrides=(override(wall(start), wall(end), "linus"),))
    [said] = told(after, end=START + timedelta(days=400))
    assert said.startswith(f"from {times[0]} (Europe/London) ")
    assert said.endswith(f" until {times[1]}")
