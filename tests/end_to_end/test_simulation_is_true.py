"""What a rehearsal foretells is what happens: each situation is played on the real stack and in a rehearsal, in the
same words. Everybody must get the same messages in the same order, and the pages' ledgers must say the same.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import groupby, islice
from typing import Any, Protocol

import pytest
from end_to_end.at_once import at_once
from end_to_end.desk import LINK, Message
from end_to_end.person import tap
from end_to_end.running import Running, eventually, now

from callout.channels import email, sms
from callout.domain.alert import Severity
from callout.domain.errors import Refused
from callout.domain.events import Reason
from callout.domain.oncall import (
    AtRisk,
    Condition,
    Contact,
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
from callout.domain.page import Entry
from callout.domain.priority import Priority, Urgency
from callout.domain.schedule import Change, Layer, Override, Schedule, Unit
from callout.formats import Delivery
from callout.formats.registry import FORMATS
from callout.store import shapes
from callout.store.oncall import OnCallVersions
from infra.cli.rehearsal.events import Sent
from infra.cli.rehearsal.rehearsal import Rehearsal
from infra.cli.rehearsal.simulation import LINK_WORDS

pytestmark = pytest.mark.long

SOON, LATER = 3, 8
"""Seconds that a tier waits: nobody answers in it, or somebody does."""
QUIET_SECONDS = 12
"""Longer than any tier waits: whoever would be notified after an answer has been."""
WINDOW_SECONDS = 25
NO_NUMBER = "+"
"""The provider refuses it at once."""
LOOK_SECONDS = 0.3
APART_SECONDS = 0.5
"""The situations begin one after the other, so that two cores are enough to keep to the seconds."""


# ---- who there is ---------------------------------------------------------------------------------------------------


def person(name: str, number: str, **more: Any) -> Responder:
    contacts = (Contact("sms", "sms", number), Contact("email", "email", f"{name}@example.com"))
    return Responder(name, name.capitalize(), contacts, "Europe/London", **more)


PEOPLE = (
    person("ada", "+12025550101"),
    person("grace", "+12025550102"),
    person("boss", "+12025550103"),
    person("linus", NO_NUMBER),
    person("mary", "+12025550105", rules={Urgency.HIGH: (Rule("sms"), Rule("email", SOON))}),
)
BY_ADDRESS = {contact.address: each.id for each in PEOPLE for contact in each.contacts}
LAST = Tier(("boss",), ("email",))


def description(begin: datetime) -> OnCall:
    """Everything that the situations need, around an instant."""
    hour = timedelta(hours=1)
    nights = Layer("nights", "UTC", ("ada",), Unit.HOUR, anchor=(begin - 24 * hour).replace(tzinfo=None))
    future = replace(nights, begins=(begin + 24 * hour).replace(tzinfo=None))
    override = Override(begin - hour, begin + hour, Change.REPLACE, ("grace",))
    window = Maintenance(
        "database", "Database upgrade", ("held",), start=begin - hour, end=begin + timedelta(seconds=WINDOW_SECONDS)
    )
    return OnCall(
        version=1,
        services={each.service.id: each.service for each in SITUATIONS},
        policies={each.policy.id: each.policy for each in SITUATIONS},
        responders={each.id: each for each in PEOPLE},
        routing_keys={sha256(each.key.encode()).hexdigest(): each.name for each in SITUATIONS},
        schedules={
            "nights": Schedule("nights", "Nights", "UTC", (nights,), (override,)),
            "future": Schedule("future", "Future", "UTC", (future,)),
        },
        teams={"crew": Team("crew", "Crew", ("ada", "grace")), "turns": Team("turns", "Turns", ("grace", "boss"))},
        maintenance=(window,),
    )


# ---- the situations -------------------------------------------------------------------------------------------------


class Stage(Protocol):
    """What a situation is told in; the real stack and a rehearsal each do it in their way."""

    def alert(self, key: str = "disk", severity: Severity = Severity.CRITICAL) -> None: ...

    def acknowledge(self, key: str = "disk") -> None:
        """By the sender."""
        ...

    def resolve(self, key: str = "disk") -> None: ...

    def hears(self, who: str, times: int = 1) -> None:
        """Waits until so many messages have come to that person."""
        ...

    def answers(self, who: str) -> None:
        """With the last message's link."""
        ...

    def quiet(self) -> None:
        """Time passes in which somebody might be notified."""
        ...


Play = Callable[[Stage], None]


@dataclass(frozen=True)
class Situation:
    policy: Policy
    service: Service
    play: Play

    @property
    def name(self) -> str:
        return self.service.id

    @property
    def key(self) -> str:
        return sha256(self.name.encode()).hexdigest()[:32]


SITUATIONS: list[Situation] = []


def situation(*tiers: Tier, of_service: dict[str, Any] | None = None, **of_policy: Any) -> Callable[[Play], Play]:
    def add(play: Play) -> Play:
        name = play.__name__
        policy = Policy(name, tiers, **{"last_resort": LAST, "comeback_seconds": LATER, **of_policy})
        service = Service(name, f"Case {len(SITUATIONS) + 1:02}", name, **of_service or {})
        SITUATIONS.append(Situation(policy, service, play))
        return play

    return add


def to(*who: str, by: Sequence[str] = ("sms",), wait: int = SOON, **more: Any) -> Tier:
    return Tier(who, tuple(by), wait, **more)


@situation(to("ada"), to("grace", by=("sms", "email")), to("ada", "grace", by=("email",)))
def nobody_answers(stage: Stage) -> None:
    stage.alert()
    stage.hears("boss", 2)
    stage.resolve()


@situation(to("ada"), to("grace"), repeat=1)
def the_ladder_is_climbed_again(stage: Stage) -> None:
    stage.alert()
    stage.hears("boss")
    stage.answers("boss")
    stage.quiet()


@situation(to("ada", wait=LATER), to("grace"))
def answered_in_tier_1(stage: Stage) -> None:
    stage.alert()
    stage.hears("ada")
    stage.answers("ada")
    stage.quiet()


@situation(to("ada"), to("grace", by=("sms", "email"), wait=LATER), to("boss"))
def answered_in_tier_2(stage: Stage) -> None:
    stage.alert()
    stage.hears("grace", 2)
    stage.answers("grace")
    stage.quiet()


@situation(to("ada", wait=LATER), to("grace"), ack_timeout_seconds=SOON)
def the_acknowledgement_runs_out(stage: Stage) -> None:
    stage.alert()
    stage.hears("ada")
    stage.answers("ada")
    stage.hears("ada", 2)
    stage.resolve()
    stage.quiet()


@situation(to("ada", wait=LATER), to("grace"))
def the_sender_acknowledges(stage: Stage) -> None:
    stage.alert()
    stage.hears("ada")
    stage.acknowledge()
    stage.quiet()


@situation(to("ada"), to("grace", wait=LATER), to("boss"))
def resolved_while_escalating(stage: Stage) -> None:
    stage.alert()
    stage.hears("grace")
    stage.resolve()
    stage.quiet()


@situation(
    to("ada", wait=LATER, condition=Condition(urgency=Urgency.HIGH)),
    to("grace", by=("email",), wait=LATER, condition=Condition(urgency=Urgency.LOW)),
    to("boss", condition=Condition(priorities=(Priority.P1,))),
)
def tiers_for_high_and_for_low_urgency(stage: Stage) -> None:
    stage.alert("loud")
    stage.hears("ada")
    stage.resolve("loud")
    stage.alert("calm", Severity.INFO)
    stage.hears("boss")  # by email, as the last resort: the third tier is passed over
    stage.resolve("calm")
    stage.quiet()


@situation(to("schedule:nights", wait=LATER), to("boss"))
def an_override_is_in_force(stage: Stage) -> None:
    stage.alert()
    stage.hears("grace")
    stage.answers("grace")
    stage.quiet()


@situation(to("team:crew", by=("sms", "email"), wait=LATER, everyone=True), to("boss"))
def everyone_of_a_team_must_answer(stage: Stage) -> None:
    stage.alert()
    stage.hears("ada", 2)
    stage.hears("grace", 2)
    stage.answers("ada")
    stage.hears("boss")
    stage.answers("grace")
    stage.quiet()


@situation(to("robin:turns", wait=LATER), to("ada"))
def a_team_takes_turns(stage: Stage) -> None:
    for key, who in (("first", "grace"), ("second", "boss"), ("third", "grace")):
        stage.alert(key)
        stage.hears(who, 2 if key == "third" else 1)
        stage.resolve(key)


@situation(to("mary", by=(), wait=LATER), to("grace"))
def own_rules_with_a_delay(stage: Stage) -> None:
    stage.alert()
    stage.hears("mary", 2)
    stage.answers("mary")
    stage.quiet()


@situation(to("schedule:future", wait=LATER), to("next:future", "grace"))
def an_empty_tier_is_skipped(stage: Stage) -> None:
    stage.alert()
    stage.hears("boss")
    stage.answers("boss")
    stage.quiet()


@situation(to("linus", "ada"), to("linus"))
def an_sms_is_refused(stage: Stage) -> None:
    stage.alert()
    stage.hears("boss")
    stage.answers("boss")
    stage.quiet()


@situation(
    to("ada", wait=LATER),
    to("grace", wait=LATER),
    of_service={
        "response": {Priority.P1: ResponseTarget(2 * SOON)},
        "at_risk": AtRisk(SOON, next_tier=True, notify=Tier(("boss",), ("sms",))),
    },
)
def a_response_target_is_at_risk(stage: Stage) -> None:
    stage.alert()
    stage.hears("grace")
    stage.answers("grace")
    stage.quiet()


@situation(to("ada"), to("grace", wait=LATER))
def held(stage: Stage) -> None:
    """In a maintenance window: at its end a summary speaks for what still fires."""
    stage.alert()
    stage.alert("gone")
    stage.resolve("gone")
    stage.hears("grace")
    stage.answers("grace")
    stage.quiet()


# ---- played on the real stack, and in a rehearsal -------------------------------------------------------------------

Heard = tuple[str, str, str]
"""Who, by which channel, and every word but the link and the times of day."""


def event(situation: Situation, action: str, key: str, severity: Severity) -> bytes:
    """What the monitoring tool sends."""
    payload = {"summary": f"{key} full", "source": "db-1", "severity": severity.value}
    told = {"routing_key": situation.key, "event_action": action, "dedup_key": key, "payload": payload}
    return json.dumps(told).encode()


Line = tuple[str, str]
"""Of a ledger: what, and in which words."""


def words(text: str) -> str:
    return re.sub(r"\d\d:\d\d", "hh:mm", LINK.sub("(link)", text))


def line(entry: Entry) -> Line:
    """Without times, and without what the provider said: its message's number, its code."""
    text = re.sub(r"\d\d:\d\d(:\d\d)?|\bin \d+ s\b", "…", entry.text)
    # Of two messages of the same second either may come first: which of them is answered is no part of the story.
    text = re.sub(r" \((SMS|email) link\)$", "", text)
    return entry.what, re.sub(r" \([^()]*\)$", "", text) if entry.what in ("sent", "refused") else text


class Outbox:
    """The stack's, read seldom however many look into it."""

    def __init__(self, stack: Running) -> None:
        self._stack = stack
        self._lock = threading.Lock()
        self._read_at = 0.0
        self._messages: list[Message] = []

    def messages(self) -> list[Message]:
        with self._lock:
            if time.monotonic() - self._read_at > LOOK_SECONDS:
                self._messages = self._stack.outbox()
                self._read_at = time.monotonic()
            return self._messages


class Real:
    def __init__(self, stack: Running, outbox: Outbox, situation: Situation) -> None:
        self._stack, self._outbox, self._situation = stack, outbox, situation
        self.began = now()

    def play(self, seconds_later: float) -> None:
        time.sleep(seconds_later)
        self.began = now()
        self._situation.play(self)

    def alert(self, key: str = "disk", severity: Severity = Severity.CRITICAL) -> None:
        self._post("trigger", key, severity)

    def acknowledge(self, key: str = "disk") -> None:
        self._post("acknowledge", key)

    def resolve(self, key: str = "disk") -> None:
        self._post("resolve", key)

    def _post(self, action: str, key: str, severity: Severity = Severity.CRITICAL) -> None:
        body = event(self._situation, action, key, severity)
        answer = self._stack.http("POST", "/v2/enqueue", body, content_type="application/json")
        assert answer.status == 202, answer.data

    def hears(self, who: str, times: int = 1) -> None:
        eventually(lambda: len(self._to(who)) >= times)

    def answers(self, who: str) -> None:
        found = LINK.search(self._to(who)[-1]["text"])
        assert found
        tap(self._stack.http, found[0], "acknowledge")

    def quiet(self) -> None:
        time.sleep(QUIET_SECONDS)

    def heard(self) -> list[Heard]:
        """In the order in which it came."""
        return [(BY_ADDRESS[m["to"]], m["channel"], words(said(m))) for m in self._messages()]

    def ledgers(self) -> list[list[Line]]:
        found = self._stack.dynamodb.get_paginator("scan").paginate(
            TableName=self._stack.table,
            FilterExpression="service = :service",
            ExpressionAttributeValues={":service": {"S": self._situation.service.id}},
        )
        pages = [shapes.page_of(item) for answer in found for item in answer["Items"]]
        pages.sort(key=lambda page: page.opened_at)
        # Whoever answers here has looked before; in a rehearsal nobody looks.
        return [[line(entry) for entry in page.ledger if entry.what != Reason.LOOKED] for page in pages]

    def _messages(self) -> list[Message]:
        name = f" {self._situation.service.name}: "
        return [message for message in self._outbox.messages() if name in said(message).partition("\n")[0]]

    def _to(self, who: str) -> list[Message]:
        return [message for message in self._messages() if BY_ADDRESS[message["to"]] == who]


def said(message: Message) -> str:
    return f"{message['subject']}\n{message['text']}" if "subject" in message else message["text"]


class Rehearsed:
    def __init__(self, oncall: OnCall, at: datetime, situation: Situation, base_url: str) -> None:
        self._situation = situation
        self._rehearsal = Rehearsal(oncall, at, down={NO_NUMBER: Refused("InvalidParameter")}, base_url=base_url)

    def alert(self, key: str = "disk", severity: Severity = Severity.CRITICAL) -> None:
        self._tell("trigger", key, severity)

    def acknowledge(self, key: str = "disk") -> None:
        self._tell("acknowledge", key)

    def resolve(self, key: str = "disk") -> None:
        self._tell("resolve", key)

    def _tell(self, action: str, key: str, severity: Severity = Severity.CRITICAL) -> None:
        delivery = Delivery(event(self._situation, action, key, severity))
        for alert in FORMATS["pagerduty"].alerts(delivery):
            self._rehearsal.alert(self._situation.service.id, alert)

    def hears(self, who: str, times: int = 1) -> None:
        end = self._rehearsal.now + timedelta(hours=1)
        self._rehearsal.run_until(end, lambda: len(self._to(who)) >= times)
        assert len(self._to(who)) >= times, f"{who} would not hear of it"

    def answers(self, who: str) -> None:
        last = self._to(who)[-1]
        page = self._rehearsal.pages.get(last.page_id)
        assert page is not None
        self._rehearsal.answer(page, who, by=LINK_WORDS[last.notice.channel])

    def quiet(self) -> None:
        self._rehearsal.run_until(self._rehearsal.now + timedelta(seconds=QUIET_SECONDS))

    def heard(self) -> list[list[Heard]]:
        """What came at the same moment, in the order of the moments."""
        moments = groupby(self._rehearsal.notices, key=lambda sent: sent.at)
        return [[_heard(sent) for sent in together] for _, together in moments]

    def ledgers(self) -> list[list[Line]]:
        pages = sorted(self._rehearsal.pages.all(), key=lambda page: page.opened_at)
        return [[line(entry) for entry in self._rehearsal.pages.ledger(page)] for page in pages]

    def _to(self, who: str) -> list[Sent]:
        return [sent for sent in self._rehearsal.notices if sent.notice.responder == who]


def _heard(sent: Sent) -> Heard:
    return sent.notice.responder, sent.notice.channel, words(_text(sent))


def _text(sent: Sent) -> str:
    if sent.notice.channel == "sms":
        return sms.text(sent.brief)
    mail = email.compose(sent.brief)
    return f"{mail.subject}\n{mail.text}"


@dataclass(frozen=True)
class Played:
    oncall: OnCall
    base_url: str
    stages: dict[str, Real]
    failures: dict[str, BaseException]


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Every situation, side by side on one stack."""
    with Running() as stack:
        stack.http("GET", "/a/nothing")
        oncall = described(stack)
        outbox = Outbox(stack)
        stages = {each.name: Real(stack, outbox, each) for each in SITUATIONS}
        failures: dict[str, BaseException] = {}

        def play(number: int, name: str) -> None:
            try:
                stages[name].play(number * APART_SECONDS)
            except BaseException as error:  # told by the test of that situation
                failures[name] = error

        at_once(*(partial(play, number, name) for number, name in enumerate(stages)))
        yield Played(oncall, stack.outputs["BaseUrl"], stages, failures)
        assert not [line for line in stack.logs() if "Traceback" in line["text"]]


def described(stack: Running) -> OnCall:
    oncall = description(now())
    versions = OnCallVersions(stack.dynamodb, stack.table)
    assert versions.add(oncall)
    assert versions.switch(oncall.version, 0)
    return oncall


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_everybody_gets_the_messages_that_were_foretold(played: Played, situation: Situation) -> None:
    real = played.stages[situation.name]
    foretold = Rehearsed(played.oncall, real.began, situation, played.base_url)
    situation.play(foretold)
    assert in_moments(real.heard(), foretold.heard()) == in_moments(flat(foretold.heard()), foretold.heard())
    if situation.name in played.failures:
        raise played.failures[situation.name]
    assert real.ledgers() == foretold.ledgers()


def flat(moments: list[list[Heard]]) -> list[Heard]:
    return [heard for together in moments for heard in together]


def in_moments(heard: list[Heard], like: list[list[Heard]]) -> list[list[Heard]]:
    """What came, cut into as many as came together; messages of one moment overtake each other on their ways."""
    rest = iter(heard)
    cut = [sorted(islice(rest, len(together))) for together in like]
    return [*cut, sorted(rest)]
