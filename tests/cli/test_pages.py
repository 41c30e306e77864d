"""What the operator sees of pages, and answers; with texts from alerts that would like to write to the terminal."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from people import ADA, GRACE, TWO_TIERS, oncall_of

from callout.domain.alert import Severity
from callout.domain.events import Answered, Verb
from callout.domain.oncall import Maintenance, ResponseTarget, Tier
from callout.domain.page import State
from callout.domain.priority import Priority
from callout.paging import answer
from infra.cli.main import main
from infra.cli.page_standing import summary
from tests.cli.conftest import Deployed

HOSTILE = "\x1b]0;owned\x07\x1b[2J[red]boo[/red] :boom: \u202egnp.exe\r\nline two\x00 \x9b31m http://x.example"


@pytest.fixture(autouse=True)
def described(deployed: Deployed) -> None:
    deployed.describe()


def rows(output: str) -> list[list[str]]:
    return [line.split() for line in output.splitlines()]


def words(output: str) -> str:
    return " ".join(output.split())


def test_no_pages(deployed: Deployed) -> None:
    result = deployed.run("pages")
    assert (result.exit_code, result.output) == (
        0,
        "No pages in stack callout in eu-central-1, neither this month nor the one before.\n",
    )


def test_the_list(deployed: Deployed) -> None:
    first = deployed.page("first")
    deployed.now += timedelta(seconds=2)
    second = deployed.page("second", title="disk full")
    deployed.step(second)
    answer(deployed.runtime.world, first.id, Answered(Verb.ACKNOWLEDGE, "ada", "Ada", "SMS link"))
    heading, *lines = rows(deployed.run("pages").output)
    assert heading == ["id", "state", "priority", "service", "title", "opened", "tier", "answered", "by"]
    assert lines == [
        [second.id, "triggered", "P1", "critical", "checkout", "disk", "full", "just", "now", "1/2"],
        [first.id, "acknowledged", "P1", "critical", "checkout", "p99", "above", "2", "s", "just", "now", "–", "Ada"],
    ]


def test_the_list_in_a_narrow_terminal(deployed: Deployed) -> None:
    """Two lines a page, none of them broken, the title cut."""
    page = deployed.page(title="the disk of the orders database is nearly full and will be quite full soon")
    environment = {"COLUMNS": "80", "TTY_COMPATIBLE": "1", "TERM": "dumb"}
    lines = CliRunner().invoke(main, ["pages"], env=environment).output.splitlines()
    assert len(lines) == 4
    assert max(map(len, lines)) <= 80
    assert lines[2].startswith(f"{page.id}  triggered")
    assert "the disk of the orders" in lines[2]
    assert lines[2].rstrip().endswith("…")
    assert lines[3].startswith("just now           P1 critical  –")


@pytest.mark.parametrize(("columns", "lines", "widest"), [(None, 2, 200), ("0", 2, 200), ("80", 4, 80)])
def test_the_list_in_a_pipe(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, columns: str | None, lines: int, widest: int
) -> None:
    """One line a page, unless somebody says how wide the other end is."""
    monkeypatch.delenv("COLUMNS", raising=False)
    deployed.page(title="the disk of the orders database is nearly full, and so are the others")
    shown = CliRunner().invoke(main, ["pages"], env={"COLUMNS": columns}).output.splitlines()
    assert len(shown) == lines
    assert max(map(len, shown)) <= widest


def test_limit_counts_the_newest_but_what_is_open_is_never_hidden(deployed: Deployed) -> None:
    made = [deployed.page(key) for key in ("a", "b", "c")]
    deployed.run("pages", "resolve", made[0].id)
    deployed.now += timedelta(seconds=2)
    newest = deployed.page("d")
    result = deployed.run("pages", "--limit", "1")
    shown = [row[0] for row in rows(result.stdout)[1:]]
    assert shown[0] == newest.id
    assert set(shown) == {newest.id, made[1].id, made[2].id}
    assert "--all shows" in result.stderr
    everything = deployed.run("pages", "--all")
    assert len(rows(everything.stdout)) == 1 + 4
    assert everything.stderr == ""


def test_an_open_page_from_long_ago_is_still_there(deployed: Deployed) -> None:
    today = deployed.now
    deployed.now -= timedelta(days=100)
    old, closed = deployed.page("old"), deployed.page("closed")
    answer(deployed.runtime.world, closed.id, Answered(Verb.RESOLVE, "ada", "Ada", "SMS link"))
    deployed.now = today.replace(day=1) - timedelta(days=1)
    last_month = deployed.page("last month")
    deployed.now = today
    new = deployed.page("new")
    assert [row[0] for row in rows(deployed.run("pages").output)[1:]] == [new.id, last_month.id, old.id]


def test_the_list_as_json(deployed: Deployed) -> None:
    page = deployed.page(title=HOSTILE)
    deployed.run("pages", "ack", page.id)
    output = deployed.run("pages", "--json").output
    assert output.isascii()
    [found] = json.loads(output)
    assert found["id"] == page.id
    assert (found["state"], found["severity"], found["tier"], found["tiers"]) == ("acknowledged", "critical", None, 2)
    assert found["title"] == HOSTILE
    assert [given["name"] for given in found["answers"]] == ["olga"]


def test_one_page_with_its_ledger(deployed: Deployed) -> None:
    page = deployed.page(details={"pod": "web-1"}, source="node-1")
    deployed.now += timedelta(seconds=90)
    deployed.step(page)
    deployed.run("pages", "ack", page.id)
    output = deployed.run("pages", "show", page.id, "--utc").output
    lines = [" ".join(row) for row in rows(output)]
    opened = f"{page.opened_at:%Y-%m-%d %H:%M:%S} UTC"
    assert lines[:4] == ["p99 above 2 s", f"page {page.id}", "state acknowledged", "priority P1"]
    assert lines[4] == "severity critical"
    assert f"opened {opened}, just now" in lines
    assert {"source node-1", "pod web-1", "tier 1/2", "answered by olga"} <= set(lines)
    assert f"{opened} opened Alertmanager says it is firing" in lines
    late = (deployed.now - page.opened_at).total_seconds()
    [step] = [line for line in lines if " step due " in line]
    assert step.endswith(f" {late:.1f} s")
    assert lines[-1].endswith("acknowledged acknowledged by olga (command)")


@pytest.fixture
def kolkata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("kolkata")
def test_times_in_the_zone_of_this_machine(deployed: Deployed) -> None:
    page = deployed.page()
    output = deployed.run("pages", "show", page.id).output
    local = page.opened_at + timedelta(hours=5, minutes=30)
    assert f"{local:%Y-%m-%d %H:%M:%S} IST" in output
    assert "UTC" not in output


def test_the_whole_ledger_is_shown_also_what_was_archived(deployed: Deployed) -> None:
    page = deployed.page()
    for number in range(320):
        page = page.noted(deployed.now, "said", f"line {number}.")
    assert deployed.runtime.pages.save(page, deployed.read(page)).ledger_parts
    output = deployed.run("pages", "show", page.id).output
    assert all(f"line {number}." in output for number in range(320))
    told = json.loads(deployed.run("pages", "show", page.id, "--json").output)
    assert len(told["ledger"]) == 321


def test_said_again_and_again_is_one_line(deployed: Deployed) -> None:
    page = deployed.page()
    for _ in range(3):
        deployed.page()
    assert "said again, nothing new (3 times, last at " in deployed.run("pages", "show", page.id).output


@pytest.mark.parametrize("words", [["pages"], ["pages", "show"], ["pages", "ack"], ["pages", "resolve"]])
def test_a_hostile_title_cannot_write_to_the_terminal(deployed: Deployed, words: list[str]) -> None:
    page = deployed.page(title=HOSTILE, source=HOSTILE, details={HOSTILE: HOSTILE}, sender=HOSTILE, runbook=HOSTILE)
    output = deployed.run(*words, *[page.id][: len(words) - 1]).output
    assert "[red]boo[/red] :boom: gnp.exe line two" in output
    assert {char for char in output if not char.isprintable()} == {"\n"}


def test_colours_are_only_ours(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed.page(title=HOSTILE)
    monkeypatch.setenv("FORCE_COLOR", "1")
    output = deployed.run("pages").output
    assert "\x1b[1;31mtriggered" in output
    assert "\x1b[2J" not in output
    assert "\x1b]" not in output


def test_acknowledged_by_the_operator(deployed: Deployed) -> None:
    page = deployed.page()
    deployed.step(page)
    result = deployed.run("pages", "ack", page.id)
    assert result.exit_code == 0
    assert result.output.startswith(f"Acknowledged: {page.id} (p99 above 2 s). Nobody else is notified until ")
    kept = deployed.read(page)
    assert (kept.state, kept.answers[0].who, kept.answers[0].name) == (State.ACKNOWLEDGED, "", "olga")
    again = deployed.run("pages", "ack", page.id)
    assert again.exit_code == 0
    assert again.output.startswith(f"Already acknowledged by olga: {page.id}")
    assert deployed.read(page) == kept


def test_acknowledged_as_well(deployed: Deployed) -> None:
    page = deployed.page()
    answer(deployed.runtime.world, page.id, Answered(Verb.ACKNOWLEDGE, "ada", "Ada", "SMS link"))
    assert "Already acknowledged by Ada:" in deployed.run("pages", "ack", page.id).output
    assert rows(deployed.run("pages").output)[1][-2:] == ["Ada", "+1"]
    assert "answered by  Ada, then olga" in deployed.run("pages", "show", page.id).output


def test_answered_for_a_responder(deployed: Deployed) -> None:
    page = deployed.page()
    assert deployed.run("pages", "ack", page.id, "--as", "grace").exit_code == 0
    [given] = deployed.read(page).answers
    assert (given.who, given.name) == ("grace", "Grace")
    assert deployed.run("pages", "resolve", page.id, "--as", "ada").exit_code == 0
    assert deployed.read(page).closed_by == "Ada"
    shown = deployed.run("pages", "show", page.id).output
    assert "acknowledged by Grace (command by olga)" in shown
    assert "resolved by Ada (command by olga)" in shown


@pytest.mark.parametrize("verb", ["ack", "resolve"])
def test_answered_for_somebody_unknown(deployed: Deployed, verb: str) -> None:
    page = deployed.page()
    result = deployed.run("pages", verb, page.id, "--as", "grase")
    assert (result.exit_code, result.output) == (
        1,
        'Error: --as: no responder of the id or the name "grase" is live; did you mean "grace"?\n',
    )
    assert deployed.read(page) == page


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("+12025550101", "write an id or a name, not a number or an address"),
        ("ada@example.com", "write an id or a name, not a number or an address"),
        ("", "nothing was given (an unset shell variable?)"),
    ],
)
def test_answered_for_what_is_nobodys_name(deployed: Deployed, given: str, told: str) -> None:
    page = deployed.page()
    output = deployed.run("pages", "ack", page.id, "--as", given).output
    assert output.startswith("Error: --as: ")
    assert told in output
    assert not given or given not in output
    assert deployed.read(page) == page


def test_answered_for_somebody_by_name(deployed: Deployed) -> None:
    nora = replace(GRACE, id="second", name="Nora")
    deployed.describe(oncall_of(TWO_TIERS, replace(ADA, name="Ada Byron"), replace(GRACE, name="Nora"), nora))
    page = deployed.page()
    assert "may be grace or second; write the id" in deployed.run("pages", "ack", page.id, "--as", "nora ").output
    assert deployed.run("pages", "ack", page.id, "--as", "ada byron").exit_code == 0
    assert [answer.who for answer in deployed.read(page).answers] == ["ada"]


def test_an_acknowledgement_that_never_ends(deployed: Deployed) -> None:
    deployed.describe(oncall_of(replace(TWO_TIERS, ack_timeout_seconds=None), ADA, GRACE))
    page = deployed.page("endless")
    assert deployed.run("pages", "ack", page.id).output.endswith("(p99 above 2 s). Nobody else is notified.\n")


def test_resolved_and_resolved_again(deployed: Deployed) -> None:
    page = deployed.page()
    assert deployed.run("pages", "resolve", page.id).output == (
        f"Resolved: {page.id} (p99 above 2 s). Nobody is notified any more.\n"
    )
    assert deployed.read(page).closed_by == "olga"
    for verb in ("resolve", "ack"):
        result = deployed.run("pages", verb, page.id)
        assert (result.exit_code, result.output) == (
            0,
            f"Already closed by olga: {page.id} (p99 above 2 s). Nothing was changed.\n",
        )


def test_the_beginning_of_an_id(deployed: Deployed) -> None:
    page, other = deployed.page("a"), deployed.page("b")
    assert page.id[:5] != other.id[:5]
    assert deployed.run("pages", "ack", page.id[:5]).output.startswith(f"Acknowledged: {page.id}")
    assert deployed.read(other).state is State.TRIGGERED


def test_a_beginning_that_fits_several(deployed: Deployed) -> None:
    first = deployed.page("a")
    deployed.run("pages", "resolve", first.id)
    second = deployed.page("a")
    result = deployed.run("pages", "resolve", first.problem)
    assert result.exit_code == 1
    assert f'"{first.problem}" may be {second.id} or {first.id}; write more of the id' in result.output
    assert deployed.read(second).open
    assert deployed.run("pages", "show", first.id, "--json").exit_code == 0


@pytest.mark.parametrize("verb", ["show", "ack", "resolve"])
@pytest.mark.parametrize(("chars", "said"), [(0, "no id (an unset shell variable?)"), (3, "too little of an id")])
def test_too_little_of_an_id(deployed: Deployed, verb: str, chars: int, said: str) -> None:
    """Only one page is recent: anything at all would fit it."""
    page = deployed.page()
    for wanted in (page.id[:chars], f" {page.id[:chars]} "):
        result = deployed.run("pages", verb, wanted)
        assert result.exit_code == 2
        assert f"{said}; write 4 characters or more of it, see `callout pages`" in result.output
    assert deployed.read(page) == page


@pytest.mark.parametrize("wanted", ["zzzz", "aaaaaaaaaaaaaaa-1", "\x1b[2J", "../x"])
def test_no_such_page(deployed: Deployed, wanted: str) -> None:
    deployed.page()
    result = deployed.run("pages", "ack", wanted)
    assert result.exit_code == 1
    assert "no recent one begins so; see `callout pages`" in result.output
    assert "\x1b" not in result.output


def test_options_before_the_verb_are_refused(deployed: Deployed) -> None:
    """`pages --local resolve x` must not close a page on AWS."""
    page = deployed.page()
    result = deployed.run("pages", "--local", "resolve", page.id)
    assert result.exit_code == 2
    assert "write the options behind the verb" in result.output
    assert deployed.read(page).open


def test_an_answer_while_the_machine_cannot_be_started_counts(deployed: Deployed) -> None:
    page = deployed.page()
    client = boto3.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        client.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
    assert deployed.run("pages", "ack", page.id).output.startswith("Acknowledged")
    assert deployed.read(page).state is State.ACKNOWLEDGED


def test_no_address_is_ever_shown_nor_a_log_line(deployed: Deployed) -> None:
    page = deployed.page()
    deployed.step(page)
    deployed.now += timedelta(seconds=301)
    deployed.verify_sender()
    deployed.step(deployed.read(page))
    for words in (["ack", page.id], ["show", page.id], ["show", page.id, "--json"], ["resolve", page.id]):
        deployed.run("pages", *words)
    deployed.run("pages")
    deployed.run("pages", "--json")
    for secret in ("+1202555", "555010", "@example.com", '"_aws"', '"level"'):
        assert not [output for output in deployed.outputs if secret in output]


EVERYONE = replace(TWO_TIERS, tiers=(Tier(("ada", "grace"), ("sms",), 300, everyone=True), *TWO_TIERS.tiers[1:]))


def test_where_each_must_answer_an_answer_is_counted(deployed: Deployed) -> None:
    deployed.describe(oncall_of(EVERYONE))
    page = deployed.page("everyone")
    deployed.step(page)
    assert "waiting for Ada, Grace" in words(deployed.run("pages", "show", page.id).output)
    said = f"{page.id} (p99 above 2 s). Waiting for Grace: each of them must answer.\n"
    assert deployed.run("pages", "ack", page.id, "--as", "ada").output == f"Answered: {said}"
    assert deployed.run("pages", "ack", page.id, "--as", "ada").output == f"Answered already: {said}"
    assert deployed.read(page).state is State.TRIGGERED
    assert "Ada, waiting for Grace" in words(deployed.run("pages").output)
    shown = words(deployed.run("pages", "show", page.id).output)
    assert "answered by Ada" in shown
    assert "waiting for Grace" in shown
    [found] = json.loads(deployed.run("pages", "--json").output)
    assert found["waiting_for"] == ["Grace"]
    assert deployed.run("pages", "ack", page.id, "--as", "grace").output.startswith(f"Acknowledged: {page.id}")
    assert "waiting for" not in deployed.run("pages").output


def agreed(deployed: Deployed, **changes: Any) -> None:
    oncall = oncall_of(TWO_TIERS)
    service = replace(oncall.services["checkout"], **changes)
    deployed.describe(replace(oncall, services={"checkout": service}))


def test_the_response_target_and_the_owner(deployed: Deployed) -> None:
    agreed(deployed, owner="Payments", response={Priority.P1: ResponseTarget(300)})
    page = deployed.page("agreed")
    due = deployed.read(page).clock
    assert due is not None
    shown = words(deployed.run("pages", "show", page.id, "--utc").output)
    assert "owner Payments" in shown
    stated = f"P1 within 5 min: running, answer by {due.due_at:%Y-%m-%d %H:%M:%S} UTC ("
    assert f"response target {stated}" in shown
    told = json.loads(deployed.run("pages", "show", page.id, "--json").output)
    assert (told["priority"], told["owner"]) == ("P1", "Payments")
    assert (told["response_target"]["within_seconds"], told["response_target"]["standing"]) == (300, "running")
    deployed.now += timedelta(seconds=330)
    deployed.step(page)
    missed = f"P1 within 5 min: missed, it was {due.due_at:%Y-%m-%d %H:%M:%S} UTC"
    assert missed in words(deployed.run("pages", "show", page.id, "--utc").output)
    other = deployed.page("answered")
    deployed.run("pages", "ack", other.id)
    assert "response target P1 within 5 min: met answered by" in words(deployed.run("pages", "show", other.id).output)


def test_an_acknowledgement_for_ever_lasts_until_a_small_page_is_brought_back(deployed: Deployed) -> None:
    deployed.describe(oncall_of(replace(TWO_TIERS, ack_timeout_seconds=None)))
    page = deployed.page("small", severity=Severity.WARNING)
    output = deployed.run("pages", "ack", page.id).output
    assert page.aging_at is not None
    assert f"Nobody else is notified until {page.aging_at.astimezone():%Y-%m-%d %H:%M:%S}" in output


@pytest.mark.parametrize("days", [0, 2])
def test_held_in_a_maintenance_window(deployed: Deployed, days: int) -> None:
    deployed.now = deployed.now.replace(hour=12)
    end = deployed.now + timedelta(days=days, hours=1)
    window = Maintenance("upgrade", "Database upgrade", start=deployed.now - timedelta(hours=1), end=end)
    deployed.describe(replace(oncall_of(TWO_TIERS), maintenance=(window,)))
    page = deployed.page("held")
    until = page.held_until
    assert until is not None
    day = f"{until.astimezone():%a} " if days else ""
    assert f"held until {day}{until.astimezone():%H:%M}" in words(deployed.run("pages").output)
    shown = words(deployed.run("pages", "show", page.id, "--utc").output)
    assert f"held until {until:%Y-%m-%d %H:%M:%S} UTC: maintenance Database upgrade" in shown
    told = json.loads(deployed.run("pages", "show", page.id, "--json").output)
    assert (told["held_until"][:16], told["held_by"]) == (f"{until:%Y-%m-%dT%H:%M}", "Database upgrade")


def test_a_summary_and_the_pages_in_it(deployed: Deployed) -> None:
    end = deployed.now + timedelta(hours=1)
    window = Maintenance("upgrade", "Database upgrade", start=deployed.now - timedelta(hours=1), end=end)
    deployed.describe(replace(oncall_of(TWO_TIERS), maintenance=(window,)))
    members = [deployed.page(key, title=f"{key} is full") for key in ("disk", "inbox")]
    deployed.now = end + timedelta(seconds=1)
    for member in members:
        deployed.step(member)
    summary_id = deployed.read(members[0]).summary
    assert summary_id
    shown = words(deployed.run("pages", "show", summary_id).output)
    assert "summary speaks for 2 pages" in shown
    speaks = deployed.runtime.pages.get(summary_id)
    assert speaks is not None
    assert summary(replace(speaks, firing=speaks.firing[:1])) == "speaks for 1 page"
    assert summary(replace(speaks, firing=())) == ""
    assert all(f"{member.id} critical since" in shown for member in members)
    told = json.loads(deployed.run("pages", "show", summary_id, "--json").output)
    assert set(told["speaks_for"]) == {member.id for member in members}
    shown = words(deployed.run("pages", "show", members[0].id).output)
    assert f"summary page {summary_id} speaks for it" in shown
    assert f"answered by summary {summary_id}" in shown
    listed = deployed.run("pages").output
    assert listed.count(f"summary {summary_id}") == 2
