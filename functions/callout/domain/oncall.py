"""What a team has described about its on-call life: responders, policies, services. Values only, already checked."""

from dataclasses import dataclass, field

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a responder."""

    id: str
    """Unique within the responder: the channel's name, with a number from the second on ("sms", "email", "sms-2")."""
    channel: str
    address: str
    """Where the channel sends: a phone number in E.164, a mail address. Never in a log."""


@dataclass(frozen=True, slots=True)
class Responder:
    id: str
    name: str
    contacts: tuple[Contact, ...] = ()
    """In the order in which they are tried when one is refused."""
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Tier:
    """Whom to notify, through which channels, and how long to wait for an answer."""

    targets: tuple[str, ...]
    """Responder ids."""
    channels: tuple[str, ...] = ("sms",)
    wait_seconds: int = 5 * MINUTE_SECONDS


@dataclass(frozen=True, slots=True)
class Policy:
    id: str
    tiers: tuple[Tier, ...]
    repeat: int = 0
    """How many more times the whole ladder is climbed after the first."""
    last_resort: Tier | None = None
    """Told when the ladder has ended, and again with every comeback; None: the last tier is."""
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

    def tier_at(self, turn: int, start: int) -> int:
        """The tier (from 0) whose turn it is.

        A page that starts higher goes up from there and then takes the tiers it had passed over, so that every tier
        still gets its turn before the ladder ends; later rounds begin at the first tier.
        """
        count = len(self.tiers)
        return (start + turn) % count if turn < count else turn % count


def targets(policy: Policy) -> tuple[str, ...]:
    """Everybody whom the policy may notify."""
    tiers = (*policy.tiers, *((policy.last_resort,) if policy.last_resort else ()))
    return tuple(dict.fromkeys(name for tier in tiers for name in tier.targets))


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: str
    policy: str
    runbook: str = ""
    bridge: str = ""
    """Where people meet while it lasts: a call or a chat room."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """The whole description, as one version of it went live."""

    version: int
    services: dict[str, Service] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    responders: dict[str, Responder] = field(default_factory=dict)
    routing_keys: dict[str, str] = field(default_factory=dict)
    """SHA-256 (hex) of a routing key -> service id. The keys themselves are never stored."""
