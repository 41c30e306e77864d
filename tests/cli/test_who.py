"""Who is on call, by files and by what is live: in the schedule's zone and in UTC, and loud where nobody is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.team import HOSTILE, LONDON, NIGHTS, OFFICE, described, utc
from click.testing import CliRunner, Result
from people import ADA

from callout.domain.oncall import Away, Condition, OnCall, Policy, Tier
from callout.domain.priority import Urgency
from callout.domain.schedule import Layer, Schedule
from infra.cli.main import main
from tests.cli.conftest import Deployed

FILE = """
responders:
  ada: {name: Ada Byron, contact: [{sms: "+1 202 555 0101"}]}
  grace: {name: Grace Hopper, contact: [{sms: "+1 202 555 0102"}]}
schedules:
  nights:
    name: Nights
    timezone: Europe/London
    layers: [{rotate: weekly, handoff: monday 09:00, start: 2026-03-02, people: [ada, grace]}]
policies:
  urgent: {tiers: [{notify: [nights], by: [sms]}]}
services:
  checkout: {policy: urgent, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "team.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def run(*words: str, **environment: str) -> Result:
    result = CliRunner().invoke(main, words, env={"COLUMNS": "200", **environment})
    assert not isinstance(result.exception, Exception), result.output
    return result


def lines(output: str) -> list[str]:
    return [" ".join(line.split()) for line in output.splitlines()]


def test_who_is_on_call_by_a_file(file: str) -> None:
    result = run("who", file, "--at", "2026-03-25T12:00Z")
    assert lines(result.output) == [
        "Nights nights, Wed 25 Mar 2026 12:00 GMT",
        "on call Grace Hopper",
        "since Mon 23 Mar 2026 09:00 GMT 2 days 3 h ago",
        "until Mon 30 Mar 2026 09:00 BST 2026-03-30 08:00 UTC, in 4 days 20 h",
        "next Ada Byron from Mon 30 Mar 2026 09:00 BST 2026-03-30 08:00 UTC, in 4 days 20 h",
        "",
        "A critical alert at Wed 25 Mar 2026 12:00 UTC would wake",
        "checkout 1 Grace Hopper (on call in Nights)",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("who",), "what to look at? name the on-call file, or add --live"),
        (("who", "FILE", "--live"), "leave the files out, or --live"),
        (("who", "FILE", "--local"), "leave the files out, or --live"),
        (("who", "FILE", "--schedule", "night"), 'did you mean "nights"?'),
        (("who", "FILE", "--timezone", "Europe/Lodnon"), 'did you mean "Europe/London"?'),
        (("who", "FILE", "--at", "noon"), "is not a time"),
        (("who", "FILE", "--at", "0001-01-01"), "too far away"),
        (("who", "FILE", "--at", "9999-12-31T23:59"), "too far away"),
    ],
)
def test_what_was_asked_wrongly_is_one_sentence(file: str, words: tuple[str, ...], said: str) -> None:
    result = run(*(file if word == "FILE" else word for word in words))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_file_with_a_mistake_shows_it_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(FILE.replace("people: [ada", "people: [ida"), encoding="utf-8")
    result = run("who", str(path))
    assert result.exit_code == 1
    assert "ida" in result.output
    assert "on call" not in result.output


def test_a_folder_is_one_description(tmp_path: Path) -> None:
    head, _, rest = FILE.partition("policies:")
    (tmp_path / "people.yaml").write_text(head, encoding="utf-8")
    (tmp_path / "rest.yml").write_text("policies:" + rest, encoding="utf-8")
    assert "on call Ada Byron" in lines(run("who", str(tmp_path), "--at", "2026-03-03T12:00Z").output)


@pytest.mark.parametrize(
    ("at", "options", "instant"),
    [
        ("2026-03-29T01:30", (), "2026-03-29T01:00:00Z"),  # London's clocks skip it: the moment of the jump
        ("2026-10-25T01:30", (), "2026-10-25T00:30:00Z"),  # it comes twice: the first of the two
        ("2026-03-25T21:00", ("--timezone", "Asia/Tokyo"), "2026-03-25T12:00:00Z"),
        ("2026-03-25T21:00+09:00", ("--timezone", "Europe/Berlin"), "2026-03-25T12:00:00Z"),
    ],
)
def test_times_are_read_by_the_schedules_clock_or_by_another(
    file: str, at: str, options: tuple[str, ...], instant: str
) -> None:
    assert json.loads(run("who", file, "--json", "--at", at, *options).output)["at"] == instant


def test_another_clock_to_show_times_on(file: str) -> None:
    result = run("who", file, "--at", "2026-03-25T12:00Z", "--timezone", "Asia/Tokyo")
    assert "since Mon 23 Mar 2026 18:00 JST 2026-03-23 09:00 UTC, 2 days 3 h ago" in lines(result.output)


def test_a_time_without_a_clock_is_asked_for(deployed: Deployed) -> None:
    deployed.describe(described(NIGHTS, OFFICE))
    result = deployed.run("who", "--live", "--at", "2026-03-25T12:00")
    assert result.exit_code == 2
    assert "whose clock is --at read on?" in result.output
    only = deployed.run("who", "--live", "--at", "2026-03-25T12:00", "--schedule", "office")
    assert "Wed 25 Mar 2026 12:00 EDT" in only.output


def test_nobody_is_shouted(deployed: Deployed) -> None:
    deployed.describe(described(NIGHTS, OFFICE))
    found = deployed.run("who", "--live", "--at", "2026-03-28T12:00Z", "--schedule", "office")
    assert lines(found.output)[1:4] == [
        "on call NOBODY until Mon 30 Mar 2026 09:00 EDT 2026-03-30 13:00 UTC, in 2 days 1 h",
        "since Fri 27 Mar 2026 17:00 EDT 2026-03-27 21:00 UTC, 15 h ago",
        "next Grace from Mon 30 Mar 2026 09:00 EDT 2026-03-30 13:00 UTC, in 2 days 1 h",
    ]


def test_nobody_is_red_in_a_terminal(deployed: Deployed) -> None:
    deployed.describe(described(replace(OFFICE, id="nights")))
    shown = CliRunner().invoke(
        main,
        ["who", "--live", "--at", "2026-03-28T12:00Z"],
        env={"COLUMNS": "80", "TTY_COMPATIBLE": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color"},
        color=True,
    )
    assert "\x1b[1;38;2;255;255;255;48;2;192;32;32m NOBODY until Mon 30 Mar 2026 09:00 EDT" in shown.output


def test_somebody_for_ever_has_neither_beginning_nor_end(deployed: Deployed) -> None:
    deployed.describe(described(Schedule("nights", "Nights", LONDON, (Layer("only", LONDON, ("ada",)),))))
    found = lines(deployed.run("who", "--live").output)
    assert "since more than a year" in found
    assert "until no end within more than a year" in found
    assert not [line for line in found if line.startswith("next")]


def test_whoever_is_away_is_said_to_be(deployed: Deployed) -> None:
    ada = replace(ADA, away=(Away(utc(2026, 3, 3), utc(2026, 3, 5)),), alternates=("grace",))
    oncall = described()
    deployed.describe(replace(oncall, responders={**oncall.responders, "ada": ada}))
    at = ("who", "--live", "--at", "2026-03-04T12:00Z")
    assert "away pages go to Grace (on call in Nights, for Ada, who is away)" in lines(deployed.run(*at).output)
    [nights] = json.loads(deployed.run(*at, "--json").output)["schedules"]
    assert [person["id"] for person in nights["on_call"]] == ["ada"]
    assert [person["id"] for person in nights["pages_go_to"]] == ["grace"]


def test_tiers_that_do_not_apply_wake_nobody(deployed: Deployed) -> None:
    quiet = Tier(("ada",), condition=Condition(urgency=Urgency.LOW))
    oncall = described(policies={"p": Policy("p", (quiet, Tier(("boss",), ("email",))))})
    deployed.describe(oncall)
    assert "checkout 2 Boss" in lines(deployed.run("who", "--live").output)
    deployed.describe(replace(oncall, policies={"p": Policy("p", (quiet,))}))
    told = "checkout – the last resort at once, as no tier for it has anybody: Ada"
    assert told in lines(deployed.run("who", "--live").output)


def test_where_no_tier_has_anybody_the_last_resort_is_told_at_once(deployed: Deployed) -> None:
    oncall = described()
    empty = replace(oncall.schedules["nights"], layers=())
    policy = Policy("p", (Tier(("schedule:nights",)),), last_resort=Tier(("boss",), ("email",)))
    deployed.describe(replace(oncall, schedules={"nights": empty}, policies={"p": policy}))
    told = "checkout – the last resort at once, as no tier for it has anybody: Boss (nobody is on call in Nights)"
    assert told in lines(deployed.run("who", "--live").output)
    [service] = json.loads(deployed.run("who", "--live", "--json").output)["services"]
    assert (service["tier"], service["last_resort"], service["missing"]) == (
        None,
        True,
        ["nobody is on call in Nights"],
    )
    assert [person["id"] for person in service["wakes"]] == ["boss"]


def test_nobody_at_all_is_nobody(deployed: Deployed) -> None:
    oncall = described()
    empty = replace(oncall.schedules["nights"], layers=())
    policy = Policy("p", (Tier(("schedule:nights",)),))
    deployed.describe(replace(oncall, schedules={"nights": empty}, policies={"p": policy}))
    assert "checkout – NOBODY (nobody is on call in Nights)" in lines(deployed.run("who", "--live").output)
    [service] = json.loads(deployed.run("who", "--live", "--json").output)["services"]
    assert (service["wakes"], service["last_resort"]) == ([], False)


def test_as_json(deployed: Deployed) -> None:
    deployed.describe(described())
    found = json.loads(deployed.run("who", "--live", "--at", "2026-03-25T12:00Z", "--json").output)
    assert found == {
        "at": "2026-03-25T12:00:00Z",
        "schedules": [
            {
                "id": "nights",
                "name": "Nights",
                "timezone": LONDON,
                "on_call": [{"id": "grace", "name": "Grace"}],
                "since": "2026-03-23T09:00:00Z",
                "until": "2026-03-30T08:00:00Z",
                "next": {"on_call": [{"id": "ada", "name": "Ada"}], "at": "2026-03-30T08:00:00Z"},
                "pages_go_to": [{"id": "grace", "name": "Grace"}],
            }
        ],
        "services": [
            {
                "id": "checkout",
                "tier": 1,
                "wakes": [{"id": "grace", "name": "Grace"}],
                "last_resort": False,
                "missing": [],
                "maintenance": None,
            }
        ],
    }


def test_nothing_is_described(deployed: Deployed) -> None:
    assert deployed.run("who", "--live").output == (
        "Nobody is on call: no schedule and no service is described here.\n"
    )
    deployed.describe(OnCall(version=0, services=described().services, policies=described().policies))
    assert "No schedule is described here" in deployed.run("who", "--live").output


def test_a_calendar_that_is_not_known_is_told(deployed: Deployed) -> None:
    layer = Layer("theirs", LONDON, calendar="theirs")
    deployed.describe(described(Schedule("nights", "Nights", LONDON, (layer,))))
    assert "nights: a layer's calendar has not been fetched yet" in deployed.run("who", "--live").stderr


def test_a_calendar_beside_the_file_is_read(tmp_path: Path) -> None:
    path, calendar = tmp_path / "team.yaml", tmp_path / "theirs.ics"
    path.write_text(FILE.replace("layers: [", "layers: [{calendar: theirs.ics}, ").replace("2026-03-02", "2030-01-07"))
    now = datetime.now(UTC)
    begin, end = (f"{now + timedelta(hours=hours):%Y%m%dT%H%M%SZ}" for hours in (-1, 9))
    event = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:{begin}\r\nDTEND:{end}\r\nSUMMARY:Ada Byron\r\nEND:VEVENT"
    calendar.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{event}\r\nEND:VCALENDAR\r\n")
    assert "on call Ada Byron" in lines(run("who", str(path)).output)
    calendar.write_text("no calendar")
    result = run("who", str(path))
    assert "on call NOBODY" in " ".join(lines(result.stdout))
    assert result.stderr == "nights: a layer's calendar cannot be read now, so that layer says nothing\n"


def test_names_cannot_write_to_the_terminal(deployed: Deployed) -> None:
    oncall = described(replace(NIGHTS, name=HOSTILE))
    deployed.describe(replace(oncall, responders={**oncall.responders, "ada": replace(ADA, name=HOSTILE)}))
    output = deployed.run("who", "--live", "--at", "2026-03-04T12:00Z").output
    assert "[red]Söhne & Co[/red]" in output
    assert not {"\x1b", "\x07", "\u202e", "\r"}.intersection(output)


WINDOW = """
maintenance:
  patching: {name: Weekly patching, services: [checkout], timezone: Europe/London, every: [{days: sun, from: 02:00, to: 04:00}]}
  other: {services: [checkout], labels: {cluster: eu-1}, from: 2026-03-25, to: 2026-03-26}
"""  # noqa: E501


@pytest.mark.parametrize(
    ("at", "end"), [("2026-03-22T03:00", "04:00 UTC"), ("2026-07-05T03:00", "03:00 UTC"), ("2026-03-22T04:00", "")]
)
def test_who_is_woken_once_a_window_has_ended(file: str, at: str, end: str) -> None:
    Path(file).write_text(FILE + WINDOW, encoding="utf-8")
    output = run("who", file, "--at", at).output
    assert (f"nobody before {end} (maintenance Weekly patching)" in output) == bool(end)
    [service] = json.loads(run("who", file, "--at", at, "--json").output)["services"]
    assert bool(service["wakes"]) != bool(end)
    assert service["maintenance"] == (
        {"id": "patching", "name": "Weekly patching", "until": f"{at[:10]}T{end[:5]}:00Z"} if end else None
    )


def test_a_window_for_some_labels_only_does_not_stand_for_all(file: str) -> None:
    Path(file).write_text(FILE + WINDOW, encoding="utf-8")
    assert "nobody before" not in run("who", file, "--at", "2026-03-25T12:00").output


def test_a_window_is_read_on_the_clock_that_is_asked_for(file: str) -> None:
    Path(file).write_text(FILE + WINDOW, encoding="utf-8")
    output = run("who", file, "--at", "2026-07-05T03:00", "--timezone", "Europe/London").output
    assert "nobody before 04:00 BST (maintenance Weekly patching)" in output
