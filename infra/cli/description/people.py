"""Responders and teams: how they are written, and what the domain makes of them."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, model_validator

from callout.domain import oncall
from callout.domain.priority import Urgency
from infra.cli.description.base import CHANNELS, ONE_KEY, Or, Strict, choice, either
from infra.cli.description.spans import Delay
from infra.cli.description.times import Instant, Moment
from infra.cli.description.together import Faults, Raw, together
from infra.cli.description.values import Label, Mail, Phone, Timezone, wrong

CONTACTS_MAX = 10
RULES_MAX = 10
ALTERNATES_MAX = 20
AWAY_MAX = 200
MEMBERS_MAX = 500


class Contact(Strict):
    """One way to reach somebody. The order of the list is the order in which they are tried, across channels."""

    model_config = ConfigDict(json_schema_extra=ONE_KEY)

    sms: Phone = ""
    """A phone number with its country code, in quotes: "+1 202 555 0101"."""
    email: Mail = ""
    """A mail address."""

    @model_validator(mode="wrap")
    @classmethod
    def one_channel(cls, value: Any, contact: ModelWrapValidatorHandler[Self]) -> Self:
        return together(value, contact, _one_address)

    @property
    def channel(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def address(self) -> str:
        return self.sms or self.email


class Rule(Strict):
    """A channel, so long after the tier's turn began."""

    model_config = ConfigDict(json_schema_extra=ONE_KEY)

    sms: Delay = 0
    """By text message, after this time: 2m."""
    email: Delay = 0
    """By mail, after this time: 2m."""

    @model_validator(mode="wrap")
    @classmethod
    def one_channel(cls, value: Any, rule: ModelWrapValidatorHandler[Self]) -> Self:
        return together(value, rule, _one_delay)

    @property
    def channel(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def after_seconds(self) -> int:
        return self.sms or self.email


def _one_address(raw: Raw) -> Faults:
    if _not_one(raw):
        fix = "put each on a line of its own: - sms: ... / - email: ..."
        yield wrong("must name one channel and its address", fix)


def _one_delay(raw: Raw) -> Faults:
    if _not_one(raw):
        yield wrong("must name one channel and its delay", "write each as an item of its own: [sms, {email: 2m}]")


def _not_one(raw: Raw) -> bool:
    """An unknown key may be the one that is meant."""
    return not raw or sum(channel in raw for channel in CHANNELS) > 1


def _at_once(value: Any) -> dict[str, str]:
    return {choice(value, CHANNELS, "a channel"): "0s"}


RuleItem = Annotated[Rule, either(_at_once), Or({"enum": list(CHANNELS)})]
Rules = Annotated[list[RuleItem], Field(min_length=1, max_length=RULES_MAX)]


class PersonalRules(Strict):
    """How somebody wants to be told where a tier says `by: personal`: channels, each at once or after a delay."""

    high: Rules | None = None
    """For pages of high urgency: [sms, {email: 2m}]."""
    low: Rules | None = None
    """For pages of low urgency: [email]."""

    def said(self) -> dict[Urgency, tuple[oncall.Rule, ...]]:
        written = {Urgency.HIGH: self.high, Urgency.LOW: self.low}
        return {
            urgency: tuple(oncall.Rule(rule.channel, rule.after_seconds) for rule in rules)
            for urgency, rules in written.items()
            if rules
        }


class Away(Strict):
    """A time in which somebody cannot be paged, on their own clock."""

    start: Instant = Field(alias="from")
    """2026-12-24 09:00, by the responder's own clock; or with an offset from UTC."""
    end: Instant = Field(alias="to")
    """2026-12-27 09:00; the end is no longer part of it."""


class Responder(Strict):
    """Somebody who can be paged."""

    name: Label = ""
    """As others read it in messages; the id if left out."""
    contact: Annotated[list[Contact], Field(min_length=1, max_length=CONTACTS_MAX)]
    """Ways to reach them, in the order in which they are tried when one is refused."""
    timezone: Timezone = "UTC"
    """Times in messages are shown in it: Europe/London."""
    rules: PersonalRules | None = None
    """How they want to be told where a tier says `by: personal`; left out: by every contact at once."""
    alternates: Annotated[list[str], Field(min_length=1, max_length=ALTERNATES_MAX)] = Field(default=[])
    """Who stands in while they are away: the first who is there."""
    away: Annotated[list[Away], Field(max_length=AWAY_MAX)] = Field(default=[])
    """When they cannot be paged."""


class Team(Strict):
    """People who can be notified together, or in turns with {one_of: team}."""

    name: Label = ""
    """As others read it; the id if left out."""
    members: Annotated[list[str], Field(min_length=1, max_length=MEMBERS_MAX)]
    """Ids of responders."""


def responder(name: str, written: Responder) -> oncall.Responder:
    return oncall.Responder(
        id=name,
        name=written.name or name,
        contacts=_contacts(written.contact),
        timezone=written.timezone,
        rules=written.rules.said() if written.rules else {},
        alternates=tuple(written.alternates),
        away=tuple(_away(written.timezone, away.start, away.end) for away in written.away),
    )


def team(name: str, written: Team) -> oncall.Team:
    return oncall.Team(name, written.name or name, tuple(written.members))


def _away(timezone: str, start: Moment, end: Moment) -> oncall.Away:
    return oncall.Away(start.instant(timezone), end.instant(timezone))


def _contacts(contacts: list[Contact]) -> tuple[oncall.Contact, ...]:
    counts: dict[str, int] = {}
    found = []
    for contact in contacts:
        count = counts[contact.channel] = counts.get(contact.channel, 0) + 1
        name = contact.channel if count == 1 else f"{contact.channel}-{count}"
        found.append(oncall.Contact(name, contact.channel, contact.address))
    return tuple(found)
