"""Requests of a running Alertmanager, in the order in which it sent them, give the pages that their names promise."""

import json
from pathlib import Path

import pytest
from end_to_end.conftest import Hire
from end_to_end.desk import Desk
from local.driving import eventually

from callout.domain.page import Page

CAPTURES = Path(__file__).parents[1] / "captures"
KEY_IN_CAPTURES = "R0UT1NGKEY0123456789ABCDEF012345"
FOLDERS = ("webhook", "pagerduty_v2")


class Replay:
    """The captures of one folder, posted one after the other."""

    def __init__(self, desk: Desk, folder: str) -> None:
        self.desk, self._folder = desk, CAPTURES / folder
        self._key = ""

    def post(self, scenario: str) -> Page:
        """Posts it; the newest page about what it speaks of."""
        body = json.loads((self._folder / f"{scenario}.json").read_text())["body"].encode()
        if self._folder.name == "webhook":
            answer = self.desk.post("alertmanager", body)
            self._key = answer.json()["keys"][0]
        else:
            answer = self.desk.stack.http("POST", "/v2/enqueue", body, content_type="application/json")
            self._key = answer.json()["dedup_key"]
        assert answer.status == 202
        return self.desk.page(self._key)

    def told(self, page: Page) -> int:
        """How many messages there were about the page, once it has been notified."""
        eventually(lambda: self.desk.page(self._key).turn >= 0 and self._settled())
        return len([m for m in self.desk.messages() if page.title[:12] in m["text"]])

    def _settled(self) -> bool:
        return all(notice.settled for notice in self.desk.page(self._key).notices)


@pytest.fixture(scope="module")
def desks(stack: object) -> dict[str, Desk]:
    """Both folders' services: the key stands inside the captured PagerDuty requests, so it can be given only once."""
    from end_to_end.conftest import CALM

    return {folder: Desk(stack, CALM, KEY_IN_CAPTURES if folder == "pagerduty_v2" else "") for folder in FOLDERS}  # type: ignore[arg-type]
