"""Text messages through Amazon SNS."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from callout.channels import gsm
from callout.channels.aws_errors import told_apart
from callout.domain.brief import Brief, Kind
from callout.domain.local_time import local
from callout.domain.text import clean, cut

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

SERVICE_SEPTETS_MAX = 20
SERVICE_SEPTETS_MIN = 12
TITLE_WANTED = 16
"""As much of a title as tells one problem from another; for less, other words are left out first."""
NEWS_WANTED = 24
"""The same with what is new before it."""

LABELS = {
    Kind.STILL_OPEN: "Still open: ",
    Kind.AT_RISK: "No answer yet: ",
    Kind.NEWS: "News: ",
    Kind.EXHAUSTED: "NOBODY ANSWERED: ",
}

Sent = Callable[[str, Brief], None]

_SCHEME = re.compile(r"[a-z0-9+.-]*:/{2,}", re.IGNORECASE)
_DOT_IN_NAME = re.compile(r"(?<=\S)[.。](?=[^\W\d_]{2})")


class Sms:
    name = "sms"

    def __init__(self, client: "Callable[[], SNSClient]", sender_id: str = "", sent: Sent | None = None) -> None:
        """`sent` is told of each message that has gone out, with its id; it must not fail."""
        self._client = client
        self._sender_id = sender_id
        self._sent = sent

    def send(self, address: str, brief: Brief) -> str:
        message = text(brief)
        with told_apart():
            answer = self._client().publish(PhoneNumber=address, Message=message, MessageAttributes=self._attributes())
        if self._sent is not None:
            self._sent(answer["MessageId"], brief)
        return answer["MessageId"]

    def _attributes(self) -> "dict[str, MessageAttributeValueTypeDef]":
        # "Transactional" is SNS's word for what must arrive, whatever it costs more.
        chosen = {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": self._sender_id}
        return {name: {"DataType": "String", "StringValue": value} for name, value in chosen.items() if value}


class Frame(NamedTuple):
    """What stands before and after the title."""

    before: str
    after: str
    whole: bool = False
    """Only for a title that need not be cut."""


def text(brief: Brief) -> str:
    """One segment, or three where the words need another script. The title gives way, the link never does.

    The link stands between words: a phone makes a preview of a link at the very beginning or end, and fetches it.
    No reply is ever asked for: a carrier takes STOP, END and their like as "never write to me again".
    """
    title = ", ".join(filter(None, (untappable(brief.news), untappable(brief.title)))) or "(no title)"
    frames = tuple(_frames(brief))
    latin = gsm.is_gsm(title + frames[0].before + frames[0].after)
    width = gsm.septets if latin else gsm.units
    wanted = min(width(title), NEWS_WANTED if brief.kind is Kind.NEWS else TITLE_WANTED)
    for limit in gsm.SEPTETS_MAX if latin else (gsm.UCS2_UNITS_MAX,):
        for before, after, whole in frames:
            room = limit - width(before + after)
            if room >= (width(title) if whole else wanted):
                return before + cut(title, room, width, "...") + after
    return frames[-1].before + frames[-1].after


def _frames(brief: Brief) -> Iterator[Frame]:
    """With fewer words from one to the next.

    The priority is what the team has agreed on; the severity is what the sender says, and gives way before a word of
    the title does.
    """
    if brief.kind is Kind.TEST:
        yield Frame("Test message from Callout: ", f" {brief.link} (nothing to answer)".replace("  ", " "))
        return
    label = LABELS.get(brief.kind, "Again: " if brief.returned else "")
    severity = brief.severity.upper()
    rank = brief.priority or severity
    both = f"{brief.priority} {severity}".strip()
    service, short = (_shortened(brief.service, room) for room in (SERVICE_SEPTETS_MAX, SERVICE_SEPTETS_MIN))
    since, end = _since(brief), f" {brief.link} to answer"
    tier = f", tier {brief.tier}/{brief.tiers}" if brief.tiers > 1 and brief.kind is Kind.PAGE else "."
    yield Frame(f"{label}{both} {service}: ", f", {since}{end}{tier}", whole=True)
    yield Frame(f"{label}{rank} {service}: ", f", {since}{end}{tier}")
    yield Frame(f"{label}{rank} {service}: ", f", {since}{end}.")
    yield Frame(f"{label}{rank} {service}: ", f"{end}.")
    yield Frame(f"{label}{service}: " if label else f"{rank} {short}: ", f"{end}.")
    yield Frame(f"{label}{short}: ", f"{end}.")


def _shortened(name: str, room: int) -> str:
    safe = untappable(name)
    return cut(safe, room, gsm.septets if gsm.is_gsm(safe) else gsm.units, "...")


def _since(brief: Brief) -> str:
    """The responder's own clock needs no zone's name; what was opened some time ago needs a day."""
    opened = local(brief.opened_at, brief.timezone)
    if brief.kind is Kind.AT_RISK and brief.answer_by is not None:
        due = local(brief.answer_by, brief.timezone)
        return f"due {due:{'%H:%M' if due.date() == opened.date() else '%a %H:%M'}}"
    return f"{opened:{'%H:%M' if brief.kind is Kind.PAGE else '%a %H:%M'}}"


def untappable(raw: str) -> str:
    """Text from outside, in which a phone finds no address to underline: the one link in a message is ours.

    Schemes go, and names of hosts are taken apart at their dots. (Some phones underline a bare IP address.)
    """
    folded = gsm.fold(clean(raw))
    while _SCHEME.search(folded):
        folded = _SCHEME.sub("", folded)
    return _DOT_IN_NAME.sub(". ", folded).strip()
