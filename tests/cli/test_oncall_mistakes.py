# ruff: noqa: E501 (each sentence whole, as people read it)
"""Every mistake is named with its line, its place and what to do about it, and none hides another."""

import pytest

from infra.cli.description.file import parse
from infra.cli.description.problem import Problem

GOOD = """\
responders:
  ada:
    name: Ada Byron
    contact:
      - sms: "+1 202 555 0101"
      - email: ada@example.com
    timezone: Europe/London
  grace:
    contact:
      - email: grace@example.com
policies:
  urgent:
    tiers:
      - {notify: [ada], by: [sms], wait: 5m}
      - {notify: [ada, grace], by: [sms, email], wait: 10m}
    repeat: 1
    last_resort: {notify: [grace], by: [email]}
    ack_timeout: 60m
    comes_back_every: 30m
    relapse_within: 30m
services:
  shop:
    name: Shop
    policy: urgent
    routing_keys:
      - R0UT1NGKEY0123456789ABCDEF012345
    runbook: https://wiki.example.com/shop
    bridge: https://meet.example.com/shop
"""


KEY = "R0UT1NGKEY0123456789ABCDEF012345"

# What it is: (what stands in the good file, what is written instead, what is said to it: line, place, sentence; fix)
MISTAKES = {
    "slip in a section": ("services:", "servises:", '21 servises: unknown key; did you mean "services"?'),
    "slip in a key": (
        "    timezone:",
        "    timezon:",
        '7 responders.ada.timezon: unknown key; did you mean "timezone"?',
    ),
    "slip in a tier": ("wait: 5m", "wiat: 5m", '14 policies.urgent.tiers[0].wiat: unknown key; did you mean "wait"?'),
    "another tool's word": (
        "- {notify: [ada]",
        "- {targets: [ada]",
        '14 policies.urgent.tiers[0].targets: unknown key; did you mean "notify"?',
    ),
    "another word for sms": (
        'sms: "+1',
        'phone: "+1',
        '5 responders.ada.contact[0].phone: unknown key; did you mean "sms"?',
    ),
    "a key like no other": (
        "    repeat: 1",
        "    xyz: 1",
        "16 policies.urgent.xyz: unknown key; known here: tiers, repeat, last_resort, ack_timeout, comes_back_every and relapse_within",
    ),
    "a wait for the last resort": (
        "by: [email]}",
        "by: [email], wait: 5m}",
        "17 policies.urgent.last_resort.wait: unknown key; known here: notify and by",
    ),
    "no policy": ("    policy: urgent\n", "", "22 services.shop.policy: is missing; write it like policy: checkout"),
    "no routing keys": (
        "      - R0UT1NGKEY0123456789ABCDEF012345\n",
        "",
        '25 services.shop.routing_keys: has no value; write it like routing_keys: ["..."], with a key made by `callout routing-key`',
    ),
    "no contact": (
        "    contact:\n      - email: grace@example.com",
        "    name: Grace",
        "8 responders.grace.contact: is missing; write it like contact: [{email: ada@example.com}]",
    ),
    "same key twice": (
        "    name: Shop",
        "    policy: urgent",
        "24 services.shop.policy: this key stands here twice, first in line 23; keep one of the two",
    ),
    "same id twice": (
        "  grace:",
        "  ada:",
        "8 responders.ada: this key stands here twice, first in line 2; keep one of the two",
    ),
    "phone without quotes": (
        '"+1 202 555 0101"',
        "+12025550101",
        "5 responders.ada.contact[0].sms: must be text, but is read as a number; put it in quotes",
    ),
    "a date for a name": (
        "Ada Byron",
        "2026-11-21",
        "3 responders.ada.name: must be text, but is read as a date; put it in quotes",
    ),
    "a truth for a name": (
        "Ada Byron",
        "true",
        "3 responders.ada.name: must be text, but is read as true or false; put it in quotes",
    ),
    "nothing for a name": (
        "name: Ada Byron",
        "name:",
        "3 responders.ada.name: has no value; give it one, or leave the key out",
    ),
    "a list for a name": ("Ada Byron", "[Ada]", "3 responders.ada.name: must be text, but is a list; write one value"),
    "a local type": (
        "Ada Byron",
        "!ruby/object x",
        "3 responders.ada.name: must be text, but is read as something else; put it in quotes",
    ),
    "text for a list": (
        "notify: [ada]",
        "notify: ada",
        "14 policies.urgent.tiers[0].notify: must be a list, but is text; write it like notify: [ada]",
    ),
    "contact without dashes": (
        "      - email: grace",
        "        email: grace",
        "9 responders.grace.contact: must be a list, but is a mapping; write it like contact: [{email: ada@example.com}]",
    ),
    "text for a number": (
        "repeat: 1",
        'repeat: "1"',
        "16 policies.urgent.repeat: must be a whole number, but is text; write it in digits, without quotes",
    ),
    "half a repeat": (
        "repeat: 1",
        "repeat: 1.5",
        "16 policies.urgent.repeat: must be a whole number, but is a number with a fraction; write it in digits, without quotes",
    ),
    "text for a last resort": (
        "{notify: [grace], by: [email]}",
        "grace",
        "17 policies.urgent.last_resort: must hold keys and values, but is text; write notify and by below it",
    ),
    "an empty last resort": (
        "last_resort: {notify: [grace], by: [email]}",
        "last_resort:",
        "17 policies.urgent.last_resort: has no value; give it one, or leave the key out",
    ),
    "repeat too often": ("repeat: 1", "repeat: 21", "16 policies.urgent.repeat: 21 is too large; the most is 20"),
    "repeat below nothing": ("repeat: 1", "repeat: -1", "16 policies.urgent.repeat: -1 is too small; the least is 0"),
    "wait too short": (
        "wait: 5m",
        "wait: 9s",
        "14 policies.urgent.tiers[0].wait: 9s is out of bounds; allowed: 10s to 7d",
    ),
    "wait too long": (
        "wait: 5m",
        "wait: 169h",
        "14 policies.urgent.tiers[0].wait: 7d1h is out of bounds; allowed: 10s to 7d",
    ),
    "wait without unit": ("wait: 5m", "wait: 5", "14 policies.urgent.tiers[0].wait: 5 has no unit; write 5m or 5h"),
    "no wait": ("wait: 5m", "wait: 0", "14 policies.urgent.tiers[0].wait: 0 has no unit; allowed: 10s to 7d"),
    "no wait in words": (
        "wait: 5m",
        "wait: 0 min",
        '14 policies.urgent.tiers[0].wait: "0 min" is not a duration; write it like 90s, 5m or 1h30m, the largest unit first',
    ),
    "no relapse": (
        "within: 30m",
        "within: 0",
        "20 policies.urgent.relapse_within: 0 has no unit; write 0s, 0m or 0h",
    ),
    "ack of nothing": (
        "ack_timeout: 60m",
        "ack_timeout: 0",
        "18 policies.urgent.ack_timeout: 0 has no unit; allowed: 1m to 7d, or never",
    ),
    "ack switched off": (
        "ack_timeout: 60m",
        "ack_timeout: off",
        '18 policies.urgent.ack_timeout: "off" is not a duration; did you mean never?',
    ),
    "ack of no truth": (
        "ack_timeout: 60m",
        "ack_timeout: false",
        "18 policies.urgent.ack_timeout: must be a duration, but is true or false; write it like 90s, 5m or 1h30m, or never",
    ),
    "ack in other words": (
        "ack_timeout: 60m",
        "ack_timeout: later",
        '18 policies.urgent.ack_timeout: "later" is not a duration; write it like 90s, 5m or 1h30m, or never',
    ),
    "wait in words": (
        "wait: 5m",
        "wait: 5 min",
        '14 policies.urgent.tiers[0].wait: "5 min" is not a duration; did you mean 5m?',
    ),
    "wait as on a clock": (
        "wait: 5m",
        "wait: 1:30",
        '14 policies.urgent.tiers[0].wait: "1:30" is not a duration; a time of day, or a span? Write 1m30s or 1h30m',
    ),
    "wait of truth": (
        "wait: 5m",
        "wait: true",
        "14 policies.urgent.tiers[0].wait: must be a duration, but is true or false; write it like 90s, 5m or 1h30m, the largest unit first",
    ),
    "wait of never": (
        "wait: 5m",
        "wait: never",
        '14 policies.urgent.tiers[0].wait: "never" is not a duration; write it like 90s, 5m or 1h30m, the largest unit first',
    ),
    "comeback too often": (
        "every: 30m",
        "every: 59s",
        "19 policies.urgent.comes_back_every: 59s is out of bounds; allowed: 1m to 7d",
    ),
    "ack too short": (
        "ack_timeout: 60m",
        "ack_timeout: 0s",
        "18 policies.urgent.ack_timeout: 0s is out of bounds; allowed: 1m to 7d, or never",
    ),
    "relapse too long": (
        "within: 30m",
        "within: 8d",
        "20 policies.urgent.relapse_within: 8d is out of bounds; allowed: 0s to 7d",
    ),
    "no channel": (
        "by: [sms], wait: 5m}\n      - {notify: [ada, grace], by: [sms, email], wait: 10m}",
        "by: []}",
        "14 policies.urgent.tiers[0].by: is empty; write it like by: [sms, email]",
    ),
    "too many tiers": (
        "      - {notify: [ada], by: [sms], wait: 5m}\n",
        "      - {notify: [ada], by: [sms], wait: 5m}\n" * 20,
        "13 policies.urgent.tiers: has 21 entries; at most 20 are allowed",
    ),
    "id with a space": (
        "  grace:",
        "  grace h:",
        "8 responders.grace h: is not a usable id; use letters, digits, - and _ (64 at most)",
    ),
    "blank name": ("Ada Byron", '"  "', "3 responders.ada.name: is blank; give it a name, or leave the key out"),
    "name of two lines": (
        "Ada Byron",
        '"Ada\\nByron"',
        "3 responders.ada.name: holds a line break or a control character; keep it on one line",
    ),
    "endless name": (
        "Ada Byron",
        "Ada " * 30,
        "3 responders.ada.name: is longer than 100 characters; shorten it: it must fit a text message",
    ),
    "number without country": (
        "+1 202 555 0101",
        "020 7946 0000",
        '5 responders.ada.contact[0].sms: is not an international phone number; write + and the country code first: "+1 202 555 0101"',
    ),
    "number of no country": (
        "+1 202 555 0101",
        "+999 123 456 789",
        "5 responders.ada.contact[0].sms: begins with a country code that does not exist; check the digits after the +",
    ),
    "number too short": (
        "+1 202 555 0101",
        "+1 202 555 010",
        "5 responders.ada.contact[0].sms: has too few digits for its country; check the number",
    ),
    "number too long": (
        "+1 202 555 0101",
        "+1 202 555 01011",
        "5 responders.ada.contact[0].sms: has too many digits for its country; check the number",
    ),
    "words for a number": (
        "+1 202 555 0101",
        "+1 202 CALL ADA",
        '5 responders.ada.contact[0].sms: is not an international phone number; write + and the country code first: "+1 202 555 0101"',
    ),
    "mail without domain": (
        "ada@example.com",
        "ada@example",
        "6 responders.ada.contact[1].email: is not a mail address (The part after the @-sign is not valid. It should have a period); write it like ada@example.com",
    ),
    "mail with a name": (
        "ada@example.com",
        "Ada <ada@example.com>",
        "6 responders.ada.contact[1].email: is not a mail address (A display name and angle brackets around the email address are not permitted here); write it like ada@example.com",
    ),
    "mail that SES cannot send": (
        "ada@example.com",
        "ådå@example.com",
        "6 responders.ada.contact[1].email: is not a mail address (Internationalized characters before the @-sign are not supported: 'å'); write it like ada@example.com",
    ),
    "two channels in one item": (
        "      - email: ada@",
        "        email: ada@",
        "5 responders.ada.contact[0]: must name one channel and its address; put each on a line of its own: - sms: ... / - email: ...",
    ),
    "zone without continent": (
        "Europe/London",
        "London",
        '7 responders.ada.timezone: "London" is not a time zone; did you mean "Europe/London"?',
    ),
    "zone with a slip": (
        "Europe/London",
        "Europe/Lodnon",
        '7 responders.ada.timezone: "Europe/Lodnon" is not a time zone; did you mean "Europe/London"?',
    ),
    "zone of the wrong case": (
        "Europe/London",
        "europe/london",
        '7 responders.ada.timezone: "europe/london" is not a time zone; did you mean "Europe/London"?',
    ),
    "zone with a space": (
        "Europe/London",
        "New York",
        '7 responders.ada.timezone: "New York" is not a time zone; did you mean "America/New_York"?',
    ),
    "zone of nowhere": (
        "Europe/London",
        "Qqqqq",
        '7 responders.ada.timezone: "Qqqqq" is not a time zone; write it like "Europe/London"',
    ),
    "no such channel": (
        "by: [sms],",
        "by: [smss],",
        '14 policies.urgent.tiers[0].by[0]: "smss" is not a channel; there are sms and email; did you mean sms?',
    ),
    "another word for a channel": (
        "by: [sms],",
        "by: [phone],",
        '14 policies.urgent.tiers[0].by[0]: "phone" is not a channel; there are sms and email; did you mean sms?',
    ),
    "a channel to come": (
        "by: [sms],",
        "by: [fax],",
        '14 policies.urgent.tiers[0].by[0]: "fax" is not a channel; there are sms and email',
    ),
    "short routing key": (
        KEY,
        "shop",
        "26 services.shop.routing_keys[0]: has 4 characters, allowed are 20 to 200; make one that nobody can guess with `callout routing-key`",
    ),
    "routing key with a slash": (
        KEY,
        "R0UT1NGKEY/0123456789ABCDEF01234",
        "26 services.shop.routing_keys[0]: holds characters that cannot stand in an address; use letters, digits, - and _, or make one with `callout routing-key`",
    ),
    "routing key of digits": (
        KEY,
        "1" * 32,
        "26 services.shop.routing_keys[0]: must be text, but is read as a number; put it in quotes",
    ),
    "half a digest": (
        KEY,
        "sha256:abc123",
        "26 services.shop.routing_keys[0]: is not a SHA-256 in hex: 64 of 0-9 and a-f after sha256:; copy it from `callout routing-key`",
    ),
    "runbook without scheme": (
        "https://wiki.example.com/shop",
        "wiki.example.com/shop",
        "27 services.shop.runbook: is not an http or https address; write it like https://wiki.example.com/runbook",
    ),
    "runbook that runs": (
        "https://wiki.example.com/shop",
        "javascript:alert(1)",
        "27 services.shop.runbook: is not an http or https address; write it like https://wiki.example.com/runbook",
    ),
    "runbook to dial": (
        "https://wiki.example.com/shop",
        "tel:+12025550101",
        "27 services.shop.runbook: is not an http or https address; write it like https://wiki.example.com/runbook",
    ),
    "runbook with a hole": (
        "https://wiki.example.com/shop",
        "https://wiki.example.com/a b",
        "27 services.shop.runbook: is not an http or https address; write it like https://wiki.example.com/runbook",
    ),
    "bridge without host": (
        "https://meet.example.com/shop",
        "https://",
        "28 services.shop.bridge: is not an http, https or tel: address; write it like https://meet.example.com/incident",
    ),
    "slip in a responder": (
        "notify: [grace]",
        "notify: [garce]",
        '17 policies.urgent.last_resort.notify[0]: there is no "garce" in responders; did you mean "grace"?',
    ),
    "no such responder": (
        "notify: [grace]",
        "notify: [zed]",
        '17 policies.urgent.last_resort.notify[0]: there is no "zed" in responders; known there: ada and grace',
    ),
    "slip in a policy": (
        "policy: urgent",
        "policy: Urgent",
        '24 services.shop.policy: there is no "Urgent" in policies; did you mean "urgent"?',
    ),
    "notified twice": (
        "[ada, grace]",
        "[ada, grace, ada]",
        '15 policies.urgent.tiers[1].notify[2]: "ada" stands here twice; keep one of the two',
    ),
    "channel twice": (
        "by: [sms],",
        "by: [sms, sms],",
        '14 policies.urgent.tiers[0].by[1]: "sms" stands here twice; keep one of the two',
    ),
    "key of two services": (
        "services:\n",
        "services:\n  web: {policy: urgent, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}\n",
        '27 services.shop.routing_keys[0]: this routing key already belongs to service "web"; each service needs keys of its own: make one with `callout routing-key`',
    ),
    "key and its digest": (
        "services:\n",
        "services:\n  web: {policy: urgent, routing_keys: ['sha256:13175c5a0479f17ec136680d25b43ac1f0ed432bb01f498d58d499d300da64d4']}\n",
        '27 services.shop.routing_keys[0]: this routing key already belongs to service "web"; each service needs keys of its own: make one with `callout routing-key`',
    ),
    "merged keys": (
        "    name: Shop",
        "    <<: {name: Shop}",
        "23 services.shop: merging with << is not understood; write the keys out, or alias single values",
    ),
    "a list for a key": (
        "    name: Shop",
        "    ? [a, b]\n    : Shop",
        "23 services.shop: a key must be a single word; write key: value",
    ),
    "an alias of itself": (
        "name: Shop",
        "name: &me [*me]",
        "23 services.shop.name[0]: this alias stands inside what it repeats; write the value out",
    ),
    "key that PagerDuty senders refuse": (
        "ABCDEF012345",
        "ABCDEF",
        "26 warning: services.shop.routing_keys[0]: has 26 characters: senders for PagerDuty take exactly 32; make one with `callout routing-key`",
    ),
    "unused responder": (
        "policies:\n",
        "  zoe: {contact: [{email: z@example.com}]}\npolicies:\n",
        "11 warning: responders.zoe: no tier notifies it; use it, or take it out",
    ),
    "unused policy": (
        "services:\n",
        "  calm: {tiers: [{notify: [ada]}]}\nservices:\n",
        "21 warning: policies.calm: no service uses it; use it, or take it out",
    ),
    "target without the channel": (
        "notify: [ada], by",
        "notify: [ada, grace], by",
        "14 warning: policies.urgent.tiers[0].notify[1]: has no sms and is told by the first contact instead; add sms, or change `by`",
    ),
    "channel that nobody has": (
        "[grace], by: [email]",
        "[grace], by: [sms, email]",
        "17 warning: policies.urgent.last_resort.by: nobody in this tier has sms; leave sms out",
    ),
    "next without a name": (
        "notify: [ada]",
        'notify: [{next: ""}]',
        "14 policies.urgent.tiers[0].notify[0].next: is empty; write it like {next: nights}",
    ),
    "previous without a name": (
        "notify: [ada]",
        'notify: [{previous: ""}]',
        "14 policies.urgent.tiers[0].notify[0].previous: is empty; write it like {previous: nights}",
    ),
    "one of nobody": (
        "notify: [ada]",
        'notify: [{one_of: ""}]',
        "14 policies.urgent.tiers[0].notify[0].one_of: is empty; write it like {one_of: payments}",
    ),
    "halves of a character": (
        "  urgent:",
        '  "\\ud83d\\udca5":',
        "12 policies.\U0001f4a5: is not a usable id; use letters, digits, - and _ (64 at most)",
    ),
}


LEAKED = "qzkxhbvwmPLNRTAABBCCDDEEFFGGHHII"


def said(problem: Problem) -> str:
    return f"{problem.line} {'warning: ' if problem.level == 'warning' else ''}{problem}"


def test_the_good_file_is_good() -> None:
    assert parse(GOOD.encode()).problems == []


@pytest.mark.parametrize(("right", "wrong", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(right: str, wrong: str, expected: str) -> None:
    assert right in GOOD
    loaded = parse(GOOD.replace(right, wrong, 1).encode())
    assert expected in [said(problem) for problem in loaded.problems]
    assert (loaded.oncall is None) == ("warning: " not in expected)


BROKEN = """\
responders:
  ada: {contact: [{sms: +12025550101}, {emial: ada@example.com}], timezone: London}
  bob: {contact: {sms: "x"}, name: }
  bob: {contact: []}
policies:
  calm:
    tiers:
      - {notify: [ad], by: [fax], wait: 5}
      - {notify: ada, wait: 5 min, foo: 3}
    repeat: 21
    last_resort:
services:
  shop: {policy: clam, routing_keys: [short], runbook: wiki}
  web: {}
srevices: {}
"""


def test_one_run_names_every_mistake() -> None:
    found = [(problem.line, problem.path) for problem in parse(BROKEN.encode()).errors]
    assert found == [
        (2, "responders.ada.contact[0].sms"),
        (2, "responders.ada.contact[1].emial"),
        (2, "responders.ada.timezone"),
        (3, "responders.bob.contact"),
        (3, "responders.bob.name"),
        (4, "responders.bob"),
        (8, "policies.calm.tiers[0].by[0]"),
        (8, "policies.calm.tiers[0].notify[0]"),
        (8, "policies.calm.tiers[0].wait"),
        (9, "policies.calm.tiers[1].foo"),
        (9, "policies.calm.tiers[1].notify"),
        (9, "policies.calm.tiers[1].wait"),
        (10, "policies.calm.repeat"),
        (11, "policies.calm.last_resort"),
        (13, "services.shop.policy"),
        (13, "services.shop.routing_keys[0]"),
        (13, "services.shop.runbook"),
        (14, "services.web.policy"),
        (14, "services.web.routing_keys"),
        (15, "srevices"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"+1 202 555 0101"', "12025550999"),
        ("+1 202 555 0101", "+1 202 555 0999 9"),
        ("ada@example.com", "secret@example"),
        ("[ada]", "[secret@example.com]"),
        ("by: [sms],", "by: [secret@example.com],"),
        ("[ada]", '["+1 202 555 0999"]'),
        (KEY, "secret-R0UT1NG/KEY"),
        (KEY, "secret"),
        ("  grace:", '  "+1 202 555 0999":'),
        ("  grace:", "  secret@example.com: 1\n  grace:"),
        ("- email: ada@example.com", "- secret@example.com"),
        ("policy: urgent", f"policy: {LEAKED}"),
        ("    name: Shop", f"    {LEAKED}: 1"),
        ("  urgent:", f"  {LEAKED}:"),
        ("[ada]", f"[{LEAKED}]"),
        ("[ada]", f"[{{next: {LEAKED}}}]"),
        ("  grace:", f"  {LEAKED}: {{contact: [], alternates: [{LEAKED}]}}\n  grace:"),
    ],
)
def test_what_is_said_holds_no_address_and_no_routing_key(right: str, wrong: str) -> None:
    loaded = parse(GOOD.replace(right, wrong, 1).encode())
    assert loaded.errors
    told = repr(loaded.problems)
    assert "secret" not in told
    assert LEAKED not in told
    assert "0999" not in told


def test_what_is_said_cannot_drive_a_terminal() -> None:
    loaded = parse(GOOD.replace("    name: Shop", '    "\\e[2J": x').encode())
    assert loaded.errors
    assert all(str(problem).isprintable() for problem in loaded.problems)
