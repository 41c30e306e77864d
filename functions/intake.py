"""Takes alerts in: POST /v2/enqueue (PagerDuty's path) and POST /webhooks/<format>[/<routing key>]."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from callout.domain.alert import Alert
from callout.domain.errors import Malformed, Unavailable
from callout.domain.oncall import OnCall, Service
from callout.formats import Answer, Delivery, Format
from callout.formats.registry import FORMATS
from callout.formats.unparsed import unparsed
from callout.paging import receive
from callout.runtime import random_key, runtime
from callout.web.http import Request, json_answer, request_of

RUNTIME = runtime()
RUNTIME.warm("stepfunctions")


def key_of(request: Request) -> str:
    """The routing key from the path, or from a header: "Authorization: Bearer <key>" or "X-Routing-Key: <key>"."""
    bearer = request.headers.get("authorization", "").rpartition(" ")[2]
    return request.path.get("key") or request.headers.get("x-routing-key") or bearer


def service_of(key: str) -> tuple[OnCall, Service] | None:
    """Whose key that is, looked up afresh before it is refused. By digest: no time tells how much of it was right."""
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    for read in (RUNTIME.oncall, RUNTIME.fresh_oncall):
        oncall = read()
        if digest in oncall.routing_keys:
            return oncall, oncall.services[oncall.routing_keys[digest]]
    return RUNTIME.probed(key)


def alerts_of(sender: Format, delivery: Delivery, key_in_body: bool) -> Sequence[Alert]:
    """What the request says. Where its key was right, what nobody can read pages all the same."""
    try:
        return sender.alerts(delivery)
    except Malformed as malformed:
        if key_in_body:
            raise
        return (unparsed(delivery, malformed.problems, sender.name),)


def take_in(sender: Format, request: Request) -> Answer:
    delivery = Delivery(request.body, request.headers, random_key)
    try:
        key = sender.routing_key(delivery)
        found = service_of(key or key_of(request))
        if found is None:
            return RUNTIME.pace.unhurried(sender.unknown_key())
        if not RUNTIME.gate.admits(found[1].id):
            RUNTIME.journal.count("WebhooksLimited")
            RUNTIME.journal.note("too many webhooks for one service in this minute", service_id=found[1].id)
            return sender.too_many()
        alerts = alerts_of(sender, delivery, key_in_body=key is not None)
        for alert in alerts:
            receive(RUNTIME.world, alert, found[1], found[0])
        RUNTIME.pace.accepted()
        return sender.accepted(alerts)
    except Malformed as malformed:
        return sender.malformed(malformed.problems, malformed.unreadable)
    except Unavailable as error:
        RUNTIME.journal.trouble("not accepted, the sender must come again", error=str(error))
        return sender.try_again()


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    RUNTIME.pace.begins()
    with RUNTIME.journal.of_one_event():
        request = request_of(event)
        name = "pagerduty" if request.route == "POST /v2/enqueue" else request.path["format"]
        if name not in FORMATS:
            known = ", ".join(sorted(FORMATS))
            return json_answer(404, {"message": f"There is no format of that name. There are: {known}"})
        answer = take_in(FORMATS[name], request)
        return json_answer(answer.status, answer.body)
