"""EventBridge rules with rate(...): fired by a thread each, the first time after one period, as on AWS."""

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.function import ACCOUNT
from infra.local.template import TemplateRefused

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Rule:
    name: str  # logical id
    seconds: float
    function: str  # logical id
    input: str | None

    def event(self, region: str, now: datetime) -> Any:
        if self.input is not None:
            return json.loads(self.input)
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": [f"arn:aws:events:{region}:{ACCOUNT}:rule/{self.name}"],
            "detail": {},
        }


def rules_of(properties: Mapping[str, Mapping[str, Any]]) -> list[Rule]:
    return [
        _rule(name, rule["ScheduleExpression"], target)
        for name, rule in properties.items()
        if rule.get("State", "ENABLED") == "ENABLED"
        for target in rule["Targets"]
    ]


def _rule(name: str, expression: str, target: Mapping[str, Any]) -> Rule:
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not match:
        raise TemplateRefused(f"template.yaml: {expression} of {name} is not served locally, only rate(...) is")
    if unknown := sorted(set(target) - {"Arn", "Id", "Input"}):
        raise TemplateRefused(f"template.yaml: {unknown[0]} of the target of {name} is not served locally")
    return Rule(name, int(match[1]) * _SECONDS[match[2]], target["Arn"]["Fn::GetAtt"][0], target.get("Input"))


class Schedules:
    def __init__(self, rules: list[Rule], fire: Callable[[Rule], object]) -> None:
        """`fire` must not wait for the handler: the next firing would be late."""
        self._fire = fire
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[rule], daemon=True) for rule in rules]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def _run(self, rule: Rule) -> None:
        due = time.monotonic() + rule.seconds
        while not self._ending.wait(due - time.monotonic()):
            self._fire(rule)
            due += rule.seconds

    def close(self) -> None:
        self._ending.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=5)
