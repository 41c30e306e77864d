"""The page behind an answer link: what each situation says and offers, and that nothing from outside is ever run."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.domain.alert import Link, Severity
from callout.domain.priority import Priority
from callout.domain.response import ResponseClock, Standing
from callout.web import answer
from callout.web.view import Given, Problem, Situation, View

NOW = datetime(2026, 11, 21, 2, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e{{ 7 * 7 }}"

PROBLEM = Problem(
    title="p99 above 2 s",
    service="Checkout",
    severity=Severity.CRITICAL,
    priority="P2",
    owner="Payments",
    opened_at=NOW - 4 * MINUTE,
    source="db1.example.com",
    alerts=4,
    details={"instance": "db1:9100"},
    links=(Link("https://grafana.example.com/d/x", "Dashboard"),),
    runbook="https://wiki.example.com/checkout",
    bridge="tel:+12025550199",
)
OPEN = View(Situation.OPEN, NOW, "Europe/Berlin", PROBLEM, nonce="the-nonce")
GRACE = Given("Grace", NOW - 3 * MINUTE)
MINE = replace(OPEN, situation=Situation.MINE, lasts_until=NOW + 60 * MINUTE, undo_until=NOW + timedelta(seconds=52))
THEIRS = replace(OPEN, situation=Situation.THEIRS, answers=(GRACE,), lasts_until=NOW + 57 * MINUTE)
MY_ANSWER = Given("Ada", NOW)
COUNTED = replace(
    OPEN, situation=Situation.COUNTED, awaited=("Linus",), mine=MY_ANSWER, undo_until=NOW + timedelta(seconds=52)
)
HELD = replace(OPEN, problem=replace(PROBLEM, held_until=NOW + 1002 * MINUTE, held_by="Database upgrade"))
BOTH = ["acknowledge", "resolve"]
RESOLVED = replace(OPEN, situation=Situation.RESOLVED, closed=GRACE)
BY_MAIL = replace(OPEN, code="507")


class Page(HTMLParser):
    def __init__(self, view: View) -> None:
        super().__init__()
        self.html = answer.render(view)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = ""
        self._inside = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.style += data
        else:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def actions(self) -> list[str | None]:
        return [button["value"] for button in self.all("button")]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


@pytest.mark.parametrize(
    ("view", "words", "actions"),
    [
        (OPEN, "Not answered", ["acknowledge", "resolve"]),
        (OPEN, "Since 03:14 CET, 4 min ago", ["acknowledge", "resolve"]),
        (replace(OPEN, problem=replace(PROBLEM, exhausted=True)), "Nobody answered", ["acknowledge", "resolve"]),
        (replace(OPEN, message="Taken back."), "Taken back.", ["acknowledge", "resolve"]),
        (
            replace(OPEN, must=True, awaited=("Grace",)),
            "You must answer, and so must Grace.",
            ["acknowledge", "resolve"],
        ),
        (replace(OPEN, must=True, answers=(GRACE,)), "Grace answered 3 min ago. You must", ["acknowledge", "resolve"]),
        (replace(OPEN, must=True, answers=(GRACE,)), "Waiting for you", ["acknowledge", "resolve"]),
        (
            replace(OPEN, awaited=("Linus",), answers=(GRACE,)),
            "Waiting for Linus Grace answered 3 min ago. Linus must answer; acknowledge",
            ["acknowledge", "resolve"],
        ),
        (replace(OPEN, awaited=("Linus",)), "Not answered Linus must answer", ["acknowledge", "resolve"]),
        (
            replace(OPEN, mine=MY_ANSWER, answers=(GRACE,)),
            "Not everybody answered Grace and you answered. Others who had to did not.",
            ["acknowledge", "resolve"],
        ),
        (
            replace(OPEN, mine=MY_ANSWER, problem=replace(PROBLEM, exhausted=True)),
            "Not everybody answered You answered. Everybody has been notified.",
            ["acknowledge", "resolve"],
        ),
        (COUNTED, "You answered Waiting for Linus.", ["undo", "resolve"]),
        (replace(COUNTED, undo_until=None), "You answered", ["resolve"]),
        (replace(COUNTED, awaited=("A", "B", "C")), "Waiting for A, B and C.", ["undo", "resolve"]),
        (replace(COUNTED, awaited=tuple("ABCDE")), "Waiting for A, B, C and 2 others.", ["undo", "resolve"]),
        (HELD, "Held until 20:00 CET Maintenance Database upgrade: nobody is notified before.", BOTH),
        (MINE, "You have it", ["undo", "resolve"]),
        (MINE, "Nobody else is notified until 04:18 CET.", ["undo", "resolve"]),
        (MINE, "Undo (until 03:18:52)", ["undo", "resolve"]),
        (replace(MINE, undo_until=NOW), "You have it", ["resolve"]),
        (replace(MINE, lasts_until=None), "Nobody else is notified.", ["undo", "resolve"]),
        (replace(MINE, answers=(GRACE,)), "Grace, 3 min ago", ["undo", "resolve"]),
        (THEIRS, "Grace has it", ["acknowledge", "resolve"]),
        (THEIRS, "Grace answered 3 min ago.", ["acknowledge", "resolve"]),
        (replace(THEIRS, answers=(Given("", NOW),)), "Somebody has it", ["acknowledge", "resolve"]),
        (RESOLVED, "Resolved", []),
        (RESOLVED, "Closed by Grace 3 min ago", []),
        (replace(RESOLVED, undo_until=NOW + MINUTE), "Resolved", ["undo"]),
        (View(Situation.EXPIRED, NOW), "This link has expired", []),
        (View(Situation.FORGED, NOW), "This link is not valid", []),
        (View(Situation.MISSING, NOW), "There is no such page", []),
        (View(Situation.NOT_SHOWN, NOW), "Load it again in a moment", []),
        (View(Situation.NOT_RECORDED, NOW), "Your answer was not recorded, and others are", []),
        (View(Situation.NOT_RECORDED, NOW), "Go back and tap again.", []),
        (View(Situation.NOT_RECORDED, NOW, nonce="n"), "Tap again.", ["acknowledge", "resolve"]),
        (
            replace(BY_MAIL, wrong_code=True),
            "That was not the number. Nothing was changed.",
            ["acknowledge", "resolve"],
        ),
    ],
)
def test_each_situation_says_its_words_and_offers_what_may_be_done(view: View, words: str, actions: list[str]) -> None:
    page = Page(view)
    assert words in page.words
    assert page.actions == actions


def test_a_day_stands_where_it_is_not_today() -> None:
    long_ago = replace(OPEN, problem=replace(PROBLEM, opened_at=NOW - timedelta(days=2)))
    assert "Since Thu 19 Nov 03:18 CET, 2 days ago" in Page(long_ago).words


def test_everything_known_is_told() -> None:
    words = Page(OPEN).words
    for known in (
        "P2 CRITICAL",
        "Payments",
        "Checkout",
        "p99 above 2 s",
        "db1.example.com",
        "4 so far",
        "db1:9100",
        "Runbook",
        "Bridge",
    ):
        assert known in words


@pytest.mark.parametrize(
    "view",
    [
        COUNTED,
        replace(OPEN, must=True, awaited=("Grace",)),
        replace(OPEN, must=True, answers=(GRACE,)),
        replace(OPEN, awaited=("Grace",)),
    ],
)
def test_where_each_must_answer_nobody_is_promised_quiet(view: View) -> None:
    assert "nobody else is notified" not in Page(view).words.lower()


def clock(standing: Standing, minutes: float) -> ResponseClock:
    """One that ends so many minutes after the view."""
    return ResponseClock(Priority.P2, 300, risk_at=NOW, due_at=NOW + minutes * MINUTE, standing=standing)


@pytest.mark.parametrize(
    ("view", "standing", "minutes", "words", "pressing"),
    [
        (OPEN, Standing.RUNNING, 6, "Answer by 03:24 CET, 6 min left", False),
        (OPEN, Standing.AT_RISK, 0.5, "Answer by 03:18 CET, 30 s left", True),
        (OPEN, Standing.AT_RISK, -1, "Answer was due 03:17 CET", True),
        (OPEN, Standing.MISSED, -3, "Response target missed at 03:15 CET", True),
        (OPEN, Standing.MET, 3, "Response target met (P2 within 5 min)", False),
        (MINE, Standing.MISSED, -3, "Response target missed at 03:15 CET", False),
        (MINE, Standing.MET, 3, "Response target met (P2 within 5 min)", False),
        (COUNTED, Standing.MET, 3, "Response target met (P2 within 5 min)", False),
        (OPEN, Standing.RUNNING, 1442, "Answer by Sun 22 Nov 03:20 CET, 1 day left", False),
    ],
)
def test_the_response_target(view: View, standing: Standing, minutes: float, words: str, pressing: bool) -> None:
    page = Page(replace(view, problem=replace(PROBLEM, clock=clock(standing, minutes))))
    assert words in page.words
    assert ("since pressing" in [paragraph.get("class") for paragraph in page.all("p")]) is pressing


def test_without_a_response_target_there_is_no_word_of_one() -> None:
    words = Page(OPEN).words
    assert "target" not in words
    assert "Answer by" not in words


def test_a_summary_tells_its_pages_and_what_resolving_it_does() -> None:
    details = {"q7k2m4pd3xwzh5t-1 critical since 03:14 UTC": "p99 above 2 s", "b-1 error since 03:15 UTC": "Disk full"}
    words = Page(replace(OPEN, problem=replace(PROBLEM, speaks_for=2, details=details))).words
    assert "Speaks for 2 pages. Resolving it resolves them too." in words
    assert "q7k2m4pd3xwzh5t-1 critical since 03:14 UTCp99 above 2 s" in words
    assert "so far" not in words


@pytest.mark.parametrize("situation", [Situation.EXPIRED, Situation.FORGED, Situation.MISSING, Situation.NOT_SHOWN])
def test_where_nothing_is_known_nothing_can_be_done(situation: Situation) -> None:
    page = Page(View(situation, NOW, nonce="n", code="507"))
    assert not page.all("form")
    assert not page.all("input")


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (OPEN, 200),
        (MINE, 200),
        (COUNTED, 200),
        (RESOLVED, 200),
        (View(Situation.EXPIRED, NOW), 410),
        (View(Situation.FORGED, NOW), 403),
        (View(Situation.MISSING, NOW), 404),
        (View(Situation.NOT_SHOWN, NOW), 503),
        (View(Situation.NOT_RECORDED, NOW), 503),
        (replace(BY_MAIL, wrong_code=True), 422),
    ],
)
def test_status(view: View, status: int) -> None:
    assert answer.status(view) == status


def test_the_form_posts_to_its_own_address_with_its_nonce() -> None:
    page = Page(OPEN)
    (form,) = page.all("form")
    assert form["method"] == "post"
    assert "action" not in form
    assert [(field["name"], field["value"]) for field in page.all("input")] == [("nonce", "the-nonce")]
    assert {button["name"] for button in page.all("button")} == {"action"}


@pytest.mark.parametrize(
    "view",
    [
        BY_MAIL,
        replace(MINE, code="507"),
        replace(COUNTED, code="507"),
        replace(THEIRS, code="507"),
        replace(RESOLVED, code="507", undo_until=NOW + MINUTE),
    ],
)
def test_from_a_mail_every_button_asks_for_the_number_that_is_shown(view: View) -> None:
    page = Page(view)
    (field,) = [field for field in page.all("input") if field["name"] == "code"]
    assert "required" in field
    assert "value" not in field
    assert "placeholder" not in field
    assert field["inputmode"] == "numeric"
    assert field["autocomplete"] == "off"
    assert re.fullmatch(field["pattern"] or "", "507")
    assert "Type this number: 507" in page.words
    assert [label["for"] for label in page.all("label")] == [field["id"]]
    assert len(page.all("form")) == 1


def test_from_a_text_message_no_number_is_asked_for() -> None:
    assert "code" not in [field["name"] for field in Page(OPEN).all("input")]


ALL = [OPEN, MINE, COUNTED, HELD, THEIRS, RESOLVED, BY_MAIL, *(View(situation, NOW) for situation in Situation)]


@pytest.mark.parametrize("view", ALL)
def test_no_page_runs_or_fetches_anything_or_can_be_previewed(view: View) -> None:
    page = Page(view)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "base", "svg", "video", "audio"}
    assert not any(name.startswith("on") or name in ("src", "style") for _, found in page.tags for name in found)
    assert not any((meta.get("property") or "").startswith("og:") for meta in page.all("meta"))
    assert not any("http-equiv" in meta for meta in page.all("meta"))
    assert "url(" not in page.style
    assert "@import" not in page.style
    assert page.html.startswith("<!doctype html>")
    assert page.all("html") == [{"lang": "en"}]
    assert "width=device-width" in (page.all("meta")[1]["content"] or "")


@pytest.mark.parametrize("view", ALL)
def test_the_policy_names_the_one_style_that_the_page_has(view: View) -> None:
    page = Page(view)
    named = "sha256-" + b64encode(sha256(page.style.encode()).digest()).decode()
    policy = answer.headers()["Content-Security-Policy"].split("; ")
    assert policy == [
        "default-src 'none'",
        f"style-src '{named}'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    assert len(page.all("style")) == 1


def test_the_other_headers() -> None:
    headers = answer.headers()
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def spoiled(field: str, text: str) -> View:
    changes: dict[str, Any] = {
        "names": {"details": {text: "x"}},
        "details": {"details": {"x": text}},
        "texts": {"links": (Link("https://a.example.com", text),)},
        "hrefs": {"links": (Link(text, "x"),)},
    }
    if field == "who":
        return replace(THEIRS, answers=(Given(text, NOW),))
    if field == "awaited":
        return replace(COUNTED, awaited=(text,))
    if field == "held_by":
        return replace(HELD, problem=replace(HELD.problem or PROBLEM, held_by=text))
    if field == "closed":
        return replace(RESOLVED, closed=Given(text, NOW))
    if field == "message":
        return replace(OPEN, message=text)
    return replace(OPEN, problem=replace(PROBLEM, **changes.get(field, {field: text})))


FIELDS = ("title", "service", "source", "owner", "news", "runbook", "bridge", "names", "details", "texts", "hrefs")


@pytest.mark.parametrize("field", [*FIELDS, "who", "awaited", "held_by", "closed", "message"])
def test_text_from_outside_is_shown_and_never_run(field: str) -> None:
    page = Page(spoiled(field, HOSTILE))
    assert "<script>alert(1)</script>" in page.text
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    assert not any(name.startswith("on") for _, found in page.tags for name in found)


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_from_outside_turns_the_direction_of_the_page(field: str) -> None:
    assert "\u202e" not in Page(spoiled(field, HOSTILE)).html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https:evil", "//evil.example.com"])
@pytest.mark.parametrize("field", ["runbook", "bridge", "hrefs"])
def test_an_address_of_another_kind_is_only_text(field: str, address: str) -> None:
    page = Page(spoiled(field, address))
    assert address in page.text
    assert address not in [link["href"] for link in page.all("a")]


def test_a_long_title_cannot_push_the_buttons_away_and_is_still_told_in_full() -> None:
    title = "long words " * 90 + "the end"
    page = Page(replace(OPEN, problem=replace(PROBLEM, title=title)))
    heading = page.html.partition("</h1>")[0].rpartition(">")[2]
    assert len(heading) <= 140
    assert page.html.index("the end") > page.html.index("<button")
    assert "the end" in page.text


def test_other_scripts_stand_by_themselves() -> None:
    page = Page(replace(OPEN, problem=replace(PROBLEM, title="القرص ممتلئ", service="خدمة الدفع")))
    assert '<h1 dir="auto">القرص ممتلئ</h1>' in page.html
    assert "<bdi>خدمة الدفع</bdi>" in page.html


@settings(max_examples=30, deadline=None)
@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()), st.sampled_from(Situation))
def test_any_text_makes_a_page(title: str, service: str, details: dict[str, str], situation: Situation) -> None:
    problem = replace(PROBLEM, title=title, service=service, details=details)
    assert answer.render(replace(OPEN, situation=situation, problem=problem)).endswith("</html>")


def test_very_many_details_are_counted() -> None:
    details = {str(n): "x" for n in range(61)}
    assert "and 1 more" in Page(replace(OPEN, problem=replace(PROBLEM, details=details))).words


COLOURS = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in answer.CSS.split("@media")[:2]]
ON_GROUND = [("ink", "ground"), ("quiet", "ground"), ("link", "ground"), ("urgent", "ground")]
ON_PANEL = [(name, "panel") for name in ("ink", "quiet", "urgent", "taken", "theirs", "over")]
ON_BUTTON = [("main-ink", "main"), ("ink", "field")]


def luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("ink", "ground"), ON_GROUND + ON_PANEL + ON_BUTTON)
@pytest.mark.parametrize("colours", COLOURS, ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(colours: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("severity", Severity)
def test_each_severity_can_be_read_in_white(severity: Severity) -> None:
    (colour,) = re.findall(rf"\.{severity} {{ background: (#[0-9a-f]{{6}})", answer.CSS)
    assert contrast("#ffffff", colour) >= 4.5


@pytest.mark.parametrize("rule", ["button, .ways a", "button.main"])
def test_what_is_tapped_is_thumb_sized(rule: str) -> None:
    body = answer.CSS.partition(f"\n{rule} {{")[2].partition("}")[0]
    (height,) = re.findall(r"min-height: (\d+)px", body)
    assert int(height) >= 48
