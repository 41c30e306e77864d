"""`callout simulate`: what it prints, where it stops, and what it will not take."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import main
from tests.cli.conftest import Deployed

FILE = """
responders:
  ada:
    name: Ada Byron
    timezone: Europe/London
    contact: [{sms: "+1 202 555 0101"}, {email: ada@example.com}]
  grace:
    name: Grace Hopper
    timezone: America/New_York
    contact: [{sms: "+1 202 555 0102"}, {email: grace@example.com}]
  boss:
    name: Margaret Hamilton
    contact: [{email: boss@example.com}]
teams:
  crew: {name: Crew, members: [ada, grace]}
schedules:
  nights:
    name: Nights
    timezone: Europe/London
    layers: [{rotate: daily, handoff: "02:30", start: 2026-03-01, people: [grace, ada]}]
  never:
    name: Never
    layers: [{rotate: daily, handoff: "00:00", start: 2099-01-01, people: [ada]}]
policies:
  urgent:
    tiers:
      - {notify: [nights], by: [sms], wait: 5m}
      - {notify: [grace, boss], by: [sms, email], wait: 10m}
    last_resort: {notify: [boss], by: [email]}
    comes_back_every: 15m
  together:
    tiers:
      - {notify: [crew], by: [sms], wait: 5m, everyone: true}
      - {notify: [never], by: [sms], wait: 5m}
      - {notify: [boss], by: [email], wait: 5m}
services:
  checkout:
    name: Checkout
    policy: urgent
    routing_keys: ["R0UT1NGKEY0123456789ABCDEF012345"]
    respond_within: {P1: 20m}
    at_risk: {before: 8m, notify: [boss], by: [email]}
  reports:
    policy: together
    routing_keys: ["R0UT1NGKEY0123456789ABCDEF012346"]
maintenance:
  upgrade:
    {name: Upgrade, services: [checkout], labels: {cluster: eu-1}, from: 2026-03-29 00:00, to: 2026-03-29 08:00}
"""
AT = "2026-03-29T00:59"
ADDRESSES = ("2025550101", "202 555 0101", "ada@", "grace@", "boss@")
KEYS = ["after_seconds", "at", "local", "what", "text", "page", "responder", "name", "channel", "to", "kind", "tier"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    file = tmp_path / "oncall.yaml"
    file.write_text(FILE)

    def run(*words: str, at: str = AT, service: str = "checkout", columns: int = 200) -> Result:
        chosen = ("--service", service) if service else ()
        said = ("simulate", str(file), "--at", at, *chosen, *words)
        result = CliRunner().invoke(main, said, env={"COLUMNS": str(columns)})
        assert not isinstance(result.exception, Exception), result.output
        return result

    return run


@pytest.fixture
def told(run: Run) -> Callable[..., list[dict[str, Any]]]:
    def told(*words: str, **options: Any) -> list[dict[str, Any]]:
        result = run(*words, "--json", **options)
        assert result.exit_code == 0, result.output
        events: list[dict[str, Any]] = json.loads(result.stdout)
        return events

    return told


Told = Callable[..., list[dict[str, Any]]]


def notices(events: list[dict[str, Any]]) -> list[tuple[int, str, str, str]]:
    return [(e["after_seconds"], e["responder"], e["channel"], e["kind"]) for e in events if e["what"] == "notice"]


def test_the_whole_way_to_the_second_comeback(told: Told) -> None:
    events = told("--no-answer")
    assert notices(events) == [
        (0, "ada", "sms", "page"),
        (300, "grace", "sms", "page"),
        (300, "grace", "email", "page"),
        (300, "boss", "email", "page"),
        (720, "boss", "email", "at risk"),
        (900, "boss", "email", "exhausted"),
        (1800, "boss", "email", "exhausted"),
        (2700, "boss", "email", "exhausted"),
    ]
    assert [(e["after_seconds"], e["what"]) for e in events if e["what"] != "notice"] == [
        (0, "opened"),
        (0, "turn"),
        (300, "turn"),
        (720, "target at risk"),
        (900, "exhausted"),
        (1200, "target missed"),
        (1800, "exhausted"),
        (2700, "exhausted"),
        (2700, "end"),
    ]


def test_every_event_has_the_same_keys_and_help_names_them(told: Told) -> None:
    help_text = CliRunner().invoke(main, ["simulate", "--help"]).output
    for event in told("--answer-after", "7m"):
        assert list(event) == KEYS
    for key in KEYS:
        assert key in help_text


def test_a_notice_is_told_by_the_recipients_clock_and_where_it_goes_is_masked(told: Told) -> None:
    events = told()
    first = next(event for event in events if event["what"] == "notice")
    assert first["local"] == "2026-03-29T00:59:00+00:00"
    assert (first["to"], first["name"], first["tier"]) == ("…01", "Ada Byron", 1)
    assert "simulated alert" in first["text"]
    assert "http" not in first["text"]
    second = next(event for event in events if event["responder"] == "grace")
    assert second["local"] == "2026-03-28T21:04:00-04:00"


@pytest.mark.parametrize("words", [(), ("--json",), ("--answer-after", "7m"), ("--channel-down", "sms")])
def test_no_address_is_ever_shown(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    shown = run(*words, "--svg", str(tmp_path / "x.svg")).output + (tmp_path / "x.svg").read_text()
    assert not [address for address in ADDRESSES if address in shown]


def test_the_first_line_says_which_instant_was_taken(run: Run) -> None:
    line = run().output.splitlines()[0]
    assert line == (
        "Checkout: critical alert (P1, high urgency) at 2026-03-29 00:59:00 UTC, "
        "which is Sun 29 Mar 00:59 GMT in Europe/London."
    )


@pytest.mark.parametrize(
    ("at", "words", "instant"),
    [
        ("2026-03-29T01:59", (), "2026-03-29 01:59:00 UTC"),
        ("2026-03-29 01:59:30", (), "2026-03-29 01:59:30 UTC"),
        ("2026-03-29T01:59Z", (), "2026-03-29 01:59:00 UTC"),
        ("2026-03-29T01:59+01:00", (), "2026-03-29 00:59:00 UTC"),
        ("2026-03-29T01:59Z", ("--timezone", "Asia/Tokyo"), "2026-03-29 01:59:00 UTC"),
        ("2026-03-29T00:59", ("--timezone", "Europe/London"), "2026-03-29 00:59:00 UTC"),
        ("2026-07-01T12:00", ("--timezone", "Europe/London"), "2026-07-01 11:00:00 UTC"),
        ("2026-03-29T01:30", ("--timezone", "Europe/London"), "2026-03-29 01:00:00 UTC"),  # a time that does not exist
        ("2026-10-25T01:30", ("--timezone", "Europe/London"), "2026-10-25 00:30:00 UTC"),  # one that comes twice
    ],
)
def test_when(run: Run, at: str, words: tuple[str, ...], instant: str) -> None:
    assert instant in run(*words, at=at).output.splitlines()[0]


def test_the_clock_that_is_asked_for_is_shown_where_it_is_nobodys_phone(run: Run) -> None:
    told = run("--timezone", "Asia/Tokyo", "--service", "checkout", at="2026-03-29T10:00").output.splitlines()
    assert told[0].endswith("at 2026-03-29 01:00:00 UTC, which is Sun 29 Mar 10:00 JST in Asia/Tokyo.")
    opened = next(line for line in told if " opened " in line)
    notice = next(line for line in told if " Ada Byron " in line and " tier 1 " in line)
    assert "Sun 10:00:00 JST" in opened
    assert "Sun 02:00:00 BST" in notice  # by the clock of whoever is notified


def test_tries_of_one_message_share_a_line(run: Run) -> None:
    words = ("--channel-down", "sms", "--service", "checkout")
    lines = [line for line in run(*words).output.splitlines() if " unavailable " in line]
    assert all("(5 tries, 1m15s)" in line for line in lines)
    events = json.loads(run(*words, "--json").output)
    assert sum(event["what"] == "unavailable" for event in events) == 5 * len(lines) > 5


def test_without_a_time_it_is_now(run: Run, tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    result = CliRunner().invoke(main, ["simulate", str(tmp_path / "oncall.yaml"), "--service", "reports", "--json"])
    first = datetime.fromisoformat(json.loads(result.stdout)[0]["at"])
    assert before <= first <= datetime.now(UTC)


def test_who_is_on_call_changes_with_the_hour(told: Told) -> None:
    """On the night on which 01:00 becomes 02:00 the handoff at 02:30 comes half an hour after it."""
    for at, who in (("2026-03-29T01:29:59", "ada"), ("2026-03-29T01:30:00", "grace")):
        assert notices(told("--resolve-after", "1m", at=at))[0][1] == who


def test_an_answer_ends_it(told: Told, run: Run) -> None:
    events = told("--answer-after", "7m")
    assert [event["what"] for event in events][-2:] == ["acknowledged", "end"]
    assert events[-1]["after_seconds"] == 420
    assert "Grace Hopper" in events[-2]["text"]  # of those who were notified last, the first
    output = run("--answer-after", "7m").output
    assert "Answered by Grace Hopper after 7m." in output
    assert "If it is still open after 1h7m, it comes back." in output


def test_who_answers_may_be_said(told: Told) -> None:
    events = told("--answer-after", "7m", "--answer-by", "ada")
    assert events[-2]["text"] == "acknowledged by Ada Byron (SMS link)"


def test_until_goes_on_after_an_answer(told: Told) -> None:
    events = told("--answer-after", "2m", "--until", "63m")
    assert [(e["after_seconds"], e["kind"]) for e in events if e["what"] == "notice"] == [
        (0, "page"),
        (3720, "still open"),
    ]
    assert events[-1]["after_seconds"] == 63 * 60
    assert "as far as it was to go" in events[-1]["text"]


def test_until_ends_an_unanswered_one(told: Told) -> None:
    assert told("--until", "4m")[-1]["after_seconds"] == 240
    assert len(notices(told("--until", "2h"))) == 6 + 7  # on its rhythm, as long as it was to go


def test_resolved_it_is_over(told: Told, run: Run) -> None:
    events = told("--resolve-after", "6m", "--until", "24h")
    assert (events[-1]["after_seconds"], events[-2]["what"]) == (360, "resolved")
    assert "Over after 6m: the simulated monitor said so." in run("--resolve-after", "6m").output


def test_a_channel_that_is_down(told: Told) -> None:
    events = told("--channel-down", "sms", "--answer-after", "3m")
    assert [event["what"] for event in events].count("unavailable") == 5
    assert any(event["what"] == "next way" for event in events)
    assert notices(events) == [(75, "ada", "email", "page")]


def test_everybody_down_still_ends(told: Told) -> None:
    events = told("--channel-down", "sms", "--channel-down", "email")
    assert notices(events) == []
    assert events[-1]["text"].startswith("Nobody was notified.")


def test_everyone_must_answer_and_an_empty_tier_is_skipped(told: Told) -> None:
    one = told("--answer-after", "1m", service="reports")
    assert [event["what"] for event in one if event["what"] in ("counted", "empty")] == ["counted", "empty"]
    assert "exhausted" in [event["what"] for event in one]
    both = told("--answer-after", "1m", "--answer-by", "ada", "--answer-by", "grace", service="reports")
    assert [event["what"] for event in both][-2:] == ["acknowledged", "end"]


def test_nobody_can_answer_before_anybody_was_notified(told: Told) -> None:
    events = told("--label", "cluster=eu-1", "--answer-after", "10m")
    assert "no answer" in [event["what"] for event in events]


def test_a_maintenance_window_ends_with_a_summary(told: Told, run: Run) -> None:
    events = told("--label", "cluster=eu-1")
    assert {event["page"] for event in events} == {1, 2, None}
    assert notices(events)[0] == (7 * 3600 + 70, "grace", "sms", "page")
    assert "The maintenance window's summary speaks for it." in run("--label", "cluster=eu-1").output
    assert "held" not in [event["what"] for event in told("--label", "cluster=us-1")]


def test_the_severity_counts(told: Told) -> None:
    events = told("--severity", "info")
    assert "P4 INFO" in events[2]["text"]
    assert not [event for event in events if event["what"].startswith("target")]


def test_a_narrow_terminal_has_a_line_for_all_that_is_said(run: Run) -> None:
    output = run("--answer-after", "1m", columns=80).output
    assert max(map(len, output.splitlines())) <= 80
    assert "tier 1 Ada Byron SMS …01 P1 " in output


WRONG = [
    (("--no-answer", "--answer-after", "7m"), "--no-answer means that nobody answers"),
    (("--no-answer", "--answer-by", "ada"), "--no-answer means that nobody answers"),
    (("--answer-by", "ada"), "--answer-by says who answers, not when"),
    (("--answer-after", "7m", "--answer-by", "adda"), 'did you mean "ada"?'),
    (("--answer-after", "7"), '"7" is not a span of time'),
    (("--answer-after", "7 min"), "did you mean 7m?"),
    (("--answer-after", "7m", "--until", "5m"), "--answer-after lies behind the end"),
    (("--resolve-after", "7m", "--until", "5m"), "--resolve-after lies behind the end"),
    (("--answer-after", "8d"), "--answer-after goes as far as 7d"),
    (("--resolve-after", "8d", "--until", "90d"), "--resolve-after goes as far as 7d"),
    (("--at", "0001-01-01T00:00Z"), "too far away; 1980 to 2200 is looked at"),
    (("--at", "9999-12-31T23:59"), "too far away; 1980 to 2200 is looked at"),
    (("--answer-after", "7m", "--resolve-after", "7m"), "it is over before anybody answers"),
    (("--until", "91d"), "--until goes as far as 90d"),
    (("--timezone", "Europe/Londn"), 'did you mean "Europe/London"?'),
    (("--timezone", "Mars"), "is not a time zone"),
    (("--label", "cluster"), "write it like cluster=eu-1"),
    (("--service", "chekout"), 'did you mean "checkout"?'),
    (("--service", "zzz"), "there are checkout and reports"),
    (("--at", "tomorrow"), '"tomorrow" is not a time'),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_does_not_go_together_is_one_clear_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    error = result.output.partition("Error: ")[2]
    assert sentence in error
    assert error.count("\n") == 1


def test_which_service_must_be_said_where_there_are_several(run: Run) -> None:
    assert "which service alerts? add --service; there are checkout and reports" in run(service="").output


def test_a_file_with_mistakes_is_not_simulated(tmp_path: Path) -> None:
    file = tmp_path / "oncall.yaml"
    file.write_text(FILE.replace("notify: [nights]", "notify: [nihgts]"))
    result = CliRunner().invoke(main, ["simulate", str(file), "--service", "checkout"])
    assert result.exit_code == 1
    assert "nihgts" in result.output
    assert "First notified" not in result.output


def test_what_is_live_can_be_simulated(deployed: Deployed) -> None:
    deployed.describe()
    output = deployed.run("simulate", "--live", "--at", AT, "--answer-after", "1m").output
    assert "Answered by Ada after 1m." in output


# ---- the picture ----------------------------------------------------------------------------------------------------


def test_the_picture_is_drawn_beside_the_table(run: Run, tmp_path: Path) -> None:
    result = run("--answer-after", "7m", "--svg", str(tmp_path / "x.svg"))
    assert "Drawn into" in result.stderr
    picture = (tmp_path / "x.svg").read_text()
    ElementTree.fromstring(picture)
    for words in ("Ada Byron", "Grace Hopper", "tier 1, 5m", "+7m", "answers after 7m", "prefers-color-scheme: dark"):
        assert words in picture
    assert "<script" not in picture
    assert "http://www.w3.org/2000/svg" in picture
    assert picture.count("http") == 1  # nothing is fetched from anywhere


@pytest.mark.parametrize(
    "words",
    [
        ("--no-answer",),
        ("--until", "9d"),
        ("--label", "cluster=eu-1"),
        ("--channel-down", "sms", "--channel-down", "email"),
        ("--answer-after", "0s"),
        ("--resolve-after", "0s"),
        ("--title", "</text><script>alert(1)</script>&\x00\x1b[31m" + "long " * 100),
    ],
    ids=" ".join,
)
def test_every_simulation_can_be_drawn(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    run(*words, "--svg", str(tmp_path / "x.svg"))
    root = ElementTree.fromstring((tmp_path / "x.svg").read_text())
    assert "script" not in {each.tag.rpartition("}")[2] for each in root.iter()}
    assert float(root.get("width", "0")) < 2000
