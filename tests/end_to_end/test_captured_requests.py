"""Requests of a running Alertmanager, in the order in which it sent them, give the pages that their names promise."""

import json
from pathlib import Path

import pytest
from end_to_end.conftest import CALM
from end_to_end.desk import Desk
from end_to_end.running import Running

from callout.domain.page import Page, State

CAPTURES = Path(__file__).parents[1] / "captures"
KEY_IN_CAPTURES = "R0UT1NGKEY0123456789ABCDEF012345"
MESSAGES_A_TURN = 2  # Ada's SMS and her mail


class Replay:
    """The captures of one folder."""

    def __init__(self, stack: Running, folder: str) -> None:
        self._folder = CAPTURES / folder
        self.desk = Desk(stack, CALM, KEY_IN_CAPTURES if folder == "pagerduty_v2" else "")

    def post(self, scenario: str) -> Page:
        """The newest page about what was posted, when everybody who was to hear of it has."""
        body = json.loads((self._folder / f"{scenario}.json").read_text())["body"].encode()
        if self._folder.name == "webhook":
            answer = self.desk.post("alertmanager", body)
            (self._key,) = answer.json()["keys"]
        else:
            answer = self.desk.stack.http("POST", "/v2/enqueue", body, content_type="application/json")
            self._key = answer.json()["dedup_key"]
        assert answer.status == 202
        return self.desk.notified(self._key)

    def messages(self) -> int:
        return len(self.desk.messages(key=self._key))


@pytest.fixture(scope="module")
def replays(stack: Running) -> dict[str, Replay]:
    """One service a folder: the key stands inside the captured PagerDuty requests, so it can be given only once."""
    return {folder: Replay(stack, folder) for folder in ("webhook", "pagerduty_v2")}


@pytest.fixture(params=["webhook", "pagerduty_v2"])
def replay(replays: dict[str, Replay], request: pytest.FixtureRequest) -> Replay:
    return replays[request.param]


def test_one_alert_that_is_repeated_and_resolved(replay: Replay) -> None:
    fired = replay.post("1_firing_single")
    assert (fired.state, fired.number, fired.alerts, len(fired.members)) == (State.TRIGGERED, 1, 1, 1)
    assert replay.messages() == MESSAGES_A_TURN
    repeated = replay.post("2_repeat_unchanged")
    assert (repeated.id, repeated.state, repeated.alerts) == (fired.id, State.TRIGGERED, 2)
    resolved = replay.post("3_resolved_single")
    assert (resolved.id, resolved.state, resolved.closed_by) == (fired.id, State.RESOLVED, fired.sender)
    assert replay.messages() == MESSAGES_A_TURN


def test_a_group_of_three_that_ends_one_after_the_other(replay: Replay) -> None:
    fired = replay.post("4_firing_group_of_3")
    assert (fired.state, fired.number, len(fired.members)) == (State.TRIGGERED, 1, 3)
    fewer = replay.post("5_group_one_resolved_two_firing")
    assert (fewer.id, fewer.state, len(fewer.firing), fewer.news) == (fired.id, State.TRIGGERED, 2, "")
    ended = replay.post("6_group_all_resolved")
    assert (ended.id, ended.state) == (fired.id, State.RESOLVED)
    assert replay.messages() == MESSAGES_A_TURN


def test_long_texts_in_many_scripts(replay: Replay) -> None:
    fired = replay.post("7_firing_unicode_long")
    assert fired.title in (
        'Unicode paiements: Latence élevée — 支付 🔥 <b>&"quote"</b>',
        "[FIRING:1] Unicode paiements (eu-1 ünï-☎-host critical)",
    )
    assert fired.state is State.TRIGGERED
    mail = replay.desk.messages("email")[-1]
    assert "Unicode paiements" in mail["subject"]
    assert fired.title in mail["text"]
    assert replay.post("8_resolved_unicode_long").state is State.RESOLVED


def test_labels_that_say_next_to_nothing(replay: Replay) -> None:
    fired = replay.post("9_firing_minimal_labels")
    assert fired.state is State.TRIGGERED
    assert "Minimal" in fired.title
    assert replay.messages() == MESSAGES_A_TURN
    assert replay.post("10_resolved_minimal_labels").state is State.RESOLVED


def test_a_group_of_sixty(replay: Replay) -> None:
    fired = replay.post("11_firing_group_of_60")
    assert (fired.state, len(fired.members)) == (State.TRIGGERED, 60)
    assert replay.messages() == MESSAGES_A_TURN
    ended = replay.post("12_resolved_group_of_60")
    assert (ended.id, ended.state) == (fired.id, State.RESOLVED)
    assert replay.messages() == MESSAGES_A_TURN


def test_five_problems_gave_five_pages_and_all_are_closed(replay: Replay) -> None:
    assert sorted(page.state for page in replay.desk.pages()) == [State.RESOLVED] * 5
