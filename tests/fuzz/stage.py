"""The function files over the experiment's fake AWS, in one process: every input finds the same table."""

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from people import ADA, BOSS, GRACE
from simulation.aws.fake import FakeAws
from simulation.aws.faults import Call
from simulation.aws.table import Record
from simulation.lambdas import Inline

from callout.domain import feed_address, synthetic, token
from callout.domain.alert import Action, Alert, Severity
from callout.domain.oncall import OnCall, Policy, Service, Tier
from callout.domain.page import Page
from callout.domain.schedule import Layer, Schedule, Unit
from callout.domain.token import LinkKind, SigningKey
from callout.paging import receive, step
from callout.runtime import Chance, Clients, Runtime, Settings
from callout.store import shapes

FUNCTIONS = Path(__file__).parents[2] / "functions"
ROUTING_KEY = "0123456789abcdef0123456789ABCDEF"
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
KEY = SigningKey(0, b"k" * token.SECRET_BYTES)
STRANGER = SigningKey(0, b"s" * token.SECRET_BYTES)
SETTINGS = Settings(
    "callout",
    "arn:aws:states:eu-central-1:123456789012:stateMachine:x",
    "https://callout.example.com",
    "pager@example.com",
    email_configuration_set="callout-pages",
    sms_receipts=True,
)
SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)
POLICY = Policy(
    "checkout",
    (Tier(("ada",), ("sms", "email"), 300), Tier(("grace",), ("sms",), 300)),
    last_resort=Tier(("boss",), ("email",)),
)
NIGHTS = Layer("nights", "Europe/Berlin", ("ada", "grace"), Unit.DAY, 1, datetime(2026, 11, 1))  # noqa: DTZ001
Key = tuple[str, str]


def oncall() -> OnCall:
    return OnCall(
        version=1,
        services={"checkout": Service("checkout", "Checkout", "checkout")},
        policies={"checkout": POLICY},
        responders={each.id: each for each in (ADA, GRACE, BOSS)},
        routing_keys={sha256(ROUTING_KEY.encode()).hexdigest(): "checkout"},
        schedules={"nights": Schedule("nights", "Nights", "Europe/Berlin", (NIGHTS,))},
    )


class Heard:
    """A journal that keeps what one input made it say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @contextmanager
    def of_one_event(self) -> Iterator[None]:
        yield

    def __getattr__(self, name: str) -> Any:
        return lambda *words, **facts: self.said.append(f"{name} {words} {facts}")


class Unhurried:
    """No waiting before an unknown key is refused."""

    begins = accepted = staticmethod(lambda: None)
    unhurried = staticmethod(lambda answer: answer)


class Stage:
    def __init__(self) -> None:
        self.now = NOW
        self.mails: list[Mapping[str, Any]] = []
        self.aws = FakeAws(lambda: self.now)
        self.aws.before = self._before
        journal = Heard()
        self.said = journal.said
        chance = Chance(lambda: 0.0, lambda _: None, secret=lambda _: KEY.secret, pool=lambda _: Inline())
        self.runtime = Runtime(SETTINGS, Clients(self.aws.client), lambda: self.now, journal, chance)  # type: ignore[arg-type]
        self.runtime.pace = Unhurried()  # type: ignore[assignment]
        self.runtime.versions.add(oncall())
        self.runtime.versions.switch(1, 0)
        self.runtime.oncall()
        self.page_id = self._open()
        self._kept = self.items()
        self.kept = len(self._kept)

    def _open(self) -> str:
        known = self.runtime.oncall()
        page = receive(self.runtime.world, SAID, known.services["checkout"], known).page
        assert page is not None
        step(self.runtime.world, page.id, 1)
        return page.id

    def _before(self, call: Call) -> None:
        if call.operation == "SendEmail":
            self.mails.append(call.params["Content"]["Simple"])

    def items(self) -> dict[Key, Record]:
        return {
            (pk, sk): record for pk, part in self.aws.table.partitions.items() for sk, record in part.records.items()
        }

    def pages(self) -> list[Page]:
        """Beside the one that was there."""
        found = map(shapes.page_of, self.aws.table.items("PAGE#"))
        return [page for page in found if page.id != self.page_id]

    def again(self) -> None:
        """As before the first input."""
        table, now = self.aws.table, self.items()
        for key in now.keys() - self._kept.keys():
            table.delete(*key)
        for key, record in self._kept.items():
            if now.get(key) is not record:
                table.put(*key, record)
        table._expiring.clear()
        self.now = NOW
        self.aws.executions.by_name.clear()
        self.aws.sent.clear()
        self.mails.clear()
        self.said.clear()
        self.runtime.gate._minutes.clear()

    def function(self, name: str) -> ModuleType:
        """functions/<name>.py in this stage's world."""
        spec = importlib.util.spec_from_file_location(f"fuzzed_{name}", FUNCTIONS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        with mock.patch("callout.runtime.runtime", return_value=self.runtime):
            spec.loader.exec_module(module)
        return module

    def links(self) -> dict[str, str]:
        """The tokens that a stranger may have: those that were sent, and what is near them."""
        issued = {
            kind.name.lower(): token.issue(KEY, self.page_id, "ada", kind, NOW)
            for kind in (LinkKind.SMS, LinkKind.EMAIL)
        }
        problem = self.page_id.rpartition("-")[0]
        return issued | {
            "expired": token.issue(KEY, self.page_id, "ada", LinkKind.SMS, NOW - timedelta(days=30)),
            "stranger": token.issue(STRANGER, self.page_id, "ada", LinkKind.SMS, NOW),
            "untold": token.issue(KEY, self.page_id, "grace", LinkKind.SMS, NOW),
            "nowhere": token.issue(KEY, f"{problem}-7", "ada", LinkKind.SMS, NOW),
            "nonce": token.nonce(issued["sms"], KEY),
            "mailnonce": token.nonce(issued["email"], KEY),
            "code": token.code(issued["email"], KEY),
            "feed": feed_address.issue(KEY, "nights"),
            "forgedfeed": feed_address.issue(STRANGER, "nights"),
            "forgedprobe": synthetic.issue(STRANGER, NOW),
            "probe": synthetic.issue(KEY, NOW),
        }
