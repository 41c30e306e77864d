"""Callout on the real parts: what senders, responders and schedules do to it, and what they see of it."""

import json
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlencode

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from people import ADA, BOSS, GRACE
from real.deployment import BUCKET, deploy, package
from real.parts import REGION, Installed, Microburst, Ministack

from callout.domain.identity import problem_id
from callout.domain.oncall import OnCall, Policy, Service
from callout.domain.page import Page
from callout.store.oncall import OnCallVersions
from callout.store.pages import Pages
from infra.local.forms import forms

ANSWER_SECONDS = 30
"""API Gateway's own patience."""
COME_AGAIN_SECONDS = 0.3
TIMES_MAX = 600
SENDERS = 10
LINK = re.compile(r"/a/[A-Za-z0-9_-]{35}")
ONCE = Config(read_timeout=70, retries={"total_max_attempts": 1}, max_pool_connections=32)


@dataclass(frozen=True, slots=True)
class Accepted:
    key: str
    at: datetime
    """When the sender had its 2xx."""
    refused: tuple[int, ...]
    """What it was answered before that; 0 for no answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message that the provider took. ministack does not say when a text was taken: the ledger does."""

    channel: str
    to: str
    text: str


class Field:
    def __init__(self, installed: Installed) -> None:
        self.installed = installed
        self.ministack = Ministack(installed)
        try:
            self.wire = Microburst(installed, self.ministack.url)
        except BaseException:
            self.ministack.close()
            raise
        self._session = boto3.Session("test", "test", region_name=REGION)
        self._clients: dict[str, Any] = {}
        self._http = urllib3.PoolManager(retries=False, maxsize=64)
        self._oncall = OnCall(version=0, responders={person.id: person for person in (ADA, GRACE, BOSS)})
        self._keys: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self.outputs, self.names = deploy(self.client, self.installed, self.wire.url)
            table = self.client("dynamodb"), self.outputs["TableName"]
            self.client("sesv2").create_email_identity(EmailIdentity=self.outputs["EmailFrom"])
            self.pages, self._versions = Pages(*table), OnCallVersions(*table)
            self._watchdog = self._made("lambda", self.wire.url)
            self._warm_wire()
        except BaseException as error:
            error.add_note("\n".join(line for line in self.ministack.log().splitlines() if " ERROR " in line))
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _api(self) -> str:
        return f"{self.ministack.url}/_aws/execute-api/{self.names['Api']}/$default"

    def close(self) -> None:
        self.wire.close()
        self.ministack.close()

    def client(self, service: str) -> Any:
        """Of ministack itself, past microburst."""
        if service not in self._clients:
            self._clients[service] = self._made(service, self.ministack.url)
        return self._clients[service]

    def _made(self, service: str, url: str) -> Any:
        make: Any = self._session  # the name decides the type: no overload fits
        return make.client(service, endpoint_url=url, config=ONCE)

    def _warm_wire(self) -> None:
        """microburst's first call of a service takes seconds."""
        for service, call in _HARMLESS.items():
            getattr(self._made(service, self.wire.url), call)()

    # ---- the description ------------------------------------------------------------------------------------------

    def hire(self, policy: Policy) -> str:
        """A service with that policy, and its routing key. Only a key that is new makes the functions read afresh."""
        key = sha256(policy.id.encode()).hexdigest()[:32]
        before = self._oncall
        self._oncall = replace(
            before,
            version=before.version + 1,
            services={**before.services, policy.id: Service(policy.id, policy.id, policy.id)},
            policies={**before.policies, policy.id: policy},
            routing_keys={**before.routing_keys, sha256(key.encode()).hexdigest(): policy.id},
        )
        assert self._versions.add(self._oncall)
        assert self._versions.switch(self._oncall.version, before.version)
        self._keys[policy.id] = key
        return policy.id

    # ---- a sender -------------------------------------------------------------------------------------------------

    def post(self, service: str, key: str) -> int:
        """One alert, once; 0 where there was no answer."""
        url = f"{self._api}/webhooks/generic/{self._keys[service]}"
        body = json.dumps({"key": key, "title": key, "severity": "critical"})
        try:
            answer: Any = self._http.request("POST", url, body=body, timeout=ANSWER_SECONDS)
        except urllib3.exceptions.HTTPError:
            return 0
        return int(answer.status)

    def send(self, service: str, key: str, after: Callable[[], object] = lambda: None) -> Accepted:
        """An alert from a sender that comes again after 5xx and silence; `after` is called right after the 2xx."""
        refused: list[int] = []
        while len(refused) < TIMES_MAX:
            status = self.post(service, key)
            if 200 <= status < 300:
                at = datetime.now(UTC)
                after()
                return Accepted(key, at, tuple(refused))
            assert status == 0 or status >= 500, f"{key} was answered {status}"
            refused.append(status)
            time.sleep(COME_AGAIN_SECONDS)
        raise AssertionError(f"{key} was never accepted")

    def send_all(self, service: str, keys: Sequence[str]) -> list[Accepted]:
        with ThreadPoolExecutor(SENDERS) as senders:
            return list(senders.map(lambda key: self.send(service, key), keys))

    # ---- a responder ----------------------------------------------------------------------------------------------

    def open(self, text: str) -> Any:
        """The link in a message, opened."""
        return self._ask("GET", text)

    def acknowledge(self, text: str, html: str) -> Any:
        """The button below what was opened, pressed."""
        fields = forms(html)[0].fields | {"action": "acknowledge"}
        return self._ask("POST", text, urlencode(fields))

    def _ask(self, method: str, text: str, body: str | None = None) -> Any:
        found = LINK.search(text)
        assert found, "a message without a link"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self._http.request(method, self._api + found[0], body=body, headers=headers, timeout=ANSWER_SECONDS)

    # ---- what came of it ------------------------------------------------------------------------------------------

    def page(self, service: str, key: str) -> Page:
        page = self.pages.newest(problem_id(service, key))
        assert page is not None, f"there is no page for {key}"
        return page

    def told(self) -> list[Told]:
        return [*self._texts(), *self._mails()]

    def _texts(self) -> list[Told]:
        said = self._http.request("GET", f"{self.ministack.url}/_ministack/sns/sms-messages").json()["sms_messages"]
        return [Told("sms", phone, one["Message"]) for phone, messages in said.items() for one in messages]

    def _mails(self) -> list[Told]:
        said = self._http.request("GET", f"{self.ministack.url}/_ministack/ses/messages").json()["messages"]
        mails = [mail for messages in said.values() for mail in messages]
        return [Told("email", to, f"{mail['Subject']}\n{mail['BodyText']}") for mail in mails for to in mail["To"]]

    # ---- what drives it, and what is done to it -------------------------------------------------------------------

    def watch(self) -> None:
        """One run of the watchdog, as its schedule would call it: through microburst, once, and nobody looks."""
        with suppress(ClientError, BotoCoreError):
            self._watchdog.invoke(FunctionName=self.names["Watch"], Payload=b"{}")["Payload"].read()

    def warm(self, steps: int) -> None:
        """So many processes for steps, started beforehand: how this machine starts them says nothing about AWS."""
        nothing = json.dumps({"page": "nothing-1", "generation": 1})
        functions, step = self.client("lambda"), self.names["Step"]
        with ThreadPoolExecutor(steps) as threads:
            list(threads.map(lambda _: functions.invoke(FunctionName=step, Payload=nothing), range(steps)))

    def execution(self, page: Page, generation: int = 1) -> tuple[str, int]:
        """What became of a page's execution, and how many of its steps failed."""
        machine = self.outputs["MachineArn"].replace(":stateMachine:", ":execution:")
        name = f"{machine}:{page.id}-{generation}"
        machines = self.client("stepfunctions")
        status: str = machines.describe_execution(executionArn=name)["status"]
        events = machines.get_execution_history(executionArn=name, maxResults=1000)["events"]
        return status, sum(event["type"] == "TaskFailed" for event in events)

    def redeploy(self, marked: str) -> None:
        """The functions' code replaced, by one whose texts begin with that word."""
        code = package(self.installed.tools / "python", marked)
        self.client("s3").put_object(Bucket=BUCKET, Key=marked, Body=code)
        for name in (self.names["Intake"], self.names["Step"], self.names["Watch"]):
            self.client("lambda").update_function_code(FunctionName=name, S3Bucket=BUCKET, S3Key=marked)


_HARMLESS = {
    "dynamodb": "list_tables",
    "sns": "list_topics",
    "stepfunctions": "list_state_machines",
    "sesv2": "list_email_identities",
    "lambda": "list_functions",
}
