"""Who applied: whoever AWS says it is, or who sits at this machine; and never a reason not to."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.cli.author import author
from infra.cli.live import Live, Outputs


def at(endpoint: str | None) -> Live:
    return Live("somewhere", Outputs("callout", "arn", "https://c.example.com"), boto3.Session(), endpoint)


@pytest.fixture(autouse=True)
def _olga(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "olga")


def test_on_aws_it_is_the_identity() -> None:
    with mock_aws():
        assert author(at(None)) == "arn:aws:sts::123456789012:user/moto"


def test_on_this_machine_it_is_the_user_and_nobody_is_asked() -> None:
    assert author(at("http://127.0.0.1:1")) == "olga"


def test_whoever_may_not_ask_for_their_own_name_is_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    class Denying:
        def get_caller_identity(self) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetCallerIdentity")

    monkeypatch.setattr(Live, "client", lambda *_: Denying())
    assert author(at(None)) == "olga"
