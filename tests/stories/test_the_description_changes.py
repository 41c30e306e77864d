"""People, policies and services change while pages are open: somebody is still told."""

from dataclasses import replace

from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import Story

from callout.domain.alert import Action, Alert, Severity
from callout.domain.brief import Kind
from callout.domain.errors import Unavailable
from callout.domain.oncall import OnCall, Policy, Team, Tier
from callout.domain.page import State
from callout.paging import receive

SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)


def test_somebody_described_a_moment_ago_is_paged_though_the_step_still_knows_the_old_description(story: Story) -> None:
    story.known = replace(story.oncall, responders={})
    story.alert()
    story.expect("ada")


def test_with_everybody_renamed_an_open_page_goes_on_by_the_live_policy(story: Story) -> None:
    story.alert()
    story.expect("ada")
    new = replace(ADA, id="ada-2")
    story.oncall = oncall_of(replace(TWO_TIERS, tiers=(Tier(("ada-2",), ("sms",), 300),), last_resort=None), new)
    story.passes(seconds=300)
    story.expect("ada-2")
    assert "policy" in story.ledger()
    assert story.page.state is State.TRIGGERED


def test_a_service_that_is_gone_leaves_its_open_page_to_those_who_are_left(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.oncall = replace(story.oncall, services={}, policies={}, responders={"grace": GRACE, "boss": BOSS})
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_with_the_last_resort_gone_the_tiers_are_told_again(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.oncall = replace(story.oncall, responders={"ada": ADA, "grace": GRACE})
    story.passes(seconds=600)
    story.expect("grace", "sms", Kind.EXHAUSTED)
    story.expect("grace", "email", Kind.EXHAUSTED)


def test_where_everything_it_names_is_there_and_nobody_in_it_the_live_policy_is_told(stage: Stage) -> None:
    emptied = Policy("checkout", (Tier(("team:pair",), ("sms",), 300),))
    story = stage(oncall=replace(oncall_of(emptied), teams={"pair": Team("pair", "Pair", ())}))
    story.oncall = replace(story.oncall, policies={"checkout": Policy("checkout", (Tier(("ada",), ("sms",), 300),))})
    opened = replace(story.oncall, policies={"checkout": emptied})
    receive(story.world, SAID, story.oncall.services["checkout"], opened)
    story.passes(seconds=1)
    story.expect("ada", kind=Kind.EXHAUSTED)


def test_a_renamed_service_leaves_its_open_page_to_its_own_policy(story: Story) -> None:
    story.alert()
    story.expect("ada")
    other = Policy("aaa", (Tier(("boss",), ("email",), 300),))
    story.oncall = replace(
        story.oncall, services={}, policies={"aaa": other, **story.oncall.policies}, follow_version=9
    )
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.answers("grace")


def test_what_is_known_serves_while_nothing_newer_can_be_read(story: Story) -> None:
    story.known = replace(story.oncall, responders={"ada": ADA, "grace": GRACE})

    def unreadable() -> OnCall:
        raise Unavailable("the table")

    story.world = replace(story.world, fresh_oncall=unreadable)
    story.alert()
    story.expect("ada")


def test_with_its_service_and_everybody_renamed_whoever_is_there_is_told(story: Story) -> None:
    story.alert()
    story.expect("ada")
    new = replace(BOSS, id="chief")
    policy = Policy("other", (Tier(("chief",), ("email",), 300),))
    story.oncall = replace(story.oncall, services={}, policies={"other": policy}, responders={"chief": new})
    story.passes(seconds=300)
    story.expect("chief", "email")
