"""Pages that an earlier version wrote, in the middle of something, go on as if this one had written them."""

from dataclasses import replace

from people import TWO_TIERS
from stories.conftest import Stage
from stories.story import Story, Unavailable

from callout.domain.brief import Kind
from callout.domain.events import Verb
from callout.domain.page import Page
from callout.domain.receipt import Receipt
from callout.paging import receipted

EVERYONE = replace(TWO_TIERS, tiers=(replace(TWO_TIERS.tiers[0], targets=("ada", "grace"), everyone=True),))


def before(page: Page) -> Page:
    """Without what earlier versions did not write: how many notices an answer found, and whose turn it was."""
    answers = tuple(replace(answer, made=None) for answer in page.answers)
    undo = replace(page.undo, turn=-1, must_answer=(), priority=None) if page.undo else None
    return replace(page, answers=answers, undo=undo)


def written_before(story: Story) -> None:
    story.pages.save(before(story.page), story.page)


def test_news_that_never_arrives_takes_the_next_way(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada")
    written_before(story)
    story.passes(minutes=1)
    story.alert(members=("a", "b"))
    story.expect("ada", "sms", Kind.NEWS)
    receipted(story.world, story.page.id, story.page.notices[-1].number, Receipt("sms-1", True, "never"))
    story._run_until(story.now)
    story.expect("ada", "email", Kind.NEWS)


def test_what_was_sent_before_somebody_answered_takes_none(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("grace")
    written_before(story)
    receipted(story.world, story.page.id, 1, Receipt("sms-1", True, "never"))
    story.passes(minutes=50)


def test_a_counted_answer_that_is_taken_back_lets_its_message_go(stage: Stage) -> None:
    story = stage(EVERYONE)
    story.sms.down = Unavailable("down")
    story.alert()
    story.answers("ada")
    written_before(story)
    story.answers("ada", Verb.UNDO)
    story.sms.down = None
    story.passes(seconds=60)
    story.expect("ada", "sms")
    story.expect("grace", "sms")
    story.answers("ada")
    story.answers("grace")
