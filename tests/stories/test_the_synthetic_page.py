"""The synthetic page takes the way of every page, through the functions' own code, and reaches nobody."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from people import TWO_TIERS, oncall_of
from stories.story import BEGIN, Quiet, Unavailable

from callout import runtime as runtime_module
from callout.domain import synthetic
from callout.domain.identity import problem_id
from callout.domain.oncall import Maintenance
from callout.domain.page import Page, State
from callout.paging import step
from callout.runtime import Clients, Runtime, Settings
from callout.watching import watch
from infra.cli.page_search import recent

SAID = {"key": synthetic.DEDUP_KEY, "title": "Synthetic page"}


@dataclass
class Measured(Quiet):
    seconds: list[float] = field(default_factory=list)

    def synthetic(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def of_one_event(self) -> Any:
        return nullcontext()


class Workshop:
    """A stack's functions in this process, with one clock; the machine never starts, so the test takes the steps."""

    def __init__(self, table: str) -> None:
        self.now = BEGIN
        self.journal = Measured()
        self.calls: list[str] = []
        settings = Settings(table, base_url="https://callout.example.com")
        self.runtime = Runtime(settings, Clients(self._client), lambda: self.now, self.journal)  # type: ignore[arg-type]

    def _client(self, name: str) -> Any:
        client: Any = boto3.client(name)  # type: ignore[call-overload]
        client.meta.events.register("before-call.*.*", self._called)
        return client

    def _called(self, model: Any, **_: object) -> None:
        self.calls.append(f"{model.service_model.service_name}:{model.name}")

    def page(self) -> Page:
        page = self.runtime.pages.newest(problem_id(synthetic.ID, synthetic.DEDUP_KEY))
        assert page is not None
        return page

    def describe(self, *windows: Maintenance) -> None:
        oncall = replace(oncall_of(TWO_TIERS), maintenance=windows)
        self.runtime.versions.add(oncall)
        self.runtime.versions.switch(oncall.version, 0)


@pytest.fixture
def intake(table: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("TABLE", table)
    import intake

    return intake


@pytest.fixture
def shop(table: str, intake: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    import probe

    workshop = Workshop(table)
    monkeypatch.setattr(workshop.runtime.pace, "unhurried", lambda answer: answer)
    for module in (intake, probe):
        monkeypatch.setattr(module, "RUNTIME", workshop.runtime)

    def post(base_url: str, path: str, routing_key: str, said: Mapping[str, str]) -> None:
        assert (base_url, path) == ("https://callout.example.com", "/webhooks/generic")
        assert knock(intake, routing_key, said) == 202

    monkeypatch.setattr(runtime_module, "post", post)
    yield workshop
    assert not {call for call in workshop.calls if call.startswith(("sns:", "sesv2:"))}, "somebody was told"


def knock(intake: ModuleType, key: str, said: Mapping[str, str]) -> int:
    import json

    event = {
        "version": "2.0",
        "routeKey": "POST /webhooks/{format}",
        "rawPath": "/webhooks/generic",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "x-routing-key": key},
        "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.1"}, "routeKey": "POST /webhooks/{format}"},
        "pathParameters": {"format": "generic"},
        "body": json.dumps(dict(said)),
        "isBase64Encoded": False,
    }
    answer: Mapping[str, Any] = intake.handler(event, None)
    return int(answer["statusCode"])


def probe_now() -> None:
    import probe

    assert probe.handler({}, None) == {"opened": True}


def stepped(shop: Workshop, at: datetime) -> None:
    shop.now = at
    step(shop.runtime.world, shop.page().id, shop.page().generation)


def test_both_tiers_lead_to_the_sink_and_it_measures_from_the_probe_on(shop: Workshop) -> None:
    probe_now()
    stepped(shop, BEGIN + timedelta(seconds=1.5))
    page = shop.page()
    assert page.due_at == BEGIN + timedelta(seconds=61)
    stepped(shop, BEGIN + timedelta(seconds=61.25))
    assert shop.journal.seconds == [1.5, 61.25]
    assert [notice.channel for notice in shop.page().notices] == ["sink"]
    assert shop.page().state is State.TRIGGERED
    stepped(shop, BEGIN + timedelta(hours=6))
    assert len(shop.journal.seconds) == 2, "there is nothing more until the next probe"


def test_the_next_probe_closes_it_and_opens_another(shop: Workshop) -> None:
    for hour in range(3):
        shop.now = BEGIN + timedelta(hours=hour)
        probe_now()
        shop.now += timedelta(milliseconds=300)
    page, before = shop.page(), shop.runtime.pages.get(f"{shop.page().problem}-2")
    assert before is not None
    assert (page.number, page.open, before.open) == (3, True, False)
    assert (page.start, page.returned) == (0, False), "it never starts higher for having returned"


def test_with_the_machine_gone_the_watchdog_brings_it_and_it_is_seen_to_be_late(shop: Workshop) -> None:
    probe_now()
    shop.now = BEGIN + timedelta(seconds=90)
    assert watch(shop.runtime.world) == 1
    shop.now = BEGIN + timedelta(seconds=190)
    assert watch(shop.runtime.world) == 1
    assert shop.journal.seconds == [90, 190]


def test_it_is_counted_as_no_page_of_anybodys(shop: Workshop) -> None:
    probe_now()
    stepped(shop, BEGIN)
    names = {name for name, _ in shop.journal.counts}
    assert names <= {"MachineStartsFailed"}


def test_it_is_seen_only_by_who_asks_for_it(shop: Workshop) -> None:
    shop.describe()
    probe_now()
    assert recent(shop.runtime, 10) == []
    assert [page.id for page in recent(shop.runtime, 10, synthetic=True)] == [shop.page().id]
    known = shop.runtime.versions.current().oncall
    for stored in (known.services, known.policies, known.responders):
        assert synthetic.ID not in stored


def test_a_maintenance_window_for_everything_does_not_hold_it(shop: Workshop) -> None:
    shop.describe(Maintenance("move", "The move", start=BEGIN - timedelta(days=1), end=BEGIN + timedelta(days=1)))
    probe_now()
    stepped(shop, BEGIN + timedelta(seconds=2))
    assert shop.journal.seconds == [2]


def test_without_any_description_it_goes_out_as_well(shop: Workshop) -> None:
    assert shop.runtime.oncall().version == 0
    probe_now()
    stepped(shop, BEGIN + timedelta(seconds=2))
    assert shop.journal.seconds == [2]


def keys(shop: Workshop) -> Iterator[tuple[str, str]]:
    present = shop.runtime.keys.read_or_make().present
    yield "expired", synthetic.issue(present, shop.now - timedelta(minutes=6))
    yield "signed by another", synthetic.issue(replace(present, secret=b"x" * 32), shop.now)
    yield "signed by a key that is not there", synthetic.issue(replace(present, id=9), shop.now)
    yield "cut", synthetic.issue(present, shop.now)[:-1]
    yield "the prefix alone", synthetic.PREFIX


def test_a_key_that_is_not_good_is_refused_as_any_unknown_one(shop: Workshop, intake: ModuleType) -> None:
    shop.describe()
    unknown = knock(intake, "nobody", SAID)
    assert unknown == 404
    for what, key in keys(shop):
        assert knock(intake, key, SAID) == unknown, what
    assert list(recent(shop.runtime, 10, synthetic=True)) == []


def test_a_good_key_opens_nothing_but_the_synthetic_page(shop: Workshop, intake: ModuleType) -> None:
    """Whoever gets hold of one, within its five minutes, wakes nobody with it."""
    shop.describe()
    key = synthetic.issue(shop.runtime.keys.read_or_make().present, shop.now)
    assert (
        knock(intake, key, {"key": "latency", "title": "Wake up", "service": "checkout", "severity": "critical"}) == 202
    )
    [page] = recent(shop.runtime, 10, synthetic=True)
    assert recent(shop.runtime, 10) == []
    shop.now += timedelta(seconds=1)
    step(shop.runtime.world, page.id, page.generation)
    assert shop.journal.seconds == [], "it says nothing about when it began"


def test_the_signing_keys_are_read_for_what_looks_like_a_probes_key_alone(shop: Workshop, intake: ModuleType) -> None:
    shop.describe()
    shop.runtime.keys.read_or_make()
    shop.calls.clear()
    knock(intake, "nobody", SAID)
    assert "dynamodb:GetItem" not in shop.calls
    knock(intake, synthetic.issue(shop.runtime.keys.read_or_make().present, shop.now), SAID)
    assert "dynamodb:GetItem" in shop.calls


def test_a_front_door_that_refuses_is_an_error_of_the_probe(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    import probe

    def shut(*_: object) -> None:
        raise Unavailable("the front door answers with status 503")

    monkeypatch.setattr(runtime_module, "post", shut)
    with pytest.raises(Unavailable):
        probe.handler({}, None)
