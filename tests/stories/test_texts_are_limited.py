"""A broken monitor must not spend the text budget: beyond a service's limit nobody gets a second text about a page."""

from dataclasses import replace

import pytest
from people import ADA, BOSS, TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import Story, Unavailable

from callout.domain.brief import Kind
from callout.domain.oncall import Tier

ROUNDS = replace(TWO_TIERS, tiers=TWO_TIERS.tiers[:1], repeat=1)


def limited(stage: Stage, texts: int) -> Story:
    oncall = oncall_of(ROUNDS)
    service = replace(oncall.services["checkout"], texts_per_day=texts)
    return stage(oncall=replace(oncall, services={"checkout": service}))


def test_the_first_text_of_every_page_goes_out(stage: Stage) -> None:
    story = limited(stage, 2)
    for number in range(5):
        story.alert(key=f"problem {number}")
        story.expect("ada")


def test_beyond_the_limit_a_second_one_goes_by_mail(stage: Stage) -> None:
    story = limited(stage, 1)
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada", "email")
    assert ("SmsLimited", {}) in story.journal.counts
    assert any("checkout has had its 1 texts for today" in entry.text for entry in story.page.ledger)
    story.passes(seconds=300)
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_tomorrow_there_are_new_ones(stage: Stage) -> None:
    story = limited(stage, 1)
    story.now = story.now.replace(hour=23, minute=58)
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada")
    story.answers("ada")


def test_where_nobody_can_count_it_goes_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object) -> int:
        raise Unavailable("the story says so")

    story = limited(stage, 1)
    monkeypatch.setattr(story.world.counters, "texts", cannot)
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada")
    story.answers("ada")


def test_a_limit_that_is_lifted_counts_at_once(stage: Stage) -> None:
    story = limited(stage, 1)
    story.alert()
    story.expect("ada")
    service = replace(story.oncall.services["checkout"], texts_per_day=100)
    story.oncall = replace(story.oncall, version=2, services={"checkout": service})
    story.passes(seconds=300)
    story.expect("ada")
    story.answers("ada")


def test_whom_only_texts_reach_is_never_left_in_silence(stage: Stage) -> None:
    ada = replace(ADA, contacts=ADA.contacts[:1])
    oncall = oncall_of(ROUNDS, ada, BOSS)
    service = replace(oncall.services["checkout"], texts_per_day=1)
    story = stage(oncall=replace(oncall, services={"checkout": service}))
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada")
    story.answers("ada")


def test_the_end_is_loud_whatever_it_costs(stage: Stage) -> None:
    policy = replace(ROUNDS, repeat=0, last_resort=Tier(("ada",), ("sms",)))
    oncall = oncall_of(policy)
    service = replace(oncall.services["checkout"], texts_per_day=1)
    story = stage(oncall=replace(oncall, services={"checkout": service}))
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada", "sms", Kind.EXHAUSTED)
    story.passes(seconds=policy.comeback_seconds)
    story.expect("ada", "sms", Kind.EXHAUSTED)


def test_a_flapping_problem_is_one_problem(stage: Stage) -> None:
    story = limited(stage, 3)
    texts = 0
    for _ in range(12):
        story.alert()
        texts += sum(channel == "sms" for channel, _, _ in story.got)
        story.got.clear()
        story.resolve()
        story.passes(seconds=60)
    assert texts == 3


def test_a_provider_that_is_down_spends_nothing(stage: Stage) -> None:
    story = limited(stage, 2)
    story.sms.fails = [Unavailable("down")] * 4
    story.alert()
    story.passes(seconds=80)
    story.expect("ada")
    story.passes(seconds=220)
    story.expect("ada")
    story.answers("ada")


def test_nobody_is_told_of_a_limit_that_held_nothing_back(stage: Stage) -> None:
    story = limited(stage, 0)
    story.alert()
    story.expect("ada")
    assert ("SmsLimited", {}) not in story.journal.counts
