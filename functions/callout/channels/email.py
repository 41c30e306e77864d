"""Mail through Amazon SES."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from callout.channels.aws_errors import told_apart
from callout.domain.alert import Severity
from callout.domain.brief import Brief, Kind
from callout.domain.local_time import clock, date_and_clock, local
from callout.domain.priority import Priority
from callout.domain.text import clean, cut, href

if TYPE_CHECKING:
    from jinja2 import Environment
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageHeaderTypeDef, MessageTagTypeDef


SENDER_NAME = "Callout"
SUBJECT_CHARS_MAX = 70
TITLE_CHARS_MAX = 300
DETAILS_MAX = 30
DETAIL_CHARS_MAX = 500
DETAIL_NAME_CHARS_MAX = 100
DETAIL_NAME_BESIDE_MAX = 30
"""With longer names than that, each stands above its text: beside it a phone would break it into many lines."""
LINKS_MAX = 10

LABELS = {
    Kind.STILL_OPEN: "Still open: ",
    Kind.AT_RISK: "No answer yet: ",
    Kind.NEWS: "News: ",
    Kind.EXHAUSTED: "Nobody answered: ",
    Kind.TEST: "Test: ",
}
OF_THE_SET = frozenset({"NotFoundException", "BadRequestException", "SendingPausedException"})
"""Refusals that may be about the configuration set only. Without it the mail has no receipt; but it goes out."""


class Receipts(TypedDict, total=False):
    """What a mail says about its receipt."""

    ConfigurationSetName: str
    EmailTags: "list[MessageTagTypeDef]"


class Email:
    name = "email"

    def __init__(self, client: "Callable[[], SESV2Client]", sender: str, configuration_set: str = "") -> None:
        name, self._address = parseaddr(sender)
        self._sender = formataddr((name or SENDER_NAME, self._address))
        self._client = client
        self._configuration_set = configuration_set

    def send(self, address: str, brief: Brief) -> str:
        mail, receipts = compose(brief), self._receipts(brief)
        with told_apart():
            try:
                return self._sent(address, brief, mail, receipts)
            except ClientError as error:
                if not receipts or error.response["Error"]["Code"] not in OF_THE_SET:
                    raise
                return self._sent(address, brief, mail, {})

    def _sent(self, address: str, brief: Brief, mail: "Mail", receipts: Receipts) -> str:
        answer = self._client().send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [address]},
            Content={
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": mail.text, "Charset": "UTF-8"},
                        "Html": {"Data": mail.html, "Charset": "UTF-8"},
                    },
                    "Headers": headers(brief, self._address),
                }
            },
            **receipts,
        )
        return answer["MessageId"]

    def _receipts(self, brief: Brief) -> Receipts:
        """Where SES tells what becomes of the mail, and what of it then says which notice it was."""
        if not self._configuration_set or not brief.notice:
            return {}
        tags = {"page": brief.page_id, "notice": str(brief.notice)}
        return {
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
        }


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the mail. Without a href it is text and nothing else."""

    name: str
    text: str
    href: str = ""


def compose(brief: Brief) -> Mail:
    shown = _shown(brief)
    templates = _templates()
    return Mail(
        subject=subject(brief),
        text=templates.get_template("email.txt").render(shown),
        html=templates.get_template("email.html").render(shown),
    )


def subject(brief: Brief) -> str:
    """What a lock screen shows, the most important first; one line, whatever the alert says."""
    label = LABELS.get(brief.kind, "Again: " if brief.returned else "")
    words = clean(brief.news) + ", " + clean(brief.title) if brief.news else clean(brief.title)
    badge = "" if brief.kind is Kind.TEST else f"{_badge(brief)} "
    return cut(f"{label}{badge}{clean(brief.service)}: {words}", SUBJECT_CHARS_MAX)


def headers(brief: Brief, sender_address: str) -> "list[MessageHeaderTypeDef]":
    """What keeps absent people's mail programs from answering, and puts a page's mails together.

    SES sets Message-ID itself, so every mail answers the same one that was never sent: that is how they find together.
    """
    thread = f"<{brief.page_id}@{sender_address.rpartition('@')[2]}>"
    urgent = _is_first(brief) or brief.kind in (Kind.AT_RISK, Kind.EXHAUSTED)
    chosen = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": thread if brief.page_id else "",
        "References": thread if brief.page_id else "",
        "Importance": "high" if urgent else "",
        "X-Priority": "1" if urgent else "",
    }
    return [{"Name": name, "Value": value} for name, value in chosen.items() if value]


def _badge(brief: Brief) -> str:
    """What the team has agreed on, then what the sender says: "P1 CRITICAL"."""
    return f"{brief.priority} {brief.severity.upper()}".strip()


def _is_first(brief: Brief) -> bool:
    return brief.priority == Priority.P1.name if brief.priority else brief.severity is Severity.CRITICAL


def _shown(brief: Brief) -> dict[str, object]:
    """Everything the templates need, cleaned and cut; the templates escape."""
    details = [
        Item(cut(clean(name), DETAIL_NAME_CHARS_MAX), cut(clean(value), DETAIL_CHARS_MAX))
        for name, value in list(brief.details.items())[:DETAILS_MAX]
    ]
    return {
        "kind": brief.kind.name,
        "label": LABELS.get(brief.kind, "").rstrip(": "),
        "severity": brief.severity.value,
        "badge": _badge(brief),
        "others": brief.others,
        "service": clean(brief.service),
        "title": cut(clean(brief.title), TITLE_CHARS_MAX) or "(no title)",
        "news": clean(brief.news),
        "facts": _facts(brief),
        "ways": _ways(brief),
        "details": details,
        "stacked": any(len(detail.name) > DETAIL_NAME_BESIDE_MAX for detail in details),
        "details_more": max(0, len(brief.details) - DETAILS_MAX),
        "link": brief.link,
        "returned": brief.returned,
        "unparsed": brief.unparsed,
        "page_id": brief.page_id,
    }


def _facts(brief: Brief) -> list[Item]:
    since = date_and_clock(brief.opened_at, brief.timezone)
    utc = clock(brief.opened_at, "UTC")
    facts = [
        Item("Since", since if since.endswith(utc) else f"{since} ({utc})"),
        Item("Answer by", _answer_by(brief)),
        Item("Priority", f"{brief.priority} (the sender says {brief.severity})" if brief.priority else ""),
        Item("Severity", "" if brief.priority else brief.severity.value),
        Item("Source", clean(brief.source)),
        Item("Owner", clean(brief.owner)),
        Item("Alerts", f"{brief.alerts} so far" if brief.alerts > 1 else ""),
        Item("Tier", f"{brief.tier} of {brief.tiers}" if brief.tiers > 1 else ""),
    ]
    return [fact for fact in facts if fact.text]


def _answer_by(brief: Brief) -> str:
    """With the day where it is another one than that of the opening, which stands above it."""
    if brief.answer_by is None:
        return ""
    days = {local(moment, brief.timezone).date() for moment in (brief.opened_at, brief.answer_by)}
    written = clock if len(days) == 1 else date_and_clock
    return f"{written(brief.answer_by, brief.timezone)} ({brief.agreed})".removesuffix(" ()")


def _ways(brief: Brief) -> list[Item]:
    """Where to go on: the runbook, where people meet, what the alert points at."""
    ways = [
        Item("Runbook", clean(brief.runbook), href(brief.runbook, "http", "https")),
        Item("Bridge", clean(brief.bridge), href(brief.bridge, "http", "https", "tel")),
    ]
    links = [
        Item(clean(link.text) or "Link", clean(link.href), href(link.href, "http", "https"))
        for link in brief.links[:LINKS_MAX]
    ]
    return [way for way in ways + links if way.text]


@cache
def _templates() -> "Environment":
    # Here and not above: loading Jinja costs a step that sends no mail a quarter of its cold start.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
