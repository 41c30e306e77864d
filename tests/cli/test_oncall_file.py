"""Good files become what the domain knows, whichever of the allowed ways they are written."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from callout.domain.alert import Severity
from callout.domain.hours import Hours, Span
from callout.domain.on_call import timeline
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
from infra.cli.description.file import load, parse

EXAMPLE = Path("infra/cli/example.yaml")
KEY = "R0UT1NGKEY0123456789ABCDEF012345"
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()
SMALL = f"""
responders:
  ada: {{contact: [{{sms: "+12025550101"}}]}}
policies:
  calm: {{tiers: [{{notify: [ada]}}]}}
services:
  shop: {{policy: calm, routing_keys: [{KEY}]}}
"""


def read(text: str) -> OnCall:
    loaded = parse(text.encode(), NOW)
    assert [problem for problem in loaded.problems if problem.level == "error"] == []
    assert loaded.oncall is not None
    return loaded.oncall


NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_example_has_nothing_to_complain_about() -> None:
    loaded = load(EXAMPLE)
    assert loaded.problems == []
    assert loaded.oncall is not None
    assert loaded.oncall.routing_keys[DIGEST] == "checkout"
    assert loaded.oncall.policies["urgent"] == Policy(
        "urgent",
        (
            Tier(("schedule:duty",), ("sms",), 300),
            Tier(("team:payments",), ("sms", "email"), 600),
            Tier(("next:duty",), ("sms", "email"), 600, condition=Condition(priorities=(Priority.P1, Priority.P2))),
        ),
        repeat=1,
        last_resort=Tier(("margaret",), ("sms", "email")),
        comeback_seconds=900,
    )
    assert loaded.oncall.policies["calm"].tiers[0] == Tier(("robin:insights",), (), 3600)
    assert loaded.oncall.responders["linus"].contacts == (
        Contact("sms", "sms", "+447700900123"),
        Contact("sms-2", "sms", "+447700900124"),
        Contact("email", "email", "linus@example.com"),
    )


@pytest.mark.parametrize("year", [2026, 2027, 2035, 2060])
def test_the_example_does_not_rot(year: int) -> None:
    """Whoever copies it in some years finds it as good: no warning, and always exactly one on duty."""
    loaded = load(EXAMPLE, datetime(year, 11, 22, tzinfo=UTC))
    assert loaded.problems == []
    assert loaded.oncall is not None
    [duty] = loaded.oncall.schedules.values()
    start = datetime(year, 2, 1, tzinfo=UTC)
    shifts = timeline(duty, start, start + timedelta(days=366), {})
    assert {len(shift.who) for shift in shifts} == {1}
    assert {shift.who[0] for shift in shifts} == {"ada", "grace", "linus", "katherine", "ruby", "joan"}


EVERYTHING = f"""
responders:
  ada:
    contact: [{{sms: "+12025550101"}}, {{email: ada@example.com}}]
    timezone: America/New_York
    rules: {{high: [sms, {{email: 2m}}], low: [email]}}
    alternates: [grace]
    away: [{{from: 2026-12-24 09:00, to: 2026-12-27T09:00Z}}]
  grace: {{contact: [{{sms: "+12025550102"}}]}}
teams: {{payments: {{name: Payments, members: [ada, grace]}}}}
holidays: {{uk: [2026-12-25]}}
schedules: {{nights: {{layers: [{{rotate: daily, people: [grace]}}]}}}}
policies:
  calm:
    tiers:
      - notify: [nights, ada, {{next: nights}}, {{previous: nights}}, payments, {{one_of: payments}}]
        by: personal
        wait: 5m
        everyone: true
        when: {{urgency: high, priority: [P1, P2], support_hours: inside}}
      - {{notify: [payments]}}
services:
  shop:
    policy: calm
    owner: Payments
    routing_keys: [{KEY}]
    priority: {{critical: P2, info: P5}}
    support_hours: {{timezone: Europe/London, open: [{{days: mon-fri, from: 07:00, to: 19:00}}], not_on: uk}}
    urgency: {{P3: {{inside: high, outside: low}}, P1: low}}
    respond_within: {{P1: 10m, P3: {{within: 4h, clock: support_hours}}}}
    at_risk: {{before: 2m, raise_urgency: true, next_tier: true, notify: [payments], by: [email]}}
    high_value: true
    early_life_until: 2027-01-31
    aging: {{after: 36h, raise_after: 2}}
    texts_per_day: 40
  web: {{policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012346], aging: never,
        early_life_until: 2027-07-01 12:00}}
maintenance:
  upgrade: {{name: Upgrade, services: [shop], labels: {{cluster: eu-1}}, from: 2026-12-01 22:00, to: 2026-12-02 02:00,
            timezone: America/New_York}}
  patching: {{every: [{{days: sun, from: 02:00, to: 04:00}}], from: 2027-01-01, timezone: Europe/London}}
"""


def test_people_and_teams() -> None:
    oncall = read(EVERYTHING)
    assert oncall.responders["ada"] == Responder(
        "ada",
        "ada",
        (Contact("sms", "sms", "+12025550101"), Contact("email", "email", "ada@example.com")),
        "America/New_York",
        {Urgency.HIGH: (Rule("sms"), Rule("email", 120)), Urgency.LOW: (Rule("email"),)},
        ("grace",),
        (Away(datetime(2026, 12, 24, 14, tzinfo=UTC), datetime(2026, 12, 27, 9, tzinfo=UTC)),),
    )
    assert oncall.teams == {"payments": Team("payments", "Payments", ("ada", "grace"))}


def test_tiers() -> None:
    assert read(EVERYTHING).policies["calm"].tiers[0] == Tier(
        ("schedule:nights", "ada", "next:nights", "previous:nights", "team:payments", "robin:payments"),
        (),
        300,
        True,
        Condition(Urgency.HIGH, (Priority.P1, Priority.P2), When.INSIDE),
    )


def test_services() -> None:
    oncall = read(EVERYTHING)
    assert oncall.services["shop"] == Service(
        "shop",
        "shop",
        "calm",
        owner="Payments",
        support_hours=Hours((Span((0, 1, 2, 3, 4), 420, 1140),), "Europe/London", (date(2026, 12, 25),)),
        priorities={Severity.CRITICAL: Priority.P2, Severity.INFO: Priority.P5},
        urgencies={
            Priority.P1: Loudness(Urgency.LOW, Urgency.LOW),
            Priority.P3: Loudness(Urgency.HIGH, Urgency.LOW),
        },
        response={Priority.P1: ResponseTarget(600), Priority.P3: ResponseTarget(14_400, True)},
        at_risk=AtRisk(120, True, True, Tier(("team:payments",), ("email",))),
        high_value=True,
        early_life_until=datetime(2027, 1, 31, tzinfo=UTC),
        aging=Aging(36 * 3600, 2),
        texts_per_day=40,
    )
    assert oncall.services["web"].aging is None
    assert oncall.services["web"].early_life_until == datetime(2027, 7, 1, 12, tzinfo=UTC)


def test_maintenance() -> None:
    assert read(EVERYTHING).maintenance == (
        Maintenance(
            "upgrade",
            "Upgrade",
            ("shop",),
            {"cluster": "eu-1"},
            datetime(2026, 12, 2, 3, tzinfo=UTC),
            datetime(2026, 12, 2, 7, tzinfo=UTC),
        ),
        Maintenance(
            "patching",
            "patching",
            start=datetime(2027, 1, 1, tzinfo=UTC),
            hours=Hours((Span((6,), 120, 240),), "Europe/London"),
        ),
    )


def test_what_is_left_out_is_as_the_domain_has_it() -> None:
    assert read(SMALL) == OnCall(
        0,
        services={"shop": Service("shop", "shop", "calm")},
        policies={"calm": Policy("calm", (Tier(("ada",)),))},
        responders={"ada": Responder("ada", "ada", (Contact("sms", "sms", "+12025550101"),))},
        routing_keys={DIGEST: "shop"},
    )


def test_no_routing_key_is_kept() -> None:
    assert KEY not in repr(read(SMALL))


@pytest.mark.parametrize("written", [f"sha256:{DIGEST}", f"sha256:{DIGEST.upper()}"])
def test_a_digest_stands_for_its_key(written: str) -> None:
    assert read(SMALL.replace(KEY, written)).routing_keys == {DIGEST: "shop"}


@pytest.mark.parametrize(
    "written",
    ["+1 (202) 555-0101", "+1.202.555.0101", "+12025550101", "+1\N{NO-BREAK SPACE}202\N{NO-BREAK SPACE}5550101"],
)
def test_phone_numbers_become_e164(written: str) -> None:
    assert read(SMALL.replace("+12025550101", written)).responders["ada"].contacts[0].address == "+12025550101"


def test_a_trunk_zero_in_parentheses_is_dropped() -> None:
    found = read(SMALL.replace("+12025550101", "+44 (0)7700 900123"))
    assert found.responders["ada"].contacts[0].address == "+447700900123"


def test_a_mail_domain_becomes_ascii() -> None:
    found = read(SMALL.replace('0101"}]', '0101"}, {email: ada@bücher.example.com}]'))
    assert found.responders["ada"].contacts[1] == Contact("email", "email", "ada@xn--bcher-kva.example.com")


def test_an_acknowledgement_may_last_for_ever() -> None:
    found = read(SMALL.replace("calm: {", "calm: {ack_timeout: never, relapse_within: 0s, "))
    assert found.policies["calm"].ack_timeout_seconds is None
    assert found.policies["calm"].relapse_seconds == 0


@pytest.mark.parametrize("word", ["on", "no", "yes", "off", "404", "1e3", "true"])
def test_ids_that_other_readers_take_for_something_else(word: str) -> None:
    quoted = SMALL.replace("ada:", f"{word}:").replace("[ada]", f'["{word}"]')
    assert word in read(quoted).responders


@pytest.mark.parametrize("bridge", ["https://meet.example.com/a?b=c#d", "tel:+12025550101,,1234#", "tel:112"])
def test_a_bridge_is_met_by_link_or_by_dialling(bridge: str) -> None:
    assert read(SMALL.replace("{policy", f'{{bridge: "{bridge}", policy')).services["shop"].bridge == bridge


def test_anchors_and_aliases_repeat_a_value() -> None:
    found = read(SMALL.replace("{notify: [ada]}", "&first {notify: [ada], wait: 10s}, *first"))
    assert found.policies["calm"].tiers == (Tier(("ada",), ("sms",), 10),) * 2


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    loaded = parse(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert loaded.problems == []
    assert loaded.oncall == read(SMALL)


def test_a_file_that_is_not_there() -> None:
    [problem] = load(Path("no/such/file.yaml")).problems
    assert (problem.line, problem.text) == (0, "cannot be read: No such file or directory")
