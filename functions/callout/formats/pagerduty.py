"""PagerDuty Events API v2, at its own path: senders are pointed here by changing the address and nothing else.

The key stands inside the body, so what is malformed gets PagerDuty's answer: every error, in PagerDuty's words where
those are known. What it is not known to refuse is accepted, for an alert is worth more than the least of its fields.
"""

from collections.abc import Iterator, Mapping, Sequence

from callout.domain.alert import Action, Alert, Severity
from callout.domain.errors import Malformed
from callout.formats import Answer, Delivery
from callout.formats import members as group
from callout.formats.pagerduty_errors import SUMMARY_CHARS_MAX, Event, dedup_key_of, problems, routing_key_problems
from callout.formats.reading import (
    details,
    flatten,
    links,
    mapping,
    moment,
    objects,
    parse,
    read_object,
    scalar,
    string,
)
from callout.formats.text import line

BODY_BYTES_MAX = 512 * 1024


class PagerDuty:
    name = "pagerduty"

    def routing_key(self, delivery: Delivery) -> str | None:
        event = _read(delivery)
        if routing_key_problems(event):
            raise Malformed(*problems(event))
        return string(event["routing_key"])

    def alerts(self, delivery: Delivery) -> Sequence[Alert]:
        event = _read(delivery)
        found = tuple(problems(event))
        if found:
            raise Malformed(*found)
        return (_alert(event, dedup_key_of(event) or delivery.new_key()),)

    def accepted(self, alerts: Sequence[Alert]) -> Answer:
        # The official client raises without a dedup_key; Gatus takes it from here to resolve with.
        dedup_key = alerts[0].key if alerts else ""
        return Answer(202, {"status": "success", "message": "Event processed", "dedup_key": dedup_key})

    def malformed(self, problems: Sequence[str], unreadable: bool) -> Answer:
        if unreadable:
            return _answer(400, "Unrecognized object", "Event object format is unrecognized", "JSON parse error")
        return _answer(400, "invalid event", "Event object is invalid", *problems)

    def unknown_key(self) -> Answer:
        return self.malformed(("Invalid routing key",), unreadable=False)

    def too_many(self) -> Answer:
        return _answer(429, "throttle exceeded", "Requests for this service arrive too quickly. Please retry later.")

    def try_again(self) -> Answer:
        return _answer(503, "error", "Event could not be processed", "Temporarily unavailable, please send it again")


def _answer(status: int, word: str, message: str, *errors: str) -> Answer:
    return Answer(status, {"status": word, "message": message, "errors": list(errors)})


def _read(delivery: Delivery) -> Event:
    if len(delivery.body) > BODY_BYTES_MAX:
        # 400 rather than 413: nobody retries either, and 400 is the one whose errors Alertmanager and others read out.
        raise Malformed("Event is too large (maximum is 512 KB)")
    return read_object(delivery.body)


def _alert(event: Event, dedup_key: str) -> Alert:
    payload, client = mapping(event.get("payload")), line(string(event.get("client")), 80)
    severity = payload.get("severity")
    return Alert(
        action=Action(str(event["event_action"])),
        key=dedup_key,
        sender=f"{client} (PagerDuty Events API)" if client else "PagerDuty Events API",
        title=line(string(payload.get("summary")), SUMMARY_CHARS_MAX),
        severity=Severity(str(severity)) if severity in tuple(Severity) else Severity.ERROR,
        source=line(string(payload.get("source"))),
        details=details(_details(event, payload)),
        links=links(_links(event, client)),
        runbook=_runbook(payload.get("custom_details")),
        started_at=moment(payload.get("timestamp")),
        members=_members(mapping(payload.get("custom_details"))) if event["event_action"] == Action.TRIGGER else (),
    )


def _links(event: Event, client: str) -> Iterator[tuple[object, str]]:
    yield event.get("client_url"), client
    for link in objects(event.get("links")):
        yield link.get("href"), string(link.get("text"))
    for image in objects(event.get("images")):
        yield image.get("href"), string(image.get("alt"))
        yield image.get("src"), string(image.get("alt")) or "image"


def _details(event: Event, payload: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("component", "group", "class"):
        yield name, scalar(payload.get(name))
    if moment(payload.get("timestamp")) is None:
        yield "timestamp", scalar(payload.get("timestamp"))
    yield from flatten(
        "" if isinstance(payload.get("custom_details"), dict) else "details", payload.get("custom_details")
    )
    unusable = [string(address) for address, _ in _links(event, "") if string(address) and not links([(address, "")])]
    yield "links left out (not http or https)", "\n".join(unusable)


def _runbook(custom_details: object) -> str:
    found = links((mapping(custom_details).get(name), "") for name in ("runbook_url", "runbook"))
    return found[0].href if found else ""


def _members(custom: Mapping[str, object]) -> tuple[str, ...]:
    """Alertmanager behind this API sends one event per group, so only its details tell that a group has gained members.

    What fires is listed in custom_details.firing, as text or as objects. The list is believed if it names as many as
    num_firing says; otherwise (a template of somebody's own, a list that was cut) the number alone tells that it grew.
    """
    number = scalar(custom.get("num_firing"))
    firing = _firing(custom.get("firing"))
    if not number.isdecimal() or len(number) > 6:
        return ()
    return firing if len(firing) == min(int(number), group.MEMBERS_MAX) else group.counted(int(number))


def _firing(firing: object) -> tuple[str, ...]:
    if not isinstance(firing, str):
        return group.in_list(firing)
    if not firing.lstrip().startswith("["):
        return group.in_text(firing)
    try:
        return group.in_list(parse(firing))
    except Malformed:
        return ()
