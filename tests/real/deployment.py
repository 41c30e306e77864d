"""template.yaml, deployed into ministack's CloudFormation as `sam deploy` would hand it over, less what it cannot do.

What is changed on the way, and nothing else:
- the functions' package is made here, one for all, with its bytecode as functions/Makefile makes it; the layer's
  packages come by PYTHONPATH instead, from the environment with exactly what functions/requirements.txt pins;
- every function's AWS calls go through microburst;
- the routes that SAM writes into an OpenAPI body, which ministack ignores, become Route and Integration resources;
- alarms are left out: ministack refuses one that computes with metrics, and none is evaluated here;
- schedules are switched off: whoever tests invokes the watchdog, so that it is known when.
"""

import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from real.parts import REGION, Installed

from infra.local.routes import Route, routes_of
from infra.local.template import Translated, translate

ROOT = Path(__file__).parents[2]
STACK = "callout"
BUCKET = "packages"
LEFT_OUT = ("AWS::Lambda::LayerVersion", "AWS::CloudWatch::")
PARAMETERS = {"EmailFrom": "callout@example.com", "FallbackEmail": "fallback@example.com"}
_COMPILE = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")

Make = Any
"""Given a service's name, a boto3 client of ministack itself."""


@cache
def package(python: Path, marked: str = "") -> bytes:
    """What is uploaded as the functions' code; marked: a deployment whose texts begin with that word."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "code"
        shutil.copytree(ROOT / "functions", code, ignore=shutil.ignore_patterns("__pycache__"))
        if marked:
            channel = code / "callout/channels/sms.py"
            channel.write_text(f"{channel.read_text('utf-8')}\n\nLABELS[Kind.PAGE] = {f'{marked} '!r}\n", "utf-8")
        subprocess.run([str(python), *_COMPILE, "-s", str(code), "-p", "/var/task", str(code)], check=True)
        return _zipped(code)


def _zipped(code: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(code.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(code))
    return packed.getvalue()


def deploy(make: Make, installed: Installed, endpoint: str) -> tuple[dict[str, str], dict[str, str]]:
    """Create the stack; its outputs, and the physical names by logical id."""
    make("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    make("s3").put_object(Bucket=BUCKET, Key="code", Body=package(installed.tools / "python"))
    translated = translate(ROOT / "template.yaml", PARAMETERS, REGION)
    given = [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in PARAMETERS.items()
        if name in translated.document["Parameters"]
    ]
    cloudformation = make("cloudformation")
    # Longer than what a request may hold: handed over as `sam deploy` does.
    body = json.dumps(changed(translated, installed, endpoint))
    make("s3").put_object(Bucket=BUCKET, Key="template", Body=body.encode())
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"https://s3.{REGION}.amazonaws.com/{BUCKET}/template",
        Parameters=given,
        Capabilities=["CAPABILITY_IAM"],
    )
    limits = {"Delay": 1, "MaxAttempts": 60}
    cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig=limits)
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    found = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return outputs, {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def changed(translated: Translated, installed: Installed, endpoint: str) -> dict[str, Any]:
    """The document with the changes that stand above."""
    resources: dict[str, Any] = translated.document["Resources"]
    for name in [name for name, one in resources.items() if one["Type"].startswith(LEFT_OUT)]:
        del resources[name]
    for properties in translated.of_type("AWS::Lambda::Function").values():
        properties.pop("Layers", None)
        properties["Code"] = {"S3Bucket": BUCKET, "S3Key": "code"}
        variables = properties["Environment"]["Variables"]
        variables |= {"AWS_ENDPOINT_URL": endpoint, "PYTHONPATH": str(installed.shipped), "PYTHONSAFEPATH": "1"}
    for properties in translated.of_type("AWS::Events::Rule").values():
        properties["State"] = "DISABLED"
    for api, properties in list(translated.of_type("AWS::ApiGatewayV2::Api").items()):
        routes = routes_of(properties.pop("Body")).all
        properties |= {"Name": STACK, "ProtocolType": "HTTP"}
        for number, route in enumerate(routes):
            resources |= _explicit(api, route, number)
    return translated.document


def _explicit(api: str, route: Route, number: int) -> Mapping[str, Any]:
    integration = {
        "ApiId": {"Ref": api},
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Fn::GetAtt": [route.function, "Arn"]},
        "PayloadFormatVersion": "2.0",
    }
    target = {"Fn::Join": ["/", ["integrations", {"Ref": f"Integration{number}"}]]}
    return {
        f"Integration{number}": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": integration},
        f"Route{number}": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {"ApiId": {"Ref": api}, "RouteKey": route.key, "Target": target},
        },
    }
