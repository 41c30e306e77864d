"""Good files become what the domain knows, whichever of the allowed ways they are written."""

import hashlib
from pathlib import Path

import pytest

from callout.domain.oncall import Contact, OnCall, Policy, Responder, Service, Tier
from infra.cli.oncall_file import load, parse

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
    loaded = parse(text.encode())
    assert loaded.problems == []
    assert loaded.oncall is not None
    return loaded.oncall


def test_the_example_has_nothing_to_complain_about() -> None:
    loaded = load(EXAMPLE)
    assert loaded.problems == []
    assert loaded.oncall is not None
    assert loaded.oncall.routing_keys[DIGEST] == "checkout"
    assert loaded.oncall.policies["urgent"] == Policy(
        "urgent",
        (Tier(("ada",), ("sms",), 300), Tier(("grace", "linus"), ("sms", "email"), 600)),
        repeat=1,
        last_resort=Tier(("margaret",), ("sms", "email")),
        comeback_seconds=900,
    )
    assert loaded.oncall.responders["linus"].contacts == (
        Contact("sms", "sms", "+447700900123"),
        Contact("sms-2", "sms", "+447700900124"),
        Contact("email", "email", "linus@example.com"),
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
