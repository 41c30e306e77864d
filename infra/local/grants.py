"""Each function's and each state machine's role, with its policies as CloudFormation resolved them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.function import ACCOUNT, key_id
from infra.local.policies import Statement, managed, statements_of
from infra.local.roles import Role, Roles
from infra.local.template import TemplateRefused, Translated

_HELD = {"AWS::Lambda::Function": "Role", "AWS::StepFunctions::StateMachine": "RoleArn"}


def held(translated: Translated) -> dict[str, str]:
    """The role of each function and machine, all by logical id. Refuses one that the template does not say."""
    return {
        logical_id: _role_id(logical_id, properties.get(attribute))
        for resource_type, attribute in _HELD.items()
        for logical_id, properties in translated.of_type(resource_type).items()
    }


def grant(roles: Roles, translated: Translated, names: Mapping[str, str]) -> None:
    """`names` are those that the resources were given, by logical id. Refuses what is not evaluated."""
    for logical_id, role_id in held(translated).items():
        if role_id not in names:  # a condition of the template leaves it out
            continue
        statements = tuple(_statements(translated, role_id, names[role_id]))
        roles.add(Role(logical_id, f"arn:aws:iam::{ACCOUNT}:role/{names[role_id]}", statements), key_id(logical_id))


def _role_id(logical_id: str, said: Any) -> str:
    match said:
        case {"Fn::GetAtt": [str(role_id), "Arn"]}:
            return role_id
    raise TemplateRefused(f"template.yaml: the role of {logical_id} is not one of the template's own")


def _statements(translated: Translated, role_id: str, name: str) -> Iterator[Statement]:
    from moto.iam.models import iam_backends

    for arn in translated.of_type("AWS::IAM::Role")[role_id].get("ManagedPolicyArns", []):
        found = re.search(r":policy/(?:[\w-]+/)*([\w-]+)\"?", json.dumps(arn))
        yield managed(found[1] if found else json.dumps(arn), role_id)
    for policy, document in iam_backends[ACCOUNT]["aws"].get_role(name).policies.items():
        read = json.loads(document) if isinstance(document, str) else document
        yield from statements_of(read, policy)
