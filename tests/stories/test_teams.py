"""A tier may name a team: all of it, one of it in turns, or everybody who must answer."""

from dataclasses import replace

from people import ADA, BOSS, GRACE, oncall_of
from stories.conftest import Stage
from stories.story import Story

from callout.domain.brief import Kind
from callout.domain.errors import Unavailable
from callout.domain.events import Reason, Verb
from callout.domain.oncall import AtRisk, OnCall, Policy, ResponseTarget, Team, Tier
from callout.domain.page import State
from callout.domain.priority import Priority

PAIR = Team("pair", "Pair", ("ada", "grace"))
ALL = Policy("checkout", (Tier(("team:pair",), ("sms",), 300),), last_resort=Tier(("boss",), ("email",)))
IN_TURNS = replace(ALL, tiers=(Tier(("robin:pair",), ("sms",), 300),), repeat=1)
EVERYONE = replace(ALL, tiers=(Tier(("team:pair",), ("sms",), 300, everyone=True), Tier(("boss",), ("email",), 300)))


def team(policy: Policy) -> OnCall:
    return replace(oncall_of(policy, ADA, GRACE, BOSS), teams={"pair": PAIR})


def test_all_of_a_team_are_paged_and_one_answer_is_enough(stage: Stage) -> None:
    story = stage(oncall=team(ALL))
    story.alert()
    story.expect("ada")
    story.expect("grace")
    story.answers("grace")
    story.passes(minutes=30)


def test_turns_are_taken_from_page_to_page_and_from_round_to_round(stage: Stage) -> None:
    story = stage(oncall=team(IN_TURNS))
    for first, second in (("ada", "grace"), ("grace", "ada"), ("ada", "grace")):
        story.alert(key=f"{first}{second}{story.now}")
        story.expect(first)
        story.passes(minutes=5)
        story.expect(second)
        story.passes(minutes=5)
        story.expect("boss", "email", Kind.EXHAUSTED)


def test_whose_turn_it_is_cannot_be_counted_and_somebody_is_paged_all_the_same(stage: Stage) -> None:
    story = stage(oncall=team(IN_TURNS))

    class Down:
        def take(self, team: str) -> int:
            raise Unavailable("the table")

    story.world = replace(story.world, turns=Down())
    story.alert()
    assert len(story.got) == 1
    story.got.clear()


def test_each_of_them_must_answer(stage: Stage) -> None:
    story = stage(oncall=team(EVERYONE))
    story.alert()
    story.expect("ada")
    story.expect("grace")
    assert story.answers("ada").reason is Reason.COUNTED
    assert story.page.state is State.TRIGGERED
    assert story.page.awaited == ("grace",)
    assert story.answers("ada").reason is Reason.ALREADY_ACKNOWLEDGED
    assert story.answers("grace").reason is Reason.ACKNOWLEDGED
    assert [answer.who for answer in story.page.answers] == ["ada", "grace"]
    story.passes(minutes=59)


def one_has_answered(stage: Stage, policy: Policy = EVERYONE) -> Story:
    story = stage(oncall=team(policy))
    story.alert()
    story.expect("ada")
    story.expect("grace")
    story.answers("ada")
    return story


def test_with_one_answer_missing_the_next_tier_has_its_turn_and_there_one_is_enough(stage: Stage) -> None:
    story = one_has_answered(stage)
    story.passes(minutes=5)
    story.expect("boss", "email")
    assert story.answers("boss").reason is Reason.ACKNOWLEDGED
    story.passes(minutes=30)


def test_taking_a_counted_answer_back_does_not_wind_the_ladder_back(stage: Stage) -> None:
    story = stage(oncall=team(EVERYONE))
    story.alert()
    story.expect("ada")
    story.expect("grace")
    story.passes(minutes=4, seconds=50)
    story.answers("ada")
    story.passes(seconds=10)
    story.expect("boss", "email")
    story.answers("ada", Verb.UNDO)
    story.passes(minutes=4, seconds=59)
    story.nothing_else()
    story.answers("boss")


def test_a_counted_answer_does_not_meet_the_target_until_all_have_answered(stage: Stage) -> None:
    oncall = team(EVERYONE)
    described = replace(oncall.services["checkout"], response={Priority.P1: ResponseTarget(240)})
    story = stage(oncall=replace(oncall, services={"checkout": described}))
    story.alert()
    story.expect("ada")
    story.expect("grace")
    story.answers("ada")
    assert story.page.clock is not None
    assert story.page.clock.running
    story.answers("grace")
    assert story.page.clock.standing == "met"
    assert ("ResponseTargets", {"standing": "met"}) in story.journal.counts


def test_a_page_that_never_came_to_it_takes_no_turn(stage: Stage) -> None:
    story = stage(oncall=team(replace(IN_TURNS, tiers=(Tier(("boss",), ("email",), 300), *IN_TURNS.tiers), repeat=0)))
    for key in ("a", "b", "c"):
        story.alert(key=key)
        story.expect("boss", "email")
        story.resolve(key=key)
    story.alert()
    story.expect("boss", "email")
    story.passes(minutes=5)
    story.expect("ada")
    story.answers("ada")


def test_each_time_that_it_comes_back_it_is_another_ones_turn(stage: Stage) -> None:
    story = stage(oncall=team(replace(ALL, tiers=(Tier(("boss",), ("email",), 60),), last_resort=IN_TURNS.tiers[0])))
    story.alert()
    story.expect("boss", "email")
    story.passes(minutes=1)
    for who in ("ada", "grace", "ada"):
        story.expect(who, kind=Kind.EXHAUSTED)
        story.passes(minutes=30)
    story.expect("grace", kind=Kind.EXHAUSTED)


def test_whoever_is_told_of_the_risk_takes_turns_too(stage: Stage) -> None:
    oncall = team(replace(ALL, tiers=(Tier(("boss",), ("email",), 3600),)))
    risky = replace(
        oncall.services["checkout"],
        response={Priority.P1: ResponseTarget(300)},
        at_risk=AtRisk(notify=IN_TURNS.tiers[0]),
    )
    story = stage(oncall=replace(oncall, services={"checkout": risky}))
    for key, who in (("a", "ada"), ("b", "grace")):
        story.alert(key=key)
        story.expect("boss", "email")
        story.passes(minutes=4)
        story.expect(who, kind=Kind.AT_RISK)
        story.resolve(key=key)


def test_an_answer_from_outside_the_tier_takes_the_page_over(stage: Stage) -> None:
    story = one_has_answered(stage)
    assert story.answers("boss").reason is Reason.ACKNOWLEDGED
    assert [answer.who for answer in story.page.answers] == ["ada", "boss"]
    assert story.page.must_answer == ()
    story.passes(minutes=30)


def test_who_has_answered_is_not_paged_again_in_the_next_round(stage: Stage) -> None:
    story = one_has_answered(stage, replace(EVERYONE, tiers=EVERYONE.tiers[:1], repeat=1))
    story.passes(minutes=5)
    story.expect("grace")
    assert story.answers("grace").reason is Reason.ACKNOWLEDGED
    story.passes(minutes=30)


def test_an_answer_that_was_counted_can_be_taken_back(stage: Stage) -> None:
    story = one_has_answered(stage)
    assert story.answers("ada", Verb.UNDO).reason is Reason.UNDONE
    assert story.page.awaited == ("ada", "grace")
    story.answers("grace")
    assert story.page.state is State.TRIGGERED
    story.answers("ada")
    assert story.page.state is State.ACKNOWLEDGED
    story.passes(minutes=30)
