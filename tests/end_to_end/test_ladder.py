"""The ladder in real time: who is notified when nobody answers, and who is not when somebody does."""

import pytest
from end_to_end.conftest import Hire
from end_to_end.person import tap
from end_to_end.running import eventually

from callout.domain.oncall import Policy, Tier
from callout.domain.page import State

ANSWERED = Policy(
    "answered", (Tier(("ada",), ("sms",), 3), Tier(("grace",), ("sms", "email"), 3)), ack_timeout_seconds=6
)
UNANSWERED = Policy(
    "unanswered",
    (Tier(("ada",), ("sms",), 1), Tier(("grace",), ("sms", "email"), 1), Tier(("ada", "grace"), ("email",), 1)),
    last_resort=Tier(("boss",), ("email",)),
    comeback_seconds=2,
)
ADA, GRACE, ADA_MAIL, GRACE_MAIL = "+12025550101", "+12025550102", "ada@example.com", "grace@example.com"
BOSS = "boss@example.com"


def test_acknowledged_in_the_first_tier_the_second_never_hears_of_it_and_the_execution_ends(hire: Hire) -> None:
    desk = hire(ANSWERED)
    page = desk.trigger()
    tap(desk.stack.http, desk.link(), "acknowledge")
    desk.acknowledged()  # the machine came when the second tier was due, and went to wait for the acknowledgement's end
    assert [message["to"] for message in desk.messages()] == [ADA]
    desk.resolve()
    status = eventually(lambda: (now := desk.stack.execution(page.id)["status"]) != "RUNNING" and now)
    assert status == "SUCCEEDED"
    assert [message["to"] for message in desk.messages()] == [ADA]
    assert (desk.page().state, desk.page().generation) == (State.RESOLVED, 1)


@pytest.mark.long
def test_unanswered_every_tier_has_its_turn_then_the_last_resort_again_and_again(hire: Hire) -> None:
    desk = hire(UNANSWERED)
    desk.trigger()
    messages = eventually(lambda: len(found := desk.messages()) >= 7 and found)
    told = [message["to"] for message in messages]
    assert told[0] == ADA
    assert sorted(told[1:3]) == sorted([GRACE, GRACE_MAIL])
    assert sorted(told[3:5]) == sorted([ADA_MAIL, GRACE_MAIL])
    assert told[5:7] == [BOSS, BOSS]
    page = desk.page()
    assert page.state is State.EXHAUSTED
    turns = [entry for entry in page.ledger if entry.what in ("turn", "exhausted")]
    assert [entry.what for entry in turns[:4]] == ["turn", "turn", "turn", "exhausted"]
    assert messages[5]["subject"].startswith("Nobody answered")
    tap(desk.stack.http, desk.link("email", BOSS), "acknowledge")
    count = len(desk.messages())
    desk.acknowledged()  # the moment of the next comeback has passed
    assert len(desk.messages()) == count
