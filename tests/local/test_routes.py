from typing import Any

import pytest

from infra.local.routes import Route, Routes, routes_of
from infra.local.template import TemplateRefused

ROUTES = Routes(
    [
        Route("ANY", "$default", "F"),
        Route("GET", "/a/{token}", "F"),
        Route("ANY", "/a/{token}", "F"),
        Route("GET", "/a/literal", "F"),
        Route("GET", "/a/{rest+}", "F"),
        Route("POST", "/w/{format}/{key}", "F"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/a/t", "GET /a/{token}", {"token": "t"}),
        ("POST", "/a/t", "ANY /a/{token}", {"token": "t"}),
        ("GET", "/a/literal", "GET /a/literal", {}),
        ("GET", "/a/b/c", "GET /a/{rest+}", {"rest": "b/c"}),
        ("POST", "/w/x/a%20b%C3%A9", "POST /w/{format}/{key}", {"format": "x", "key": "a bé"}),
        ("POST", "/w/x/a%2Fb", "POST /w/{format}/{key}", {"format": "x", "key": "a/b"}),
        ("POST", "/w/x", "$default", {}),
        ("POST", "/w/x/", "$default", {}),
        ("POST", "/w/x/y/", "$default", {}),
        ("GET", "/w/x/y", "$default", {}),
    ],
)
def test_the_most_specific_route_is_chosen(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    found = ROUTES.find(method, path)
    assert found
    assert (found[0].key, found[1]) == (key, parameters)


def test_dots_in_a_path_stand_for_themselves() -> None:
    assert Routes([Route("GET", "/a.b", "F")]).find("GET", "/axb") is None


def body(**integration: Any) -> dict[str, Any]:
    proxy = {
        "httpMethod": "POST",
        "type": "aws_proxy",
        "payloadFormatVersion": "2.0",
        "uri": {"Fn::Sub": "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations"},
        **integration,
    }
    return {"openapi": "3.0.1", "paths": {"/x": {"post": {"x-amazon-apigateway-integration": proxy}}}}


def test_routes_are_read_from_the_openapi_body() -> None:
    assert routes_of(body()).all == [Route("POST", "/x", "Echo")]


def test_an_integration_that_is_not_served_is_refused_by_name() -> None:
    with pytest.raises(TemplateRefused, match="post /x"):
        routes_of(body(payloadFormatVersion="1.0"))


def test_a_part_of_the_api_that_is_not_served_is_refused_by_name() -> None:
    with pytest.raises(TemplateRefused, match="x-amazon-apigateway-cors of the API"):
        routes_of({**body(), "x-amazon-apigateway-cors": {}})


def test_a_part_of_a_route_that_is_not_served_is_refused_by_name() -> None:
    document = body()
    document["paths"]["/x"]["post"]["security"] = []
    with pytest.raises(TemplateRefused, match="security of post /x"):
        routes_of(document)
