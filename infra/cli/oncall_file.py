"""The on-call file: YAML in, `OnCall` or every one of its mistakes out."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from callout.domain import oncall
from infra.cli import oncall_model as model
from infra.cli.oncall_checks import check
from infra.cli.oncall_words import in_words
from infra.cli.problem import Problem
from infra.cli.yaml_tree import Tree, read


@dataclass(frozen=True, slots=True)
class Loaded:
    oncall: oncall.OnCall | None
    """None where there is an error; version 0, until it is applied."""
    problems: list[Problem]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]


def load(path: Path) -> Loaded:
    try:
        data = path.read_bytes()
    except OSError as error:
        text = f"cannot be read: {error.strerror}"
        return Loaded(None, [Problem(0, "", text, "check the name and who may read it")])
    return parse(data)


def parse(data: bytes) -> Loaded:
    tree = read(data)
    problems = list(tree.problems)
    file = None
    if tree.value is not None:
        file, refused = _validated(tree)
        problems += refused
        problems += check(tree)
    problems.sort(key=lambda problem: (problem.line, problem.path))
    loaded = Loaded(None, problems)
    return loaded if file is None or loaded.errors else Loaded(_oncall(file), problems)


def _validated(tree: Tree) -> tuple[model.File | None, list[Problem]]:
    try:
        return model.File.model_validate(tree.value), []
    except ValidationError as error:
        return None, [in_words(detail, tree) for detail in error.errors(include_url=False)]


def _oncall(file: model.File) -> oncall.OnCall:
    return oncall.OnCall(
        version=0,
        services={name: _service(name, service) for name, service in file.services.items()},
        policies={name: _policy(name, policy) for name, policy in file.policies.items()},
        responders={name: _responder(name, responder) for name, responder in file.responders.items()},
        routing_keys={key: name for name, service in file.services.items() for key in service.routing_keys},
    )


def _responder(name: str, responder: model.Responder) -> oncall.Responder:
    return oncall.Responder(name, responder.name or name, _contacts(responder.contact), responder.timezone)


def _contacts(contacts: list[model.Contact]) -> tuple[oncall.Contact, ...]:
    counts: dict[str, int] = {}
    found = []
    for contact in contacts:
        count = counts[contact.channel] = counts.get(contact.channel, 0) + 1
        name = contact.channel if count == 1 else f"{contact.channel}-{count}"
        found.append(oncall.Contact(name, contact.channel, contact.address))
    return tuple(found)


def _policy(name: str, policy: model.Policy) -> oncall.Policy:
    last = policy.last_resort
    return oncall.Policy(
        id=name,
        tiers=tuple(oncall.Tier(tuple(tier.notify), tuple(tier.by), tier.wait) for tier in policy.tiers),
        repeat=policy.repeat,
        last_resort=oncall.Tier(tuple(last.notify), tuple(last.by)) if last else None,
        comeback_seconds=policy.comes_back_every,
        ack_timeout_seconds=policy.ack_timeout,
        relapse_seconds=policy.relapse_within,
    )


def _service(name: str, service: model.Service) -> oncall.Service:
    return oncall.Service(name, service.name or name, service.policy, service.runbook, service.bridge)
