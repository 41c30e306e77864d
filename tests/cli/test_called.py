"""Commands that are shown can be pasted: they name this very `callout`, as it can be reached from here."""

from pathlib import Path

import pytest

from infra.cli.called import called


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose command is not on the PATH."""
    script = tmp_path / "checkout" / ".venv" / "bin" / "callout"
    script.parent.mkdir(parents=True)
    script.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path / "checkout")
    monkeypatch.setattr("sys.argv", [str(script), "demo"])
    return script


def test_in_the_checkout(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert called() == ".venv/bin/callout"
    monkeypatch.setattr("sys.argv", [".venv/bin/callout"])
    assert called() == ".venv/bin/callout"


def test_beside_it(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installed.parent)
    assert called() == "./callout"


def test_elsewhere(installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert called() == str(installed)
    monkeypatch.setattr("sys.argv", [str(installed.rename(elsewhere / "callout"))])
    monkeypatch.chdir(tmp_path)
    assert called() == "'else where/callout'"


def test_on_the_path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installed.parent))
    assert called() == "callout"


def test_another_one_is_on_the_path(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "callout").touch(0o755)
    assert called() == ".venv/bin/callout"


def test_called_by_something_else(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("pytest", "no/such/callout"):
        monkeypatch.setattr("sys.argv", [program])
        assert called() == "callout"
