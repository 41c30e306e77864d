"""What the function files do with the verbs, without HTTP around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from callout.domain import token
from callout.domain.alert import Alert
from callout.domain.errors import Unavailable
from callout.domain.events import Answered, Decision, Reason, Verb
from callout.domain.oncall import OnCall, Service
from callout.domain.page import State
from callout.domain.receipt import Receipt
from callout.domain.token import Expired, Forged, LinkKind
from callout.paging import answer_page, receipted, receive, step
from callout.runtime import Runtime
from callout.watching import watch

LINK = re.compile(r"https://callout\.example\.com/a/([A-Za-z0-9_-]{35})")


def intake(runtime: Runtime, service: str, alerts: Sequence[Alert]) -> int:
    """The HTTP status that the sender gets. As functions/intake.py: whose key, then each alert."""
    try:
        found = _service_of(runtime, service)
        if found is None:
            return 404
        for alert in alerts:
            receive(runtime.world, alert, found[1], found[0])
    except Unavailable:
        return 503
    return 202


def _service_of(runtime: Runtime, service: str) -> tuple[OnCall, Service] | None:
    for read in (runtime.oncall, runtime.fresh_oncall):
        oncall = read()
        if service in oncall.services:
            return oncall, oncall.services[service]
    return None


def take_step(runtime: Runtime, page_id: str, generation: int) -> float | None:
    """As functions/step.py; the moment to come back at as a POSIX time, by the whole second as it is written there."""
    rest = step(runtime.world, page_id, generation)
    return None if rest.due_at is None else rest.due_at.replace(microsecond=0).timestamp()


def look(runtime: Runtime) -> int:
    """As functions/watch.py, less the calendars of the web: the simulation has none."""
    return watch(runtime.world)


def take_receipt(runtime: Runtime, page_id: str, notice: int, refused: bool) -> None:
    """As functions/receipts.py, of an event that could be read."""
    note = "it came back (Permanent)" if refused else "the mail server took it"
    receipted(runtime.world, page_id, notice, Receipt("", refused, note, page_id, notice))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a responder's screen says after a gesture."""

    words: str
    """"acknowledged", "resolved", "taken back", "counted" or what went wrong."""
    page_id: str = ""
    who: str = ""


def acknowledge(runtime: Runtime, link: str, verb: Verb) -> Seen:
    """As functions/acknowledge.py: the link is verified for real; the form's nonce and number are HTTP's matter."""
    try:
        keys = runtime.signing_keys(token.read(link).key_id)
        signed = token.verify(link, keys, runtime.now())
        page = runtime.pages.get(signed.page_id)
        told = next((told for told in page.told if signed.is_for(told.id)), None) if page else None
        if page is None or told is None:
            return Seen("missing")
        by = "email link" if signed.kind is LinkKind.EMAIL else "SMS link"
        decision = answer_page(runtime.world, page, Answered(verb, told.id, told.name, by))
        return Seen(_words(decision, told.id), page.id, told.id)
    except (Forged, Expired, LookupError):
        return Seen("not ours")
    except Unavailable:
        return Seen("not recorded")


def _words(decision: Decision, who: str) -> str:
    """In the answer page's words: whose it is now counts, not what the gesture changed."""
    page = decision.page
    if page is None:
        return "missing"
    if decision.reason in (Reason.UNDONE, Reason.TOO_LATE_TO_UNDO):
        return "taken back" if decision.reason is Reason.UNDONE else "too late"
    if page.state is State.RESOLVED:
        return "resolved"
    mine = any(answer.who == who for answer in page.answers)
    if page.state is State.ACKNOWLEDGED:
        return "acknowledged" if mine else "somebody else has it"
    return "counted" if mine else "open"


def tampered(link: str) -> str:
    """Somebody else's page, by changing a letter."""
    turned = "A" if link[5] != "A" else "B"
    return link[:5] + turned + link[6:]


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
