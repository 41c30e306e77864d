"""Generic JSON, for whatever can post: a script, a cron job, a tool with a webhook of its own.

| field | what it is | if it is left out |
|---|---|---|
| `title` | what is wrong, in one line | required for a trigger |
| `action` | `trigger`, `resolve` or `acknowledge` | `trigger` |
| `key` | names the problem: one key is one page, and a resolve closes it | made of title and source |
| `severity` | `critical`, `error`, `warning` or `info` | `error` |
| `source` | what it is about: a host, a job | empty |
| `details` | an object of anything worth knowing; what is nested is shown as `outer.inner` | empty |
| `links` | a list of `{"href": "https://…", "text": "…"}` | empty |
| `runbook` | the address that says what to do | the service's own runbook |
| `started_at` | when it began: ISO 8601, or seconds since 1970 | not known |

Fields of other names are shown among the details. A wrong type or word does not lose the alert: it pages unread, and
the answer says what to mend.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from callout.domain.alert import KEY_CHARS_MAX, TITLE_CHARS_MAX, Action, Alert, Link, Severity
from callout.domain.errors import Malformed
from callout.formats import Delivery
from callout.formats.reading import LINKS_MAX, details, flatten, kind, links, moment, read_object, web_address
from callout.formats.text import key, line, short_hash
from callout.formats.unparsed import half_read
from callout.formats.webhook import Webhook

FIELDS = ("action", "key", "title", "severity", "source", "details", "links", "runbook", "started_at")


class Generic(Webhook):
    name = "generic"

    def alerts(self, delivery: Delivery) -> Sequence[Alert]:
        fields = _Fields(read_object(delivery.body))
        alert = _alert(fields)
        if not fields.problems:
            return (alert,)
        if alert.action is Action.TRIGGER and (alert.title or fields.names_its_problem):
            return (half_read(alert, fields.problems),)
        raise Malformed(*fields.problems)


class _Fields:
    """Reads field by field and collects everything that is wrong, so that one answer names it all."""

    def __init__(self, sent: dict[str, object]) -> None:
        self.sent = sent
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        value = self.sent.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.problems.append(f"'{name}' must be a text; it is {kind(value)}")
        return ""

    def word(self, name: str, words: Sequence[str], otherwise: str) -> str:
        text = self.text(name).strip().lower() or otherwise
        if text in words:
            return text
        listed = ", ".join(f"'{each}'" for each in words)
        self.problems.append(f"'{name}' must be one of {listed}; it is '{line(text, 40)}'{_meant(text, words)}")
        return otherwise

    @property
    def names_its_problem(self) -> bool:
        value = self.sent.get("key")
        return isinstance(value, str) and bool(key(value, KEY_CHARS_MAX))

    def address(self, name: str) -> str:
        text = self.text(name)
        href = web_address(text)
        if text.strip() and not href:
            self.problems.append(f"'{name}' must be an address that begins with https:// or http://")
        return href

    def time(self, name: str) -> datetime | None:
        value = self.sent.get(name)
        found = moment(value)
        if found is None and value not in (None, ""):
            self.problems.append(f"'{name}' must be a time such as '2026-11-21T20:24:40Z'")
        return found

    def links(self) -> tuple[Link, ...]:
        value = self.sent.get("links")
        if value is not None and not isinstance(value, list):
            self.problems.append(f"'links' must be a list of objects with 'href' and 'text'; it is {kind(value)}")
        return links(self._links(value if isinstance(value, list) else []))

    def _links(self, value: Sequence[object]) -> Iterator[tuple[str, str]]:
        for number, each in enumerate(value[:LINKS_MAX], 1):
            fields = _Fields(each) if isinstance(each, dict) else _Fields({"href": each})
            href = fields.address("href")
            if not href and not fields.problems:
                fields.problems.append("'href' is missing")
            yield href, fields.text("text")
            self.problems += [f"'links', number {number}: {problem}" for problem in fields.problems]

    def details(self) -> Iterator[tuple[str, str]]:
        value = self.sent.get("details")
        if value is not None and not isinstance(value, dict):
            self.problems.append(f"'details' must be an object of names and texts; it is {kind(value)}")
        yield from flatten("" if isinstance(value, dict) else "details", value)
        for name, other in self.sent.items():
            if name not in FIELDS:
                yield from flatten(name, other)

    def missing(self, action: Action) -> None:
        wanted, purpose = (
            ("title", "says what is wrong") if action is Action.TRIGGER else ("key", f"names what to {action}")
        )
        if self.sent.get(wanted) and not isinstance(self.sent[wanted], str):
            return  # it is there, and its type has been complained of already
        near = get_close_matches(wanted, [name for name in self.sent if name not in FIELDS], n=1)
        meant = f" (did you mean it by '{line(near[0], 40)}'?)" if near else ""
        self.problems.append(f"'{wanted}' is missing: it {purpose}{meant}")


def _alert(fields: _Fields) -> Alert:
    action = Action(fields.word("action", tuple(Action), Action.TRIGGER))
    title, source = line(fields.text("title"), TITLE_CHARS_MAX), line(fields.text("source"))
    named = key(fields.text("key"), KEY_CHARS_MAX)
    if not title and (action is Action.TRIGGER or not named):
        fields.missing(action)
    # Repeats without a key are one page, too, and a resolve with the same title and source closes it.
    said = Alert(action, named or "title:" + short_hash(title, source), "Generic webhook", title=title, source=source)
    if action is not Action.TRIGGER:
        return said  # a page is closed by its key: a slip in another field must not keep it open
    return replace(
        said,
        severity=Severity(fields.word("severity", tuple(Severity), Severity.ERROR)),
        details=details(fields.details()),
        links=fields.links(),
        runbook=fields.address("runbook"),
        started_at=fields.time("started_at"),
    )


def _meant(text: str, words: Sequence[str]) -> str:
    near = get_close_matches(text[:40], words, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""
