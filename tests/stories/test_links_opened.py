"""That somebody opened a link is a line on the ledger, once for each responder, and changes nothing else."""

from dataclasses import replace

import pytest
from stories.story import Story

from callout.domain.errors import Unavailable
from callout.domain.events import Verb
from callout.domain.page import Changed, Page
from callout.paging import looked


def looks(story: Story, who: str = "ada", by: str = "SMS link") -> Page:
    return looked(story.world, story.page, next(told for told in story.page.told if told.id == who), by)


def opened(story: Story) -> list[tuple[str, int]]:
    return [(entry.text, entry.notice) for entry in story.page.ledger if entry.what == "link opened"]


def test_the_first_look_of_each_responder_is_written_down(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")
    for who, by in (("ada", "SMS link"), ("grace", "email link"), ("ada", "SMS link"), ("grace", "SMS link")):
        looks(story, who, by)
    # Ada's text belonged to the first tier's turn: the page knows its number no more.
    assert opened(story) == [("the SMS link of Ada was opened", 0), ("the email link of Grace was opened", 3)]


def test_nothing_but_the_ledger_and_that_they_looked_changes(story: Story) -> None:
    story.alert()
    story.expect("ada")
    before, executions = story.page, list(story.executions)
    shown = looks(story)
    after = story.page
    assert shown == after
    assert after.ledger[:-1] == before.ledger
    assert after.told == tuple(replace(told, opened_at=story.now) for told in before.told)
    assert replace(after, ledger=before.ledger, told=before.told, revision=before.revision) == before
    assert story.executions == executions
    story.passes(seconds=299)


def test_who_looks_twice_before_the_first_time_is_saved_leaves_one_line(story: Story) -> None:
    story.alert()
    story.expect("ada")
    early = story.page
    for _ in range(2):
        looked(story.world, early, early.told[0], "SMS link")
    assert len(opened(story)) == 1


def test_being_told_again_does_not_make_it_the_first_look_again(story: Story) -> None:
    story.alert()
    story.expect("ada")
    looks(story)
    story.answers("ada")
    story.passes(minutes=60)
    story.expect("ada", "sms", story.got[0][2].kind)
    looks(story)
    assert opened(story) == [("the SMS link of Ada was opened", 1)]


def test_a_closed_page_takes_it_down_as_well(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.answers("ada", Verb.RESOLVE)
    looks(story)
    assert len(opened(story)) == 1
    assert story.page.due_at is None


@pytest.mark.parametrize("trouble", [Unavailable("saving the page"), Changed(None)])
def test_where_it_cannot_be_saved_the_page_is_shown_all_the_same(story: Story, trouble: Exception) -> None:
    story.alert()
    story.expect("ada")
    save = story.pages.save

    def fails(page: Page, before: Page | None) -> Page:
        raise trouble

    story.pages.save = fails  # type: ignore[method-assign]
    before = story.page
    assert looks(story) == before
    assert any("not on the ledger" in line for line in story.journal.lines)
    story.pages.save = save  # type: ignore[method-assign]
    assert story.page == before


def test_an_answer_names_the_notice_whose_link_it_came_by(story: Story) -> None:
    story.alert()
    story.expect("ada")
    looks(story)
    story.answers("ada")
    lines = [entry.what for entry in story.page.ledger if entry.notice == 1]
    assert lines == ["intended", "sent", "link opened", "acknowledged"]
