"""template.yaml, up and running on this machine."""

import gc
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local import certificate, machines, phone
from infra.local.aws import Emulator, fresh_backends
from infra.local.deployment import NAME, deploy
from infra.local.frontdoor import FrontDoor
from infra.local.function import environment
from infra.local.inert import Said, inert
from infra.local.logs import Line, Logs
from infra.local.outbox import Message, Outbox
from infra.local.payload import HttpResponse
from infra.local.pool import Pool
from infra.local.routes import routes_of
from infra.local.sandbox import Answer
from infra.local.schedules import Rule, Schedules, rules_of
from infra.local.server import Server
from infra.local.shield import without_own_aws
from infra.local.template import REGION, TemplateRefused, Translated, translate

EMAIL_FROM = "callout@example.com"
FALLBACK_EMAIL = "fallback@example.com"


class Stack:
    """Deploys the template into an emulated AWS in this process, and serves its routes.

    Use it as a context manager; everything it holds is gone when it ends. One at a time in a process, and not while
    `mock_aws` is active there (refused, both ways): moto's backends are global, and `mock_aws` empties them.
    """

    def __init__(
        self,
        template: Path,
        host: str = "127.0.0.1",
        port: int = 8025,
        parameters: Mapping[str, str] | None = None,
        tls: bool = False,
        region: str = REGION,
        echo: Any = None,
    ) -> None:
        self._template, self._host, self._port = template, host, port
        self._given, self._tls, self.region = parameters or {}, tls, region
        self.name = NAME
        self.ca: Path | None = None
        self._outbox, self._logs = Outbox(), Logs(echo)
        self._pools: dict[str, Pool] = {}
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo, _no_collecting():
            self._start(undo)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def _start(self, undo: ExitStack) -> None:
        """1. Take the port, so that links can name it. 2. Translate, and refuse what nobody serves. 3. Bring up the
        emulated AWS, and create the stack in it. 4. Give each function its workers. 5. Open the front door."""
        undo.enter_context(without_own_aws(self.region))
        server = self._bind(undo)
        self._parameters = {
            "PublicUrl": self.url,
            "EmailFrom": EMAIL_FROM,
            "FallbackEmail": FALLBACK_EMAIL,
            **self._given,
        }
        translated = translate(self._template, self._parameters, self.region)
        self._inert = inert(translated)
        routes = routes_of(_the_api(translated)["Body"])
        rules = rules_of(translated.of_type("AWS::Events::Rule"))

        self._aws = Emulator(self.region, self._outbox, self._logs)
        undo.callback(self._aws.close)
        undo.enter_context(fresh_backends())
        undo.callback(machines.join_all, 5.0)
        undo.callback(self._close_pools)
        undo.enter_context(machines.corrected(self._invoke_named, self._aws.roles))
        self._aws.start()
        deployed = deploy(self._aws, translated, self._parameters)
        self.outputs = dict(deployed.outputs)
        for function in deployed.functions:
            given = environment(function, self.region, self.endpoint)
            self._pools[function.logical_id] = Pool(function, given, self._logs)

        scheduled = {rule.function for rule in rules}
        for logical_id, pool in self._pools.items():
            if logical_id not in scheduled:
                pool.start_one()
        self._rules = {rule.name: rule for rule in rules}
        schedules = Schedules(rules, self._background)
        undo.callback(schedules.close)
        schedules.start()
        undo.callback(server.close)
        server.start(FrontDoor(routes, self._invoke, self._pages()))

    def _bind(self, undo: ExitStack) -> Server:
        context = None
        if self._tls:
            folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="callout-")))
            context, self.ca = certificate.make(self._host, folder)
        server = Server(self._host, self._port, context)
        undo.callback(server.close)
        self.url = f"{'https' if self._tls else 'http'}://{_reachable(self._host)}:{server.port}"
        return server

    def _invoke(self, logical_id: str, event: Any) -> Answer:
        return self._pools[logical_id].invoke(event)

    def _invoke_named(self, name_or_arn: str, event: Any) -> tuple[str, bool]:
        for pool in self._pools.values():
            if name_or_arn in (pool.function.name, pool.function.arn):
                answer = pool.invoke(event)
                return answer.payload, answer.failed
        raise KeyError(name_or_arn)

    def _background(self, rule: Rule) -> None:
        threading.Thread(target=self.fire, args=[rule.name], daemon=True).start()

    def _close_pools(self) -> None:
        for pool in self._pools.values():
            pool.close()

    def _pages(self) -> dict[str, Any]:
        return {
            **{path: lambda file=file: file for path, file in phone.files().items()},
            "/_local/outbox": lambda: _json([message.as_json() for message in self.outbox()]),
            "/_local/logs": lambda: _json([line.as_json() for line in self.logs()]),
            "/_local/permissions": lambda: _json(self.permissions()),
            "/_local/stack": lambda: _json(self.facts()),
        }

    @property
    def endpoint(self) -> str:
        """Where the emulated AWS answers, for any process of this machine."""
        return self._aws.endpoint

    def client(self, service: str) -> Any:
        return self._aws.client(service)

    def outbox(self) -> list[Message]:
        """Newest first."""
        return self._outbox.newest_first()

    def logs(self) -> list[Line]:
        return self._logs.lines()

    def permissions(self) -> dict[str, Any]:
        """What every role grants, what of it was used how often, and what was refused."""
        return self._aws.roles.as_json()

    def inert(self) -> list[Said]:
        return self._inert

    def facts(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "region": self.region, "stack": NAME, "outputs": self.outputs}

    def rules(self) -> list[Rule]:
        return list(self._rules.values())

    def fire(self, rule_name: str) -> Answer:
        """One firing of a schedule now, instead of waiting for its time."""
        rule = self._rules[rule_name]
        return self._invoke(rule.function, rule.event(self.region, datetime.now(UTC)))


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Starting imports and keeps some million objects: looking through them for garbage took two fifths of the time.
    Frozen, they are not looked through later either."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def _reachable(host: str) -> str:
    """Every interface is no address that a link could name."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (it is not bound here)
    return f"[{host}]" if ":" in host else host


def _the_api(translated: Translated) -> dict[str, Any]:
    for name, stage in translated.of_type("AWS::ApiGatewayV2::Stage").items():
        if stage["StageName"] != "$default":
            raise TemplateRefused(f"template.yaml: stage {name} is not $default, the only one served locally")
    apis = list(translated.of_type("AWS::ApiGatewayV2::Api").values())
    if len(apis) != 1:
        raise TemplateRefused(f"template.yaml: {len(apis)} HTTP APIs; exactly one is served locally")
    return apis[0]


def _json(value: Any) -> HttpResponse:
    headers = (("content-type", "application/json"), ("cache-control", "no-store"))
    return HttpResponse(200, headers, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
