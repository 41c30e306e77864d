"""A schedule's weeks, in the terminal with and without colours, and as a file: nothing is lost, nothing runs over."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import icalendar
import pytest
from cli.team import CROWD, EMPTY, HOSTILE, LONDON, MUCH, NIGHTS, OFFICE, TOO_MUCH, described, utc, wall
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from callout.domain.hours import Hours, Span
from callout.domain.on_call import on_call
from callout.domain.schedule import Layer, Schedule, Shift, Unit
from infra.cli.main import main
from infra.cli.weeks import text as calendar_text
from infra.cli.weeks.people import COLOURS, faces
from infra.cli.weeks.weeks import NOBODY, Week, lanes, month, place
from infra.cli.weeks.words import clock_changes, gaps, length
from tests.cli.conftest import Deployed

MARCH = date(2026, 3, 16)


def text(schedule: Schedule, width: int, weeks: int = 3, **options: object) -> list[str]:
    screen = Console(file=StringIO(), width=width, markup=False, emoji=False, highlight=False, **options)  # type: ignore[arg-type]
    oncall = replace(TOO_MUCH, responders={**TOO_MUCH.responders, **described().responders})
    calendar_text.show(month(EMPTY, schedule, MARCH, weeks), faces(oncall, schedule), screen)
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue().splitlines()


def on_bars(week: Week, at: float) -> set[str]:
    return {bar.who for lane in week.lanes for bar in lane if bar.left <= at < bar.right}


# ---- the geometry ---------------------------------------------------------------------------------------------------

layers = st.builds(
    lambda people, unit, every, day, hours, only: Layer(
        "layer", LONDON, people, unit, every, wall(2026, 3, day, hours), only=only
    ),
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3).map(tuple),
    st.sampled_from(Unit),
    st.integers(1, 3),
    st.integers(1, 28),
    st.integers(0, 23),
    st.none() | st.builds(lambda a, b: Hours((Span(start=a * 60, end=b * 60),), LONDON), *[st.integers(0, 23)] * 2),
)
schedules = st.lists(layers, min_size=1, max_size=3).map(lambda each: Schedule("s", "S", LONDON, tuple(each)))


@given(schedules, st.integers(0, 7 * 24 * 4 - 1), st.sampled_from([MARCH, date(2026, 3, 23), date(2026, 10, 19)]))
@settings(max_examples=60, deadline=None)
def test_the_bars_say_at_every_instant_who_is_on_call(schedule: Schedule, quarter: int, begins: date) -> None:
    [week] = month(EMPTY, schedule, begins, 1).weeks
    at = week.start + timedelta(minutes=15 * quarter, seconds=1)
    if at < week.end:
        assert on_bars(week, place(week.days, at)) == set(on_call(schedule, at, {}) or (NOBODY,))


def test_whoever_stays_stays_in_their_lane() -> None:
    days = month(EMPTY, NIGHTS, MARCH, 1).weeks[0].days
    starts = [days[number].start for number in range(4)]
    people = (("a", "b"), ("b", "c"), ("c",))
    made = lanes([Shift(starts[i], starts[i + 1], who) for i, who in enumerate(people)], days)
    assert [[(bar.who, bar.left, bar.right) for bar in lane] for lane in made] == [
        [("a", 0, 1), ("c", 1, 3)],
        [("b", 0, 2)],
    ]


def test_weeks_begin_on_monday_and_lie_end_to_end() -> None:
    made = month(EMPTY, NIGHTS, date(2026, 3, 26), 4)
    days = [day for week in made.weeks for day in week.days]
    assert days[0].date == date(2026, 3, 23)
    assert [day.end for day in days[:-1]] == [day.start for day in days[1:]]


@pytest.mark.parametrize(
    ("timezone", "begins", "said"),
    [
        (LONDON, date(2026, 3, 23), "Sun 29 Mar 2026 has 23 hours: the clocks go forward from 01:00 GMT to 02:00 BST"),
        (LONDON, date(2026, 10, 19), "Sun 25 Oct 2026 has 25 hours: the clocks go back from 02:00 BST to 01:00 GMT"),
        (
            "Australia/Lord_Howe",
            date(2026, 4, 1),
            "Sun 5 Apr 2026 has 24.5 hours: the clocks go back from 02:00 +11 to 01:30 +1030",
        ),
        (
            "America/Santiago",
            date(2026, 9, 1),
            "Sun 6 Sep 2026 has 23 hours: the clocks go forward from 00:00 -04 to 01:00 -03",
        ),
    ],
)
def test_days_on_which_clocks_are_changed(timezone: str, begins: date, said: str) -> None:
    assert clock_changes(month(EMPTY, replace(NIGHTS, timezone=timezone), begins, 1)) == [said]


def test_a_date_that_a_zone_skips_takes_no_time() -> None:
    made = month(EMPTY, replace(NIGHTS, timezone="Pacific/Apia"), date(2011, 12, 26), 1)
    assert [day.hours for day in made.weeks[0].days] == [24, 24, 24, 24, 0, 24, 24]
    assert on_bars(made.weeks[0], 4.5) == on_bars(made.weeks[0], 3.5)


def test_layers_stand_with_the_last_one_first_and_what_is_beaten_is_told_apart() -> None:
    day = Hours((Span((2,), 540, 1020),), LONDON)
    schedule = replace(NIGHTS, layers=(*NIGHTS.layers, Layer("days", LONDON, ("boss",), only=day)))
    [week] = month(EMPTY, schedule, MARCH, 1).weeks
    assert [row.name for row in week.layers] == ["days", "weekly"]
    [beaten] = [bar for lane in week.layers[1].lanes for bar in lane if bar.beaten]
    assert (beaten.start, beaten.end) == (utc(2026, 3, 18, 9), utc(2026, 3, 18, 17))


def test_a_gap_is_told_in_the_zone_and_in_utc() -> None:
    made = month(EMPTY, OFFICE, date(2026, 3, 2), 2)
    assert gaps(made)[5] == (
        "Fri 6 Mar 2026 17:00 EST to Mon 9 Mar 2026 09:00 EDT, 63 h",
        "    UTC: 2026-03-06 22:00 to 2026-03-09 13:00",
    )
    assert gaps(made)[-1] == ("and 5 more",)


@pytest.mark.parametrize(("minutes", "said"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30 min")])
def test_lengths(minutes: int, said: str) -> None:
    assert length(timedelta(minutes=minutes)) == said


# ---- people ---------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.text(min_size=1, max_size=12) | st.sampled_from(["Ada B", "Al Bo", "山田"]), min_size=1, max_size=120)
)
@settings(max_examples=50, deadline=None)
def test_every_mark_is_somebodys_own_and_has_room(names: list[str]) -> None:
    ids = tuple(map(str, range(len(names))))
    one = next(iter(TOO_MUCH.responders.values()))
    oncall = replace(
        TOO_MUCH, responders={each: replace(one, name=name) for each, name in zip(ids, names, strict=True)}
    )
    found = faces(oncall, replace(NIGHTS, layers=(Layer("all", LONDON, ids),)))
    marks = [face.mark for face in found.values()]
    assert len(set(marks)) == len(names)
    assert all(0 < cell_len(mark) <= 2 for mark in marks)


def test_a_first_name_that_two_have_names_nobody() -> None:
    found = faces(TOO_MUCH, MUCH)
    assert {found["p0"].words[1], found["p10"].words[1]} == {"AB", "Ad"}
    assert found["p1"].words == ("Grace Hopper", "Grace", "GH")


def contrast(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_white_can_be_read_on_every_colour() -> None:
    assert len(set(COLOURS)) == len(COLOURS) == len(CROWD)
    assert min(map(contrast, COLOURS)) >= 4.5


# ---- the terminal ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [64, 80, 120, 160, 200])
@pytest.mark.parametrize("colour", [None, "truecolor"])
def test_nothing_runs_over_the_edge(width: int, colour: str | None) -> None:
    shown = text(MUCH, width, force_terminal=colour is not None, color_system=colour)
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in shown]
    assert [line for line in plain if cell_len(line) > width] == []
    assert not {"\x1b", "\x07", "\u202e", "\r"}.intersection("".join(plain))
    assert sum("│" in line for line in plain) > 6


def test_without_colours_the_names_say_it() -> None:
    shown = text(NIGHTS, 80, 2)
    assert [line.rstrip() for line in shown] == [
        "Who is on call: Nights",
        "Mon 16 Mar 2026 to Sun 29 Mar 2026, by the clock of Europe/London",
        "",
        " Monday     Tuesday    Wednesday  Thursday   Friday     Saturday   Sunday",
        "│16 Mar    │17        │18        │19        │20        │21        │22",
        "─Gr─|Ada─────────────────────────────────────────────────────────────────────",
        "│09:00 Ada │          │          │          │          │          │",
        "",
        "│23 Mar    │24        │25        │26        │27        │28        │29 23 h",
        "─Ada|Grace───────────────────────────────────────────────────────────────────",
        "│09:00 Gr  │          │          │          │          │          │",
        "",
        "For how long in these weeks:",
        " Ad  Ada 168 h     Gr  Grace 167 h",
        "",
        "Sun 29 Mar 2026 has 23 hours: the clocks go forward from 01:00 GMT to 02:00 BST",
    ]


def test_with_colours_everybody_has_their_own() -> None:
    shown = "\n".join(text(NIGHTS, 80, 1, force_terminal=True, color_system="truecolor"))
    for colour in COLOURS[:2]:
        numbers = ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
        assert f"48;2;{numbers}m" in shown


def test_a_gap_too_short_for_a_cell_is_seen_and_told() -> None:
    minute = Hours((Span(end=12 * 60), Span(start=12 * 60 + 1)), LONDON)
    schedule = replace(NIGHTS, layers=(replace(NIGHTS.layers[0], only=minute),))
    shown = text(schedule, 80, 1)
    [bars] = [line for line in shown if "Ada" in line and "!" in line and "│" not in line]
    assert bars.count("!") == 7
    assert any("12:00 !!" in line for line in shown)
    assert "Nobody is on call for 7 min of these weeks:" in shown
    coloured = text(schedule, 80, 1, force_terminal=True, color_system="truecolor")
    assert sum(line.count("48;2;192;32;32m") for line in coloured) == 7


def test_many_handoffs_on_a_day_are_counted() -> None:
    hourly = replace(NIGHTS, layers=(Layer("hourly", LONDON, CROWD[:4], Unit.HOUR, 1, wall(2026, 3, 1)),))
    shown = text(hourly, 80, 1)
    assert [line.count("+21 more") for line in shown if "more" in line] == [6]


def test_a_terminal_that_knows_only_ascii() -> None:
    file = TextIOWrapper(BytesIO(), encoding="ascii", errors="strict")
    calendar_text.show(month(EMPTY, NIGHTS, MARCH, 1), faces(described(), NIGHTS), Console(file=file, width=80))
    file.seek(0)
    assert file.read().splitlines()[4:6] == [
        "|16 Mar    |17        |18        |19        |20        |21        |22        ",
        f"-Gr-|Ada{'-' * 69}",
    ]


# ---- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def live(deployed: Deployed) -> Deployed:
    deployed.describe(described(NIGHTS, OFFICE))
    return deployed


def test_the_command_shows_six_weeks(live: Deployed) -> None:
    output = live.run("calendar", "--live", "--schedule", "nights", "--from", "2026-03-18").output
    assert output.startswith("Who is on call: Nights\nMon 16 Mar 2026 to Sun 26 Apr 2026")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which schedule? add --schedule; there are nights and office"),
        (("--schedule", "nigths"), 'did you mean "nights"?'),
        (("--schedule", "zzz"), "there are nights and office"),
        (("--schedule", "nights", "--weeks", "0"), "is not in the range"),
        (("--schedule", "nights", "--from", "monday"), "write it like 2026-11-23"),
        (("--schedule", "nights", "--from", "9999-12-30"), "too far away"),
        (("--schedule", "nights", "--svg", "-", "--ics", "-"), "only one of --svg and --ics"),
    ],
)
def test_what_was_asked_wrongly_is_one_sentence(live: Deployed, words: tuple[str, ...], said: str) -> None:
    result = live.run("calendar", "--live", *words)
    assert result.exit_code == 2
    assert said in result.output


def test_files_have_no_feed() -> None:
    result = CliRunner().invoke(main, ["calendar", "infra/cli/example.yaml", "--feed"])
    assert "only what is live has a feed" in result.output
    assert CliRunner().invoke(main, ["calendar"]).exit_code == 2


def events(result: Result) -> Iterator[icalendar.Event]:
    yield from icalendar.Calendar.from_ical(result.stdout_bytes).walk("VEVENT")  # type: ignore[misc]


def test_ics_on_the_output(live: Deployed) -> None:
    result = live.run(
        "calendar", "--live", "--schedule", "nights", "--from", "2026-03-18", "--weeks", "2", "--ics", "-"
    )
    assert [str(event["summary"]) for event in events(result)] == [
        "Grace on call: Nights",
        "Ada on call: Nights",
        "Grace on call: Nights",
    ]
    assert result.stdout_bytes.endswith(b"END:VCALENDAR\r\n")


def test_files_are_written_and_named(live: Deployed, tmp_path: Path) -> None:
    svg, ics = tmp_path / "nights.svg", tmp_path / "nights.ics"
    result = live.run("calendar", "--live", "--schedule", "nights", "--svg", str(svg), "--ics", str(ics))
    assert (result.stdout, result.stderr) == ("", f"Drawn into {svg}.\nWritten into {ics}.\n")
    assert svg.read_text(encoding="utf-8").startswith("<svg ")
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    refused = live.run("calendar", "--live", "--schedule", "nights", "--svg", str(tmp_path / "no" / "where.svg"))
    assert (refused.exit_code, "cannot be written: No such file" in refused.output) == (1, True)


def test_a_name_from_outside_cannot_write_to_the_terminal(deployed: Deployed) -> None:
    deployed.describe(replace(TOO_MUCH, version=1))
    output = deployed.run("calendar", "--live", "--from", "2026-03-16").output
    assert "[red]Söhne & Co[/red]" in output
    assert HOSTILE not in output
    assert not {"\x1b", "\x07", "\u202e", "\r"}.intersection(output)
