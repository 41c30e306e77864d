"""The page behind an answer link. It knows neither store nor clock: a view goes in, HTML comes out.

No script, nothing fetched from anywhere, nothing for link previews. Opening it changes nothing; its one form acts.
"""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from callout.domain.local_time import ago, local
from callout.domain.text import clean, cut, href
from callout.web.target import pressing, target
from callout.web.view import Given, Problem, Situation, View
from callout.web.words import moment, name, words

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["STATUS", "Given", "Problem", "Situation", "View", "css_hash", "headers", "render", "status"]

HEADING_CHARS_MAX = 140
"""A longer title is shown in full below the buttons, so that it cannot push them off the screen."""
DETAILS_MAX = 60
DETAIL_CHARS_MAX = 4000
LINKS_MAX = 20

_HERE = Path(__file__).parent
CSS = (_HERE / "answer.css").read_text(encoding="utf-8")


STATUS = {
    Situation.EXPIRED: 410,
    Situation.FORGED: 403,
    Situation.MISSING: 404,
    Situation.NOT_SHOWN: 503,
    Situation.NOT_RECORDED: 503,
}
"""The HTTP status of each situation; 200 for the others."""

QUIET = (Situation.MINE, Situation.COUNTED, Situation.RESOLVED)
"""Where this responder has done what there was to do."""


def render(view: View) -> str:
    return _template().render(_shown(view))


def prepare() -> None:
    """Read and compile the template, so that the first visitor does not wait for it."""
    _template()


def status(view: View) -> int:
    return 422 if view.wrong_code else STATUS.get(view.situation, 200)


def headers() -> dict[str, str]:
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                f"style-src '{css_hash()}'",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            )
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }


def css_hash() -> str:
    """The one style element that the page may have, as CSP names it."""
    return "sha256-" + b64encode(sha256(CSS.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    action: str
    words: str
    main: bool = False


def _shown(view: View) -> dict[str, object]:
    word, sentence = words(view)
    problem = view.problem
    title = clean(problem.title) or "(no title)" if problem else ""
    return {
        "css": CSS,
        "situation": view.situation.name.lower(),
        "word": word,
        "sentence": sentence,
        "message": view.message,
        "wrong_code": view.wrong_code,
        "code": view.code,
        "nonce": view.nonce,
        "buttons": _buttons(view) if view.nonce else (),
        "urgent": view.situation not in QUIET,
        "severity": problem.severity.value if problem else "",
        "badge": f"{problem.priority} {problem.severity.upper()}".strip() if problem else "",
        "service": clean(problem.service) if problem else "",
        "heading": cut(title, HEADING_CHARS_MAX),
        # A summary's title begins a list that its details have in full.
        "title": title if len(title) > HEADING_CHARS_MAX and problem and not problem.speaks_for else "",
        "since": f"{moment(problem.opened_at, view)}, {ago(problem.opened_at, view.now)}" if problem else "",
        "target": target(problem, view) if problem else "",
        "pressing": pressing(problem, view) if problem else False,
        "facts": _facts(view, problem) if problem else (),
        "ways": _ways(problem) if problem else (),
        "links": _links(problem) if problem else (),
        "details": _details(problem) if problem else (),
        "details_more": max(0, len(problem.details) - DETAILS_MAX) if problem else 0,
        "unparsed": problem.unparsed if problem else False,
    }


def _buttons(view: View) -> tuple[Button, ...]:
    acknowledge, resolve = Button("acknowledge", "Acknowledge", main=True), Button("resolve", "Resolve")
    undo = _undo(view)
    match view.situation:
        case Situation.OPEN | Situation.NOT_RECORDED:
            return (acknowledge, resolve, *undo)
        case Situation.THEIRS:
            return (Button("acknowledge", "Acknowledge as well", main=True), resolve)
        case Situation.MINE | Situation.COUNTED:
            return (*undo, resolve)
        case Situation.RESOLVED:
            return undo
    return ()


def _undo(view: View) -> tuple[Button, ...]:
    if view.undo_until is None or view.undo_until <= view.now:
        return ()
    return (Button("undo", f"Undo (until {local(view.undo_until, view.timezone):%H:%M:%S})"),)


def _facts(view: View, problem: Problem) -> tuple[Item, ...]:
    facts = (
        Item("News", clean(problem.news)),
        Item("Summary", _summary(problem)),
        Item("Owner", clean(problem.owner)),
        Item("Source", clean(problem.source)),
        Item("Alerts", f"{problem.alerts} so far" if problem.alerts > 1 and not problem.speaks_for else ""),
        *(Item("Answered", f"{name(given)}, {ago(given.at, view.now)}") for given in view.answers),
    )
    return tuple(fact for fact in facts if fact.text)


def _summary(problem: Problem) -> str:
    count = problem.speaks_for
    if not count:
        return ""
    return f"Speaks for {count} pages. Resolving it resolves them too." if count > 1 else "Speaks for 1 page."


def _ways(problem: Problem) -> tuple[Item, ...]:
    ways = (
        Item("Runbook", clean(problem.runbook), href(problem.runbook, "http", "https")),
        Item("Bridge", clean(problem.bridge), href(problem.bridge, "http", "https", "tel")),
    )
    return tuple(way for way in ways if way.text)


def _links(problem: Problem) -> tuple[Item, ...]:
    return tuple(
        Item(clean(link.text) or clean(link.href), clean(link.href), href(link.href, "http", "https"))
        for link in problem.links[:LINKS_MAX]
    )


def _details(problem: Problem) -> tuple[Item, ...]:
    pairs = list(problem.details.items())[:DETAILS_MAX]
    return tuple(Item(cut(clean(name), 80), cut(clean(value), DETAIL_CHARS_MAX)) for name, value in pairs)


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("answer.html")
