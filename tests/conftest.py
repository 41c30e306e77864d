"""What all tests share: the table as template.yaml describes it, in an emulated AWS without anybody's credentials."""

import logging
import os
from collections.abc import Generator, Iterator
from typing import Any

import planted
import pytest
from botocore.loaders import Loader, create_loader
from ground import REGION, ROOT, create_table
from moto import mock_aws

from infra.local.stack import Stack

pytest_plugins = ["pytester"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "leaks: gives something away on purpose")
    logging.getLogger().addHandler(planted.Listener(logging.INFO))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Whatever a test drives, no log line and no metric may give a number, an address or a key away."""
    report = yield
    printed = "".join(text for name, text in report.sections if name == f"Captured stdout {report.when}")
    found = {*planted.taken(), *planted.in_json_lines(printed)}
    if found and report.passed and item.get_closest_marker("leaks") is None:
        report.outcome = "failed"
        report.longrepr = f"a log line or a metric gives away: {', '.join(sorted(found))}"
    return report


@pytest.fixture(autouse=True, scope="session")
def _no_secret_in_what_a_stack_prints() -> Iterator[None]:
    """The same for every local stack of this process that runs the real template, when it is closed.

    Nor may a role have granted too little, also where the functions get over it.
    """
    close = Stack.__exit__

    def looked_through(stack: Stack, *why: Any) -> None:
        ours = stack._template.resolve() == ROOT / "template.yaml"
        found = [*planted.of_stack(stack), *stack.permissions()["refused"]] if ours else []
        close(stack, *why)
        assert not found, found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Stack, "__exit__", looked_through)
        yield


@pytest.fixture(autouse=True)
def _no_aws_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")


@pytest.fixture(scope="session")
def loader() -> Loader:
    """botocore's descriptions of AWS, read once a process: every session reads them again, for half a second."""
    return create_loader()


@pytest.fixture
def read_once(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.session.create_loader", lambda _: loader)


@pytest.fixture
def table(read_once: None) -> Iterator[str]:
    """The name of a fresh table in an emulated AWS of this process."""
    with mock_aws():
        yield create_table()
