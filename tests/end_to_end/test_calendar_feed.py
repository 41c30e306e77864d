"""A calendar subscribes: the operator's command prints the address, the running stack serves it."""

from dataclasses import replace

import icalendar
from cli.team import NIGHTS
from click.testing import CliRunner
from end_to_end.conftest import Hire
from end_to_end.running import Running

from infra.cli.main import main


def test_the_printed_address_gives_the_shifts(stack: Running, hire: Hire) -> None:
    stack._oncall = replace(stack._oncall, schedules={"nights": NIGHTS})
    hire()
    printed = CliRunner().invoke(main, ["calendar", "--local-url", stack.url, "--schedule", "nights", "--feed"])
    assert printed.exit_code == 0, printed.output
    assert printed.output.startswith(f"{stack.url}/calendar/nights.")
    answer = stack.http("GET", printed.output.strip())
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    summaries = {str(event["summary"]) for event in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}
    assert summaries == {"Ada on call: Nights", "Grace on call: Nights"}
    assert stack.http("GET", "/calendar/nights").status == 404
    assert not [line for line in stack.logs() if printed.output.strip()[-20:] in line["text"]]
