"""A message of an earlier turn is given up while a later one tells the same person: nobody gets that twice."""

from dataclasses import replace

from people import ADA, BOSS, GRACE, TWO_TIERS
from stories.conftest import Stage
from stories.story import Unavailable

from callout.domain.oncall import Contact, Responder, Tier

MAIL_THEN_TEXT = replace(TWO_TIERS, tiers=(Tier(("ada",), ("email",), 60), Tier(("ada",), ("sms",), 600)))


def test_a_text_that_was_sent_is_not_sent_again_instead_of_the_mail(stage: Stage) -> None:
    story = stage(MAIL_THEN_TEXT)
    story.email.down = Unavailable("down")
    story.alert()
    story.passes(seconds=65)
    story.expect("ada", "sms")
    story.passes(seconds=120)
    assert "given up" in story.ledger()
    assert "next way" not in story.ledger()
    story.answers("ada")


def test_a_text_that_is_being_tried_still_is_not_queued_again_either(stage: Stage) -> None:
    story = stage(MAIL_THEN_TEXT)
    story.email.down = story.sms.down = Unavailable("down")
    story.alert()
    story.passes(seconds=80)
    assert "given up" in story.ledger()
    story.sms.down = None
    story.passes(seconds=60)
    story.expect("ada", "sms")
    story.answers("ada")


def test_who_is_told_by_another_way_does_not_count_for_the_tier_that_has_its_turn_by_now(stage: Stage) -> None:
    """Bob can never be reached: his tier gives way, though Ada, of the one before, has got her text meanwhile."""
    bob = Responder("bob", "Bob", (Contact("email", "email", "bob@example.com"),))
    tiers = (Tier(("ada",), ("email",), 60), Tier(("bob",), ("email",), 3600), Tier(("grace",), ("sms",), 3600))
    story = stage(replace(TWO_TIERS, tiers=tiers), ADA, GRACE, BOSS, bob)
    story.email.down = Unavailable("down")
    story.alert()
    story.passes(seconds=80)
    story.expect("ada", "sms")
    story.passes(seconds=120)
    story.expect("grace", "sms")
    story.answers("grace")
