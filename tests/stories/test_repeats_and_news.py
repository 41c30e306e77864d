"""One problem, one page: repeats add up silently; news is told once, and never undoes an acknowledgement."""

from dataclasses import replace
from datetime import timedelta

from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import Story

from callout.domain.alert import Action, Alert, Link, Severity
from callout.domain.brief import Kind
from callout.domain.decide import decide
from callout.domain.events import Reason, Received
from callout.domain.identity import problem_id
from callout.domain.oncall import Contact, Responder, Tier
from callout.domain.page import State
from callout.store import shapes


def test_repeats_are_silent_and_counted(story: Story) -> None:
    story.alert()
    story.expect("ada")
    for _ in range(5):
        assert story.alert().reason is Reason.REPEATED
    assert story.page.alerts == 6
    assert story.page.ledger[-1].times == 5


def test_a_thousand_repeats_and_sixty_people_stay_far_below_what_an_item_may_hold(stage: Stage) -> None:
    many = [f"person-{number}" for number in range(60)]
    people = [
        Responder(
            name,
            name.title(),
            (Contact("sms", "sms", f"+120255501{n:02d}"), Contact("email", "email", f"{name}@example.com")),
        )
        for n, name in enumerate(many)
    ]
    policy = replace(TWO_TIERS, tiers=(Tier(tuple(many), ("sms", "email"), 60),) * 2, last_resort=None)
    story = stage(policy, *people)
    oncall = story.oncall
    page = None
    for number in range(1000):
        members = tuple(f"m{n:015d}" for n in range(number + 1))
        alert = Alert(
            Action.TRIGGER, "latency", "Alertmanager", "x" * 1024, details={"body": "x" * 8000}, members=members
        )
        received = Received(alert, problem_id("checkout", "latency"), oncall.services["checkout"], policy)
        page = decide(page, received, story.now).page
    assert page is not None
    story.pages.save(page, None)
    story.start(page.id, page.generation)
    story.got.clear()
    story.passes(minutes=10)
    assert len(story.got) == 3 * 120
    story.got.clear()
    item = shapes.page_item(story.page, "0" * 32)
    size = sum(len(name) + len(str(value)) for name, value in item.items())
    assert story.page.alerts == 1000
    assert size < 120_000


def test_worse_is_told_to_whoever_answered_and_the_acknowledgement_stays(story: Story) -> None:
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.answers("ada")
    story.alert(severity=Severity.CRITICAL)
    assert story.expect("ada", kind=Kind.NEWS).news == "worse: warning to critical"
    assert story.page.state is State.ACKNOWLEDGED
    story.alert(severity=Severity.CRITICAL)
    story.passes(minutes=58)


def test_a_group_that_gains_members_is_told_to_whoever_was_last_notified(story: Story) -> None:
    story.alert(members=("a",))
    story.expect("ada")
    story.alert(members=("a", "b", "c"))
    assert story.expect("ada", kind=Kind.NEWS).news == "2 more in the group, 3 firing"
    story.alert(members=("a", "b"))
    story.alert(members=("a", "b", "c"))
    story.nothing_else()


def test_what_is_new_within_a_minute_is_told_together(story: Story) -> None:
    story.alert(members=("a",))
    story.expect("ada")
    story.alert(members=("a", "b"))
    story.expect("ada", kind=Kind.NEWS)
    story.alert(members=("a", "b", "c"))
    story.alert(members=("a", "b", "c", "d"))
    story.passes(seconds=60)
    assert story.expect("ada", kind=Kind.NEWS).news.count("more in the group") == 2


def test_a_sender_that_says_new_alerts_is_believed_but_the_same_request_twice_is_one(story: Story) -> None:
    story.alert(members=("a", "b"))
    story.expect("ada")
    story.alert(members=("a",))
    story.alert(members=("a", "b"), says_new=True)
    story.expect("ada", kind=Kind.NEWS)
    story.alert(members=("a", "b"), says_new=True)
    story.nothing_else()


def test_after_the_news_the_ladder_goes_on_in_its_own_time(story: Story) -> None:
    story.alert(severity=Severity.WARNING)
    story.expect("ada")
    story.passes(seconds=100)
    story.alert()
    story.expect("ada", kind=Kind.NEWS)
    story.passes(seconds=199)
    story.nothing_else()
    story.passes(seconds=1)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_the_same_group_larger_than_what_is_remembered_is_a_repeat(story: Story) -> None:
    group = tuple(f"m{number}" for number in range(600))
    story.alert(members=group)
    story.expect("ada")
    for _ in range(3):
        assert story.alert(members=group).reason is Reason.REPEATED


def test_news_that_still_waits_is_told_to_whoever_answers_meanwhile(story: Story) -> None:
    story.alert(severity=Severity.WARNING, members=("a",))
    story.expect("ada")
    story.alert(severity=Severity.WARNING, members=("a", "b"))
    story.expect("ada", kind=Kind.NEWS)
    story.alert(members=("a", "b"))
    story.answers("ada")
    story.passes(seconds=61)
    assert story.expect("ada", kind=Kind.NEWS).news == "worse: warning to critical"
    assert story.page.state is State.ACKNOWLEDGED


def test_another_body_that_nobody_can_read_is_news(story: Story) -> None:
    story.alert(unparsed=True, members=("first",))
    story.expect("ada")
    story.answers("ada")
    story.alert(unparsed=True, members=("first",))
    story.nothing_else()
    story.alert(unparsed=True, members=("second",))
    assert story.expect("ada", kind=Kind.NEWS).news == "another alert that could not be read"


def test_an_alert_too_large_for_an_item_pages_without_what_is_too_large(story: Story) -> None:
    links = tuple(Link("https://example.com/" + "ü" * 20_000) for _ in range(20))
    story.alert(links=links)
    assert story.expect("ada").links == ()
    assert "left out" in story.page.details


def test_how_bad_it_was_at_its_worst_stays_and_is_no_news_a_second_time(story: Story) -> None:
    story.alert(severity=Severity.CRITICAL)
    story.expect("ada")
    story.alert(severity=Severity.WARNING)
    assert story.page.severity is Severity.CRITICAL
    assert story.alert(severity=Severity.CRITICAL).reason is Reason.REPEATED


def test_a_page_that_brings_news_for_days_does_not_grow_by_it(story: Story) -> None:
    story.alert(members=("m0",))
    story.expect("ada")
    story.answers("ada")
    for number in range(1, 40):
        story.passes(seconds=61)
        story.alert(members=tuple(f"m{n}" for n in range(number + 1)))
        story.expect("ada", kind=Kind.NEWS)
    assert len(story.page.notices) <= 2


def test_worse_is_told_though_the_sender_acknowledged_before_anybody_was_notified(story: Story) -> None:
    story.machine_down = True
    story.alert(severity=Severity.WARNING)
    story.alert(action=Action.ACKNOWLEDGE)
    story.machine_down = False
    story.alert()
    story.passes(seconds=31)
    story.watchdog()
    assert story.expect("ada", kind=Kind.NEWS).news == "worse: warning to critical"


def test_somebody_new_is_news_however_many_there_were_before(story: Story) -> None:
    story.alert(members=tuple(f"a{n}" for n in range(300)))
    story.expect("ada")
    for letter in "bc":
        story.passes(seconds=61)
        story.alert(members=tuple(f"{letter}{n}" for n in range(300)))
        story.expect("ada", kind=Kind.NEWS)
    story.passes(seconds=61)
    story.alert(members=("database-down",))
    story.expect("ada", kind=Kind.NEWS)


def test_bodies_that_differ_by_the_minute_and_cannot_be_read_are_told_together(story: Story) -> None:
    story.alert(unparsed=True, members=("0",))
    story.expect("ada")
    story.answers("ada")
    for minute in range(1, 30):
        story.alert(unparsed=True, members=(str(minute),))
        story.now += timedelta(minutes=1)
    assert len(story.got) == 1
    story.got.clear()


def test_a_long_ledger_is_no_reason_to_forget_what_the_alert_carried(story: Story) -> None:
    story.alert(details={"graph": "web-3"})
    story.expect("ada")
    page = story.page
    for number in range(400):
        page = page.noted(story.now, "repeated", f"{number}" + "x" * 1000)
    story.pages.save(page, story.page)
    assert story.page.details == {"graph": "web-3"}
    assert story.page.ledger_parts == 1
