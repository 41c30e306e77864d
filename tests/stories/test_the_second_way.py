"""Whatever should have come and did not: the watchdog finds the page and drives it through the same step."""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures._base import DoneAndNotDoneFutures
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event

import boto3
import pytest
from botocore.exceptions import ClientError
from stories.story import Story, Unavailable

from callout import watching
from callout.domain import clock
from callout.domain.brief import Kind
from callout.domain.events import Reason
from callout.domain.page import Page
from callout.paging import step
from callout.store.pages import Pages
from callout.store.shapes import DUE, page_key
from callout.watching import watch


def test_the_machine_never_started(story: Story) -> None:
    story.machine_down = True
    assert story.alert().reason is Reason.OPENED
    story.passes(seconds=30)
    assert story.watchdog() == 0
    story.passes(seconds=1)
    story.machine_down = False
    assert story.watchdog() == 1
    story.expect("ada")
    story.passes(seconds=300)
    story.expect("grace", "sms")
    story.expect("grace", "email")


def test_the_machine_died_in_mid_wait(story: Story) -> None:
    story.alert()
    story.expect("ada")
    story.executions.clear()
    story.passes(seconds=331)
    assert story.watchdog() == 1
    story.expect("grace", "sms")
    story.expect("grace", "email")
    assert [execution.generation for execution in story.executions] == [2]
    assert story.watchdog() == 0


def test_with_the_machine_gone_for_good_the_watchdog_climbs_the_whole_ladder(story: Story) -> None:
    story.machine_down = True
    story.alert()
    story.passes(seconds=31)
    story.watchdog()
    story.expect("ada")
    story.passes(seconds=331)
    story.watchdog()
    story.expect("grace", "sms")
    story.expect("grace", "email")
    story.passes(seconds=631)
    story.watchdog()
    story.expect("boss", "email", Kind.EXHAUSTED)


def test_an_execution_that_was_replaced_ends_and_sends_nothing(story: Story) -> None:
    story.alert()
    story.expect("ada")
    old = story.executions.pop()
    story.passes(seconds=331)
    story.watchdog()
    story.got.clear()
    assert step(story.world, old.page_id, old.generation).done
    assert story.page.due_at is not None
    story.now = story.page.due_at
    assert step(story.world, old.page_id, old.generation).done
    story.nothing_else()


def test_a_step_that_comes_twice_sends_once(story: Story) -> None:
    story.alert()
    story.expect("ada")
    for _ in range(3):
        rest = step(story.world, story.page.id, 1)
        assert rest.due_at == story.page.due_at


def test_killed_between_the_intent_and_the_sending_it_is_sent_a_minute_later(story: Story) -> None:
    class Killed(BaseException):
        pass

    def killed(address: str, brief: object) -> str:
        raise Killed

    send, story.sms.send = story.sms.send, killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        story.alert()
    story.sms.send = send  # type: ignore[method-assign]
    assert not story.got
    story.executions[0].wakes_at = story.page.due_at  # type: ignore[assignment]
    story.passes(seconds=59)
    story.nothing_else()
    story.passes(seconds=1)
    story.expect("ada")
    assert "unanswered" in story.ledger()


def poison(page: Page) -> None:
    """The item of a page as no version of Callout ever wrote it: nobody can read it."""
    boto3.client("dynamodb").update_item(
        TableName="callout",
        Key=page_key(page.problem, page.number),
        UpdateExpression="SET doc = :doc",
        ExpressionAttributeValues={":doc": {"S": "rotten"}},
    )


def put_off_until(page: Page) -> str:
    item = boto3.client("dynamodb").get_item(TableName="callout", Key=page_key(page.problem, page.number))["Item"]
    return item["due_at"]["S"]


def test_a_poisoned_page_is_put_off_for_longer_and_longer_and_does_not_hold_up_the_others(story: Story) -> None:
    story.machine_down = True
    story.alert(key="bad")
    bad = story.page_of("bad")
    poison(bad)
    story.alert()
    story.passes(seconds=31)
    assert story.watchdog() == 2
    story.expect("ada")
    assert any("the watchdog's step failed" in line for line in story.journal.lines)
    for minutes in (2, 4, 8, 16, 32, 32):
        assert put_off_until(bad) == clock.text(story.now + timedelta(minutes=minutes))
        story.now += timedelta(minutes=minutes, seconds=30)
        due = {each.page_id for each in story.pages.overdue(story.now - timedelta(seconds=30), 10)}
        assert bad.id not in due
        story.now += timedelta(seconds=1)
        story.watchdog()
        story.got.clear()
    assert story.journal.counts.count(("PagesPutOff", {})) == 7


def test_a_page_that_was_put_off_and_can_be_read_again_goes_on_as_ever(story: Story) -> None:
    story.machine_down = True
    story.alert()
    get = story.pages.get
    story.pages.get = rotten  # type: ignore[method-assign, assignment]
    story.passes(seconds=31)
    story.watchdog()
    story.pages.get = get  # type: ignore[method-assign]
    story.passes(seconds=150)
    assert story.watchdog() == 0
    story.passes(seconds=1)
    assert story.watchdog() == 1
    story.expect("ada")
    item = boto3.client("dynamodb").get_item(TableName="callout", Key=page_key(story.page.problem, story.page.number))[
        "Item"
    ]
    assert "put_off" not in item
    assert item["due_at"]["S"] == clock.text(story.page.due_at or story.now)


def rotten(page_id: str) -> Page:
    raise ValueError(page_id)


def test_whoever_changes_a_page_meanwhile_ends_its_being_put_off(story: Story) -> None:
    story.machine_down = True
    story.alert()
    story.passes(seconds=31)
    [seen] = story.pages.overdue(story.now, 10)
    story.answers("ada")
    assert story.pages.put_off(seen, story.now) is None
    assert put_off_until(story.page) == clock.text(story.page.due_at or story.now)


def test_more_poisoned_pages_than_a_run_can_take(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WATCHED_MAX", 10)
    story.machine_down = True
    for number in range(25):
        story.alert(key=f"bad {number}")
        poison(story.page_of(f"bad {number}"))
    story.passes(seconds=1)
    story.alert()
    story.passes(seconds=31)
    assert [story.watchdog() for _ in range(4)] == [10, 10, 6, 0]
    story.expect("ada")


def test_where_a_page_cannot_be_put_off_the_others_are_driven_all_the_same(story: Story) -> None:
    story.machine_down = True
    story.alert(key="bad")
    poison(story.page_of("bad"))
    story.alert()
    story.passes(seconds=31)

    def down(page: object, now: object) -> None:
        raise Unavailable("putting the page off: InternalServerError")

    story.pages.put_off = down  # type: ignore[method-assign, assignment]
    assert [story.watchdog(), story.watchdog()] == [2, 1]
    story.expect("ada")
    assert any("not_put_off" in line for line in story.journal.lines)
    assert ("PagesPutOff", {}) in story.journal.counts


@dataclass
class Slow:
    """A page that is being read until the run of the watchdog is over, which lasts so long, and longer."""

    story: Story
    page: Page
    run: timedelta
    begun: Event = field(default_factory=Event)
    goes_on: Event = field(default_factory=Event)

    def get(self, page_id: str) -> Page | None:
        if page_id == self.page.id:
            self.begun.set()
            self.goes_on.wait(30)
            raise Unavailable("reading the page: ReadTimeoutError")
        return Pages.get(self.story.pages, page_id)

    def wait(self, driven: Iterable[Future[None]], timeout: float) -> DoneAndNotDoneFutures[None]:
        done = wait(driven, timeout=30, return_when=FIRST_COMPLETED)
        assert self.begun.wait(30)
        self.story.now += self.run
        return done


def left_behind(story: Story, monkeypatch: pytest.MonkeyPatch, **run: float) -> Page:
    """One page of two is not through when the run must end. The clock of a story goes on only where it says so."""
    story.machine_down = True
    story.alert(key="slow")
    slow = Slow(story, story.page_of("slow"), timedelta(**run))
    story.alert()
    story.passes(seconds=31)
    pool = ThreadPoolExecutor(8)
    with monkeypatch.context() as patch:
        patch.setattr(watching, "wait", slow.wait)
        patch.setattr(story.pages, "get", slow.get)
        assert watch(replace(story.world, pool=lambda _: pool)) == 2
        slow.goes_on.set()
        pool.shutdown()
    story.expect("ada")
    return slow.page


def test_a_page_that_hangs_is_left_behind_and_put_off(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = left_behind(story, monkeypatch, seconds=45)
    assert any("it hangs" in line for line in story.journal.lines)
    assert put_off_until(slow) == clock.text(story.now + timedelta(minutes=2))  # once: its moment had changed by then


def test_one_that_is_only_slow_is_the_next_runs(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = left_behind(story, monkeypatch, seconds=29)
    assert ("PagesPutOff", {}) not in story.journal.counts
    assert max(story.journal.lateness) == 60
    assert story.watchdog() == 1
    assert story.expect("ada").page_id == slow.id


def test_what_is_due_and_no_page_is_left_for_whoever_knows_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WATCHED_MAX", 2)
    for number, pk in enumerate(("HEARTBEAT#backup", "PAGE#what", "HEARTBEAT#mirror", "HEARTBEAT#dns")):
        key = {"pk": {"S": pk}, "sk": {"S": f"{number:08d}"}}
        due = {"due": {"S": DUE}, "due_at": {"S": clock.text(story.now - timedelta(hours=1))}}
        boto3.client("dynamodb").put_item(TableName="callout", Item={**key, **due})
    story.machine_down = True
    story.alert()
    story.passes(seconds=31)
    assert story.watchdog() == 1
    story.expect("ada")
    assert any("no page" in line and "'items': 4" in line for line in story.journal.lines)
    assert not any("backup" in line for line in story.journal.lines)


def test_the_longest_overdue_come_first(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WATCHED_MAX", 1)
    story.machine_down = True
    story.alert(key="first")
    story.passes(seconds=1)
    story.alert(key="second")
    story.passes(seconds=31)
    assert story.watchdog() == 1
    assert story.expect("ada").page_id == story.page_of("first").id
    assert story.watchdog() == 1
    assert story.expect("ada").page_id == story.page_of("second").id


def test_there_is_no_such_page(story: Story) -> None:
    assert step(story.world, "aaaaaaaaaaaaaaa-1", 1).done


def test_what_aws_cannot_do_now_is_late_and_not_put_off(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.machine_down = True
    story.alert()
    story.passes(seconds=100)

    def down(*_: object) -> Page:
        raise Unavailable("saving the page: ThrottlingException")

    with monkeypatch.context() as patch:
        patch.setattr(story.pages, "save", down)
        assert story.watchdog() == 1
    assert max(story.journal.lateness) >= 100
    assert ("PagesPutOff", {}) not in story.journal.counts
    assert story.watchdog() == 1
    story.expect("ada")


def test_what_can_never_be_saved_is_put_off(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.machine_down = True
    story.alert()
    story.passes(seconds=100)

    def refused(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ValidationException", "Message": "too large"}}, "PutItem")

    with monkeypatch.context() as patch:
        patch.setattr(story.pages._client, "put_item", refused)
        assert story.watchdog() == 1
    assert ("PagesPutOff", {}) in story.journal.counts
    assert story.watchdog() == 0
    story.passes(minutes=3)
    assert story.watchdog() == 1
    story.expect("ada")
