"""Every change is told with its old and its new value, and none is passed over."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import click
import pytest

from callout.domain.alert import Severity
from callout.domain.hours import Hours, Span
from callout.domain.oncall import (
    Aging,
    AtRisk,
    Away,
    Condition,
    Contact,
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
from infra.cli.meaning.differences import differences

ADA = Responder(
    "ada",
    "Ada Byron",
    (Contact("sms", "sms", "+12025550101"), Contact("email", "email", "ada@example.com")),
    "Europe/London",
)
URGENT = Policy("urgent", (Tier(("ada",)), Tier(("grace", "linus"), ("sms", "email"), 600)), repeat=1)
LAST = Tier(("boss",), ("email",))
DAY = timedelta(days=1)
wall = datetime.fromisoformat
START = datetime(2026, 12, 24, 9, tzinfo=UTC)
END = START + 2 * DAY
FAR = START + 400 * DAY
URGENT_IN_HOURS = Condition(Urgency.HIGH, (Priority.P1, Priority.P2), When.INSIDE)
WEEKLY = Layer(
    "weekly",
    "Europe/London",
    ("ada", "grace"),
    anchor=wall("2026-11-23 09:00"),
    begins=wall("2026-11-23 09:00"),
    ends=wall("2027-06-01 00:00"),
    only=Hours((Span((5, 6), 0, 720),)),
)
SWAP = Override(START, END, Change.SWAP, ("ada", "grace"))
NIGHTS = Schedule(
    "nights",
    "Nights",
    "Europe/London",
    (WEEKLY, Layer("", "UTC", calendar="team")),
    (Override(START, END, Change.REPLACE, ("grace",), "ada"), SWAP),
)
SHOP = Service("shop", "Shop", "urgent", "https://wiki.example.com/shop", "https://meet.example.com/shop")
OLD = OnCall(1, {"shop": SHOP}, {"urgent": URGENT}, {"ada": ADA}, {"digest-1": "shop", "digest-2": "shop"})


def told(after: OnCall, before: OnCall = OLD) -> list[str]:
    return [click.unstyle(line) for line in differences(before, after)]


def contacts(*addresses: tuple[str, str]) -> tuple[Contact, ...]:
    return tuple(Contact(name, name.partition("-")[0], address) for name, address in addresses)


def test_nothing_changed() -> None:
    assert told(replace(OLD, version=7)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Ada King"}, ["name Ada Byron -> Ada King"]),
        ({"name": "\x1b[2Jx"}, ["name Ada Byron -> [2Jx"]),
        ({"timezone": "UTC"}, ["timezone Europe/London -> UTC"]),
        (
            {"contacts": contacts(("sms", "+12025550177"), ("email", "ada.king@example.com"))},
            ["sms …01 -> …77", "email changed (a…@example.com)"],
        ),
        ({"contacts": contacts(("sms", "+12025550101"))}, ["email a…@example.com removed"]),
        ({"contacts": (*ADA.contacts, Contact("sms-2", "sms", "+447700900123"))}, ["sms-2 …23 added"]),
        ({"contacts": ADA.contacts[::-1]}, ["contact order sms, email -> email, sms"]),
    ],
)
def test_a_responder(changes: dict[str, Any], said: list[str]) -> None:
    after = replace(OLD, responders={"ada": replace(ADA, **changes)})
    assert told(after) == [f"~ responder ada: {text}" for text in said]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tiers": (Tier(("ada",), wait_seconds=20), URGENT.tiers[1])}, ["tier 1 wait 5m -> 20s"]),
        ({"tiers": (URGENT.tiers[0], replace(URGENT.tiers[1], channels=("sms",)))}, ["tier 2 by sms, email -> sms"]),
        (
            {"tiers": (Tier(("ada", "marg")), URGENT.tiers[1])},
            ["tier 1 notify ada -> ada, marg"],
        ),
        ({"tiers": URGENT.tiers[:1]}, ["tier 2 removed: notify grace, linus by sms, email"]),
        ({"tiers": (*URGENT.tiers, Tier(("marg",)))}, ["tier 3 added: notify marg by sms, wait 5m"]),
        ({"repeat": 3}, ["repeat 1 -> 3"]),
        ({"last_resort": LAST}, ["last resort added: notify boss by email"]),
        ({"ack_timeout_seconds": None}, ["ack timeout 1h -> never"]),
        ({"comeback_seconds": 900}, ["comes back every 30m -> 15m"]),
        ({"relapse_seconds": 0}, ["relapse within 30m -> 0s"]),
    ],
)
def test_a_policy(changes: dict[str, Any], said: list[str]) -> None:
    after = replace(OLD, policies={"urgent": replace(URGENT, **changes)})
    assert told(after) == [f"~ policy urgent: {text}" for text in said]


def test_a_last_resort() -> None:
    before = replace(OLD, policies={"urgent": replace(URGENT, last_resort=LAST)})
    after = replace(OLD, policies={"urgent": replace(URGENT, last_resort=Tier(("boss",), ("sms", "email")))})
    assert told(after, before) == ["~ policy urgent: last resort by email -> sms, email"]
    assert told(OLD, before) == ["~ policy urgent: last resort removed: notify boss by email"]


def test_of_a_long_list_only_what_comes_and_goes() -> None:
    crowd = tuple(f"responder-{number}" for number in range(30))

    def notifying(*names: str) -> OnCall:
        return replace(OLD, policies={"urgent": Policy("urgent", (Tier(names),))})

    said = told(notifying(*crowd[1:], "ada"), notifying(*crowd))
    assert said == ["~ policy urgent: tier 1 notify +ada -responder-0"]
    assert told(notifying(*crowd[::-1]), notifying(*crowd)) == ["~ policy urgent: tier 1 notify in another order"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "The shop"}, "name Shop -> The shop"),
        ({"policy": "calm"}, "policy urgent -> calm"),
        ({"runbook": ""}, "runbook https://wiki.example.com/shop -> none"),
        ({"bridge": "tel:+12025550101,,1234#"}, "bridge https://meet.example.com/shop -> …"),
    ],
)
def test_a_service(changes: dict[str, Any], said: str) -> None:
    assert told(replace(OLD, services={"shop": replace(SHOP, **changes)})) == [f"~ service shop: {said}"]


def test_routing_keys_are_counted_and_a_removed_one_is_bold() -> None:
    after = replace(OLD, routing_keys={"digest-3": "shop"})
    added, removed = differences(OLD, after)
    assert click.unstyle(added) == "~ service shop: 1 routing key added"
    assert removed == click.style(
        "- service shop: 2 routing keys removed; senders that use them will be refused", fg="red", bold=True
    )


def test_a_service_that_goes_takes_its_keys_with_it() -> None:
    assert told(replace(OLD, services={}, routing_keys={})) == [
        "- service shop removed",
        "- service shop: 2 routing keys removed; senders that use them will be refused",
    ]


def test_a_key_that_moves_is_not_refused() -> None:
    web = Service("web", "Web", "urgent")
    keys = {"digest-1": "shop", "digest-2": "web"}
    assert told(replace(OLD, services={"shop": SHOP, "web": web}, routing_keys=keys)) == [
        "+ service web added",
        "~ service shop: 1 routing key moved to web; senders that use it page there",
    ]


HOURS = Hours(
    (Span((0, 1), 540, 1020), Span((5,))), "Europe/London", (date(2026, 12, 25), date(2026, 12, 26)), (START.date(),)
)
LONG = Tier(("ada", "schedule:nights", "next:nights", "robin:team"), ("sms", "email"), 300, True, URGENT_IN_HOURS)
EVERYTHING = OnCall(
    1,
    {
        "shop": replace(
            SHOP,
            owner="Payments",
            support_hours=HOURS,
            priorities={Severity.ERROR: Priority.P3},
            urgencies={Priority.P3: Loudness(Urgency.HIGH, Urgency.LOW)},
            response={Priority.P1: ResponseTarget(300)},
            at_risk=AtRisk(120, notify=LONG),
            early_life_until=START,
        )
    },
    {"urgent": Policy("urgent", (LONG, LAST), last_resort=LONG)},
    {
        "ada": replace(
            ADA,
            rules={Urgency.HIGH: (Rule("sms"), Rule("email", 120))},
            alternates=("grace", "linus"),
            away=(Away(START, END), Away(END, END + DAY)),
        )
    },
    {"digest-1": "shop"},
    {"nights": NIGHTS},
    {"team": Team("team", "Team", ("ada", "grace"))},
    (Maintenance("patching", "Patching", ("shop",), {"cluster": "eu-1"}, START, END, HOURS),),
    calendar_sources={"team": "https://calendar.example.com/secret.ics"},
)
NOT_TOLD = {"id", "version", "calendars", "follow_version"}
"""An id is the key as well; the others are not what anybody wrote down."""


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """Everything that differs from it in one place, and which place that is."""
    if is_dataclass(value) and not isinstance(value, type):
        for name in [field.name for field in fields(value) if field.name not in NOT_TOLD]:
            for place, other in variants(getattr(value, name)):
                yield f".{name}{place}", replace(value, **{name: other})
    elif isinstance(value, dict):
        for key, held in value.items():
            yield f"[{key}] gone", {name: each for name, each in value.items() if name != key}
            yield from ((f"[{key}]{place}", {**value, key: other}) for place, other in variants(held))
    elif isinstance(value, tuple):
        if value:
            yield " shorter", value[:-1]
        for number, held in enumerate(value):
            for place, other in variants(held):
                yield f"[{number}]{place}", (*value[:number], other, *value[number + 1 :])
    else:
        yield from (("", other) for other in others(value))


def others(value: Any) -> Iterator[Any]:
    match value:
        case Enum():
            yield from (member for member in type(value) if member is not value)
        case bool():
            yield not value
        case int():
            yield value + 7 if value > 6 else (value + 1) % 7
        case date():
            yield value + DAY
        case str():
            yield f"{value}x"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rules": {Urgency.HIGH: (Rule("sms"), Rule("email", 120))}}, "rules high none -> sms, email 2m"),
        ({"alternates": ("grace",)}, "alternates none -> grace"),
        ({"away": (Away(START, END),)}, "away added: 2026-12-24 09:00 to 2026-12-26 09:00 (Europe/London)"),
    ],
)
def test_a_responder_who_steps_out(changes: dict[str, Any], said: str) -> None:
    after = replace(OLD, responders={"ada": replace(ADA, **changes)})
    assert told(after) == [f"~ responder ada: {said}"]


def changed_layer(**changes: Any) -> OnCall:
    return replace(
        EVERYTHING, schedules={"nights": replace(NIGHTS, layers=(replace(WEEKLY, **changes), NIGHTS.layers[1]))}
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"people": ("grace", "ada")}, "people ada, grace -> grace, ada"),
        ({"every": 2}, "rotates weekly, monday 09:00 -> every 2 weeks, monday 09:00"),
        ({"unit": Unit.MONTH}, "rotates weekly, monday 09:00 -> monthly, 23 09:00"),
        ({"unit": Unit.DAY}, "rotates weekly, monday 09:00 -> daily, 09:00"),
        ({"begins": None}, "starts 2026-11-23 09:00 -> none"),
        ({"ends": wall("2027-07-01 00:00")}, "ends 2027-06-01 00:00 -> 2027-07-01 00:00"),
        ({"only": None}, "only sat, sun 00:00-12:00 (UTC) -> always"),
    ],
)
def test_a_layer(changes: dict[str, Any], said: str) -> None:
    assert told(changed_layer(**changes), EVERYTHING) == [f"~ schedule nights: layer weekly {said}"]


def test_a_handoff_moves_with_what_it_is_counted_from() -> None:
    assert told(changed_layer(anchor=wall("2026-11-24 10:00")), EVERYTHING) == [
        "~ schedule nights: layer weekly rotates weekly, monday 09:00 -> weekly, tuesday 10:00",
        "~ schedule nights: layer weekly is counted from 2026-11-23 09:00 -> 2026-11-24 10:00",
    ]


def scheduled(schedule: Schedule) -> OnCall:
    return replace(EVERYTHING, schedules={"nights": schedule})


def test_layers_and_overrides_come_and_go() -> None:
    daily = Layer("", "UTC", ("linus",), Unit.DAY, anchor=wall("2026-11-23 08:00"))
    other = Override(START, END, Change.ADD, ("linus",))
    after = replace(NIGHTS, layers=(WEEKLY, NIGHTS.layers[1], daily), overrides=(NIGHTS.overrides[0], other))
    times = "2026-12-24 09:00 to 2026-12-26 09:00 (Europe/London)"
    assert told(scheduled(after), EVERYTHING) == [
        "~ schedule nights: layer 3 added: linus, daily, 08:00 (UTC)",
        f"~ schedule nights: override removed: {times}, ada and grace swapped",
        f"~ schedule nights: override added: {times}, linus as well",
    ]
    turned = replace(NIGHTS, overrides=NIGHTS.overrides[::-1])
    assert told(scheduled(turned), EVERYTHING) == ["~ schedule nights: overrides in another order"]


def replaced(start: str, end: str) -> Override:
    return Override(wall(start), wall(end), Change.REPLACE, ("linus",))


@pytest.mark.parametrize(
    ("old", "new", "times"),
    [
        (
            ("2026-12-24T09:00Z", "2026-12-24T10:00Z"),
            ("2026-12-24T09:00Z", "2026-12-24T10:00:30Z"),
            ("2026-12-24 09:00 to 2026-12-24 10:00", "2026-12-24 09:00 to 2026-12-24 10:00:30"),
        ),
        (
            ("2026-10-24T09:00Z", "2026-10-25T00:30Z"),
            ("2026-10-24T09:00Z", "2026-10-25T01:30Z"),
            ("2026-10-24 10:00 to 2026-10-25 01:30+01:00", "2026-10-24 10:00 to 2026-10-25 01:30+00:00"),
        ),
    ],
    ids=["seconds", "an hour that comes twice"],
)
def test_times_that_differ_look_different(old: Any, new: Any, times: tuple[str, str]) -> None:
    before, after = (scheduled(replace(NIGHTS, overrides=(replaced(*each),))) for each in (old, new))
    assert told(after, before) == [
        f"~ schedule nights: override {word}: {text} (Europe/London), linus instead of everybody"
        for word, text in zip(("removed", "added"), times, strict=True)
    ]


def test_what_stands_there_twice_is_counted() -> None:
    twice = scheduled(replace(NIGHTS, overrides=(*NIGHTS.overrides, SWAP)))
    swap = "2026-12-24 09:00 to 2026-12-26 09:00 (Europe/London), ada and grace swapped"
    assert told(twice, EVERYTHING) == [f"~ schedule nights: override added: {swap}"]
    assert told(EVERYTHING, twice) == [f"~ schedule nights: override removed: {swap}"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"cluster": "eu-1"}, {"cluster": "eu-1", "stage": ""}, "cluster=eu-1 -> cluster=eu-1, stage="),
        ({"stage": ""}, {}, "stage= -> none"),
        ({"stage": "a"}, {"stage": "b"}, "stage=a -> stage=b"),
    ],
)
def test_labels_may_be_empty(old: dict[str, str], new: dict[str, str], said: str) -> None:
    before, after = (replace(OLD, maintenance=(Maintenance("db", "DB", labels=each),)) for each in (old, new))
    assert told(after, before) == [f"~ maintenance db: labels {said}"]


@pytest.mark.parametrize(
    ("tier", "said"),
    [
        ({"everyone": False}, "everyone yes -> no"),
        ({"channels": ()}, "by sms, email -> personal"),
        ({"condition": None}, "when high urgency, P1 or P2, inside support hours -> none"),
        ({"targets": ("previous:nights",)}, "notify ada, nights, next: nights, one_of: team -> previous: nights"),
    ],
)
def test_a_tier(tier: dict[str, Any], said: str) -> None:
    after = replace(
        EVERYTHING, policies={"urgent": replace(EVERYTHING.policies["urgent"], last_resort=replace(LONG, **tier))}
    )
    assert told(after, EVERYTHING) == [f"~ policy urgent: last resort {said}"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner": ""}, "owner Payments -> none"),
        ({"priorities": {Severity.ERROR: Priority.P1}}, "priority error P3 -> P1"),
        ({"urgencies": {}}, "urgency P3 high inside, low outside of support hours -> none"),
        ({"response": {Priority.P1: ResponseTarget(300, True)}}, "respond within P1 5m -> 5m in support hours"),
        ({"high_value": True}, "high value no -> yes"),
        ({"early_life_until": None}, "early life until 2026-12-24 09:00 -> none"),
        ({"aging": None}, "aging after 1d, raised after 3 times -> never"),
        ({"texts_per_day": 100}, "texts per day 250 -> 100"),
        ({"aging": Aging(3600)}, "aging after 1d, raised after 3 times -> after 1h, raised after 3 times"),
        ({"at_risk": AtRisk(60, notify=LONG)}, "at risk 2m before -> 1m before"),
        (
            {"support_hours": replace(HOURS, closed=HOURS.closed[:1])},
            "support hours closed on 2026-12-25, 2026-12-26 -> 2026-12-25",
        ),
    ],
)
def test_what_a_service_has_agreed_to(changes: dict[str, Any], said: str) -> None:
    after = replace(EVERYTHING, services={"shop": replace(EVERYTHING.services["shop"], **changes)})
    assert told(after, EVERYTHING)[-1] == f"~ service shop: {said}"


def test_a_calendar() -> None:
    def held(shifts: tuple[Shift, ...]) -> OnCall:
        return replace(OLD, calendar_sources={"team": ""}, calendars={"team": Calendar("team", START, FAR, shifts)})

    one, two = Shift(START, END, ("ada",)), Shift(END, END + DAY, ("grace",))
    assert told(held((two,)), held((one,))) == ["~ calendar team: 1 event added, 1 event removed"]
    assert told(replace(OLD, calendar_sources={"team": "https://a.example.com"}), held((one,))) == [
        "~ calendar team: read from an address, no longer from a file"
    ]
    assert told(held(()), OLD) == ["+ calendar team added"]


@pytest.mark.parametrize(("days", "said"), [(1, []), (40, ["~ calendar team: known until 2028-01-28 -> 2028-03-08"])])
def test_a_calendars_file_that_is_read_again_says_more_of_the_future(days: int, said: list[str]) -> None:
    def read(at: datetime) -> OnCall:
        days = (at + number * DAY for number in range(-7, 400))
        calendar = Calendar("team", at, at + 400 * DAY, tuple(Shift(day, day + DAY / 2, ("ada",)) for day in days))
        return replace(OLD, calendar_sources={"team": ""}, calendars={"team": calendar})

    assert told(read(START + days * DAY), read(START)) == said


IDLE = {
    ".services[shop].at_risk.notify.wait_seconds",
    ".policies[urgent].last_resort.wait_seconds",
    ".schedules[nights].layers[1].unit",
    ".schedules[nights].layers[1].every",
    ".schedules[nights].overrides[1].of",
}
"""Fields that mean nothing where they are: a last resort does not wait, a calendar does not rotate."""
VARIANTS = {place: other for place, other in variants(EVERYTHING) if place not in IDLE}


@pytest.mark.parametrize("place", VARIANTS)
def test_no_field_is_passed_over(place: str) -> None:
    """Also none that is added to the domain: whatever differs is told, more closely than that it has changed."""
    for lines in (told(VARIANTS[place], EVERYTHING), told(EVERYTHING, VARIANTS[place])):
        assert lines
        assert not [line for line in lines if line.endswith(": changed")]


def test_an_address_is_never_told() -> None:
    lines = [line for other in VARIANTS.values() for line in (*told(other, EVERYTHING), *told(EVERYTHING, other))]
    for secret in ("+1202", "0101", "ada@", "secret.ics", "calendar.example.com", "digest-"):
        assert not [line for line in lines if secret in line]
