"""What a team has described about its on-call life, as values that have been checked already."""

from dataclasses import dataclass, field
from datetime import datetime

from callout.domain.alert import Severity
from callout.domain.hours import Hours
from callout.domain.priority import Priority, Urgency, When
from callout.domain.schedule import Calendar, Schedule

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a responder."""

    id: str
    """Unique within the responder: the channel's name, with a number from the second on ("sms", "email", "sms-2")."""
    channel: str
    address: str
    """Where the channel sends: a phone number in E.164, a mail address. Never in a log."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of a responder's own rules: this way, so long after their turn began."""

    channel: str
    after_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """A time in which a responder cannot be paged; both instants in UTC, the end excluded."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Responder:
    id: str
    name: str
    contacts: tuple[Contact, ...] = ()
    """In the order in which they are tried when one is refused."""
    timezone: str = "UTC"
    rules: dict[Urgency, tuple[Rule, ...]] = field(default_factory=dict)
    """How they want to be told where a tier leaves it to them; without any, by every contact at once."""
    alternates: tuple[str, ...] = ()
    """Responder ids: the first who is there stands in while this one is away."""
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    members: tuple[str, ...]
    """Responder ids."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a tier takes part; what is empty does not matter."""

    urgency: Urgency | None = None
    priorities: tuple[Priority, ...] = ()
    support_hours: When | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """Whom to notify, through which channels, and how long to wait for an answer."""

    targets: tuple[str, ...]
    """A responder's id, or what and whose with a colon: schedule:ID (on call now), next:ID and previous:ID (of that
    schedule), team:ID (all of them), robin:ID (one of that team, another each time)."""
    channels: tuple[str, ...] = ("sms",)
    """() leaves it to each responder's own rules."""
    wait_seconds: int = 5 * MINUTE_SECONDS
    everyone: bool = False
    """Each of them must answer, not just the first."""
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    id: str
    tiers: tuple[Tier, ...]
    repeat: int = 0
    """How many more times the whole ladder is climbed after the first."""
    last_resort: Tier | None = None
    """Told when the ladder has ended, and again with every comeback; None: the last tier that is meant for it."""
    comeback_seconds: int = 30 * MINUTE_SECONDS
    """How often an exhausted page comes back."""
    ack_timeout_seconds: int | None = HOUR_SECONDS
    """How long an acknowledgement lasts; None: for ever."""
    relapse_seconds: int = 30 * MINUTE_SECONDS
    """A problem that returns within this time after it was resolved starts one tier higher."""

    @property
    def turns(self) -> int:
        """How many turns the ladder has in all: each tier once a round."""
        return len(self.tiers) * (self.repeat + 1)

    @property
    def everywhere(self) -> tuple[Tier, ...]:
        """Its tiers and its last resort."""
        return (*self.tiers, *((self.last_resort,) if self.last_resort else ()))

    def tier_at(self, turn: int, start: int) -> int:
        """The tier (from 0) whose turn it is.

        A page that starts higher goes up from there and then takes the tiers it had passed over, so that every tier
        still gets its turn before the ladder ends; later rounds begin at the first tier.
        """
        count = len(self.tiers)
        return (start + turn) % count if turn < count else turn % count


SEVERITY_PRIORITIES = {
    Severity.CRITICAL: Priority.P1,
    Severity.ERROR: Priority.P2,
    Severity.WARNING: Priority.P3,
    Severity.INFO: Priority.P4,
}
"""What a severity means where a service does not say."""

PRIORITY_URGENCIES: dict[Priority, Urgency] = {
    Priority.P1: Urgency.HIGH,
    Priority.P2: Urgency.HIGH,
    Priority.P3: Urgency.LOW,
    Priority.P4: Urgency.LOW,
    Priority.P5: Urgency.LOW,
}
"""What a priority may wake where a service does not say; PagerDuty's severity-based urgency draws the same line."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """A priority's urgency inside and outside of support hours."""

    inside: Urgency
    outside: Urgency


@dataclass(frozen=True, slots=True)
class ResponseTarget:
    """How soon somebody should have answered."""

    seconds: int
    in_support_hours: bool = False
    """The clock runs in the service's support hours only."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What happens when a response target is about to be missed."""

    before_seconds: int | None = None
    """So long before; None: when three quarters of the time are over."""
    raise_urgency: bool = False
    next_tier: bool = False
    """The next tier gets its turn at once."""
    notify: Tier | None = None


@dataclass(frozen=True, slots=True)
class Aging:
    """Low-urgency pages that stay open get their turn."""

    after_seconds: int = DAY_SECONDS
    """In support hours, where the service states some: open for so long, it is brought back, then once a day."""
    raise_after: int = 3
    """Brought back so often, it is raised: one priority higher and of high urgency, from the first tier on."""


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: str
    policy: str
    runbook: str = ""
    bridge: str = ""
    """Where people meet while it lasts: a call or a chat room."""
    owner: str = ""
    """Who it belongs to, in words for a responder of another team."""
    support_hours: Hours | None = None
    """None: around the clock."""
    priorities: dict[Severity, Priority] = field(default_factory=dict)
    """Over SEVERITY_PRIORITIES."""
    urgencies: dict[Priority, Loudness] = field(default_factory=dict)
    """Over PRIORITY_URGENCIES."""
    response: dict[Priority, ResponseTarget] = field(default_factory=dict)
    at_risk: AtRisk | None = None
    high_value: bool = False
    """Its pages start one priority higher."""
    early_life_until: datetime | None = None
    """Until then tiers wait half as long, and everything is of high urgency."""
    aging: Aging | None = Aging()
    """None: pages of low urgency may be forgotten."""
    texts_per_day: int = 250
    """Beyond that, nobody gets a second text about the same page on that day (UTC); the first one always goes out."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A window in which alerts are recorded and nobody is paged until its end."""

    id: str
    name: str
    services: tuple[str, ...] = ()
    """Service ids; () means all."""
    labels: dict[str, str] = field(default_factory=dict)
    """Only alerts whose details say all of this."""
    start: datetime | None = None
    """Instants in UTC: one that happens once, or the time within which a recurring one recurs."""
    end: datetime | None = None
    hours: Hours | None = None
    """When it recurs; None: it lasts from start to end."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """The whole description, as one version of it went live."""

    version: int
    services: dict[str, Service] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    responders: dict[str, Responder] = field(default_factory=dict)
    routing_keys: dict[str, str] = field(default_factory=dict)
    """SHA-256 (hex) of a routing key -> service id. The keys themselves are never stored."""
    schedules: dict[str, Schedule] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    maintenance: tuple[Maintenance, ...] = ()
    calendars: dict[str, Calendar] = field(default_factory=dict)
    """What is known of the calendars that layers name; read beside the version, since it changes without one."""
    calendar_sources: dict[str, str] = field(default_factory=dict)
    """Calendar id -> https address that the minute function reads; "" for one that came as a file with the rest."""
    follow_version: int = 0
    """Open pages whose policy is of an older version go on by the live one."""
