"""The only reader of environment and time, and the only place that knows every concrete part. Builds the world."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import uuid4

import boto3
from botocore.config import Config

from callout.cache import Cached
from callout.calendars.fetch import Fetch
from callout.calendars.refreshing import refresh
from callout.channels import email, sms
from callout.channels.email import Email
from callout.channels.sink import Sink
from callout.channels.sms import Sms
from callout.domain import synthetic, token
from callout.domain.brief import Brief
from callout.domain.errors import Refused, Unavailable
from callout.domain.oncall import OnCall, Service
from callout.domain.token import LinkKind, SigningKey
from callout.gate import Gate
from callout.journal import Journal
from callout.knocking import post
from callout.store.calendars import Calendars
from callout.store.contacts import Contacts
from callout.store.counters import Counters
from callout.store.keys import Ring, SigningKeys
from callout.store.oncall import Known, OnCallVersions
from callout.store.pages import Pages
from callout.store.sent import Sent
from callout.store.turns import Turns
from callout.workflow import Workflow
from callout.world import World

CACHE_SECONDS = 60
"""How long a function believes what it has read of the on-call description and the signing keys."""
PACE_SECONDS_MAX = 0.5
PAUSE_SECONDS_MAX = 1

A = TypeVar("A")

_TABLE = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
"""Six seconds a call at worst: a read and a write fit into what a sender's function has, and 503 can still be said."""
_ONCE = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
"""A start that fails costs little: the watchdog finds the page."""
_PROVIDER = Config(connect_timeout=2, read_timeout=8, retries={"total_max_attempts": 1})
"""The page itself tries again, more slowly than botocore would, and writes it down."""
_CONFIGS = {"dynamodb": _TABLE, "stepfunctions": _ONCE}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the template says in a function's environment; the operator's command takes it from the stack's outputs."""

    table: str
    machine_arn: str = ""
    base_url: str = ""
    email_from: str = ""
    sms_sender_id: str = ""
    email_configuration_set: str = ""
    """Where SES tells what becomes of a mail; "" where nobody asks."""
    sms_receipts: bool = False
    """Whether the account logs what becomes of a text."""
    heartbeat_url: str = field(default="", repr=False)
    """A secret: whoever knows it can say that all is well."""
    service: str = "callout"
    """What logs and metrics call the deployment: its stack's name."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        if not environment.get("TABLE"):
            raise LookupError("the environment variable TABLE is not set: template.yaml names the table in it")
        return cls(
            table=environment["TABLE"],
            machine_arn=environment.get("MACHINE_ARN", ""),
            base_url=environment.get("BASE_URL", ""),
            email_from=environment.get("EMAIL_FROM", ""),
            sms_sender_id=environment.get("SMS_SENDER_ID", ""),
            email_configuration_set=environment.get("EMAIL_CONFIGURATION_SET", ""),
            sms_receipts=environment.get("SMS_RECEIPTS") == "yes",
            heartbeat_url=environment.get("HEARTBEAT_URL", ""),
            service=environment.get("POWERTOOLS_SERVICE_NAME") or "callout",
        )


class Clients:
    """boto3 clients, made once each. All need the table; what only some need is made when it is first used."""

    def __init__(self, make: Callable[[str], Any] | None = None) -> None:
        self._make = make or _maker()
        self._made: dict[str, Any] = {}
        self._lock = Lock()

    def __call__(self, name: str) -> Any:
        with self._lock:  # a session must not make two clients at the same time
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]


def _maker() -> Callable[[str], Any]:
    session: Any = boto3.session.Session()  # the name decides the type: no overload fits
    return lambda name: session.client(name, config=_CONFIGS.get(name, _PROVIDER))


def now() -> datetime:
    return datetime.now(UTC)


def pause(attempt: int) -> None:
    """Longer and longer by chance; nothing before the first attempt."""
    if attempt:
        time.sleep(secrets.randbelow(1000) / 1000 * min(PAUSE_SECONDS_MAX, 0.01 * 2**attempt))


class Pace:
    """How long a known routing key takes here, so that an unknown one is refused neither sooner nor later."""

    def __init__(self) -> None:
        self._usual = 0.03
        self._began = 0.0

    def begins(self) -> None:
        """An event begins; a function handles one at a time."""
        self._began = time.monotonic()

    def accepted(self) -> None:
        """Only what was accepted counts: nobody without a key can make refusals quicker or slower."""
        took = min(time.monotonic() - self._began, PACE_SECONDS_MAX)
        self._usual += (took - self._usual) / 8

    def unhurried(self, answer: A) -> A:
        time.sleep(max(0.0, self._usual - (time.monotonic() - self._began)))
        return answer


@dataclass(frozen=True, slots=True)
class Chance:
    """Whatever differs from run to run besides the clock on the wall; a simulation brings its own."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[int], None] = pause
    mark: Callable[[], str] = lambda: uuid4().hex
    """Names one write."""
    secret: Callable[[int], bytes] = secrets.token_bytes
    pool: Callable[[int], Executor] = ThreadPoolExecutor


class Runtime:
    """The world of one function, with what the function files need of it besides the verbs."""

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        clock: Callable[[], datetime] = now,
        journal: Journal | None = None,
        chance: Chance | None = None,
    ) -> None:
        chance = chance or Chance()
        self.now = clock
        self.pace = Pace()
        self.journal = journal or Journal(settings.service)
        self._clients = clients
        table = clients("dynamodb"), settings.table
        self.pages = Pages(*table, mark=chance.mark)
        self.versions = OnCallVersions(*table)
        self.keys = SigningKeys(*table, secret=chance.secret)
        self.calendars = Calendars(*table)
        self.contacts = Contacts(*table)
        self.sent = Sent(*table)
        self.counters = Counters(*table)
        self.gate = Gate(self.counters.requests, clock)
        self._oncall: Cached[Known] = Cached(chance.monotonic, CACHE_SECONDS)
        self._ring: Cached[Ring] = Cached(chance.monotonic, CACHE_SECONDS)
        self._valid: Cached[Mapping[int, SigningKey]] = Cached(chance.monotonic, CACHE_SECONDS)
        self._base_url = settings.base_url
        self._heartbeat_url = settings.heartbeat_url
        self._beat = Fetch(chance.monotonic, redirects_max=0, good=range(200, 300))
        self.world = World(
            now=clock,
            pause=chance.pause,
            pages=self.pages,
            machine=Workflow(lambda: clients("stepfunctions"), settings.machine_arn),
            oncall=self.oncall,
            fresh_oncall=self.fresh_oncall,
            turns=Turns(*table),
            counters=self.counters,
            channels={
                "sms": Sms(
                    lambda: clients("sns"), settings.sms_sender_id, self._remember if settings.sms_receipts else None
                ),
                "email": Email(lambda: clients("sesv2"), settings.email_from, settings.email_configuration_set),
                synthetic.SINK: Sink(clock, lambda seconds: self.journal.synthetic(seconds)),
            },
            links=self,
            journal=self.journal,
            pool=chance.pool,
        )

    def warm(self, *clients: str) -> None:
        """Make clients before the first event needs them."""
        for name in clients:
            self._clients(name)

    def oncall(self) -> OnCall:
        """The live description, at most CACHE_SECONDS old. Raises Unavailable."""
        return self._oncall.get(self._current).oncall

    def fresh_oncall(self) -> OnCall:
        """The live description, as of now. Raises Unavailable."""
        return self._oncall.refresh(self._current).oncall

    def _current(self, known: Known | None) -> Known:
        current = self.versions.current(known)
        return current if current is known else replace(current, oncall=synthetic.with_synthetic(current.oncall))

    def refresh_calendars(self, began: datetime) -> None:
        """Read the live description's calendars again, if it is time by when the watchdog began. Never raises."""
        refresh(self.world, self.calendars, Fetch(time.monotonic), began)

    def heartbeat(self) -> None:
        """Tell whoever watches from outside that the watchdog has run. Never raises, and never says the address."""
        if not self._heartbeat_url:
            return
        try:
            self._beat(self._heartbeat_url)
        except (Refused, Unavailable) as error:
            self.journal.trouble("the heartbeat was not taken", error=str(error))
            self.journal.count("HeartbeatsFailed")

    def knock(self, said: Mapping[str, str]) -> None:
        """Post an alert for the synthetic service at the front door. Raises Refused, Unavailable."""
        key = synthetic.issue(self._present_key(), self.now())
        post(self._base_url, "/webhooks/generic", key, said)

    def probed(self, key: str) -> tuple[OnCall, Service] | None:
        """The synthetic service, where a routing key is the probe's and still good. Raises Unavailable.

        The signing keys are read only for what is written as a probe's key is.
        """
        try:
            synthetic.verify(key, self.signing_keys(synthetic.read(key).key_id), self.now())
        except (token.Forged, token.Expired):
            return None
        oncall = self.oncall()
        return oncall, oncall.services[synthetic.ID]

    def link(self, page_id: str, responder: str, channel: str) -> str:
        """A responder's answer link for a page, signed with the present key. Raises Unavailable."""
        key = self._present_key()
        kind = LinkKind.EMAIL if channel == "email" else LinkKind.SMS
        return f"{self._base_url}/a/{token.issue(key, page_id, responder, kind, self.now())}"

    def _remember(self, message_id: str, brief: Brief) -> None:
        """Which notice a text was, for its receipt. Where that fails there will be none on the ledger."""
        if not brief.notice:
            return
        try:
            self.sent.remember(message_id, brief.page_id, brief.notice, self.now())
        except Unavailable as error:
            self.journal.trouble("a text's receipt will not be known", brief.page_id, error=str(error))

    def _present_key(self) -> SigningKey:
        return self._ring.get(lambda _: self.keys.read_or_make()).present

    def signing_keys(self, wanted: int) -> Mapping[int, SigningKey]:
        """The keys that are valid now; looked up afresh for one that is not among those known. Raises Unavailable."""
        known = self._valid.get(lambda _: self.keys.valid())
        return known if wanted in known else self._valid.refresh(lambda _: self.keys.valid())


def at_first_sight(channel: str, brief: Brief) -> str:
    """What a message says before anybody opens it: a text whole, of a mail the subject."""
    return sms.text(brief) if channel == "sms" else email.subject(brief)


def random_key() -> str:
    """A dedup key that was never used before."""
    return secrets.token_hex(16)


def runtime() -> Runtime:
    """The runtime of a function on Lambda."""
    return Runtime(Settings.from_environment(), Clients())
