"""`callout schema`: what an editor is told about the on-call file, held against files that are right and wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from infra.cli.description.file import parse
from infra.cli.description.yaml_tree import TRUTH, Odd, read
from infra.cli.main import main

EXAMPLE = Path("infra/cli/example.yaml").read_text(encoding="utf-8")


def schema(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["schema", *words])
    assert result.exit_code == 0
    made: dict[str, Any] = json.loads(result.output)
    Draft202012Validator.check_schema(made)
    return made


SCHEMA = schema()


def plain(value: Any) -> Any:
    """As an editor reads it: YAML 1.2's core, where a date is text."""
    if isinstance(value, Odd):
        return {"nothing": None, TRUTH: value.text == "true"}.get(value.kind, value.text)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def refused(text: str, against: dict[str, Any] = SCHEMA) -> list[str]:
    return [error.message for error in Draft202012Validator(against).iter_errors(plain(read(text.encode()).value))]


def test_the_example_is_right() -> None:
    assert refused(EXAMPLE) == []
    assert EXAMPLE.startswith("# yaml-language-server: $schema=oncall.schema.json\n")
    assert "callout schema > oncall.schema.json" in EXAMPLE


ALL = """
responders:
  ada:
    name: Ada
    contact: [{sms: "+1 202 555 0101"}, {email: ada@example.com}]
    timezone: Europe/London
    rules: {high: [sms, {email: 2m}], low: [email]}
    alternates: [grace]
    away: [{from: 2026-12-24 09:00, to: "2026-12-27T09:00+02:00"}]
  grace: {contact: [{email: grace@example.com}, {sms: "+12025550102"}]}
teams: {payments: {name: Payments, members: [ada, grace]}}
holidays: {uk: [2026-12-25]}
schedules:
  nights:
    name: Nights
    timezone: Europe/London
    layers:
      - {name: weekly, rotate: weekly, every: 2, handoff: monday 09:00, start: 2026-11-23, end: 2027-06-01 9:00,
         people: [ada, grace], timezone: UTC, only: [{days: mon-fri, from: 9:00, to: 24:00}, {days: [sat, sun]}],
         not_on: uk, only_on: [uk, 2026-12-24]}
      - {rotate: monthly, handoff: 31 09:00, people: [ada]}
      - {calendar: "https://calendar.example.com/oncall.ics"}
    overrides:
      - {from: 2026-12-24 09:00, to: 2026-12-26 09:00, who: grace, instead_of: ada}
      - {from: 2026-12-24, to: 2026-12-26, add: [grace]}
      - {from: 2026-12-24 09:00Z, to: 2026-12-26 09:00, remove: ada}
      - {from: 2026-12-24 09:00, to: 2026-12-26 09:00, swap: [ada, grace]}
policies:
  urgent:
    tiers:
      - notify: [nights, ada, {next: nights}, {previous: nights}, payments, {one_of: payments}]
        by: personal
        wait: 1h30m
        everyone: true
        when: {urgency: high, priority: [P1, P2], support_hours: inside}
      - {notify: [grace]}
    repeat: 1
    last_resort: {notify: [payments], by: [sms, email]}
    ack_timeout: never
    comes_back_every: 30m
    relapse_within: 0s
services:
  shop:
    policy: urgent
    name: Shop
    owner: Payments
    routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]
    runbook: https://wiki.example.com
    bridge: tel:112
    priority: {critical: P1, error: P2, warning: P3, info: P4}
    support_hours: {timezone: Europe/London, open: [{days: mon-fri, from: 07:00, to: 19:00}], not_on: uk}
    urgency: {P3: {inside: high, outside: low}, P4: low}
    respond_within: {P1: 2h, P2: 3h, P3: {within: 4h, clock: support_hours}}
    at_risk: {before: 2m, raise_urgency: true, next_tier: true, notify: [ada], by: [sms]}
    high_value: true
    early_life_until: 2027-01-31
    aging: never
    texts_per_day: 10
maintenance:
  upgrade: {name: Upgrade, services: [shop], labels: {cluster: eu-1}, from: 2026-12-01 22:00, to: 2026-12-02 02:00,
            timezone: Europe/London}
  patching: {every: [{days: sun, from: 02:00, to: 04:00}]}
"""


def test_everything_that_can_be_written_is_right() -> None:
    assert [problem for problem in parse(ALL.encode()).problems if problem.level == "error"] == []
    assert refused(ALL) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("wait: 1h30m", "wiat: 5m"),
        ("wait: 1h30m", "wait: 5"),
        ("wait: 1h30m", "wait: 1:30"),
        ("wait: 1h30m", "wait: 5 min"),
        ("wait: 1h30m", 'wait: ""'),
        ("wait: 1h30m", "wait:"),
        ("by: personal", "by: personel"),
        ("by: personal", "by: [smss]"),
        ("by: personal", "by: []"),
        ("{next: nights}", "{nxt: nights}"),
        ("{next: nights}", "{next: nights, previous: nights}"),
        ("everyone: true", "everyone: yes"),
        ("urgency: high,", "urgency: hihg,"),
        ("priority: [P1, P2]", "priority: [P6]"),
        ("{P3: {inside: high, outside: low}", "{P3: {inside: high}"),
        ("P1: 2h", "P7: 2h"),
        ("P1: 2h", "P1: soon"),
        ("aging: never", "aging: off"),
        ("aging: never", "aging: {raise_after: 0}"),
        ("ack_timeout: never", "ack_timeout: off"),
        ("repeat: 1", "repeat: 21"),
        ("repeat: 1", 'repeat: "1"'),
        ("Europe/London", "Europe/Lodnon"),
        ('sms: "+1 202 555 0101"', "sms: +12025550101"),
        ('sms: "+1 202 555 0101"', 'sms: "020 7946 0000"'),
        ('sms: "+1 202 555 0101"}, {', 'sms: "+1 202 555 0101", '),
        ("email: ada@example.com", "email: ada"),
        ("rotate: weekly", "rotate: fortnightly"),
        ("rotate: monthly, ", ""),
        ("every: 2", "every: 0"),
        ("from: 9:00", "from: 9"),
        ("days: mon-fri", "days: 1-5"),
        ("start: 2026-11-23", "start: tomorrow"),
        ("start: 2026-11-23", "start: 2026-11-23 09:00Z"),
        ("who: grace", "who: grace, add: ada"),
        ("swap: [ada, grace]", "swap: [ada]"),
        ("high: [sms, {email: 2m}]", "high: [sms, {email: 2}]"),
        ("  upgrade: {name", "  up grade: {name"),
        ("services: [shop], labels: {cluster: eu-1}, from: 2026-12-01 22:00,", "labels: {cluster: eu-1},"),
        ("R0UT1NGKEY0123456789ABCDEF012345", "short"),
        ("    policy: urgent\n", ""),
        ("bridge: tel:112", "bridge: meet"),
        ("maintenance:", "maintainance:"),
    ],
)
def test_mistakes_are_seen_by_the_editor_as_by_the_command(right: str, wrong: str) -> None:
    assert right in ALL
    text = ALL.replace(right, wrong, 1)
    assert refused(text)
    assert parse(text.encode()).errors


def test_one_file_of_several_needs_no_section() -> None:
    text = "teams: {payments: {members: [ada]}}\n"
    assert refused(text)
    assert refused(text, schema("--part")) == []
    assert refused("temas: {}\n", schema("--part"))


def everywhere(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from everywhere(part)


def test_every_key_is_explained_and_no_other_is_let_in() -> None:
    models = [node for node in everywhere(SCHEMA) if "properties" in node and node.get("type") == "object"]
    assert len(models) > 20
    assert all(node["additionalProperties"] is False for node in models)
    silent = [key for node in models for key, value in node["properties"].items() if "description" not in value]
    assert silent == []


def test_defaults_are_as_they_are_written() -> None:
    tier = SCHEMA["$defs"]["Tier"]["properties"]
    assert (tier["wait"]["default"], tier["everyone"]["default"]) == ("5m", False)
    assert SCHEMA["$defs"]["Policy"]["properties"]["ack_timeout"]["default"] == "1h"
    assert SCHEMA["$defs"]["Aging"]["properties"]["raise_after"]["default"] == 3
