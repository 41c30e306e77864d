"""From the message on the phone to "You have it", by hand: a real browser, at the size of a phone."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.conftest import Hire
from end_to_end.desk import RUNBOOK
from end_to_end.person import tap
from end_to_end.running import Running
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from callout.domain.oncall import Policy, Tier
from callout.domain.page import State

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PHONE_WIDTH, PHONE_HEIGHT = 390, 844
NARROW_WIDTH = 320
THUMB_PIXELS = 48
BRISK = Policy("brisk", (Tier(("ada",), ("sms",), 6), Tier(("grace",), ("sms",), 600)))
TOGETHER = Policy("together", (Tier(("ada", "grace"), ("sms",), 600),))
BY_MAIL = Policy("by mail", (Tier(("ada",), ("email",), 600),))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing, and CI is where this must run")
        pytest.skip(f"there is no {CHROMIUM}: install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


class Handset:
    """A phone on which /_local/phone is open. What goes wrong in a page is remembered."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("requestfailed", self._note)
        self.page.goto(f"{url}/_local/phone")
        expect(self.page.get_by_role("status")).to_contain_text("message")

    def _note(self, request: Request) -> None:
        # Whoever taps a link leaves the phone page; the browser itself then breaks off the poll that was under way.
        left = request.url.endswith("/_local/outbox") and request.failure == "net::ERR_ABORTED"
        if not left:
            self.trouble.append(request.url)

    def assert_fits(self) -> None:
        """Nothing has to be moved sideways."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert self.trouble == []


Pick = Callable[..., Handset]


@pytest.fixture
def pick_up(browser: Browser, stack: Running) -> Iterator[Pick]:
    """Takes a phone out of the pocket."""
    contexts: list[BrowserContext] = []

    def pick(scheme: Any = "light", width: int = PHONE_WIDTH) -> Handset:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": PHONE_HEIGHT},
                device_scale_factor=2,
                has_touch=True,
                is_mobile=True,
                color_scheme=scheme,
            )
        )
        return Handset(contexts[-1], stack.url)

    yield pick
    for context in contexts:
        context.close()


def test_an_sms_appears_its_link_is_tapped_and_the_next_tier_sleeps_on(
    hire: Hire, pick_up: Pick, tmp_path: Path
) -> None:
    desk, handset = hire(BRISK), pick_up()
    screen = handset.page
    desk.trigger(title=f"Disk full at {desk.id}")
    card = screen.get_by_role("listitem").filter(has_text=desk.id)  # it appears by itself
    expect(card).to_contain_text("+12025550101")
    handset.assert_fits()
    screen.screenshot(path=tmp_path / "phone.png")
    card.get_by_role("link").tap()
    expect(screen.get_by_role("heading", name="Not answered")).to_be_visible()
    screen.screenshot(path=tmp_path / "open.png")
    button = screen.get_by_role("button", name="Acknowledge")
    assert_for_thumbs(button.bounding_box())
    button.tap()
    expect(screen.get_by_role("heading", name="You have it")).to_be_visible()
    handset.assert_fits()
    screen.screenshot(path=tmp_path / "acknowledged.png")
    assert desk.acknowledged().answers[0].name == "Ada"  # the second tier's moment has passed
    assert len(desk.messages()) == 1


@pytest.mark.long  # the number itself is typed every day in test_links_for_people.py
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mails_link_asks_for_its_number(hire: Hire, pick_up: Pick, scheme: str, tmp_path: Path) -> None:
    desk, handset = hire(BY_MAIL), pick_up(scheme)
    screen = handset.page
    desk.trigger(title=f"Disk full at {desk.id}")
    card = screen.get_by_role("listitem").filter(has_text=desk.id)
    expect(card).to_contain_text("ada@example.com")
    card.locator("iframe").content_frame.get_by_role("link", name="Answer").tap()
    number = screen.locator(".code strong").inner_text()
    button = screen.get_by_role("button", name="Acknowledge")
    field = screen.get_by_label("Type this number")
    button.tap()
    expect(field).to_be_focused()  # the browser itself wants the number first
    field.fill(number)
    assert_dark(screen, scheme == "dark")
    handset.assert_fits()
    screen.screenshot(path=tmp_path / "typed.png")
    button.tap()
    expect(screen.get_by_role("heading", name="You have it")).to_be_visible()
    assert desk.page().state is State.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("name", "runbook", "width"),
    [
        ("Acknowledge", "", PHONE_WIDTH),
        pytest.param("Resolve", RUNBOOK, PHONE_WIDTH, marks=pytest.mark.long),
        pytest.param("Resolve", "", NARROW_WIDTH, marks=pytest.mark.long),
        pytest.param("Acknowledge as well", "", NARROW_WIDTH, marks=pytest.mark.long),
    ],
)
def test_a_second_tap_on_the_same_spot_hits_nothing(
    hire: Hire, pick_up: Pick, name: str, runbook: str, width: int
) -> None:
    desk = hire(TOGETHER, runbook=runbook)
    desk.trigger()
    if name == "Acknowledge as well":
        tap(desk.stack.http, desk.link("sms", "0101"), "acknowledge")
    screen = pick_up(width=width).page
    screen.goto(desk.link("sms", "0102"))
    button = screen.get_by_role("button", name=name, exact=True)
    box = button.bounding_box()
    assert box is not None
    button.tap()
    expect(screen.get_by_role("heading", name="Resolved" if name == "Resolve" else "You have it")).to_be_visible()
    spots = [(box["x"] + box["width"] / 2, box["y"] + box["height"] * part) for part in (0.1, 0.5, 0.9)]
    hit = [
        screen.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('a, button')?.textContent", at)
        for at in spots
    ]
    assert hit == [None] * len(spots)


def assert_for_thumbs(box: object) -> None:
    assert isinstance(box, dict)
    assert box["height"] >= THUMB_PIXELS
    assert box["width"] >= PHONE_WIDTH / 2
    assert box["y"] + box["height"] <= PHONE_HEIGHT  # on the screen as it opens


def assert_dark(screen: Page, dark: bool) -> None:
    ground = screen.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in ground.strip("rgb()").split(","))
    assert (brightness < 200) is dark
