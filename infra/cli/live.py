"""A running Callout, on AWS or on this machine: where its parts are, and clients that reach them."""

import json
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import boto3
import botocore.session
import click
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.cli.aws_words import plainly
from infra.cli.deployment import Deployment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Outputs:
    """The template's outputs that the operator's commands need."""

    table: str
    machine_arn: str
    base_url: str
    email_from: str = ""
    sms_sender_id: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    name: str
    """For people: "stack callout in eu-central-1"."""
    outputs: Outputs
    session: boto3.Session
    endpoint: str | None = None
    """None: AWS's own."""

    def client(self, service: str) -> Any:
        session: Any = self.session  # the name decides the type: no overload fits
        return session.client(service, endpoint_url=self.endpoint, config=_config(self.endpoint))


def connect(deployment: Deployment) -> Live:
    """Finds the deployment, or ends the command with a sentence that says why not and what to do."""
    with plainly():
        return _on_aws(deployment) if deployment.local_url is None else _local(deployment.local_url)


def _on_aws(deployment: Deployment) -> Live:
    # boto3 itself reads AWS_DEFAULT_REGION only; the AWS CLI and SAM know AWS_REGION too.
    region = deployment.region or os.environ.get("AWS_REGION")
    session = boto3.Session(profile_name=deployment.profile, region_name=region)
    client = session.client("cloudformation", config=_config(None))
    name = f"stack {deployment.stack} in {client.meta.region_name}"
    return Live(name, _outputs(_described(client, deployment.stack, name), name), session)


def _described(client: "CloudFormationClient", stack: str, name: str) -> dict[str, str]:
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        fix = "deploy it with `sam deploy`, or name another with --stack and --region"
        raise click.ClickException(f"there is no {name}; {fix}") from error
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _local(url: str) -> Live:
    told = _told(url)
    try:
        session = _own_session(str(told["region"]))
        outputs, endpoint = dict(told["outputs"]), str(told["endpoint"])
    except (KeyError, TypeError, ValueError):
        raise _stranger(url) from None
    name = f"callout local at {url}"
    return Live(name, _outputs(outputs, name), session, endpoint)


def _told(url: str) -> Any:
    """What the local stack says about itself; asked without any proxy, since it is on this machine."""
    if not _is_address(url):
        raise click.ClickException(f"{url} is not an address; write it like http://127.0.0.1:8025")
    try:
        with build_opener(ProxyHandler({})).open(f"{url}/_local/stack", timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)
    except ValueError:
        raise _stranger(url) from None
    except URLError as error:
        raise _unreached(url, error) from None
    except (OSError, HTTPException):
        raise _unanswered(url) from None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _unreached(url: str, error: URLError) -> click.ClickException:
    if isinstance(error, HTTPError):
        error.close()
        return _stranger(url)
    if isinstance(error.reason, ConnectionResetError):
        return _unanswered(url)  # in the middle of our request: somebody is there
    if isinstance(error.reason, ssl.SSLError) and not isinstance(error.reason, ssl.SSLCertVerificationError):
        return click.ClickException(f"what answers at {url} does not speak https; write http:// in --local-url")
    if isinstance(error.reason, ssl.SSLError):
        fix = "set SSL_CERT_FILE to the certificate that `callout local --tls` names"
        return click.ClickException(f"the certificate of {url} is not trusted here; {fix}")
    fix = "start `callout local` in another terminal, or name its address with --local-url"
    return click.ClickException(f"callout local is not running at {url}; {fix}")


def _unanswered(url: str) -> click.ClickException:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname and _speaks_tls(parts.hostname, parts.port or 80):
        fix = f"add --local-url https://{parts.netloc}, and set SSL_CERT_FILE to the certificate that it names"
        return click.ClickException(f"callout local at {url} speaks https (--tls); {fix}")
    return click.ClickException(f"callout local at {url} does not answer; end it and start it again")


def _speaks_tls(host: str, port: int) -> bool:
    """A handshake and nothing more: whose certificate it is does not matter for that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), ANSWER_SECONDS) as plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False


def _stranger(url: str) -> click.ClickException:
    return click.ClickException(f"what answers at {url} is not callout local; name its address with --local-url")


def _own_session(region: str) -> boto3.Session:
    """Credentials that open nothing on AWS, and no profile: whatever AWS_PROFILE names stays out of this."""
    core = botocore.session.Session(session_vars={"profile": (None, [], None, None)})
    return boto3.Session("local", "local", region_name=region, botocore_session=core)


def _outputs(found: Mapping[str, str], name: str) -> Outputs:
    missing = [key for key in ("TableName", "MachineArn", "BaseUrl") if not found.get(key)]
    if missing:
        fix = "see how its deployment went, or name another with --stack"
        raise click.ClickException(f"{name} is not a finished Callout (no output {missing[0]}); {fix}")
    return Outputs(
        table=found["TableName"],
        machine_arn=found["MachineArn"],
        base_url=found["BaseUrl"],
        email_from=found.get("EmailFrom", ""),
        sms_sender_id=found.get("SmsSenderId", ""),
    )


def _config(endpoint: str | None) -> Config:
    proxies: dict[str, str] | None = None if endpoint is None else {}
    return Config(connect_timeout=ANSWER_SECONDS, read_timeout=ANSWER_SECONDS, proxies=proxies)
