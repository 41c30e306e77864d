"""`callout explain` against a deployment: who is meant, what is printed, and nothing that could reach anybody."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of

from callout.domain import clock
from callout.domain.applied import Applied
from callout.domain.oncall import Contact, Maintenance, OnCall, Responder, Tier
from infra.cli.main import main
from tests.cli.conftest import Deployed

LINUS = Responder("linus", "Linus Ek", (Contact("email", "email", "linus@example.com"),))
HOSTILE = "\x1b]0;owned\x07\x1b[2J[red]boo[/red]\r\nx"


def apply(deployed: Deployed, oncall: OnCall, by: str = "olga") -> None:
    """As the command does it, with who and when."""
    before = deployed.runtime.versions.live()
    deployed.oncall = replace(oncall, version=before + 1)
    applied = Applied(before + 1, clock.text(deployed.now), by, "", before)
    assert deployed.runtime.versions.add(deployed.oncall, applied)
    assert deployed.runtime.versions.switch(before + 1, before)


@pytest.fixture(autouse=True)
def described(deployed: Deployed) -> None:
    apply(deployed, oncall_of(TWO_TIERS, ADA, GRACE, BOSS, LINUS))
    deployed.now += timedelta(minutes=10)


def words(output: str) -> str:
    return " ".join(output.split())


def test_in_a_terminal(deployed: Deployed) -> None:
    """Everybody, then one with what it stands on, by as much of the page's id as tells it from others."""
    page = deployed.page()
    deployed.step(page)
    deployed.now += timedelta(seconds=200)
    deployed.run("pages", "ack", page.id, "--as", "ada")
    output = deployed.run("explain", page.id, "--utc").output
    verdicts = [line for line in output.splitlines() if line.endswith(("notified.", "so far."))]
    assert verdicts == ["Ada was notified.", "Grace was not notified so far.", "Boss was not notified so far."]
    assert "1 sms: page" in output
    assert output.splitlines()[1] == f"page {page.id}, checkout, P1, acknowledged"
    assert output.splitlines()[3].startswith("Now: Ada has it until ")
    output = words(deployed.run("explain", page.id[:6], "Grace", "--utc").output)
    due = page.opened_at.replace(microsecond=0) + timedelta(minutes=5)
    assert f"Grace's turn (tier 2) would have come at {due:%H:%M:%S} UTC if nobody had answered." in output
    assert "acknowledged: acknowledged by Ada (command by olga)" in output
    assert "version 1, by olga, live since" in output
    assert "inferred from the waits of the tiers before" in output
    assert "To change that: a shorter `wait:`" in output
    environment = {"COLUMNS": "80", "TTY_COMPATIBLE": "1", "TERM": "dumb"}
    narrow = CliRunner().invoke(main, ["explain", page.id], env=environment)
    assert max(map(len, narrow.output.splitlines())) <= 80


def test_what_cannot_be_answered(deployed: Deployed) -> None:
    page = deployed.page()
    result = deployed.run("explain", page.id, "grase")
    said = 'Error: no responder has the id or the name "grase"; did you mean "grace"?\n'
    assert (result.exit_code, result.output) == (1, said)
    result = deployed.run("explain", "aaaaaaaaaaaaaaa-1")
    assert result.exit_code == 1
    assert "no page has the id" in result.output
    assert deployed.run("explain", "aa").exit_code == 2
    result = deployed.run("explain", page.id, "")
    assert result.exit_code == 2
    assert "an unset shell variable?" in result.output
    result = deployed.run("explain", page.id, "+12025550199")
    assert "write an id or a name, not a number or an address" in result.output
    assert "0199" not in result.output


def test_who_changed_the_description_since(deployed: Deployed) -> None:
    page = deployed.page()
    deployed.step(page)
    deployed.now += timedelta(minutes=1)
    wider = replace(TWO_TIERS, tiers=(Tier(("linus",), ("email",), 60), *TWO_TIERS.tiers))
    apply(deployed, oncall_of(wider, ADA, GRACE, BOSS, LINUS), by="margaret")
    output = words(deployed.run("explain", page.id, "linus").output)
    assert "The live description (version 2) does, but a page keeps the policy it was opened with." in output
    assert "version 2, by margaret" in output
    assert "To change that: `callout apply --open-pages follow`" in output
    deployed.describe(oncall_of(TWO_TIERS))  # as the first versions of Callout did, without a record
    page = deployed.page("another")
    assert "version 3, live; since when is not known" in words(deployed.run("explain", page.id, "ada").output)


def test_the_archived_part_of_a_long_ledger_counts_and_json(deployed: Deployed) -> None:
    page = deployed.page()
    deployed.step(page)
    page = before = deployed.read(page)
    for number in range(320):
        page = page.noted(deployed.now, "said", f"line {number}.")
    assert deployed.runtime.pages.save(page, before).ledger_parts
    told = json.loads(deployed.run("explain", page.id, "--json").output)
    assert {each["id"]: each["verdict"] for each in told["people"]} == {
        "ada": "notified",
        "grace": "not notified yet",
        "boss": "not notified yet",
    }
    [notice] = told["people"][0]["notices"]
    assert (notice["channel"], notice["provider"], notice["tries"]) == ("sms", "taken", 1)
    assert notice["handed_over_at"] == clock.text(deployed.now)
    sentence = told["people"][1]["because"][0]
    assert {each["ground"] for each in sentence["evidence"]} == {"description", "inferred"}


def test_a_held_page_is_called_as_in_the_list(deployed: Deployed) -> None:
    hour = timedelta(hours=1)
    window = Maintenance("upgrade", "Upgrade", start=deployed.now - hour, end=deployed.now + hour)
    apply(deployed, replace(oncall_of(TWO_TIERS), maintenance=(window,)))
    page = deployed.page()
    assert "held until" in deployed.run("pages").output
    assert f"page {page.id}, checkout, P1, held until" in deployed.run("explain", page.id).output


def test_no_address_and_nothing_that_steers_a_terminal(deployed: Deployed) -> None:
    oncall = oncall_of(TWO_TIERS, replace(ADA, name=HOSTILE), GRACE, BOSS, LINUS)
    apply(deployed, oncall, by="arn:aws:sts::123456789012:assumed-role/admin/olga@example.com")
    page = deployed.page(title=HOSTILE)
    deployed.step(page)
    deployed.now += timedelta(seconds=301)
    deployed.step(deployed.read(page))  # the mail is refused: the sender's address is not verified
    for options in ([], ["ada"], ["grace"], ["--json"]):
        output = deployed.run("explain", page.id, *options).output
        assert "+1202555" not in output
        assert "@example.com" not in output
        assert {char for char in output if not char.isprintable()} == {"\n"}
