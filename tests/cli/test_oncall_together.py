# ruff: noqa: E501 (each sentence whole, as people read it)
"""Mistakes in one mapping, one list, one time do not hide each other; and what is sound but hardly meant is a warning."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.cli.description.file import load_all, parse
from infra.cli.description.problem import shown

NOW = datetime(2026, 11, 22, tzinfo=UTC)
AROUND = """
responders:
  ada: {contact: [{sms: "+12025550101"}]}
  grace: {contact: [{sms: "+12025550102"}]}
  linus: {contact: [{sms: "+12025550103"}]}
policies:
  calm: {tiers: [{notify: [nights, ada, grace, linus]}]}
services:
  shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}
"""
WEEKLY = "{rotate: weekly, handoff: monday 09:00, start: 2026-11-23, people: [ada, grace]}"


def said(more: str) -> list[str]:
    """Without where it stands in lines: the path says it."""
    return [f"{problem.level[0]} {problem}" for problem in parse((AROUND + more).encode(), NOW).problems]


def nights(layers: str = WEEKLY, overrides: str = "", timezone: str = "timezone: Europe/London, ") -> list[str]:
    return said(f"schedules:\n  nights: {{{timezone}layers: [{layers}], overrides: [{overrides}]}}\n")


LAYERS = {
    "a handoff, a start and a number": (
        "{rotate: weekly, handoff: tuesday 10.00, every: 0, people: [ada, grace]}",
        [
            "every: 0 is too small; the least is 1",
            'handoff: "10.00" is not a time of day; did you mean 10:00?',
            "start: is missing; write it like start: 2026-11-23, when the first person's turn begins",
        ],
    ),
    "a handoff without a day": (
        "{rotate: weekly, handoff: '10.00', people: [ada, ada], name: ''}",
        [
            "handoff: the weekday is missing; write it like handoff: monday 09:00",
            "name: is blank; give it a name, or leave the key out",
        ],
    ),
    "no rotation, and a wrong time": (
        "{people: [ada, grace], only: [{from: 25:00}]}",
        [
            "only[0].from: 25:00 is not a time of day; hours are 00 to 23, minutes 00 to 59; a day ends at 24:00",
            "rotate: is missing; write it like rotate: weekly, or calendar: https://…",
            "start: is missing; write it like start: 2026-11-23, when the first person's turn begins",
        ],
    ),
    "a slip is not missing as well": (
        "{rotat: weekly, people: [ada]}",
        ['rotat: unknown key; did you mean "rotate"?'],
    ),
    "a calendar with turns, and a wrong zone": (
        "{calendar: 'https://calendar.example.com/a.ics', rotate: daily, timezone: Europe/Lodnon}",
        [
            "rotate: a layer is either a calendar or a rotation; leave it out beside `calendar`, or make another layer of it",
            'timezone: "Europe/Lodnon" is not a time zone; did you mean "Europe/London"?',
        ],
    ),
    "every date of a list": (
        "{rotate: daily, people: [ada], not_on: [2026-13-01, 2026-02-30]}",
        [
            "not_on: there is no 2026-13-01; months are 01 to 12",
            "not_on: there is no 2026-02-30; look at that month's last day",
        ],
    ),
    "every word of a list of days": (
        "{rotate: daily, people: [ada], only: [{days: 'mun, tue, weekend'}, {days: weekdays}]}",
        [
            'only[0].days: "mun" is not a weekday; did you mean "sun"?',
            'only[0].days: "weekend" is not a weekday; did you mean "sat, sun"?',
            'only[1].days: "weekdays" is not a weekday; did you mean "mon-fri"?',
        ],
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_all_that_is_wrong_with_a_layer_is_said_at_once(name: str) -> None:
    layer, wanted = LAYERS[name]
    assert nights(layer) == [f"e schedules.nights.layers[0].{each}" for each in wanted]


def test_all_that_is_wrong_with_an_override_is_said_at_once() -> None:
    assert nights(overrides="{from: 25.12.2026, who: ada, add: grace, instead_of: ada}") == [
        "e schedules.nights.overrides[0].add: says both who and add; make an override of each",
        'e schedules.nights.overrides[0].from: "25.12.2026" is not a date or a date and a time; did you mean 2026-12-25?',
        "e schedules.nights.overrides[0].instead_of: names the same person twice; name two different people",
        "e schedules.nights.overrides[0].to: is missing; write it like to: 2026-12-26 09:00",
    ]


def test_all_that_is_wrong_with_a_window_is_said_at_once() -> None:
    assert said("maintenance:\n  x: {from: never, labels: 3, timezone: UTC}\n")[1:] == [
        "e maintenance.x: does not say when it is; write from and to, or every: [{days: sun, from: 02:00, to: 04:00}]",
        'e maintenance.x.from: "never" is not a date or a date and a time; write it like 2026-11-23 or 2026-11-23 09:00',
        "e maintenance.x.labels: must hold keys and values, but is a number",
    ]


def test_all_that_is_wrong_with_a_contact_is_said_at_once() -> None:
    broken = AROUND.replace('{sms: "+12025550101"}', '{sms: "0202", email: "x"}')
    assert [str(problem) for problem in parse(broken.encode(), NOW).problems if "contact" in problem.path] == [
        "responders.ada.contact[0]: must name one channel and its address; put each on a line of its own: - sms: ... / - email: ...",
        "responders.ada.contact[0].email: is not a mail address (An email address must have an @-sign); write it like ada@example.com",
        'responders.ada.contact[0].sms: is not an international phone number; write + and the country code first: "+1 202 555 0101"',
    ]


OVER = ["w maintenance.x: this maintenance window is over; take it out, or correct its dates"]
UTC_WINDOW = [
    "w maintenance.x: its times are read in UTC; add timezone: Europe/London, or timezone: UTC if that is meant"
]
WINDOWS = {
    "{from: 2026-11-20, to: 2026-11-21, timezone: Europe/London}": OVER,
    "{from: 2026-11-20, to: 2026-11-23, timezone: Europe/London}": [],
    "{every: [{days: sun}], timezone: Europe/London}": [],
    "{every: [{days: sun}], to: 2026-11-21, timezone: UTC}": [OVER[0].replace("is over", "does not recur any more")],
    "{from: 2026-11-23, to: 2026-11-24}": UTC_WINDOW,
    "{every: [{days: sun}]}": UTC_WINDOW,
    "{from: 2026-11-23 09:00Z, to: 2026-11-24 09:00+01:00}": [],
}


@pytest.mark.parametrize("window", WINDOWS)
def test_a_window_that_is_over_or_has_no_clock_is_a_warning(window: str) -> None:
    whole = f"schedules: {{nights: {{timezone: UTC, layers: [{WEEKLY}]}}}}\nmaintenance: {{x: {window}}}\n"
    assert said(whole) == WINDOWS[window]


def test_a_rotation_without_a_clock_is_a_warning() -> None:
    wanted = (
        "w schedules.nights: its times are read in UTC; add timezone: Europe/London, or timezone: UTC if that is meant"
    )
    assert nights(timezone="") == [wanted]
    assert nights("{rotate: daily, people: [ada]}", timezone="") == []
    assert nights("{rotate: daily, people: [ada], only: [{days: mon}]}", timezone="") == [wanted]
    assert nights(WEEKLY.replace("{", "{timezone: Asia/Tokyo, "), timezone="") == []


OVERRIDES = {
    "{from: 2026-12-01, to: 2026-12-02, who: linus, instead_of: ada}": "overrides[0]: has no effect: ada is not on call at any time in it; on call then: grace; check the dates and whom it names, or take it out",
    "{from: 2026-12-01, to: 2026-12-02, remove: linus}": "overrides[0]: has no effect: linus is not on call at any time in it; on call then: grace; check the dates and whom it names, or take it out",
    "{from: 2026-12-01, to: 2026-12-09, who: linus, instead_of: ada}": "",
    "{from: 2026-12-01, to: 2026-12-02, add: ada}, {from: 2026-12-01, to: 2026-12-02, who: linus, instead_of: ada}": "",
    "{from: 2026-12-01, to: 2026-12-02, who: linus}, {from: 2026-11-30, to: 2026-12-02, who: ada}": "overrides[0]: has no effect: overrides[1] in line 11 replaces everybody in all of its time; take it out, or write it below overrides[1]",
    "{from: 2026-12-01, to: 2026-12-03, who: linus}, {from: 2026-11-30, to: 2026-12-02, who: ada}": "",
    "{from: 2026-12-01, to: 2026-12-03, swap: [ada, linus]}": "overrides[0]: has no effect: ada or linus is not on call at any time in it; on call then: grace; check the dates and whom it names, or take it out",
    "{from: 2026-12-01, to: 2026-12-03, swap: [grace, linus]}": "",
}


@pytest.mark.parametrize("overrides", OVERRIDES)
def test_an_override_that_changes_nothing_is_a_warning(overrides: str) -> None:
    wanted = [f"w schedules.nights.{OVERRIDES[overrides]}"] if OVERRIDES[overrides] else []
    # Grace has the week from 30 November.
    assert nights(overrides=overrides) == wanted


def test_what_a_calendar_says_is_not_guessed() -> None:
    calendar = "{calendar: 'https://calendar.example.com/a.ics'}"
    assert nights(calendar, "{from: 2026-12-01, to: 2026-12-02, who: linus, instead_of: ada}") == []


def test_a_time_that_the_clock_leaves_out_is_named() -> None:
    assert nights(overrides="{from: 2027-03-28 01:15, to: 2027-03-28 01:45, add: linus}") == [
        "e schedules.nights.overrides[0].to: this time does not exist in Europe/London on that day: its clocks go forward to 02:00; let `to` be later than 02:00, or write both with an offset from UTC"
    ]
    assert nights(overrides="{from: 2027-03-27 01:15, to: 2027-03-27 01:15, add: linus}") == [
        "e schedules.nights.overrides[0].to: is not after `from`; let `to` be later than `from`"
    ]


ZONES = {
    "IST": '"IST" is an abbreviation, and means several zones; name a city: Asia/Kolkata, Europe/Dublin or Asia/Jerusalem',
    "bst": '"bst" is an abbreviation, and means several zones; name a city: Europe/London or Asia/Dhaka',
    "PDT": '"PDT" is an abbreviation, not a time zone; name a city: America/Los_Angeles',
    "XST": '"XST" is not a time zone; write it like "Europe/London"',
    "New York": '"New York" is not a time zone; did you mean "America/New_York"?',
}


@pytest.mark.parametrize("zone", ZONES)
def test_no_abbreviation_stands_for_another(zone: str) -> None:
    assert nights(timezone=f"timezone: {zone}, ") == [f"e schedules.nights.timezone: {ZONES[zone]}"]


def test_a_zone_without_summer_time_is_a_warning() -> None:
    assert nights(timezone="timezone: EST, ") == [
        "w schedules.nights.timezone: EST has no summer time; name a city, such as America/New_York"
    ]


def test_a_section_that_cannot_be_read_hides_no_ids(tmp_path: Path) -> None:
    assert said("schedules: [nights]\n") == ["e schedules: must hold keys and values, but is a list"]
    whole, broken = tmp_path / "a.yaml", tmp_path / "b.yaml"
    whole.write_text(AROUND)
    broken.write_text("schedules: [")
    assert [problem.file for problem in load_all([whole, broken], NOW).problems] == [str(broken)]


@pytest.mark.parametrize("text", ["25.12.2026", "5.1.2027 09:00", "2026.12.25", "25-12-2026"])
def test_a_day_is_no_phone_number(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize("text", ["25.13.2026", "25.12.2026 55", "+33 12.10.2056 78", "12.34.5678", "2025550101"])
def test_a_phone_number_is_no_day(text: str) -> None:
    assert shown(text) == "…"
