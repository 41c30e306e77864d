"""The routes of the OpenAPI body that the translation puts on the Api resource."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from infra.local.template import TemplateRefused

_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_OPERATION_KEYS = frozenset({_INTEGRATION, "responses", "parameters", "isDefaultRoute"})
_BODY_KEYS = frozenset({"openapi", "info", "paths", "tags"})
_FUNCTION = re.compile(r"/functions/\$\{(\w+)\.Arn\}/invocations$")


@dataclass(frozen=True, slots=True)
class Route:
    method: str  # ANY stands for every method
    path: str  # "$default" stands for every path
    function: str  # logical id

    @property
    def key(self) -> str:
        return self.path if self.path == "$default" else f"{self.method} {self.path}"

    def parameters(self, raw_path: str) -> dict[str, str] | None:
        """None if the path is not this route's."""
        if self.path == "$default":
            return {}
        names = iter(re.findall(r"\{(\w+)\+?\}", self.path))
        match = self._pattern().fullmatch(raw_path)
        return {name: unquote(value) for name, value in zip(names, match.groups(), strict=True)} if match else None

    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"(\{\w+\+?\})", self.path)
        return re.compile("".join(_part(part) for part in parts))

    def rank(self) -> tuple[int, int, int]:
        """Lower is chosen first: full match, greedy, $default; then literals before parameters, a method before ANY."""
        kind = 2 if self.path == "$default" else 1 if "+}" in self.path else 0
        return kind, self.path.count("{"), int(self.method == "ANY")


def _part(part: str) -> str:
    if part.endswith("+}"):
        return "(.+)"
    return "([^/]+)" if part.startswith("{") else re.escape(part)


class Routes:
    def __init__(self, routes: Iterable[Route]) -> None:
        self.all = sorted(routes, key=Route.rank)

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        for route in self.all:
            if route.method not in (method, "ANY"):
                continue
            if (parameters := route.parameters(raw_path)) is not None:
                return route, parameters
        return None


def routes_of(body: Mapping[str, Any]) -> Routes:
    _refuse_unknown(body, _BODY_KEYS, "the API")
    return Routes(
        _route(path, method, operation)
        for path, operations in body["paths"].items()
        for method, operation in operations.items()
    )


def _route(path: str, method: str, operation: Mapping[str, Any]) -> Route:
    name = f"{method} {path}"
    _refuse_unknown(operation, _OPERATION_KEYS, name)
    integration = dict(operation[_INTEGRATION])
    uri = integration.pop("uri")["Fn::Sub"]
    if integration != {"httpMethod": "POST", "type": "aws_proxy", "payloadFormatVersion": "2.0"}:
        raise TemplateRefused(f"template.yaml: the integration of {name} is not a plain Lambda proxy with payload 2.0")
    function = _FUNCTION.search(uri)
    if not function:
        raise TemplateRefused(f"template.yaml: {name} does not name its function")
    method = "ANY" if method == _ANY else method.upper()
    return Route(method, "$default" if path == "/$default" else path, function[1])


def _refuse_unknown(given: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(set(given) - known):
        raise TemplateRefused(f"template.yaml: {unknown[0]} of {where} is not served locally")
