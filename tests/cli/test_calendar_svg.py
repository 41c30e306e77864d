"""The picture of a calendar: well-formed, safe, legible, with nothing outside of its frame, in light and in dark."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cli.team import EMPTY, HOSTILE, MUCH, NAMES, NIGHTS, TOO_MUCH, described
from playwright.sync_api import Page, sync_playwright

from infra.cli.weeks.people import faces
from infra.cli.weeks.svg import render
from infra.cli.weeks.weeks import month

pytestmark = pytest.mark.long

SVG = "{http://www.w3.org/2000/svg}"
CROWDED = render(month(EMPTY, MUCH, date(2026, 3, 16), 6), faces(TOO_MUCH, MUCH))
CALM = render(month(EMPTY, NIGHTS, date(2026, 3, 16), 2), faces(described(), NIGHTS))
TREE = ElementTree.fromstring(CROWDED)
LAYERS = len(MUCH.layers)


def texts(kind: str, tree: ElementTree.Element = TREE) -> list[str]:
    return ["".join(each.itertext()) for each in tree.iter(f"{SVG}text") if kind in each.get("class", "").split()]


def titles() -> list[str]:
    return [each.text or "" for each in TREE.iter(f"{SVG}title")]


def test_nothing_in_it_acts_or_comes_from_elsewhere() -> None:
    tags = {each.tag.removeprefix(SVG) for each in TREE.iter()}
    assert tags == {"svg", "title", "style", "defs", "pattern", "rect", "text"}
    assert not [each for each in TREE.iter() for name in each.attrib if name.startswith("on") or "href" in name]
    assert re.findall(r"url\(([^)]*)\)|@import|https?:", CROWDED.replace("http://www.w3.org/2000/svg", "")) == [
        "#nobody"
    ]


def test_names_are_text_and_nothing_else() -> None:
    assert any("<b>[red]Söhne & Co[/red]</b>" in name for name in texts("name"))
    assert not {"\x1b", "\x07", "\u202e", "\r"}.intersection(CROWDED)
    assert HOSTILE not in CROWDED


def test_everybody_stands_in_the_legend_with_their_hours() -> None:
    found = texts("name")
    assert len(found) == len(NAMES)
    assert all(re.search(r"  \d+ h$", name) for name in found)


def test_each_week_has_a_row_for_each_layer_the_last_one_first() -> None:
    rows = texts("layer")
    assert len([row for row in rows if row != "by hand"]) == 6 * LAYERS
    assert rows[:6:5] == ["hourly", "weekly base rotation of everybody"]
    assert rows.count("by hand") == 3
    assert texts("layer", ElementTree.fromstring(CALM)) == [], "one layer alone says what the final row says"


def test_it_says_why() -> None:
    assert any(title.endswith("; a later layer says otherwise") for title in titles())
    assert any(title.startswith("Chimamanda Ngozi Adichie-Okonkwo for everybody: Tue 24 Mar") for title in titles())
    assert any(title.startswith("Margaret Hamilton as well: ") for title in titles())
    assert any(re.match(r"Ada Byron and Wolfe\S+ Hubert Blaine swap: ", title) for title in titles())


def test_gaps_and_changes_of_the_clocks_are_told() -> None:
    assert texts("warning") == ["Sun 29 Mar 2026 has 23 hours: the clocks go forward from 01:00 GMT to 02:00 BST"]
    assert texts("hours") == ["23 h"]
    heading, gap = (text for text in texts("alarm") if len(text) > len("22:00"))
    assert heading == "Nobody is on call for 5 h of these weeks:"
    assert gap == (
        "Sat 28 Mar 2026 22:00 GMT to Sun 29 Mar 2026 04:00 BST, 5 h  UTC: 2026-03-28 22:00 to 2026-03-29 03:00"
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def shown(request: pytest.FixtureRequest, browser: Any) -> Iterator[Page]:
    page = browser.new_page(color_scheme=request.param)
    page.set_content(f"<body style='margin:0'>{CROWDED}")
    yield page
    page.close()


COLOURS = """() => ['.ground', 'text.title', 'text.quiet', 'text.layer', 'text.alarm', 'text.warning', '.beaten text']
    .map(name => getComputedStyle(document.querySelector(name)).fill)"""
WIDTHS = """() => [...document.querySelectorAll('svg svg')].filter(box => box.querySelector('text')).map(box => {
    const text = box.querySelector('text');
    return [text.textContent, text.getBBox().width + 5, box.width.baseVal.value]})"""
RIGHTS = """() => [...document.querySelectorAll('body > svg > text')].map(
    text => [text.textContent, text.getBBox().x + text.getBBox().width])"""
GUTTER = """() => [...document.querySelectorAll('text.layer')].map(text => [text.textContent,
    text.getBBox().x + text.getBBox().width - document.querySelector('rect.day').x.baseVal.value])"""


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_writing_stands_out_from_the_ground(shown: Page) -> None:
    ground, *inks = map(luminance, shown.evaluate(COLOURS))
    for ink in inks:
        assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) >= 4.5


def test_names_fit_into_their_bars_and_everything_into_the_frame(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    page.set_content(f"<body style='margin:0'>{CROWDED}")
    assert [found for found in page.evaluate(WIDTHS) if found[1] > found[2]] == []
    width = float(TREE.get("width", "0"))
    assert [found for found in page.evaluate(RIGHTS) if found[1] > width] == []
    assert [found for found in page.evaluate(GUTTER) if found[1] > 0] == []
    page.close()
