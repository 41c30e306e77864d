"""A deployment for the operator's commands: a stack with outputs, its table and machine, in an emulated AWS."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from people import TWO_TIERS, oncall_of

from callout.domain.alert import Action, Alert, Severity
from callout.domain.oncall import OnCall
from callout.domain.page import Page
from callout.paging import receive, step
from callout.runtime import Clients, Runtime, Settings, now
from infra.cli.main import main
from infra.cli.operating import Quiet

ROLE = "arn:aws:iam::123456789012:role/callout"
PASS = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})
SENDER = "callout@example.com"
SAID = Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s", Severity.CRITICAL)


class Deployed:
    """What the commands act on, and hands to look into it and to make it live."""

    def __init__(self, table: str) -> None:
        machines = boto3.client("stepfunctions")
        arn = machines.create_state_machine(name="escalation", definition=PASS, roleArn=ROLE)["stateMachineArn"]
        outputs = {"TableName": table, "MachineArn": arn, "BaseUrl": "https://c.example.com", "EmailFrom": SENDER}
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        boto3.client("cloudformation").create_stack(StackName="callout", TemplateBody=json.dumps(template))
        self.now = now()
        settings = Settings(table, arn, "https://c.example.com", SENDER)
        self.runtime = Runtime(settings, Clients(), lambda: self.now, Quiet())
        self.oncall = OnCall(version=0)
        self.outputs: list[str] = []

    def run(self, *words: str, typed: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=typed, env={"COLUMNS": "200"})
        assert not isinstance(result.exception, Exception), result.output
        self.outputs.append(result.output)
        return result

    def describe(self, oncall: OnCall | None = None) -> None:
        before = self.runtime.versions.live()
        self.oncall = replace(oncall or oncall_of(TWO_TIERS), version=before + 1)
        self.runtime.versions.add(self.oncall)
        assert self.runtime.versions.switch(before + 1, before)

    def verify_sender(self) -> None:
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)

    def page(self, key: str = "latency", **changes: Any) -> Page:
        alert = replace(SAID, key=key, **changes)
        decision = receive(self.runtime.world, alert, self.oncall.services["checkout"], self.oncall)
        assert decision.page is not None
        return decision.page

    def step(self, page: Page) -> None:
        step(self.runtime.world, page.id, page.generation)

    def read(self, page: Page) -> Page:
        found = self.runtime.pages.get(page.id)
        assert found is not None
        return found


@pytest.fixture
def deployed(table: str, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    monkeypatch.setenv("LOGNAME", "olga")
    return Deployed(table)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody sat before the command."""
    monkeypatch.setattr("infra.cli.screen.can_ask", lambda: True)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "oncall.yaml"
    path.write_text(Path("infra/cli/example.yaml").read_text())
    return path
