"""`callout check` on descriptions that leave an hour uncovered, and on the same ones mended."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from zones import utc

from callout.domain.alert import Action, Alert
from infra.cli.calendars import collect
from infra.cli.description.file import load
from infra.cli.main import main
from infra.cli.proof.proving import verdict
from infra.cli.rehearsal.rehearsal import Rehearsal

AROUND = """
responders:
  ada: {name: Ada Byron, contact: [{sms: "+1 202 555 0101"}]}
  grace: {name: Grace Hopper, contact: [{sms: "+1 202 555 0102"}]}
policies:
  urgent: {tiers: [{notify: [duty]}]}
services:
  checkout: {policy: urgent, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}
"""
SUN = (
    AROUND
    + """
schedules:
  duty:
    timezone: Europe/London
    layers:
      - rotate: weekly
        handoff: monday 09:00
        start: 2026-01-05
        people: [ada, grace]
        only: [{from: 08:00, to: 20:00}]
      - rotate: weekly
        handoff: monday 09:00
        start: 2026-01-05
        people: [grace, ada]
        timezone: America/New_York
        only: [{from: 15:00, to: 03:00}]
"""
)
MOVED = (
    AROUND
    + """
schedules:
  duty:
    timezone: Europe/London
    layers: # from the night on which London's clock shows UTC again, the rotation is written in UTC
      - {rotate: weekly, handoff: monday 09:00, start: 2026-01-05, end: 2026-10-25 01:00, people: [ada, grace]}
      - {rotate: weekly, handoff: monday 09:00, start: 2026-10-25 01:00, people: [ada, grace], timezone: UTC}
"""
)


class Checked:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "oncall.yaml"

    def __call__(self, text: str, *options: str) -> Result:
        self.file.write_text(text.strip() + "\n")
        result = CliRunner().invoke(main, ["check", str(self.file), *options])
        assert not isinstance(result.exception, Exception), result.output
        return result

    def said(self, text: str, *options: str) -> list[str]:
        """Without the file's name."""
        return [line.replace(str(self.file), "FILE") for line in self(text, *options).output.splitlines()]

    def problems(self, text: str, *options: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self(text, "--json", *options).output)
        return found


@pytest.fixture
def check(tmp_path: Path) -> Checked:
    return Checked(tmp_path)


def line_of(text: str, words: str) -> int:
    return text.strip().partition(words)[0].count("\n") + 1


def test_the_one_hour_that_a_change_of_the_clocks_makes_is_refused_and_mended_it_is_accepted(check: Checked) -> None:
    refused = check.said(MOVED, "--from", "2026-10-01")
    assert check(MOVED, "--from", "2026-10-01").exit_code == 1
    assert refused == [
        f"FILE:{line_of(MOVED, 'checkout:')}: error: services.checkout: its pages would reach nobody "
        "Sun 25 Oct 2026 01:00 BST to 01:00 GMT, 1 h (00:00 to 01:00 UTC) "
        "(the clocks of Europe/London are changed about then); "
        "cover that in duty, or give policies.urgent a last_resort who is always there",
        "FILE: 1 error",
    ]
    mended = MOVED.replace("start: 2026-10-25 01:00", "start: 2026-10-25 00:00")
    assert check(mended, "--from", "2026-10-01").exit_code == 0
    assert check.said(mended, "--from", "2026-10-01") == [
        "FILE: fine, 2 responders, 1 schedule, 1 policy, 1 service",
        "FILE: proven for 90 days until 2026-12-30: somebody is reached at every instant",
    ]


def test_following_the_sun_leaves_an_hour_while_only_one_side_has_changed_its_clocks(check: Checked) -> None:
    assert check(SUN, "--from", "2026-11-15").exit_code == 0
    (said, _) = check.said(SUN, "--from", "2027-02-01")
    assert "Sun 14 Mar 2027 07:00 to 08:00 GMT, 1 h (07:00 to 08:00 UTC); Mon 15 Mar 2027 07:00 to" in said
    assert "; and 11 more until Sat 27 Mar 2027 08:00 GMT (the clocks of America/New_York are changed about t" in said
    mended = SUN.replace("to: 03:00", "to: 04:00")
    assert check(mended, "--from", "2027-02-01").exit_code == 0
    assert check(SUN, "--from", "2027-02-01", "--days", "41").exit_code == 0
    assert check(SUN, "--from", "2027-02-01", "--days", "42").exit_code == 1


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [(MOVED, "2026-10-25 00:00", "2026-10-25 01:00"), (SUN, "2027-03-14 07:00", "2027-03-14 08:00")],
)
def test_a_page_in_the_gap_reaches_nobody_and_one_beside_it_does(
    text: str, start: str, end: str, tmp_path: Path
) -> None:
    file = tmp_path / "oncall.yaml"
    file.write_text(text)
    moment = timedelta(seconds=1)
    assert told(file, utc(start) - moment)
    assert not told(file, utc(start))
    assert not told(file, utc(end) - moment)
    assert told(file, utc(end))


def told(file: Path, at: datetime) -> int:
    """How many notices the real verbs make of an alert at once."""
    oncall = load(file).oncall
    assert oncall
    rehearsal = Rehearsal(replace(oncall, version=1), at)
    rehearsal.alert("checkout", Alert(Action.TRIGGER, "latency", "Alertmanager", "p99 above 2 s"))
    rehearsal.run_until(at)
    return len(rehearsal.notices)


def test_json_says_what_was_proven(check: Checked) -> None:
    found = check.problems(MOVED, "--from", "2026-10-01", "--days", "30")
    assert found["ok"] is False
    assert found["proof"] == {
        "from": "2026-10-01T00:00:00+00:00",
        "until": "2026-10-31T00:00:00+00:00",
        "days": 30,
        "holds": False,
    }
    (problem,) = found["problems"]
    assert (problem["path"], problem["level"]) == ("services.checkout", "error")
    assert check.problems(SUN, "--from", "2026-11-15", "--days", "30")["proof"]["holds"] is True


def test_what_has_an_error_is_not_proven(check: Checked) -> None:
    found = check.problems(MOVED.replace("policy: urgent", "policy: urgnet"), "--from", "2026-10-01")
    assert found["proof"] is None
    assert [problem["path"] for problem in found["problems"]] == ["services.checkout.policy"]


def test_a_calendar_that_is_not_fetched_is_said_once(check: Checked) -> None:
    text = SUN.replace("layers:\n", "layers:\n      - calendar: https://calendar.example.com/oncall.ics\n")
    found = check.problems(text, "--offline", "--from", "2026-11-15")
    assert [(each["path"], each["level"]) for each in found["problems"]] == [
        ("schedules.duty.layers[0].calendar", "warning")
    ]


def test_what_a_calendar_does_not_say_yet_is_not_claimed(check: Checked) -> None:
    (check.file.parent / "extra.ics").write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")
    text = SUN.replace("layers:\n", "layers:\n      - calendar: extra.ics\n").replace("to: 03:00", "to: 04:00")
    assert check.said(text, "--from", "2026-11-15")[-1].endswith("somebody is reached at every instant")
    start = utc("2026-11-15")
    oncall = collect(load(check.file), start).oncall
    assert oncall
    assert verdict(oncall, start, 400).endswith("at every instant")
    assert verdict(oncall, start, 401).endswith("at every instant, as far as the calendars are known")


LATE = """
responders:
  ada: {contact: [{sms: "+1 202 555 0101"}, {email: ada@example.com}], rules: {high: [{sms: 10m}, {email: 5m}]}}
  grace: {contact: [{sms: "+1 202 555 0102"}]}
policies:
  urgent: {tiers: [{notify: [ada], by: personal, wait: 5m}], last_resort: {notify: [grace]}}
services:
  checkout: {policy: urgent, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}
"""


def test_who_is_told_nothing_in_time_is_an_error_and_not_a_warning_again(check: Checked) -> None:
    found = check.problems(LATE)
    assert [(each["path"], each["level"]) for each in found["problems"]] == [("responders.ada.rules.high", "error")]
    (refused, _) = check.said(LATE)
    assert refused == (
        f"FILE:{line_of(LATE, 'rules:')}: error: responders.ada.rules.high: nothing is sent before 5m are over, but "
        "policies.urgent.tiers[0] goes on after 5m; begin with a channel without a delay, or lengthen the wait"
    )
    once = check.problems(LATE.replace("email: 5m", "email: 4m"))
    assert [(each["path"], each["level"]) for each in once["problems"]] == [
        ("responders.ada.rules.high[0].sms", "warning")
    ]


def test_maintenance_without_an_end_is_not_proven(check: Checked) -> None:
    text = AROUND.replace("notify: [duty]", "notify: [ada, grace]")
    forever = text + "maintenance: {move: {from: 2026-10-05, to: 2036-10-05, timezone: UTC}}"
    (refused, _) = check.said(forever, "--from", "2026-10-01")
    assert (
        "error: maintenance.move: it is open from Mon 5 Oct 2026 00:00 UTC on, past these days: no page ever" in refused
    )
    said = check.said(forever.replace("2036-10-05", "2026-10-06"), "--from", "2026-10-01")
    assert said[-1].endswith("until 2026-12-30: somebody is reached at every instant outside of maintenance")


@pytest.mark.parametrize("words", [("--days", "0"), ("--days", "367"), ("--from", "tomorrow")])
def test_usage_of_the_proof(check: Checked, words: tuple[str, ...]) -> None:
    assert check(SUN, *words).exit_code == 2
