"""Real botocore clients whose requests go wrong on the way to moto, for what the fake's clients are to be like."""

from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from ground import REGION
from moto.core.models import botocore_stubber
from simulation.aws.faults import Fault, Kind
from simulation.aws.wire import REFUSED, REJECTED, THROTTLED

from callout import runtime

_SAYS = {Kind.REFUSED: REFUSED, Kind.THROTTLED: THROTTLED, Kind.REJECTED: REJECTED}
_XML = "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>no</Message></Error></ErrorResponse>"


class Raw:
    """What botocore reads a body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> list[bytes]:
        return [self._body]


class Wire:
    """The faults of the attempts to come, in their order; None: it goes well."""

    def __init__(self, service: str) -> None:
        self.client: Any = boto3.client(  # type: ignore[call-overload]
            service, region_name=REGION, config=runtime._CONFIGS.get(service, runtime._PROVIDER)
        )
        # botocore asks every handler, whatever one has answered: so moto's is asked here, or not at all.
        self.client.meta.events.unregister("before-send", botocore_stubber)
        self.client.meta.events.register("before-send", self._send)
        self.faults: list[Fault | None] = []
        self.attempts = 0
        self._service = service

    def _send(self, event_name: str, request: Any, **_: object) -> Any:
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        self.attempts += 1
        ask: Callable[[], Any] = partial(botocore_stubber, event_name, request)
        if fault is None:
            return ask()
        if fault.kind in _SAYS:
            return self._error(request.url, *_SAYS[fault.kind][self._service])
        if fault.kind is Kind.TIMEOUT:
            raise ReadTimeoutError(endpoint_url=request.url)
        ask()
        if fault.kind is Kind.LOST:
            raise ConnectionClosedError(endpoint_url=request.url)
        if fault.kind is Kind.LATE:
            raise ReadTimeoutError(endpoint_url=request.url)
        return ask()  # DUPLICATED

    def _error(self, url: str, code: str, status: int) -> AWSResponse:
        headers: Any = {"x-amzn-errortype": code}
        body = _XML.format(code) if self._service == "sns" else f'{{"__type": "{code}", "message": "no"}}'
        return AWSResponse(url, status, headers, Raw(body.encode()))
