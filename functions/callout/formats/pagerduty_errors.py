"""What PagerDuty finds wrong with an event, in its words where they are known."""

import re
from collections.abc import Iterator, Mapping, Sequence

from callout.domain.alert import Action, Severity
from callout.formats.reading import mapping, moment, string
from callout.formats.text import key, line

ROUTING_KEY_CHARS = 32
DEDUP_KEY_CHARS_MAX = 255
SUMMARY_CHARS_MAX = 1024
"""PagerDuty refuses a longer one, so Alertmanager, Grafana and Sentry cut theirs; counted in characters, not bytes."""

Event = Mapping[str, object]


def dedup_key_of(event: Event) -> str:
    """The key as it was sent; "" (some senders write that), blank and absent are the same: none."""
    return key(string(event.get("dedup_key")), DEDUP_KEY_CHARS_MAX)


def problems(event: Event) -> Iterator[str]:
    yield from routing_key_problems(event)
    yield from _choice_problems(
        "event_action", event.get("event_action"), "'trigger', 'acknowledge' or 'resolve'", Action
    )
    yield from _dedup_key_problems(event)
    # The payload of an acknowledge or a resolve does nothing, so nothing in it can be wrong.
    if event.get("event_action") not in (Action.ACKNOWLEDGE, Action.RESOLVE):
        yield from _payload_problems(event.get("payload"))


def routing_key_problems(event: Event) -> Sequence[str]:
    routing_key = event.get("routing_key")
    if routing_key is None or routing_key == "":
        return ("'routing_key' cannot be blank",)
    if not isinstance(routing_key, str):
        return ("'routing_key' is invalid (must be a string)",)
    problems = []
    if len(routing_key) != ROUTING_KEY_CHARS:
        problems.append("Length of 'routing_key' is incorrect (should be 32 characters)")
    if not (routing_key.isascii() and routing_key.isalnum()):
        problems.append("'routing_key' cannot contain non-alphanumeric characters.")
    return problems


def _dedup_key_problems(event: Event) -> Iterator[str]:
    dedup_key = event.get("dedup_key")
    if dedup_key is not None and not isinstance(dedup_key, str):
        yield "'dedup_key' is invalid (must be a string)"
    elif dedup_key is not None and len(dedup_key) > DEDUP_KEY_CHARS_MAX:
        yield "'dedup_key' is too long (maximum is 255 characters)"
    elif not dedup_key_of(event) and event.get("event_action") in (Action.ACKNOWLEDGE, Action.RESOLVE):
        yield "'dedup_key' is missing or blank"


def _payload_problems(payload: object) -> Iterator[str]:
    if payload is not None and not isinstance(payload, dict):
        yield "'payload' is invalid (must be an object)"
        return
    fields = mapping(payload)
    yield from _text_problems("payload.summary", fields.get("summary"))
    if len(string(fields.get("summary"))) > SUMMARY_CHARS_MAX:
        yield "'summary' is too long (maximum is 1024 characters)"
    yield from _text_problems("payload.source", fields.get("source"))
    yield from _choice_problems(
        "payload.severity", fields.get("severity"), "'critical', 'warning', 'error' or 'info'", Severity
    )
    if not _may_be_a_time(fields.get("timestamp")):
        yield "'payload.timestamp' is invalid (must be an ISO 8601 date and time)"


def _text_problems(name: str, value: object) -> Iterator[str]:
    if value is not None and not isinstance(value, str):
        yield f"'{name}' is invalid (must be a string)"
    elif not line(value or ""):
        yield f"'{name}' is missing or blank"


def _choice_problems(name: str, value: object, choices: str, words: type[Action] | type[Severity]) -> Iterator[str]:
    if value is None or value == "":
        yield f"'{name}' is missing or blank"
    elif value not in tuple(words):
        yield f"'{name}' is invalid (must be one of the following: {choices})"


def _may_be_a_time(value: object) -> bool:
    """PagerDuty refuses what is no time at all, but which of the many ways to write one it reads is not known.

    So what begins like a date is accepted even if it cannot be read; it stands among the details then.
    """
    return value in (None, "") or moment(value) is not None or bool(re.match(r"\s*\d{4}-?\d\d", string(value)))
