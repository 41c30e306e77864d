"""What all tests share: the table as template.yaml describes it, in an emulated AWS without anybody's credentials."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.loaders import Loader, create_loader
from cfnlint.decode import cfn_yaml
from moto import mock_aws

ROOT = Path(__file__).parent.parent
REGION = "eu-central-1"


@pytest.fixture(autouse=True)
def _no_aws_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")


@cache
def table_properties() -> dict[str, Any]:
    """The table's properties as template.yaml has them, less what moto's create_table does not take."""
    template: Any = cfn_yaml.load(str(ROOT / "template.yaml"))
    properties = dict(template["Resources"]["Table"]["Properties"])
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: properties[name] for name in wanted}


@pytest.fixture(scope="session")
def loader() -> Loader:
    """botocore's descriptions of AWS, read once a process: every session reads them again, for half a second."""
    return create_loader()


@pytest.fixture
def read_once(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.session.create_loader", lambda _: loader)


def create_table() -> str:
    """Create the table in the emulated AWS of this process; returns its name."""
    boto3.client("dynamodb").create_table(TableName="callout", **table_properties())
    return "callout"


@pytest.fixture
def table(read_once: None) -> Iterator[str]:
    """The name of a fresh table in an emulated AWS of this process."""
    with mock_aws():
        yield create_table()
