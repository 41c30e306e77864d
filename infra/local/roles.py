"""Holds every call of a handler to its function's role, and every task of a state machine to the machine's.

Each function signs with a key id of its own, by which the emulated AWS knows it. Whoever signs with another key is the
operator, or a test, and is held to nothing. Not modelled: service control policies, permissions boundaries, session
policies, policies of resources (who may invoke a function, publish to a topic), and what AWS itself does with a role:
delivering logs and traces, and events that failed.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.local import asks, denial
from infra.local.asks import NotModelled, Signed
from infra.local.denial import Denial
from infra.local.logs import Logs
from infra.local.policies import Ask, Match, Statement, allowing
from infra.local.server import Environ


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    """The logical id of the function or machine whose role it is."""
    arn: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """An action that was allowed, by every statement that allowed it."""

    role: str
    action: str
    matches: tuple[Match, ...]


class Roles:
    def __init__(self, logs: Logs) -> None:
        self._logs = logs
        self._by_key: dict[str, Role] = {}
        self._by_arn: dict[str, Role] = {}
        self._used: Counter[Used] = Counter()
        self._refused: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, role: Role, key_id: str) -> None:
        self._by_arn[role.arn] = self._by_key[key_id] = role

    def refuses(self, environ: Environ, body: bytes) -> Denial | None:
        """What a request to the emulated AWS is answered where its signer may not make it."""
        by = asks.signed(environ)
        role = self._by_key.get(by.key_id) if by else None
        if by is None or role is None:
            return None
        try:
            wanted = asks.asks(environ, body, by)
        except NotModelled as unknown:
            self._logs.add(role.name, f"AccessDenied: infra/local/asks.py does not know what {unknown} asks leave for")
            return denial.of(by, Ask(str(unknown), "*"), role.arn)
        return self._first_refused(role, wanted, by)

    def refuses_task(self, role_arn: str, ask: Ask) -> Denial | None:
        """The same for a task of the machine that has this role."""
        role = self._by_arn.get(role_arn)
        return self._first_refused(role, [ask], Signed("", "", "states")) if role else None

    def _first_refused(self, role: Role, wanted: Iterable[Ask], by: Signed) -> Denial | None:
        for ask in wanted:
            matches = allowing(role.statements, ask)
            if not matches:
                self._note_refused(role, ask)
                return denial.of(by, ask, role.arn)
            with self._lock:
                self._used[Used(role.name, ask.action, matches)] += 1
        return None

    def _note_refused(self, role: Role, ask: Ask) -> None:
        resource = ask.resource if ask.resource.startswith("arn:") else "a phone number"
        facts = "".join(
            f", {key}: {', '.join(values)}" for key, values in ask.context.items() if "Keys" in key and values
        )
        with self._lock:
            self._refused[role.name, ask.action, resource] += 1
        self._logs.add(role.name, f"AccessDenied: its role does not allow {ask.action} on {resource}{facts}")

    def used(self) -> dict[Used, int]:
        with self._lock:
            return dict(self._used)

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            used, refused = dict(self._used), dict(self._refused)
        return {
            "granted": [_granted(role, each) for role in self._by_arn.values() for each in role.statements],
            "used": [
                {"role": each.role, "action": each.action, "matches": [_match(m) for m in each.matches], "count": count}
                for each, count in used.items()
            ],
            "refused": [
                {"role": role, "action": action, "resource": resource, "count": count}
                for (role, action, resource), count in refused.items()
            ],
        }


def _granted(role: Role, statement: Statement) -> dict[str, Any]:
    return {
        "role": role.name,
        "sid": statement.sid,
        "allows": statement.allows,
        "actions": list(statement.actions),
        "resources": [statement.shown] if statement.excluding else list(statement.resources),
        "values": [value for condition in statement.conditions for value in condition.patterns],
    }


def _match(match: Match) -> dict[str, Any]:
    return {"sid": match.sid, "resource": match.resource, "values": list(match.values)}
