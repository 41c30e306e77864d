"""A refusal takes the next way at once, an outage is tried again, and no tier waits for a message that never went."""

from dataclasses import replace

from people import ADA, BOSS, GRACE, TWO_TIERS
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.errors import Refused, Unavailable
from callout.domain.oncall import Contact, Tier


def test_refused_goes_on_to_the_next_contact_in_the_same_second(story: Story) -> None:
    story.sms.fails = [Refused("OptedOut")]
    story.alert()
    story.expect("ada", "email")
    story.passes(seconds=299)


def test_with_every_way_refused_the_next_tier_does_not_wait(story: Story) -> None:
    story.sms.fails, story.email.fails = [Refused("no")], [Refused("no")]
    story.alert()
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert "unreachable" in story.ledger()


def test_unavailable_is_tried_again_in_five_seconds(story: Story) -> None:
    story.sms.fails = [Unavailable("Throttling")]
    story.alert()
    story.passes(seconds=4)
    story.nothing_else()
    story.passes(seconds=1)
    story.expect("ada")


def test_a_provider_that_stays_away_is_given_up_for_the_next_way(story: Story) -> None:
    story.sms.down = Unavailable("down")
    story.alert()
    story.passes(seconds=75)
    story.expect("ada", "email")
    assert story.ledger().count("unavailable") == 5


def test_an_answer_stops_what_was_still_being_tried(story: Story) -> None:
    story.sms.down = Unavailable("down")
    story.alert()
    story.answers("grace")
    story.sms.down = None
    story.passes(minutes=59)


def test_a_tier_of_people_without_any_contact_is_passed_at_once(stage: Stage) -> None:
    story = stage(TWO_TIERS, replace(ADA, contacts=()), GRACE, BOSS)
    story.alert()
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_who_lacks_the_channel_gets_it_by_what_they_have(stage: Stage) -> None:
    policy = replace(TWO_TIERS, tiers=(Tier(("boss",), ("sms",), 300),))
    story = stage(policy)
    story.alert()
    story.expect("boss", "email")


def test_a_second_number_is_the_way_after_the_first(stage: Stage) -> None:
    two = Contact("sms", "sms", "+12025550101"), Contact("sms-2", "sms", "+12025550111")
    story = stage(TWO_TIERS, replace(ADA, contacts=two), GRACE, BOSS)
    story.sms.fails = [Refused("no")]
    story.alert()
    assert [address for _, address, _ in story.got] == ["+12025550111"]
    story.expect("ada")


def test_a_responder_who_left_and_a_number_that_changed(stage: Stage) -> None:
    story = stage()
    story.alert()
    story.expect("ada")
    moved = replace(GRACE, contacts=(Contact("sms", "sms", "+12025550199"),))
    story.oncall = replace(story.oncall, responders={"grace": moved, "boss": BOSS})
    story.passes(seconds=300)
    assert [address for _, address, _ in story.got] == ["+12025550199"]
    story.expect("grace")


def test_all_refused_for_everybody_still_comes_back(story: Story) -> None:
    story.sms.down = story.email.down = Refused("no")
    story.alert()
    story.sms.down = story.email.down = None
    story.passes(minutes=30)
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_who_could_not_be_reached_in_their_turn_is_told_when_it_is_possible_again(stage: Stage) -> None:
    tiers = (Tier(("ada",), ("sms",), 30), Tier(("grace",), ("email",), 600))
    story = stage(replace(TWO_TIERS, tiers=tiers))
    story.sms.down = Unavailable("down")
    story.alert()
    story.passes(seconds=30)
    story.expect("grace", "email")
    story.sms.down = None
    story.passes(seconds=5)
    story.expect("ada")
