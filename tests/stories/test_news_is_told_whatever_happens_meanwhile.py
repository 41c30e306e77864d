"""News of a problem reaches somebody, whoever speaks for its page just then, and whatever happens at the same time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of
from stories.conftest import Stage
from stories.story import BEGIN, Story, Unavailable

from callout.domain.alert import Action, Alert, Severity
from callout.domain.brief import Kind
from callout.domain.events import Answered, Reason, Verb
from callout.domain.oncall import Condition, Maintenance, OnCall, Policy, Rule, Tier
from callout.domain.page import Page, State
from callout.domain.priority import Priority, Urgency
from callout.paging import answer, receive

HOUR = timedelta(hours=1)
FIRST = Maintenance("first", "First", ("checkout",), start=BEGIN, end=BEGIN + timedelta(minutes=10))
SECOND = Maintenance("second", "Second", ("checkout",), start=BEGIN + HOUR, end=BEGIN + 3 * HOUR)
LONG = replace(TWO_TIERS, ack_timeout_seconds=8 * 3600)
WORSE = "p99 above 2 s: worse: warning to critical"


def maintained(*windows: Maintenance, policy: Policy = LONG) -> OnCall:
    return replace(oncall_of(policy), maintenance=windows or (FIRST, SECOND))


def summary_of(story: Story) -> Page:
    pages = [page for page in story.pages.recent(story.now, 50) if page.is_summary]
    return max(pages, key=lambda page: page.number)


def worse(story: Story, **changes: object) -> Reason:
    return story.alert(severity=Severity.CRITICAL, **changes).reason


def worse_meanwhile(story: Story, severity: Severity = Severity.CRITICAL, members: tuple[str, ...] = ()) -> None:
    """The alert is accepted while something else is under way; its steps are taken afterwards."""
    said = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", severity, members=members)
    receive(story.world, said, story.oncall.services["checkout"], story.oncall)


def when_it_saves(story: Story, page_id: str, meanwhile: Callable[[], object]) -> None:
    """This happens once, after the next verb has read that page and before it writes it."""
    save = story.pages.save
    left = [meanwhile]

    def interrupted(page: Page, before: Page | None) -> Page:
        if page.id == page_id and left:
            left.pop()()
        return save(page, before)

    story.pages.save = interrupted  # type: ignore[method-assign]


def dies() -> None:
    raise RuntimeError("killed")


def spoken_for(stage: Stage, oncall: OnCall | None = None, acknowledged: bool = True) -> Story:
    """Held with a warning, and paged by a summary that Ada has."""
    story = stage(oncall=oncall or maintained())
    story.alert(severity=Severity.WARNING)
    story.passes(minutes=10, seconds=10)
    assert "still firing" in story.expect("ada").title
    if acknowledged:
        story.answers("ada", page_id=summary_of(story).id)
    return story


def test_a_page_that_was_once_held_brings_news_in_a_later_window(stage: Stage) -> None:
    story = spoken_for(stage)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    story.passes(minutes=2)
    story.alert(severity=Severity.WARNING)
    story.passes(seconds=31)
    story.expect("ada")
    story.answers("ada")
    story.passes(hours=1)
    assert worse(story) is Reason.NEWS
    assert story.expect("ada", kind=Kind.NEWS).news == "worse: warning to critical"


def test_a_page_in_a_summary_brings_news_in_a_later_window(stage: Stage) -> None:
    story = spoken_for(stage)
    story.passes(hours=1)
    assert worse(story) is Reason.NEWS
    assert story.expect("ada", kind=Kind.NEWS).news == WORSE


def test_news_of_a_page_that_its_sender_acknowledged_in_maintenance_waits_for_the_end(stage: Stage) -> None:
    story = stage(oncall=maintained(replace(FIRST, end=BEGIN + HOUR)))
    story.alert(severity=Severity.WARNING)
    story.alert(action=Action.ACKNOWLEDGE)
    worse(story)
    story.passes(minutes=59, seconds=59)
    story.nothing_else()
    story.passes(seconds=1)
    assert story.expect("ada", kind=Kind.NEWS).news == "worse: warning to critical"
    assert story.page.state is State.ACKNOWLEDGED


def test_it_slips_in_while_the_page_looks_after_its_summary(stage: Stage) -> None:
    story = spoken_for(stage)
    when_it_saves(story, story.page.id, lambda: worse_meanwhile(story))
    story.passes(minutes=15)
    assert story.expect("ada", kind=Kind.NEWS).news == WORSE
    assert summary_of(story).severity is Severity.CRITICAL


def test_more_slips_in_while_the_first_is_passed_on(stage: Stage) -> None:
    story = spoken_for(stage)
    story.passes(minutes=1)
    page = story.page
    # both are accepted with the same moment at which they are to be told
    more = partial(worse_meanwhile, story, Severity.ERROR, ("a",))
    when_it_saves(story, page.id, lambda: when_it_saves(story, page.id, more))
    story.alert(severity=Severity.ERROR)
    news = story.expect("ada", kind=Kind.NEWS).news
    assert news == "p99 above 2 s: worse: warning to error; 1 more in the group, 1 firing"


def test_it_slips_in_while_the_page_joins_its_summary(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert(severity=Severity.WARNING)
    story.passes(minutes=9, seconds=59)
    when_it_saves(story, story.page.id, lambda: worse_meanwhile(story))
    story.passes(seconds=11)
    assert story.expect("ada").priority == "P1"
    assert [line.split()[1] for line in summary_of(story).details] == ["critical"]
    story.answers("ada", page_id=summary_of(story).id)


def test_it_comes_after_a_step_that_died_in_joining(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert("disk is full", key="disk", severity=Severity.CRITICAL)
    story.alert(severity=Severity.WARNING)
    story.passes(minutes=9, seconds=59)
    when_it_saves(story, story.page.id, dies)
    with pytest.raises(RuntimeError):
        story.passes(seconds=1)
    died = next(execution for execution in story.executions if execution.page_id == story.page.id)
    story.executions.remove(died)
    story.passes(seconds=11)
    story.expect("ada")
    story.answers("ada", page_id=summary_of(story).id)
    worse(story)
    story.passes(seconds=20)
    assert story.watchdog() == 1
    story.passes(seconds=10)
    assert story.expect("ada", kind=Kind.NEWS).news == "p99 above 2 s: worse: critical now"


def resolved_after_a_step_that_died_in_joining(stage: Stage) -> Story:
    story = stage(oncall=maintained())
    story.alert(severity=Severity.WARNING)
    story.passes(minutes=9, seconds=59)
    when_it_saves(story, story.page.id, dies)
    with pytest.raises(RuntimeError):
        story.passes(seconds=1)
    story.executions[:] = [each for each in story.executions if each.page_id != story.page.id]
    story.passes(seconds=11)
    story.expect("ada")
    story.passes(seconds=20)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    assert story.watchdog() == 1
    return story


def test_the_summary_that_it_joins_is_taken_back(stage: Stage) -> None:
    story = resolved_after_a_step_that_died_in_joining(stage)
    worse(story)
    story.answers("ada", verb=Verb.UNDO, page_id=summary_of(story).id)
    story.passes(seconds=61)
    assert story.expect("ada", kind=Kind.NEWS).news == WORSE
    story.answers("ada", page_id=summary_of(story).id)


def test_the_summary_that_it_joins_stays_resolved(stage: Stage) -> None:
    story = resolved_after_a_step_that_died_in_joining(stage)
    story.passes(seconds=61)
    assert not story.page.open


@pytest.mark.parametrize("longer", [False, True])
def test_what_is_held_again_tells_no_news_of_its_own(stage: Stage, longer: bool) -> None:
    """Acknowledged in maintenance, and taken back when news waited for the end: that is in what is said then."""
    story = stage(oncall=replace(maintained(replace(FIRST, end=BEGIN + timedelta(minutes=4))), version=2))
    story.alert(severity=Severity.WARNING)
    story.answers("ada")
    worse(story)
    story.answers("ada", verb=Verb.UNDO)
    if longer:
        story.oncall = replace(maintained(), version=3)
        story.alert()
        story.passes(minutes=6)
    story.passes(minutes=4, seconds=10)
    assert "still firing" in story.expect("ada").title
    story.passes(minutes=2)
    story.resolve()


def test_it_comes_while_the_summary_may_be_taken_back(stage: Stage) -> None:
    story = spoken_for(stage)
    story.passes(seconds=30)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    story.passes(seconds=10)
    worse(story)
    story.passes(seconds=10)
    assert story.answers("ada", verb=Verb.UNDO, page_id=summary_of(story).id).reason is Reason.UNDONE
    story.passes(seconds=60)
    assert story.expect("ada", kind=Kind.NEWS).news == WORSE


def test_whoever_closed_the_summary_did_not_know_it_yet(stage: Stage) -> None:
    story = spoken_for(stage)
    story.alert(severity=Severity.ERROR)
    story.expect("ada", kind=Kind.NEWS)
    story.passes(seconds=20)
    worse(story)  # to be told together with whatever comes within a minute
    story.passes(seconds=20)
    story.answers("ada", verb=Verb.RESOLVE, page_id=summary_of(story).id)
    story.passes(minutes=2)
    assert story.expect("ada").severity == "critical"
    story.answers("ada")


def test_a_page_that_left_its_summary_and_was_taken_back_brings_it_there_again(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert(severity=Severity.WARNING)
    story.alert("disk is full", key="disk", severity=Severity.WARNING)
    story.passes(minutes=10, seconds=10)
    story.expect("ada")
    story.answers("ada", page_id=summary_of(story).id)
    story.answers("grace", verb=Verb.RESOLVE)
    assert story.answers("grace", verb=Verb.UNDO).reason is Reason.UNDONE
    assert story.page.id in summary_of(story).firing
    worse(story)
    assert story.expect("ada", kind=Kind.NEWS).news == WORSE


def test_a_summary_that_was_acknowledged_before_its_first_turn_is_told(stage: Stage) -> None:
    story = stage(oncall=maintained())
    story.alert(severity=Severity.WARNING)
    story.passes(minutes=10, seconds=2)
    answer(story.world, summary_of(story).id, Answered(Verb.ACKNOWLEDGE, "", "the operator", "command"))
    worse(story)
    assert story.expect("ada", kind=Kind.NEWS).news == WORSE
    assert summary_of(story).state is State.ACKNOWLEDGED


def test_a_page_that_joins_an_acknowledged_summary_does_not_end_the_acknowledgement(stage: Stage) -> None:
    story = stage(oncall=replace(maintained(FIRST), version=2))
    story.alert()
    story.alert("disk is full", key="disk")
    story.passes(minutes=1)
    story.oncall = replace(oncall_of(LONG), version=3)
    story.alert()  # the window is not open any more: this one learns it at once, the other later
    answer(story.world, summary_of(story).id, Answered(Verb.ACKNOWLEDGE, "", "the operator", "command"))
    story.passes(minutes=5)
    assert story.expect("ada", kind=Kind.NEWS).news == "one more still fires"
    assert summary_of(story).state is State.ACKNOWLEDGED


def test_a_summary_that_becomes_more_important_begins_its_ladder_anew(stage: Stage) -> None:
    urgent = Condition(priorities=(Priority.P1,))
    tiers = (replace(TWO_TIERS.tiers[1], condition=urgent), TWO_TIERS.tiers[0])
    story = spoken_for(stage, maintained(FIRST, policy=replace(LONG, tiers=tiers)), acknowledged=False)
    worse(story)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.answers("grace", page_id=summary_of(story).id)


def test_it_comes_in_the_second_in_which_the_acknowledgement_runs_out(stage: Stage) -> None:
    story = stage(replace(TWO_TIERS, ack_timeout_seconds=3600))
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    story.passes(minutes=59, seconds=59)
    when_it_saves(story, story.page.id, lambda: worse_meanwhile(story))
    story.passes(seconds=1)
    assert story.expect("ada", kind=Kind.STILL_OPEN).severity == "critical"
    story.answers("ada")


def test_what_could_not_be_sent_before_somebody_answered_is_told_to_them(story: Story) -> None:
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.passes(minutes=5)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.passes(minutes=2)
    story.sms.down = story.email.down = Unavailable("down")
    worse(story)
    story.sms.down = story.email.down = None
    story.answers("ada")
    assert story.expect("ada", kind=Kind.NEWS).news == "worse: warning to critical"
    story.expect("ada", "email", Kind.NEWS)  # by the channels of the tier whose turn it is
    story.passes(minutes=5)


def test_it_waits_for_somebodys_own_rules_and_another_answers(stage: Stage) -> None:
    slow = replace(ADA, rules={urgency: (Rule("sms", 120),) for urgency in Urgency})
    story = stage(replace(LONG, tiers=(Tier(("ada",), (), 300), TWO_TIERS.tiers[1])), slow, GRACE, BOSS)
    story.alert(severity=Severity.WARNING)
    story.passes(minutes=2)
    story.expect("ada")
    story.passes(minutes=1)
    worse(story)
    story.passes(minutes=1)
    story.answers("boss")
    story.expect("boss", "email", Kind.NEWS)
    story.passes(minutes=5)


def test_nobody_is_in_the_tier_and_the_last_resort_is_told(stage: Stage) -> None:
    story = stage(LONG)
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.alert(action=Action.ACKNOWLEDGE)
    story.oncall = oncall_of(LONG, GRACE, BOSS)  # Ada is not described any more
    worse(story)
    assert story.expect("boss", "email", Kind.NEWS).news == "worse: warning to critical"


def test_of_much_that_is_told_together_the_last_is_not_cut_off(story: Story) -> None:
    story.alert(severity=Severity.WARNING, members=("m0",))
    story.expect("ada")
    story.answers("ada")
    for number in range(1, 12):
        story.alert(severity=Severity.WARNING, members=tuple(f"m{n}" for n in range(number + 1)))
    story.expect("ada", kind=Kind.NEWS)
    worse(story, members=("m0",))
    story.passes(seconds=60)
    news = story.expect("ada", kind=Kind.NEWS).news
    assert news.endswith("worse: warning to critical")
    assert len(news) <= 200


def test_it_does_not_wait_as_long_as_what_cannot_be_read(story: Story) -> None:
    story.alert(severity=Severity.WARNING, unparsed=True, members=("a",))
    story.expect("ada")
    story.answers("ada")
    for name in ("b", "c"):
        story.alert(severity=Severity.WARNING, unparsed=True, members=(name,))
    story.expect("ada", kind=Kind.NEWS)
    worse(story)
    story.passes(seconds=60)
    assert story.expect("ada", kind=Kind.NEWS).news.endswith("worse: warning to critical")


@pytest.mark.parametrize("seconds", [0, 30])
def test_it_comes_and_the_acknowledgement_is_taken_back(stage: Stage, seconds: int) -> None:
    """Told to whoever had it then; what goes on after that speaks of the page as it is."""
    story = stage()
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    worse(story)
    story.expect("ada", kind=Kind.NEWS)
    story.passes(seconds=seconds)
    story.answers("ada", verb=Verb.UNDO)
    story.passes(minutes=5)
    assert story.expect("grace", "sms").severity == "critical"
    story.expect("grace", "email")
    story.resolve()
