"""A text that its service's limit holds back goes out after all where nothing else reaches the person."""

from dataclasses import replace

import pytest
from people import ADA, TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import Refused, Story, Unavailable

from callout.domain.alert import Severity
from callout.domain.brief import Kind
from callout.domain.events import Verb
from callout.domain.oncall import Aging, Contact, Policy, Responder, Rule, Tier
from callout.domain.priority import Urgency
from callout.domain.receipt import Receipt
from callout.paging import receipted

ONE_TIER = replace(TWO_TIERS, tiers=TWO_TIERS.tiers[:1], repeat=1)
OWN_RULES = replace(ONE_TIER, tiers=(Tier(("ada",), (), 300),))
LATER = {Urgency.HIGH: (Rule("email", 0), Rule("sms", 120))}
MAIL_FIRST = replace(ADA, contacts=ADA.contacts[::-1])
TWO_MAILS = replace(ADA, contacts=(*ADA.contacts, Contact("email-2", "email", "ada@example.org")))
TWO_PHONES = replace(ADA, contacts=(Contact("sms-0", "sms", "+12025550109"), *ADA.contacts))


def limited(stage: Stage, policy: Policy = ONE_TIER, ada: Responder = ADA, aging: Aging | None = None) -> Story:
    """First texts alone go out."""
    oncall = oncall_of(policy)
    service = replace(oncall.services["checkout"], texts_per_day=0, aging=aging)
    responders = {**oncall.responders, "ada": ada}
    return stage(oncall=replace(oncall, services={"checkout": service}, responders=responders))


def texts_held_back(story: Story) -> int:
    return story.journal.counts.count(("SmsLimited", {}))


def test_news_is_told_by_text_where_mail_is_refused(stage: Stage) -> None:
    story = limited(stage)
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    story.email.down = Refused("MessageRejected")
    story.alert(severity=Severity.CRITICAL)
    story.expect("ada", "sms", Kind.NEWS)
    story.passes(minutes=60)
    story.expect("ada", "sms", Kind.STILL_OPEN)
    story.answers("ada")


@pytest.mark.parametrize("ada", [ADA, MAIL_FIRST, TWO_MAILS, TWO_PHONES], ids=["", "mail first", "mails", "phones"])
@pytest.mark.parametrize("channels", [("sms",), ("sms", "email"), ("email", "sms")], ids=",".join)
@pytest.mark.parametrize("no", [Refused("MessageRejected"), Unavailable("down")], ids=["refused", "down"])
def test_once_whatever_the_order(stage: Stage, ada: Responder, channels: tuple[str, ...], no: Exception) -> None:
    story = limited(stage, replace(ONE_TIER, tiers=(Tier(("ada",), channels, 3600),)), ada)
    story.alert()
    story.got.clear()
    story.email.down = no
    story.passes(seconds=3800)  # a provider that is down is tried five times
    assert [by for by, _, _ in story.got] == ["sms"]
    assert story.got.pop()[2].kind is Kind.PAGE
    story.passes(seconds=3000)
    story.answers("ada")


def test_a_mail_that_bounces_brings_the_text_back(stage: Stage) -> None:
    story = limited(stage)
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("ada", "email")
    receipted(story.world, story.page.id, story.page.notices[-1].number, Receipt("mail-1", True, "Bounce"))
    story.passes(seconds=0)
    story.expect("ada")
    story.answers("ada")


def test_while_a_mail_is_being_tried_the_text_is_held_back(stage: Stage) -> None:
    story = limited(stage, OWN_RULES, replace(ADA, rules=LATER))
    story.alert()
    story.expect("ada", "email")
    story.passes(seconds=120)
    story.expect("ada")
    story.email.fails = [Unavailable("down")] * 4
    story.passes(seconds=180)
    story.passes(seconds=75)
    story.expect("ada", "email")
    story.passes(seconds=200)
    assert texts_held_back(story) == 1
    story.answers("ada")


def test_a_page_that_is_brought_back_every_day_reaches_who_has_it_every_day(stage: Stage) -> None:
    story = limited(stage, replace(ONE_TIER, ack_timeout_seconds=None), aging=Aging(raise_after=30))
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    for _ in range(4):
        story.passes(days=1)
        story.expect("ada", "email", Kind.STILL_OPEN)
    story.email.down = Refused("MessageRejected")
    story.passes(days=1)
    story.expect("ada", "sms", Kind.STILL_OPEN)


def test_whoever_takes_an_answer_back_while_it_is_held_back_is_told_all_the_same(stage: Stage) -> None:
    story = limited(stage)
    story.alert()
    story.expect("ada")
    story.email.down = Refused("MessageRejected")
    count = story.world.counters.texts

    def answered_meanwhile(*what: object) -> int:
        story.answers("grace")
        return count(*what)  # type: ignore[arg-type]

    story.world.counters.texts = answered_meanwhile  # type: ignore[method-assign]
    story.passes(seconds=300)
    story.world.counters.texts = count  # type: ignore[method-assign]
    story.answers("grace", Verb.UNDO)
    story.expect("ada")
    story.answers("ada")
