import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import main

EXAMPLE = "infra/cli/example.yaml"
WRONG_LINE = Path(EXAMPLE).read_text().partition("wait: 5m")[0].count("\n") + 1
FINE = f"{EXAMPLE}: fine, 4 responders, 2 policies, 2 services\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words])


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.yaml"
    path.write_text(Path(EXAMPLE).read_text().replace("wait: 5m", "wiat: 5m"))
    return str(path)


def test_a_good_file() -> None:
    result = run(EXAMPLE)
    assert (result.exit_code, result.output) == (0, FINE)


def test_a_broken_file_beside_a_good_one(broken: str) -> None:
    result = run(EXAMPLE, broken)
    said = f'{broken}:{WRONG_LINE}: error: policies.urgent.tiers[0].wiat: unknown key; did you mean "wait"?\n'
    assert (result.exit_code, result.output) == (1, f"{FINE}{said}{broken}: 1 error\n")


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "warned.yaml"
    path.write_text(
        Path(EXAMPLE).read_text().replace("policies:\n", "  zoe: {contact: [{email: z@example.com}]}\npolicies:\n")
    )
    result = run(str(path))
    assert result.exit_code == 0
    assert result.output.endswith("fine, 5 responders, 2 policies, 2 services, 1 warning\n")


def test_one_of_each_is_singular(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        "responders: {ada: {contact: [{email: ada@example.com}]}}\n"
        "policies: {calm: {tiers: [{notify: [ada], by: [email]}]}}\n"
        "services: {shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}}\n"
    )
    assert run(str(path)).output == f"{path}: fine, 1 responder, 1 policy, 1 service\n"


def test_json(broken: str) -> None:
    result = run("--json", EXAMPLE, broken)
    good, bad = json.loads(result.output)
    assert result.exit_code == 1
    assert good == {"file": EXAMPLE, "ok": True, "responders": 4, "policies": 2, "services": 2, "problems": []}
    assert bad["ok"] is False
    assert bad["problems"] == [
        {
            "line": WRONG_LINE,
            "path": "policies.urgent.tiers[0].wiat",
            "text": "unknown key",
            "fix": 'did you mean "wait"?',
            "level": "error",
        }
    ]


@pytest.mark.parametrize("words", [(), ("no-such.yaml",), (".",), ("--jsno", EXAMPLE)])
def test_usage(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: main check" in result.output
