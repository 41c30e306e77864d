"""Many people at once: a channel that hangs holds nobody else up, and an answer in the middle stops the rest."""

from dataclasses import replace
from datetime import timedelta

import pytest
from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import BEGIN, Story

from callout import sending
from callout.domain.brief import Brief
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Answered, Verb
from callout.domain.oncall import Contact, Responder, Tier
from callout.domain.page import State
from callout.paging import answer

CROWD = [
    Responder(
        f"p{n}", f"P{n}", (Contact("sms", "sms", f"+12025550{n:03d}"), Contact("email", "email", f"p{n}@example.com"))
    )
    for n in range(60)
]


@pytest.fixture
def crowd(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(sending, "SENDERS_AT_ONCE", 1)  # one after another: the order is the story's
    tier = Tier(tuple(person.id for person in CROWD), ("sms", "email"), 300)
    return stage(replace(TWO_TIERS, tiers=(tier,), last_resort=None), *CROWD)


def slow(story: Story, seconds: float) -> None:
    send = story.sms.send

    def slowly(address: str, brief: Brief) -> str:
        story.now += timedelta(seconds=seconds)
        return send(address, brief)

    story.sms.send = slowly  # type: ignore[method-assign]


def test_a_step_ends_in_time_saves_what_went_out_and_the_next_one_sends_the_rest_once(crowd: Story) -> None:
    slow(crowd, 3)
    crowd.alert()
    assert len(crowd.got) == 120
    assert len({(by, address) for by, address, _ in crowd.got}) == 120
    assert [entry.what for entry in crowd.page.ledger].count("step") > 1
    crowd.got.clear()


def test_an_answer_in_the_middle_stops_the_rest(crowd: Story) -> None:
    send = crowd.sms.send

    def answered(address: str, brief: Brief) -> str:
        if len(crowd.got) < 10:
            return send(address, brief)
        if crowd.page.state is State.TRIGGERED:
            answer(crowd.world, crowd.page.id, Answered(Verb.ACKNOWLEDGE, "p0", "P0", "SMS link"))
        crowd.now += timedelta(seconds=3)
        return send(address, brief)

    crowd.email.send = crowd.sms.send = answered  # type: ignore[method-assign]
    crowd.alert()
    assert len(crowd.got) < 20
    crowd.got.clear()
    crowd.passes(minutes=58)
    assert crowd.page.state is State.ACKNOWLEDGED


def test_who_was_never_tried_does_not_wait_behind_those_whose_provider_hangs(crowd: Story) -> None:
    reached: list[int] = []

    def hangs(address: str, brief: Brief) -> str:
        crowd.now += timedelta(seconds=10)
        if address != CROWD[-1].contacts[0].address:
            raise Unavailable("ReadTimeoutError")
        reached.append((crowd.now - BEGIN).seconds)
        return "sms-last"

    crowd.oncall = replace(crowd.oncall, responders={person.id: person for person in CROWD[-13:]})
    crowd.email.down = Refused("no")
    crowd.sms.send = hangs  # type: ignore[method-assign]
    crowd.alert()
    assert reached
    assert reached[0] < 300
    crowd.got.clear()


def test_the_watchdogs_steps_end_before_its_function_does(crowd: Story) -> None:
    crowd.machine_down = True
    crowd.alert()
    crowd.now += timedelta(seconds=31)
    slow(crowd, 3)
    began = crowd.now
    crowd.watchdog()
    assert (crowd.now - began).total_seconds() < 45
    assert crowd.page.generation == 2
    crowd.got.clear()
