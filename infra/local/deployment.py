"""Creates the CloudFormation stack in the emulated AWS, and reads back what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local import grants, machines
from infra.local.aws import Emulator
from infra.local.function import ACCOUNT, Function
from infra.local.inert import without_inert
from infra.local.template import TemplateRefused, Translated

NAME = "callout"


@dataclass(frozen=True, slots=True)
class Deployed:
    outputs: Mapping[str, str]
    functions: tuple[Function, ...]


def deploy(aws: Emulator, translated: Translated, parameters: Mapping[str, str]) -> Deployed:
    grants.held(translated)
    cloudformation = aws.client("cloudformation")
    stack = _create(cloudformation, translated, parameters)
    machines.create(aws.region, ACCOUNT)
    # SES sends only from what it has verified.
    aws.client("sesv2").create_email_identity(EmailIdentity=parameters["EmailFrom"])
    resources = cloudformation.describe_stack_resources(StackName=NAME)["StackResources"]
    names = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    grants.grant(aws.roles, translated, names)
    return Deployed(
        {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        tuple(_function(aws.region, name, names[name], folder) for name, folder in translated.code.items()),
    )


def _create(cloudformation: Any, translated: Translated, parameters: Mapping[str, str]) -> dict[str, Any]:
    cloudformation.create_stack(
        StackName=NAME,
        TemplateBody=json.dumps(without_inert(translated)),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in parameters.items()
            if name in translated.document["Parameters"]
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    stack: dict[str, Any] = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise TemplateRefused(f"template.yaml: {stack['StackStatus']} {stack.get('StackStatusReason', '')}")
    return stack


def _function(region: str, logical_id: str, name: str, folder: Path) -> Function:
    """Resolved by CloudFormation: references are names and ARNs by now."""
    from moto.awslambda_simple.models import lambda_simple_backends

    made = lambda_simple_backends[ACCOUNT][region].get_function(name)
    return Function(
        logical_id=logical_id,
        name=name,
        arn=made.function_arn,
        handler=made.handler,
        code=folder,
        timeout_seconds=int(made.timeout),
        memory_mb=int(made.memory_size),
        variables={key: str(value) for key, value in made.environment_vars.items()},
        concurrency=int(made.reserved_concurrency) if made.reserved_concurrency else None,
    )
