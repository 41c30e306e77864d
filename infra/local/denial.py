"""How each service says that a call is not allowed: in its own status, code and shape; boto3 raises its own error."""

import json
from dataclasses import dataclass
from uuid import uuid4
from xml.sax.saxutils import escape

from infra.local.asks import Signed
from infra.local.policies import Ask


@dataclass(frozen=True, slots=True)
class Denial:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    message: str


def of(by: Signed, ask: Ask, role_arn: str) -> Denial:
    message = (
        f"User: {role_arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/local is not authorized to "
        f"perform: {ask.action} on resource: {ask.resource} because no identity-based policy allows the "
        f"{ask.action} action"
    )
    if by.service == "sns":
        return _xml(message)
    if by.service in ("dynamodb", "states"):
        return _json_by_target(message)
    return _json_by_path(message)


def _xml(message: str) -> Denial:
    body = (
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>'
        f"<Code>AuthorizationError</Code><Message>{escape(message)}</Message></Error>"
        f"<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    )
    return Denial("403 Forbidden", [("content-type", "text/xml")], body.encode(), message)


def _json_by_target(message: str) -> Denial:
    body = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
    return Denial(
        "400 Bad Request", [("content-type", "application/x-amz-json-1.0")], json.dumps(body).encode(), message
    )


def _json_by_path(message: str) -> Denial:
    headers = [("content-type", "application/json"), ("x-amzn-errortype", "AccessDeniedException")]
    return Denial("403 Forbidden", headers, json.dumps({"Message": message}).encode(), message)
