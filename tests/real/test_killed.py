"""A hundred times: an alert is accepted, and everything of ours that runs is killed at once. Each page gets through."""

import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from statistics import median

import pytest
from people import ADA, GRACE
from real.field import Accepted, Field
from real.meanwhile import Watching, eventually, ladder

from callout.domain.page import Page

pytestmark = pytest.mark.long

TIMES = 100
TIER_SECONDS = 8
WATCH_SECONDS = 10
LATER_SECONDS = 0.006
"""The second volley comes this much later from one alert to the next: over all of them a step dies everywhere."""
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Rescued:
    accepted: Accepted
    page: Page
    how: str
    after: float
    """Seconds from the 2xx until the first text to anybody was handed over, as the ledger has it."""


def kill(field: Field, number: int, killed: list[int]) -> None:
    killed.append(field.ministack.kill_workers())
    time.sleep(number % TIMES * LATER_SECONDS)
    killed.append(field.ministack.kill_workers())


def test_a_hundred_kills(field: Field) -> None:
    service = field.hire(ladder("killed", TIER_SECONDS))
    killed: list[int] = []
    accepted = []
    with Watching(field, WATCH_SECONDS):
        for number in range(TIMES):
            key = f"killed-{number:03}"
            accepted.append(field.send(service, key, partial(kill, field, number, killed)))
            page = field.page(service, key)
            assert page.due_at is not None, f"{key} was accepted and is not due"
        eventually(lambda: all(at_its_end(field.page(service, one.key)) for one in accepted), PATIENCE_SECONDS)
    texts = Counter(
        (told.to, told.text.split("killed: ")[1].split(",")[0]) for told in field.told() if told.channel == "sms"
    )
    rescued = [of(field, service, one) for one in accepted]
    report(rescued, killed, texts)
    for person in (ADA, GRACE):
        assert [one.key for one in accepted if not texts[person.contacts[0].address, one.key]] == []
    for one in rescued:
        turns = [entry.text for entry in one.page.ledger if entry.what == "turn"]
        assert [turn.partition(":")[0] for turn in turns] == ["tier 1", "tier 2"]


def at_its_end(page: Page) -> bool:
    return page.state == "exhausted" and all(notice.settled for notice in page.notices)


def of(field: Field, service: str, accepted: Accepted) -> Rescued:
    page = field.page(service, accepted.key)
    sent = next(entry.at for entry in page.ledger if entry.what == "sent" and entry.text.startswith("sms"))
    _, failed = field.execution(page)
    how = "the watchdog" if page.generation > 1 else "the machine's retries" if failed else "nothing: not hit"
    return Rescued(accepted, page, how, (sent - accepted.at).total_seconds())


def report(rescued: list[Rescued], killed: list[int], texts: Counter[tuple[str, str]]) -> None:
    print(f"\n{len(rescued)} alerts accepted, {sum(killed)} processes killed in {len(killed)} volleys")
    print(f"  the senders were refused {sum(len(one.accepted.refused) for one in rescued)} times before that")
    for how in sorted({one.how for one in rescued}):
        after = [one.after for one in rescued if one.how == how]
        seconds = f"{median(after):.1f} s (median), {max(after):.1f} s (most)"
        print(f"  {len(after):3} brought out by {how}: first text {seconds} after the 2xx")
    print(f"  {sum(texts.values())} texts, {sum(count - 1 for count in texts.values())} of them repeated")
