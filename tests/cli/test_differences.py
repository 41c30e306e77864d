"""Every change is told with its old and its new value, and none is passed over."""

from dataclasses import fields, replace
from typing import Any

import click
import pytest

from callout.domain.oncall import Contact, OnCall, Policy, Responder, Service, Tier
from infra.cli.differences import differences

ADA = Responder(
    "ada",
    "Ada Byron",
    (Contact("sms", "sms", "+12025550101"), Contact("email", "email", "ada@example.com")),
    "Europe/London",
)
URGENT = Policy("urgent", (Tier(("ada",)), Tier(("grace", "linus"), ("sms", "email"), 600)), repeat=1)
LAST = Tier(("boss",), ("email",))
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


OTHER: dict[str, Any] = {
    "name": "other",
    "contacts": contacts(("sms", "+12025550177")),
    "timezone": "UTC",
    "tiers": (LAST,),
    "repeat": 7,
    "last_resort": LAST,
    "comeback_seconds": 77,
    "ack_timeout_seconds": 77,
    "relapse_seconds": 77,
    "policy": "other",
    "runbook": "",
    "bridge": "",
}


@pytest.mark.parametrize(("section", "thing"), [("responders", ADA), ("policies", URGENT), ("services", SHOP)])
def test_no_field_is_passed_over(section: str, thing: Responder | Policy | Service) -> None:
    """A field that is added to the domain must be told, too: it is not among these."""
    for name in [field.name for field in fields(thing) if field.name != "id"]:
        changed = replace(thing, **{name: OTHER[name]})
        lines = told(replace(OLD, **{section: {thing.id: changed}}))  # type: ignore[arg-type]
        assert lines, name
        assert not [line for line in lines if line.endswith(": changed")], name
