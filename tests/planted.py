"""What may stand in no line that a function prints: numbers, addresses, keys and links, by their shape or as planted.

Every test is held to it (tests/conftest.py), and every local stack when it is closed: it says what its functions have
printed. Lines are told by the kind of what they give away; never with it.
"""

import json
import logging
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

SHAPES = {
    "a phone number": re.compile(r"\+(?:1202555|447700900)\d{3,4}"),
    "a mail address": re.compile(r"[\w.+-]+@(?:[\w-]+\.)*example\.(?:com|org|net)"),
    "an answer link": re.compile(r"/a/[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    "a routing key": re.compile(r"/webhooks/\w+/[A-Za-z0-9_-]{16,}"),
    "a probe's key": re.compile(r"probe\.[A-Za-z0-9_-]{28}"),
    "a calendar feed's address": re.compile(r"/calendar/[\w-]+\.[A-Za-z0-9_-]{24}"),
    "a calendar's address": re.compile(r"https?://calendars?\.example\."),
}
_TOKEN = re.compile(r"/a/([A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])")
SAID: list[str] = []
"""What the logs of this process gave away since it was last looked."""


def leaks(text: str, planted: Collection[str] = ()) -> list[str]:
    """Which kinds of secrets a text gives away."""
    kinds = [kind for kind, shape in SHAPES.items() if shape.search(text)]
    return kinds + (["a planted value"] if any(value in text for value in planted) else [])


def in_lines(lines: Iterable[Mapping[str, str]], planted: Collection[str] = ()) -> list[str]:
    """The same for what the functions of a local stack have printed: function, kind, and the beginning of the line.

    moto's own lines are the emulated AWS's.
    """
    return [
        f"{line['function']}: {', '.join(kinds)} in {line['text'][:60]!r}"
        for line in lines
        if line["function"] != "moto" and (kinds := leaks(line["text"], planted))
    ]


def of_outbox(messages: Iterable[Mapping[str, str]]) -> set[str]:
    """What a stack's messages name: to whom, and the tokens of their links."""
    found = set()
    for message in messages:
        found |= {message["to"], *_TOKEN.findall(message["text"])}
    return found


def in_json_lines(text: str) -> list[str]:
    """The same for what was printed in this process: only lines of the journal's shapes, logs and metrics, count."""
    return [kind for line in text.splitlines() if _is_journals(line) for kind in leaks(line)]


def _is_journals(line: str) -> bool:
    if not line.startswith("{") or not ('"_aws"' in line or '"level"' in line):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class Listener(logging.Handler):
    """Hears what the journal's loggers say, also where a test has taken the standard output for itself."""

    def addFilter(self, filter: object) -> None:  # noqa: A002, N802 (logging's names)
        """Powertools puts one into each handler of the root, which would keep its lines from here."""

    def emit(self, record: logging.LogRecord) -> None:
        if "/callout/journal.py" in record.pathname or record.name == "callout":
            facts = {key: value for key, value in vars(record).items() if key not in ("pathname", "process")}
            SAID.extend(leaks(str(facts)))


def taken() -> list[str]:
    said = list(SAID)
    SAID.clear()
    return said


def of_stack(stack: Any, planted: Collection[str] = ()) -> list[str]:
    """For a stack of this process."""
    values = of_outbox(message.as_json() for message in stack.outbox()) | set(planted)
    return in_lines((line.as_json() for line in stack.logs()), values)
