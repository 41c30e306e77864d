"""Whatever goes wrong is one sentence and status 1; a stack trace only for who asks for it."""

from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from click.testing import CliRunner

from infra.cli.main import main
from tests.cli.conftest import Deployed

CALL: Any = BaseClient._make_api_call  # type: ignore[attr-defined]


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """From here on DynamoDB answers so."""

    def call(client: Any, operation: str, arguments: Any) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            raise error
        return CALL(client, operation, arguments)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", call)


def refused(code: str, message: str = "it says") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Query")


@pytest.mark.parametrize(
    "words",
    [
        ["pages"],
        ["pages", "show", "xxxx"],
        ["pages", "ack", "xxxx"],
        ["test", "ada"],
        ["signing-keys"],
        ["signing-keys", "rotate", "--yes"],
        ["apply", "infra/cli/example.yaml", "--yes"],
    ],
)
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refused("AccessDeniedException"), "these AWS credentials may not do this (Query); ask whoever manages"),
        (refused("ExpiredTokenException"), "the AWS login has expired; log in"),
        (refused("ResourceNotFoundException"), "something of this deployment is not there any more"),
        (EndpointConnectionError(endpoint_url="https://x"), "AWS does not answer; check the network"),
    ],
)
def test_aws_says_no(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, words: list[str], error: Exception, said: str
) -> None:
    failing(monkeypatch, error)
    result = deployed.run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {said}")
    assert result.stderr.count("\n") == 1


def test_a_mistake_of_ours_is_one_sentence_without_what_it_held(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, KeyError("+12025550101"))
    result = deployed.run("pages")
    assert result.exit_code == 1
    assert result.output == "Error: Callout itself failed (KeyError); `callout --debug ...` shows where\n"


def test_debug_shows_where(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyError("x"))
    assert isinstance(CliRunner().invoke(main, ["--debug", "pages"]).exception, KeyError)


def test_a_reader_who_has_gone_is_no_mistake(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, BrokenPipeError(32, "Broken pipe"))
    result = CliRunner().invoke(main, ["pages"])
    assert result.exit_code == 1
    assert result.output == ""


def test_no_deployment_at_all(table: str) -> None:
    for words in (["pages"], ["test", "ada"], ["signing-keys"], ["apply", "infra/cli/example.yaml", "--yes"]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 1
        assert "Error: there is no stack callout in eu-central-1; deploy it" in result.stderr
    assert boto3.client("dynamodb").scan(TableName=table)["Count"] == 0
