"""The page that looks like the responders' phones, in a real browser."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from local.driving import Http, eventually
from playwright.sync_api import Browser, Page, sync_playwright

from infra.local.stack import Stack

CHROMIUM = shutil.which("chromium")
HOSTILE = "<b id=bold>bold</b> <script>document.title = 'taken'</script> \u202eright to left"

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")


# The everyday suite sees the same page in tests/end_to_end/test_browser.py.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.goto(stack.url + "/_local/phone")
    yield opened
    context.close()
    assert broken == []


def test_messages_appear_newest_first_without_a_reload(page: Page, http: Http) -> None:
    page.evaluate("window.loadedOnce = true")
    http.start(name="phone-1", sms=["+12025550103"], text="first")
    page.locator("li", has_text="first at").wait_for()
    http.start(name="phone-2", sms=["+12025550104"], text="second")
    page.locator("li", has_text="second at").wait_for()
    texts = [text for text in page.locator("li .text").all_inner_texts() if text.startswith(("first", "second"))]
    assert [text.partition(" ")[0] for text in texts] == ["second", "first"]
    assert page.evaluate("window.loadedOnce")


def test_a_link_in_an_sms_is_tapped(page: Page, http: Http, stack: Stack) -> None:
    http.start(name="phone-link", sms=["+12025550105"], text=f"before {stack.url}/echo/tapped. after")
    page.locator("li", has_text="before").locator("a").tap()
    page.wait_for_url(stack.url + "/echo/tapped")


def test_a_link_in_an_email_is_tapped(page: Page, http: Http, stack: Stack) -> None:
    link = f'<a href="{stack.url}/echo/mailed">look</a>'
    http.start(name="phone-mail-link", email=["anna@example.com"], text=link)
    page.locator("li", has_text="anna@example.com").frame_locator("iframe").get_by_text("look").tap()
    page.wait_for_url(stack.url + "/echo/mailed")


def test_nothing_in_a_message_becomes_part_of_the_page(page: Page, http: Http) -> None:
    http.start(name="phone-hostile", sms=["+12025550106"], email=["ben@example.com"], text=HOSTILE)
    mail = page.locator("li", has_text="ben@example.com")
    assert "<script>" in page.locator("li", has_text="+12025550106").locator(".text").inner_text()
    mail.frame_locator("iframe").locator("#bold").wait_for()
    assert page.locator("#bold").count() == 0
    assert page.title() == "Phones and inboxes"
    assert mail.frame_locator("iframe").locator("html").evaluate("() => document.title") == ""


def test_one_persons_messages_can_be_chosen(page: Page, http: Http) -> None:
    http.start(name="phone-people", sms=["+12025550107", "+12025550108"], text="for two")
    page.get_by_role("button", name="+12025550107").tap()
    assert eventually(
        lambda: page.locator("li:visible").count() == 1 and page.locator("li:visible b").inner_text() == "+12025550107"
    )


def test_it_fits_a_phone_in_light_and_dark(page: Page, http: Http, scheme: Any) -> None:
    http.start(name=f"phone-{scheme}", sms=["+12025550109"], email=["carl@example.com"], text="x" * 200)
    page.emulate_media(color_scheme=scheme)
    page.locator("li", has_text="carl@example.com").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (luminance(ground) > luminance(ink)) == (scheme == "light")


def luminance(color: str) -> float:
    red, green, blue = (int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(", "))
    return 0.3 * red + 0.6 * green + 0.1 * blue
