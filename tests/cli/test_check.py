import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import main

EXAMPLE = "infra/cli/example.yaml"
WRONG_LINE = Path(EXAMPLE).read_text().partition("wait: 5m")[0].count("\n") + 1
COUNTED = "7 responders, 2 teams, 1 schedule, 2 policies, 4 services, 1 maintenance window"
FINE = f"{EXAMPLE}: fine, {COUNTED}\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words])


def summed_up(result: Result) -> str:
    """The line before what is proven."""
    summary, proof = result.output.splitlines(keepends=True)[-2:]
    assert "proven for" in proof
    return summary


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.yaml"
    path.write_text(Path(EXAMPLE).read_text().replace("wait: 5m", "wiat: 5m"))
    return str(path)


def test_a_good_file() -> None:
    result = run(EXAMPLE)
    assert result.exit_code == 0
    assert summed_up(result) == FINE


def test_a_broken_file(broken: str) -> None:
    result = run(broken)
    said = f'{broken}:{WRONG_LINE}: error: policies.urgent.tiers[0].wiat: unknown key; did you mean "wait"?\n'
    assert (result.exit_code, result.output) == (1, f"{said}{broken}: 1 error\n")


def test_several_files_are_one_description(broken: str) -> None:
    result = run(EXAMPLE, broken)
    assert result.exit_code == 1
    assert f"{broken}:{WRONG_LINE}: error: policies.urgent" not in result.output
    assert f'error: policies.urgent: "urgent" is described already in {EXAMPLE}:' in result.output
    assert result.output.endswith("2 files: 18 errors\n")


def test_a_folder_is_one_description(tmp_path: Path) -> None:
    head, _, tail = Path(EXAMPLE).read_text().partition("policies:\n")
    (tmp_path / "people.yaml").write_text(head)
    (tmp_path / "services.yml").write_text(f"policies:\n{tail}")
    assert summed_up(run(str(tmp_path))) == f"{tmp_path}: fine, {COUNTED}\n"


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "warned.yaml"
    path.write_text(
        Path(EXAMPLE).read_text().replace("\nteams:\n", "  zoe: {contact: [{email: z@example.com}]}\nteams:\n")
    )
    result = run(str(path))
    assert result.exit_code == 0
    assert summed_up(result) == f"{path}: fine, {COUNTED.replace('7', '8')}, 1 warning\n"


def test_one_of_each_is_singular(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        "responders: {ada: {contact: [{email: ada@example.com}]}}\n"
        "policies: {calm: {tiers: [{notify: [ada], by: [email]}]}}\n"
        "services: {shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}}\n"
    )
    assert summed_up(run(str(path))) == f"{path}: fine, 1 responder, 1 policy, 1 service, 1 warning\n"


def test_json(broken: str) -> None:
    good, bad = run("--json", EXAMPLE), run("--json", broken)
    assert (good.exit_code, bad.exit_code) == (0, 1)
    said = json.loads(good.output)
    assert said.pop("proof")["holds"] is True
    assert said == {
        "files": [EXAMPLE],
        "ok": True,
        "responders": 7,
        "teams": 2,
        "schedules": 1,
        "policies": 2,
        "services": 4,
        "maintenance": 1,
        "problems": [],
    }
    assert json.loads(bad.output)["ok"] is False
    assert json.loads(bad.output)["problems"] == [
        {
            "line": WRONG_LINE,
            "path": "policies.urgent.tiers[0].wiat",
            "text": "unknown key",
            "fix": 'did you mean "wait"?',
            "level": "error",
            "file": broken,
        }
    ]


@pytest.mark.parametrize("words", [(), ("no-such.yaml",), ("--jsno", EXAMPLE)])
def test_usage(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: main check" in result.output


def test_without_a_description_there_is_no_success(tmp_path: Path) -> None:
    (tmp_path / ".hidden.yaml").write_text(Path(EXAMPLE).read_text())
    result = run("--json", str(tmp_path))
    assert result.exit_code == 1
    assert json.loads(result.output)["ok"] is False


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1979-12-31"])
def test_a_proof_begins_within_what_calendars_know(day: str) -> None:
    result = run("--from", day, EXAMPLE)
    assert result.exit_code == 2
    assert result.output.endswith("Error: Invalid value for --from: is too far away; 1980 to 2200 is looked at\n")


def test_a_proof_from_another_day() -> None:
    result = run("--offline", "--days", "1", "--from", "2027-03-01", EXAMPLE)
    assert result.exit_code == 0
    assert "proven for 1 day until 2027-03-02" in result.output


@pytest.mark.parametrize(
    "how",
    ["who: linus", "who: [linus]", "add: linus", "who: linus, instead_of: ada", "swap: [ada, linus]"],
)
def test_who_comes_by_an_override_has_not_the_tiers_channel(tmp_path: Path, how: str) -> None:
    """As if a rotation or a team named them."""
    file = tmp_path / "oncall.yaml"
    file.write_text(
        "responders:\n"
        "  ada: {contact: [{sms: '+12025550101'}]}\n"
        "  linus: {contact: [{email: linus@example.com}]}\n"
        "schedules:\n"
        "  nights:\n"
        "    timezone: UTC\n"
        "    layers: [{rotate: daily, people: [ada], start: 2026-01-01 09:00}]\n"
        f"    overrides: [{{from: 2126-12-01 09:00, to: 2126-12-02 09:00, {how}}}]\n"
        "policies:\n"
        "  calm: {tiers: [{notify: [nights], by: [sms]}]}\n"
        "services:\n"
        "  shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}\n"
    )
    output = CliRunner().invoke(main, ["check", str(file)]).output
    told = "policies.calm.tiers[0].notify[0]: linus has no sms and is told by the first contact instead"
    assert f"warning: {told}" in output
