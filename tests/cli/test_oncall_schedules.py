"""Schedules as they are written become what the domain counts with."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain.hours import Hours, Span
from callout.domain.on_call import on_call
from callout.domain.oncall import OnCall
from callout.domain.schedule import Change, Layer, Override, Schedule, Unit
from callout.domain.wall import instant
from infra.cli.description.file import parse
from infra.cli.description.handoff import Handoff, counted_from

AROUND = """
responders:
  ada: {contact: [{sms: "+12025550101"}]}
  grace: {contact: [{sms: "+12025550102"}]}
  linus: {contact: [{sms: "+12025550103"}]}
policies:
  calm: {tiers: [{notify: [nights, linus, ada, grace]}]}
services:
  shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}
"""
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(schedule: str, more: str = "") -> OnCall:
    loaded = parse(f"{AROUND}{more}\nschedules:\n  nights: {schedule}\n".encode(), NOW)
    assert [problem for problem in loaded.problems if problem.level == "error"] == []
    assert loaded.oncall is not None
    return loaded.oncall


def layer(written: str, more: str = "", timezone: str = "Europe/London") -> Layer:
    return read(f"{{timezone: {timezone}, layers: [{{{written}}}]}}", more).schedules["nights"].layers[0]


def naive(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a wall clock's time has no zone


def test_a_whole_schedule() -> None:
    found = read(
        """
    name: Nights
    timezone: Europe/London
    layers:
      - name: weekly
        rotate: weekly
        every: 2
        handoff: monday 09:00
        start: 2026-11-23
        end: 2027-06-01
        people: [ada, grace, ada]
      - {rotate: daily, handoff: 7:30, people: [linus], timezone: America/New_York, only: [{days: "sat, sun"}]}
    overrides:
      - {from: 2026-12-24 09:00, to: 2026-12-26T09:00, who: grace}
      - {from: 2026-12-24 09:00, to: 2026-12-24 24:00, who: grace, instead_of: ada}
      - {from: "2026-12-24 09:00Z", to: 2026-12-24 12:00+02:00, add: linus}
      - {from: 2026-07-01 9:00, to: 2026-12-24 12:00, remove: [ada, linus]}
      - {from: 2026-12-24, to: 2026-12-25, swap: [ada, grace]}
"""
    )
    december = datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert found.schedules["nights"] == Schedule(
        "nights",
        "Nights",
        "Europe/London",
        (
            Layer(
                "weekly",
                "Europe/London",
                ("ada", "grace", "ada"),
                Unit.WEEK,
                2,
                anchor=naive(2026, 11, 23, 9),
                begins=naive(2026, 11, 23, 9),
                ends=naive(2027, 6, 1),
            ),
            Layer(
                "layer 2",
                "America/New_York",
                ("linus",),
                Unit.DAY,
                1,
                anchor=naive(2000, 1, 2, 7, 30),
                only=Hours((Span((5, 6)),), "America/New_York"),
            ),
        ),
        (
            Override(december, december + timedelta(days=2), Change.REPLACE, ("grace",)),
            Override(december, datetime(2026, 12, 25, tzinfo=UTC), Change.REPLACE, ("grace",), "ada"),
            Override(december, datetime(2026, 12, 24, 10, tzinfo=UTC), Change.ADD, ("linus",)),
            Override(
                datetime(2026, 7, 1, 8, tzinfo=UTC),
                datetime(2026, 12, 24, 12, tzinfo=UTC),
                Change.REMOVE,
                ("ada", "linus"),
            ),
            Override(
                datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC), Change.SWAP, ("ada", "grace")
            ),
        ),
    )
    assert found.policies["calm"].tiers[0].targets == ("schedule:nights", "linus", "ada", "grace")


@pytest.mark.parametrize(
    ("written", "anchor", "begins"),
    [
        ("weekly, handoff: monday 09:00, start: 2026-11-25", (2026, 11, 23, 9), (2026, 11, 25, 9)),
        ("weekly, handoff: mon 09:00, start: 2026-11-23 08:59", (2026, 11, 16, 9), (2026, 11, 23, 8, 59)),
        ("weekly, handoff: Sunday, start: 2026-11-23", (2026, 11, 22), (2026, 11, 23)),
        ("daily, handoff: 21:00, start: 2026-11-23", (2026, 11, 23, 21), (2026, 11, 23, 21)),
        ("daily, handoff: 21:00, start: 2026-11-23T07:00", (2026, 11, 22, 21), (2026, 11, 23, 7)),
        ("hourly, start: 2026-11-23 10:30", (2026, 11, 23, 10), (2026, 11, 23, 10, 30)),
        ("hourly, every: 12, handoff: 07:00, start: 2026-11-23 06:00", (2026, 11, 22, 19), (2026, 11, 23, 6)),
        ("monthly, handoff: 1 09:00, start: 2026-11-23", (2026, 11, 1, 9), (2026, 11, 23, 9)),
        ("monthly, handoff: 30 09:00, start: 2026-11-23", (2026, 10, 30, 9), (2026, 11, 23, 9)),
    ],
)
def test_turns_are_counted_from_the_last_handoff_not_after_the_start(
    written: str, anchor: tuple[int, ...], begins: tuple[int, ...]
) -> None:
    found = layer(f"rotate: {written}, people: [ada, grace]")
    assert (found.anchor, found.begins, found.people) == (naive(*anchor), naive(*begins), ("ada", "grace"))


def test_the_31st_is_counted_from_a_month_that_has_one() -> None:
    found = layer("rotate: monthly, handoff: 31 09:00, start: 2026-03-05, people: [ada, grace, linus]")
    assert found.anchor.day == 31
    schedule = Schedule("nights", "Nights", "Europe/London", (found,))
    days = [(3, 6), (3, 31), (4, 29), (4, 30), (5, 30), (5, 31)]
    said = [on_call(schedule, datetime(2026, month, day, 12, tzinfo=UTC), {}) for month, day in days]
    assert said == [("ada",), ("grace",), ("grace",), ("linus",), ("linus",), ("ada",)]


ROTATE = st.sampled_from(["hourly", "daily", "weekly", "monthly"])


@given(
    ROTATE,
    st.integers(1, 12),
    st.integers(0, 1439),
    st.integers(1, 31),
    st.datetimes(naive(2001, 1, 1), naive(2040, 1, 1)),
    st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True),
)
def test_the_first_person_is_first_whatever_the_handoff(
    rotate: str, every: int, minutes: int, day: int, start: datetime, people: list[str]
) -> None:
    start = start.replace(microsecond=0)
    handoff = Handoff(minutes, day if rotate == "monthly" else day % 7)
    anchor, back = counted_from(rotate, every, handoff, start, len(people))
    assert anchor <= start
    wound = people[-back % len(people) :] + people[: -back % len(people)]
    units = {"hourly": Unit.HOUR, "daily": Unit.DAY, "weekly": Unit.WEEK, "monthly": Unit.MONTH}
    made = Layer("l", "UTC", tuple(wound), units[rotate], every, anchor, begins=start)
    assert on_call(Schedule("s", "s", "UTC", (made,)), instant(start, "UTC"), {}) == (people[0],)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("{days: mon-fri, from: 09:00, to: 17:00}", Span((0, 1, 2, 3, 4), 540, 1020)),
        ("{days: [sat, sun], from: 22:00, to: 6:00}", Span((5, 6), 1320, 360)),
        ("{days: fri-mon}", Span((0, 4, 5, 6), 0, 1440)),
        ("{days: Tuesday, to: 24:00}", Span((1,), 0, 1440)),
        ('{days: ["mon - wed", fri]}', Span((0, 1, 2, 4), 0, 1440)),
        ("{from: 00:00, to: 00:00}", Span((0, 1, 2, 3, 4, 5, 6), 0, 0)),
    ],
)
def test_restrictions(written: str, span: Span) -> None:
    assert layer(f"rotate: daily, people: [ada], only: [{written}]").only == Hours((span,), "Europe/London")


@pytest.mark.parametrize(
    ("written", "closed", "dates"),
    [
        ("not_on: uk", (date(2026, 12, 25), date(2026, 12, 28)), None),
        ("not_on: [uk, 2026-12-24]", (date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)), None),
        ("only_on: 2026-12-24", (), (date(2026, 12, 24),)),
        ('not_on: ["2026-12-24"]', (date(2026, 12, 24),), None),
        ("only_on: [uk]", (), (date(2026, 12, 25), date(2026, 12, 28))),
    ],
)
def test_holidays(written: str, closed: tuple[date, ...], dates: tuple[date, ...] | None) -> None:
    found = layer(f"rotate: daily, people: [ada], {written}", "holidays: {uk: [2026-12-28, 2026-12-25]}")
    assert found.only == Hours((Span(),), "Europe/London", closed, dates)


def test_a_calendar_is_named_without_its_address() -> None:
    address = "https://calendar.example.com/secret/oncall.ics"
    found = read(f"{{layers: [{{calendar: '{address}'}}]}}")
    [made] = found.schedules["nights"].layers
    assert found.calendar_sources == {made.calendar: address}
    assert "secret" not in made.calendar
    assert (made.people, made.timezone) == ((), "UTC")
