"""What a signed request to AWS asks leave for: by whom, and which actions on which resources."""

import json
import re
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from infra.local import leading
from infra.local.function import ACCOUNT
from infra.local.policies import Ask
from infra.local.server import Environ

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_INVOKED = re.compile(r"/functions/([^/]+)/invocations/?$")


class Signed(NamedTuple):
    """By whom a request is signed, and for what."""

    key_id: str
    region: str
    service: str


class NotModelled(Exception):
    """Nobody has written down what this call asks leave for."""


def signed(environ: Environ) -> Signed | None:
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    return Signed(*found.groups()) if found else None


def asks(environ: Environ, body: bytes, by: Signed) -> list[Ask]:
    """Raises NotModelled."""
    read = _SERVICES.get(by.service)
    operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or environ["PATH_INFO"]
    try:
        if read is not None:
            return read(operation, body, by.region)
    except LookupError:
        pass
    raise NotModelled(f"{by.service}: {operation}")


def _dynamodb(operation: str, body: bytes, region: str) -> list[Ask]:
    return leading.asks(operation, json.loads(body), region)


def _states(operation: str, body: bytes, _region: str) -> list[Ask]:
    return [Ask(f"states:{operation}", {"StartExecution": json.loads(body)["stateMachineArn"]}[operation])]


def _sns(_operation: str, body: bytes, _region: str) -> list[Ask]:
    """A text's resource is the phone number."""
    fields: Mapping[str, list[str]] = parse_qs(body.decode(), keep_blank_values=True)
    to = fields.get("PhoneNumber") or fields.get("TopicArn") or fields["TargetArn"]
    return [Ask(f"sns:{fields['Action'][0]}", to[0])] if fields["Action"] == ["Publish"] else _unknown(fields["Action"])


def _ses(operation: str, body: bytes, region: str) -> list[Ask]:
    """The sender's identity, and the configuration set that the request names; an identity's own is not seen here."""
    if operation != "/v2/email/outbound-emails":
        _unknown(operation)
    request = json.loads(body)
    sender = parseaddr(request["FromEmailAddress"])[1]
    names = [f"identity/{sender}"]
    if name := request.get("ConfigurationSetName"):
        names.append(f"configuration-set/{name}")
    context = {"ses:FromAddress": (sender,)}
    return [Ask("ses:SendEmail", f"arn:aws:ses:{region}:{ACCOUNT}:{name}", context) for name in names]


def _lambda(operation: str, _body: bytes, region: str) -> list[Ask]:
    found = _INVOKED.search(operation)
    return [invocation(unquote(found[1]), region)] if found else _unknown(operation)


def invocation(name_or_arn: str, region: str) -> Ask:
    arn = name_or_arn if name_or_arn.startswith("arn:") else f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name_or_arn}"
    return Ask("lambda:InvokeFunction", arn)


def _unknown(operation: object) -> list[Ask]:
    raise LookupError(operation)


_SERVICES: dict[str, Callable[[str, bytes, str], list[Ask]]] = {
    "dynamodb": _dynamodb,
    "lambda": _lambda,
    "ses": _ses,
    "sns": _sns,
    "states": _states,
}
