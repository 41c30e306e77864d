"""A stack in a process of its own: this one sees of it what anybody sees, HTTP and the emulated AWS's endpoint.

In this process it could not run beside other tests: moto's backends are global, and `mock_aws` empties them.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import boto3
import planted
import urllib3
from people import ADA, BOSS, GRACE

from callout.domain.oncall import OnCall, Policy, Service
from callout.store.oncall import OnCallVersions
from callout.store.pages import Pages

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 60


class Http:
    """Sends requests as they are given: nothing is repeated or followed by itself."""

    def __init__(self, url: str, ca: str | None) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False, maxsize=16, ca_certs=ca)

    def __call__(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        url = path if path.startswith("http") else self._url + path
        return self._pool.request(method, url, body=body, headers=sent, redirect=False)

    def close(self) -> None:
        self._pool.clear()


class Running:
    """`python -m infra.local`, with an on-call description that services are added to."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "--port", "0", *options],
            cwd=ROOT,
            env={name: text for name, text in os.environ.items() if not name.startswith("AWS_")},
            stdout=subprocess.PIPE,
            text=True,
        )
        found = re.match(r"Ready: (\S+) ", self._said())
        if not found:
            self._process.communicate()
            raise AssertionError("the stack did not start")
        self.url = found[1]
        self.ca = self._said().strip().removeprefix("Certificate authority: ") if "--tls" in options else None
        self.http = Http(self.url, self.ca)
        self.told = self.http("GET", "/_local/stack").json()
        self.outputs: dict[str, str] = self.told["outputs"]
        self.dynamodb = self.client("dynamodb")
        self.table = self.outputs["TableName"]
        self.may_be_refused = False
        self.planted: set[str] = set()
        """Secrets that tests have given it, besides those that can be told by their shape."""
        self.pages = Pages(self.dynamodb, self.table)
        self._oncall = OnCall(version=0, responders={person.id: person for person in (ADA, GRACE, BOSS)})

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *why: object) -> None:
        try:
            # Nothing that its functions have printed may give a number, an address or a key away.
            found = planted.in_lines(self.logs(), planted.of_outbox(self.outbox()) | self.planted)
            refused = self.permissions()["refused"]
        finally:
            self.http.close()
            self._process.terminate()
            self._process.communicate(timeout=DEADLINE_SECONDS)
        assert not found, found
        # Nor may a role grant too little, also where the functions get over it.
        assert self.may_be_refused or not refused, refused

    def client(self, service: str) -> Any:
        session: Any = boto3.Session("local", "local", region_name=self.told["region"])
        return session.client(service, endpoint_url=self.told["endpoint"])

    def add(self, service: Service, policy: Policy, key_digest: str) -> None:
        """Describe one more service. Only a new key makes the functions read afresh, and the people stay the same."""
        before = self._oncall
        self._oncall = replace(
            before,
            version=before.version + 1,
            services={**before.services, service.id: service},
            policies={**before.policies, policy.id: policy},
            routing_keys={**before.routing_keys, key_digest: service.id},
        )
        versions = OnCallVersions(self.dynamodb, self.table)
        assert versions.add(self._oncall)
        assert versions.switch(self._oncall.version, before.version)

    def outbox(self) -> list[dict[str, str]]:
        """Oldest first."""
        messages: list[dict[str, str]] = self.http("GET", "/_local/outbox").json()
        return messages[::-1]

    def logs(self) -> list[dict[str, str]]:
        lines: list[dict[str, str]] = self.http("GET", "/_local/logs").json()
        return lines

    def permissions(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http("GET", "/_local/permissions").json()
        return found

    def name_of(self, function: str) -> str:
        """What CloudFormation has called a function."""
        found = self.client("cloudformation").describe_stack_resource(StackName="callout", LogicalResourceId=function)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def execution(self, page_id: str, generation: int = 1) -> Any:
        """What Step Functions says of the page's execution."""
        machine = self.outputs["MachineArn"].replace(":stateMachine:", ":execution:")
        return self.client("stepfunctions").describe_execution(executionArn=f"{machine}:{page_id}-{generation}")


def now() -> datetime:
    return datetime.now(UTC)


def eventually(look: Callable[[], Any]) -> Any:
    """What `look` finds in the end; never how soon. Seldom enough that looking does not slow down what it waits for."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing within {DEADLINE_SECONDS} s")
