"""`callout plan` says what applying would do, and does nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.main import main
from tests.cli.conftest import Deployed

FILE = """
responders:
  ada: {name: Ada Byron, contact: [sms: "+1 202 555 0101"]}
  grace: {name: Grace Hopper, contact: [sms: "+1 202 555 0102"]}
schedules:
  nights:
    name: Nights
    timezone: Europe/London
    layers:
      - {rotate: weekly, handoff: monday 09:00, start: 2026-01-05, people: [ada]}
policies:
  urgent:
    tiers: [notify: [nights, grace]]
services:
  checkout: {name: Checkout, policy: urgent, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "oncall.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def changed(deployed: Deployed, file: Path) -> Path:
    """Another person is on call than in what is live."""
    deployed.run("apply", str(file), "--yes")
    file.write_text(FILE.replace("people: [ada]", "people: [grace]"))
    return file


MEANING = "from now Nights goes from Ada Byron to Grace Hopper and stays so"
ITEM = "~ schedule nights: layer 1 people ada -> grace"


def test_first_the_meaning_then_the_items(deployed: Deployed, changed: Path) -> None:
    result = deployed.run("plan", str(changed))
    assert result.exit_code == 0
    until, *lines = result.output.splitlines()[-4:]
    assert until.startswith("What it would mean, until ")
    assert lines == [f"  {MEANING}", "What would change:", ITEM]


def test_nothing_is_changed(deployed: Deployed, changed: Path) -> None:
    deployed.run("plan", str(changed))
    assert deployed.runtime.versions.live() == 1
    assert [applied.version for applied in deployed.runtime.versions.applied()] == [1]


def test_nothing_would_change(deployed: Deployed, file: Path) -> None:
    deployed.run("apply", str(file), "--yes")
    result = deployed.run("plan", str(file), "--exit-code")
    assert result.exit_code == 0
    assert "has just this already, as version 1. Nothing would change." in result.output


def test_as_json_with_everything_else_on_the_side(deployed: Deployed, changed: Path) -> None:
    result = deployed.run("plan", str(changed), "--json")
    told = json.loads(result.stdout)
    assert (told["live"], told["changes"]) == (1, True)
    assert told["meaning"] == [{"text": MEANING, "loud": False}]
    assert told["items"] == [ITEM]
    assert "fine, 2 responders" in result.stderr


def test_the_status_for_a_build(deployed: Deployed, changed: Path) -> None:
    assert deployed.run("plan", str(changed), "--exit-code").exit_code == 2
    assert deployed.run("plan", str(changed), "--exit-code", "--json").exit_code == 2


def test_how_far_ahead(deployed: Deployed, changed: Path) -> None:
    one, two = (
        json.loads(deployed.run("plan", str(changed), "--json", *words).stdout)["until"]
        for words in ((), ("--weeks", "8"))
    )
    assert one < two


def test_what_cannot_go_live_has_no_plan(deployed: Deployed, file: Path) -> None:
    file.write_text(FILE.replace("notify: [nights, grace]", "notify: [nigths]"))
    result = deployed.run("plan", str(file), "--exit-code")
    assert result.exit_code == 1
    assert 'did you mean "nights"?' in result.output


def test_a_gap_is_told_with_its_line(deployed: Deployed, file: Path) -> None:
    short = FILE.replace("people: [ada]}", "people: [ada], only: [{days: mon-fri}]}").replace(
        "[nights, grace]", "[nights]"
    )
    file.write_text(short)
    result = deployed.run("plan", str(file))
    assert result.exit_code == 1
    assert "error: " in result.output
    assert "oncall.yaml:" in result.output


def test_a_calendar_that_cannot_be_read(deployed: Deployed, file: Path) -> None:
    """In the description it is an error; what is live of it already serves on."""
    (file.parent / "beside.ics").write_text("nonsense")
    file.write_text(FILE.replace("people: [ada]}", "people: [ada]}\n      - calendar: beside.ics"))
    result = deployed.run("plan", str(file))
    assert result.exit_code == 1
    assert "oncall.yaml:11: error: schedules.nights.layers[1].calendar: " in result.output


def test_a_first_description(deployed: Deployed, file: Path) -> None:
    result = deployed.run("plan", str(file), "--exit-code")
    assert result.exit_code == 2
    assert "  Nights is new: from now Ada Byron is on call\n" in result.output
    assert "  Checkout: alerts page from now on, and first wake whoever is on call in Nights and Grace Hopper\n" in (
        result.output
    )


def test_colours_only_for_who_sees_them(deployed: Deployed, changed: Path) -> None:
    assert "\x1b" not in deployed.run("plan", str(changed)).output
    assert "\x1b" in CliRunner().invoke(main, ["plan", str(changed)], color=True).output
