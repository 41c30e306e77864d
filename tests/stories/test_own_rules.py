"""Where a tier leaves it to its people, they are told by their own rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from people import ADA, BOSS, GRACE
from stories.conftest import Stage
from stories.story import BEGIN

from callout.domain.alert import Severity
from callout.domain.brief import Kind
from callout.domain.errors import Refused
from callout.domain.events import Verb
from callout.domain.oncall import Policy, Rule, Tier
from callout.domain.priority import Urgency

PERSONAL = Policy("checkout", (Tier(("ada",), (), 300), Tier(("boss",), (), 600)))
RULES = {Urgency.HIGH: (Rule("sms"), Rule("email", 120)), Urgency.LOW: (Rule("email"),)}
WITH_RULES = replace(ADA, rules=RULES)


def test_an_urgent_page_takes_one_way_now_and_another_after_two_minutes(stage: Stage) -> None:
    story = stage(PERSONAL, WITH_RULES, GRACE, BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.passes(seconds=119)
    story.nothing_else()
    story.passes(seconds=1)
    story.expect("ada", "email")
    assert story.now - BEGIN == timedelta(minutes=2)
    story.answers("ada")


def test_an_answer_before_then_stops_the_second_way(stage: Stage) -> None:
    story = stage(PERSONAL, WITH_RULES, GRACE, BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.answers("ada")
    story.passes(minutes=10)


def test_what_is_not_urgent_takes_the_quiet_way(stage: Stage) -> None:
    story = stage(PERSONAL, WITH_RULES, GRACE, BOSS)
    story.alert(severity=Severity.WARNING)
    story.expect("ada", "email")
    story.answers("ada")


def test_a_refused_message_does_not_wait_for_the_second_ways_time(stage: Stage) -> None:
    story = stage(PERSONAL, WITH_RULES, GRACE, BOSS)
    story.sms.fails.append(Refused("opted out"))
    story.alert()
    story.expect("ada", "email")
    story.answers("ada")
    story.passes(minutes=10)


def test_without_rules_every_contact_is_used_at_once(stage: Stage) -> None:
    story = stage(PERSONAL, ADA, GRACE, BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.expect("ada", "email")
    story.answers("ada")


def test_rules_that_lead_nowhere_give_way_to_the_first_contact(stage: Stage) -> None:
    story = stage(PERSONAL, replace(ADA, rules={Urgency.HIGH: (Rule("voice"),)}), GRACE, BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.answers("ada")


@pytest.mark.long
def test_what_waits_for_its_time_does_not_pile_up(stage: Stage) -> None:
    late = replace(ADA, rules={Urgency.HIGH: (Rule("sms", 24 * 3600),)})
    story = stage(replace(PERSONAL, tiers=(Tier(("ada",), (), 60),), comeback_seconds=60), late, GRACE, BOSS)
    story.alert()
    story.passes(hours=1)
    assert len(story.page.notices) == 1
    story.passes(hours=23)
    story.expect("ada", "sms", Kind.EXHAUSTED)
    story.answers("ada")


def test_the_same_way_may_be_taken_twice(stage: Stage) -> None:
    insistent = replace(ADA, rules={Urgency.HIGH: (Rule("sms"), Rule("sms", 120))})
    story = stage(replace(PERSONAL, repeat=1), insistent, GRACE, BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.passes(minutes=2)
    story.expect("ada", "sms")
    story.answers("ada")


def test_one_of_several_who_must_answer_is_left_in_peace_once_they_did(stage: Stage) -> None:
    both = Tier(("ada", "grace"), (), 300, everyone=True)
    story = stage(replace(PERSONAL, tiers=(both,)), WITH_RULES, replace(GRACE, rules=RULES), BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.expect("grace", "sms")
    story.answers("ada")
    story.passes(minutes=2)
    story.expect("grace", "email")
    story.answers("grace")


def test_what_an_answer_stopped_does_not_come_back_once_the_next_tier_has_its_turn(stage: Stage) -> None:
    rules = {Urgency.HIGH: (Rule("sms"), Rule("email", 295))}
    tiers = (Tier(("ada", "grace"), (), 300, everyone=True), Tier(("boss",), (), 600))
    story = stage(replace(PERSONAL, tiers=tiers), replace(ADA, rules=rules), GRACE, BOSS)
    story.alert()
    story.expect("ada", "sms")
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.passes(seconds=290)
    story.answers("ada")
    story.passes(seconds=10)
    story.expect("boss", "email")
    story.answers("ada", Verb.UNDO)
    story.passes(minutes=4)
    story.answers("boss")
