"""What Callout sends to itself is no business of the operator's, until they ask."""

import json
from pathlib import Path

import pytest

from callout.domain import synthetic
from callout.domain.alert import Action, Alert
from callout.domain.page import Page
from callout.paging import receive
from tests.cli.conftest import Deployed

EXAMPLE = Path(__file__).parents[2] / "infra/cli/example.yaml"


@pytest.fixture
def opened(deployed: Deployed) -> Page:
    deployed.describe()
    oncall = deployed.runtime.oncall()
    alert = Alert(Action.TRIGGER, synthetic.DEDUP_KEY, "Generic webhook", "Synthetic page")
    page = receive(deployed.runtime.world, alert, oncall.services[synthetic.ID], oncall).page
    assert page is not None
    return page


def test_the_list_leaves_it_out_or_shows_it_alone(deployed: Deployed, opened: Page) -> None:
    mine = deployed.page()
    for options, shown in (((), mine), (("--all",), mine), (("--synthetic",), opened)):
        found = json.loads(deployed.run("pages", *options, "--json").output)
        assert [page["id"] for page in found] == [shown.id], options


def test_whoever_knows_its_id_sees_all_of_it(deployed: Deployed, opened: Page) -> None:
    assert "Synthetic page" in deployed.run("pages", "show", opened.id).output


def test_as_much_of_its_id_as_tells_it_from_others_is_enough(deployed: Deployed, opened: Page) -> None:
    deployed.page()
    assert "Synthetic page" in deployed.run("pages", "show", opened.id[:11]).output
    assert "Synthetic page" in deployed.run("explain", opened.id[:11]).output


def test_none_among_ordinary_ones(deployed: Deployed) -> None:
    deployed.describe()
    deployed.page()
    assert deployed.run("pages", "--synthetic").output.startswith("No synthetic pages in stack callout")


COMMANDS = [("who", "--live"), ("plan", str(EXAMPLE)), ("check", str(EXAMPLE)), ("responders", "--live")]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_other_command_speaks_of_it(deployed: Deployed, opened: Page, words: tuple[str, ...]) -> None:
    assert opened.open
    output = deployed.run(*words).output
    assert "Usage:" not in output
    assert "synthetic" not in output.lower()
