"""The rules of who is on call: each has a row of the same name in the README's table."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from zones import utc, wall

from callout.domain.hours import Hours, Span
from callout.domain.on_call import following, on_call, preceding, timeline
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit

PEOPLE = ("ada", "grace", "linus")
NIGHT = (Span(start=22 * 60, end=6 * 60),)


def turns(unit: Unit, anchor: str, timezone: str = "Europe/Berlin", people: tuple[str, ...] = PEOPLE) -> Layer:
    return Layer(unit, timezone, people, unit, anchor=wall(anchor))


def schedule(*layers: Layer, overrides: Iterable[Override] = ()) -> Schedule:
    return Schedule("nights", "Nights", "Europe/Berlin", layers, tuple(overrides))


def always(*people: str) -> Layer:
    """These people together, at all times."""
    return Layer("always", "UTC", calendar=f"always {' '.join(people)}")


def calendars(*layers: Layer) -> dict[str, Calendar]:
    start, end = utc("2000-01-01"), utc("2040-01-01")
    names = [layer.calendar for layer in layers]
    return {name: Calendar(name, start, end, (Shift(start, end, tuple(name.split()[1:])),)) for name in names}


def override(start: str, end: str, change: Change, *who: str, of: str = "") -> Override:
    return Override(utc(start), utc(end), change, who, of)


def handoffs(layer: Layer, start: str, end: str) -> list[str]:
    """When they are, in UTC."""
    return [f"{shift.start:%m-%d %H:%M}" for shift in timeline(schedule(layer), utc(start), utc(end), {})[1:]]


def hours(shifts: list[Shift]) -> list[float]:
    return [(shift.end - shift.start) / timedelta(hours=1) for shift in shifts]


def test_a_time_that_does_not_exist_is_the_moment_of_the_jump() -> None:
    nightly = turns(Unit.DAY, "2026-01-01 02:30")
    assert handoffs(nightly, "2026-03-28", "2026-03-31") == ["03-28 01:30", "03-29 01:00", "03-30 00:30"]
    half_an_hour = turns(Unit.DAY, "2026-01-01 02:15", "Australia/Lord_Howe")
    assert handoffs(half_an_hour, "2026-10-02", "2026-10-05") == ["10-02 15:45", "10-03 15:30", "10-04 15:15"]


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    nightly = turns(Unit.DAY, "2026-01-01 02:30")
    assert handoffs(nightly, "2026-10-24", "2026-10-27") == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]
    half_an_hour = turns(Unit.DAY, "2026-01-01 01:45", "Australia/Lord_Howe")
    assert handoffs(half_an_hour, "2026-04-03 12:00", "2026-04-06") == ["04-03 14:45", "04-04 14:45", "04-05 15:15"]


def test_a_date_that_a_zone_skips_begins_when_the_next_does() -> None:
    daily = turns(Unit.DAY, "2011-12-28 09:00", "Pacific/Apia")
    jump = "12-30 10:00"
    assert handoffs(daily, "2011-12-29", "2011-12-31") == ["12-29 19:00", jump, "12-30 19:00"]


def test_a_zone_may_change_its_rules() -> None:
    for timezone, before, after in [
        ("Europe/Moscow", "2010-12-06", "2014-12-01"),
        ("Europe/Istanbul", "2015-12-07", "2016-12-05"),
        ("Asia/Pyongyang", "2018-04-30", "2018-05-07"),
    ]:
        weekly = turns(Unit.WEEK, f"{before} 09:00", timezone)
        for shift in timeline(schedule(weekly), utc(before), utc(after), {})[1:]:
            assert f"{shift.start.astimezone(ZoneInfo(timezone)):%a %H:%M}" == "Mon 09:00"


def test_a_shift_over_a_change_of_the_clocks_is_longer_or_shorter() -> None:
    daily = turns(Unit.DAY, "2026-01-01 09:00")
    nightly = Layer("night", "Europe/Berlin", ("ada",), only=Hours(NIGHT, "Europe/Berlin"))
    for day, length, night in [("2026-03-28", 23, 7), ("2026-10-24", 25, 9), ("2026-11-21", 24, 8)]:
        start, end = utc(f"{day} 12:00"), utc(f"{day} 12:00") + timedelta(days=1)
        shift = next(shift for shift in timeline(schedule(daily), start - timedelta(days=1), end, {})[1:])
        assert hours([shift]) == [length]
        assert hours([shift for shift in timeline(schedule(nightly), start, end, {}) if shift.who]) == [night]


def test_a_skipped_hour_has_no_turn_and_a_repeated_one_has_one() -> None:
    hourly = turns(Unit.HOUR, "2026-03-29 00:00")
    skipped = timeline(schedule(hourly), utc("2026-03-28 23:00"), utc("2026-03-29 03:00"), {})
    assert [shift.who for shift in skipped] == [("ada",), ("grace",), ("ada",), ("grace",)]
    repeated = timeline(schedule(hourly), utc("2026-10-24 23:00"), utc("2026-10-25 03:00"), {})
    assert hours(repeated) == [1, 2, 1]


def test_a_month_without_that_day_hands_over_on_its_last() -> None:
    monthly = turns(Unit.MONTH, "2027-01-31 09:00", "UTC")
    assert handoffs(monthly, "2027-02-01", "2027-06-01") == ["02-28 09:00", "03-31 09:00", "04-30 09:00", "05-31 09:00"]
    assert handoffs(monthly, "2028-02-01", "2028-03-01") == ["02-29 09:00"]


def test_turns_are_counted_where_nobody_sees_them_too() -> None:
    weekdays = Hours((Span((0, 1, 2, 3, 4)),))
    daily = Layer("days", "UTC", PEOPLE, Unit.DAY, anchor=wall("2026-11-20"), only=weekdays)
    friday, monday = utc("2026-11-20"), utc("2026-11-23")
    assert on_call(schedule(daily), friday, {}) == ("ada",)
    assert on_call(schedule(daily), monday, {}) == ("ada",)  # Saturday was Grace's turn and Sunday Linus's
    assert on_call(schedule(daily), monday - timedelta(days=1), {}) == ()


def test_a_shift_has_its_start_and_not_its_end() -> None:
    moment = timedelta(microseconds=1)
    first = Layer("old", "Europe/Berlin", ("ada",), ends=wall("2026-11-23 09:00"))
    second = Layer("new", "Europe/Berlin", ("grace",), begins=wall("2026-11-23 09:00"))
    handoff = utc("2026-11-23 08:00")
    for layers in [(first, second), (second, first)]:
        assert on_call(schedule(*layers), handoff - moment, {}) == ("ada",)
        assert on_call(schedule(*layers), handoff, {}) == ("grace",)


def test_a_span_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    friday_nights = Hours((Span((4,), 22 * 60, 6 * 60),))
    layer = Layer("friday nights", "UTC", ("ada",), only=friday_nights)
    assert on_call(schedule(layer), utc("2026-11-21 05:59"), {}) == ("ada",)  # Saturday morning
    assert on_call(schedule(layer), utc("2026-11-20 05:59"), {}) == ()
    nights = Hours(NIGHT, closed=(date(2026, 12, 25),))  # so is a holiday's night that of its evening
    layer = Layer("nights", "UTC", ("ada",), only=nights)
    assert on_call(schedule(layer), utc("2026-12-25 05:00"), {}) == ("ada",)  # began the day before
    assert on_call(schedule(layer), utc("2026-12-25 23:00"), {}) == ()
    assert on_call(schedule(layer), utc("2026-12-26 05:00"), {}) == ()


def test_a_later_layer_wins_where_it_has_somebody() -> None:
    weekends = Layer("weekends", "UTC", ("grace",), only=Hours((Span((5, 6)),)))
    both = schedule(Layer("always", "UTC", ("ada",)), weekends)
    assert on_call(both, utc("2026-11-20 23:59"), {}) == ("ada",)
    assert on_call(both, utc("2026-11-21 00:00"), {}) == ("grace",)


def test_each_layer_keeps_its_own_time() -> None:
    london = Layer("london", "Europe/London", ("ada",), only=Hours((Span(start=9 * 60, end=17 * 60),), "Europe/London"))
    delhi = Layer("delhi", "Asia/Kolkata", ("grace",), only=Hours((Span(start=9 * 60, end=17 * 60),), "Asia/Kolkata"))
    for day, opens in [(date(2026, 7, 1), 8), (date(2026, 12, 1), 9)]:
        start = datetime(day.year, day.month, day.day, tzinfo=utc("2026-01-01").tzinfo)
        shifts = timeline(schedule(delhi, london), start, start + timedelta(days=1), {})
        assert next(shift.start.hour for shift in shifts if shift.who == ("ada",)) == opens
        assert next(f"{shift.start:%H:%M}" for shift in shifts if shift.who == ("grace",)) == "03:30"


def test_overrides_change_what_the_ones_before_them_left() -> None:
    day = ("2026-12-24", "2026-12-25")
    layer = always("ada", "grace")
    steps = [
        (override(*day, Change.REPLACE, "linus", of="ada"), ("linus", "grace")),
        (override(*day, Change.REPLACE, "edsger", of="ada"), ("linus", "grace")),  # Ada is not on call any more
        (override(*day, Change.ADD, "barbara", "grace"), ("linus", "grace", "barbara")),
        (override(*day, Change.REMOVE, "grace"), ("linus", "barbara")),
        (override(*day, Change.REPLACE, "ada"), ("ada",)),
        (override(*day, Change.REMOVE, "ada"), ()),
    ]
    for count, (_, left) in enumerate(steps, 1):
        changed = schedule(layer, overrides=[change for change, _ in steps[:count]])
        assert on_call(changed, utc("2026-12-24 12:00"), calendars(layer)) == left
        assert on_call(changed, utc("2026-12-25"), calendars(layer)) == ("ada", "grace")


def test_a_swap_puts_each_in_the_place_of_the_other() -> None:
    daily = turns(Unit.DAY, "2026-11-23 00:00", "UTC")
    swapped = schedule(daily, overrides=[override("2026-11-23", "2026-11-26", Change.SWAP, "ada", "grace")])
    shifts = timeline(swapped, utc("2026-11-23"), utc("2026-11-29"), {})
    assert [person for shift in shifts for person in shift.who] == ["grace", "ada", "linus", "ada", "grace", "linus"]


def test_next_and_previous_are_somebody_else_beyond_any_gap() -> None:
    weekly = Layer("weekdays", "UTC", PEOPLE, anchor=wall("2026-11-16"), only=Hours((Span((0, 1, 2, 3, 4)),)))
    wednesday, sunday = utc("2026-11-25"), utc("2026-11-29")
    assert (preceding(schedule(weekly), wednesday, {}), following(schedule(weekly), wednesday, {})) == (
        ("ada",),
        ("linus",),
    )
    assert (preceding(schedule(weekly), sunday, {}), following(schedule(weekly), sunday, {})) == (
        ("grace",),
        ("linus",),
    )
    alone = Layer("alone", "UTC", ("ada",))
    assert following(schedule(alone), wednesday, {}) == preceding(schedule(alone), wednesday, {}) == ()


def test_a_calendar_that_nobody_has_read_says_nothing() -> None:
    unread = Layer("calendar", "UTC", calendar="missing")
    assert on_call(schedule(Layer("always", "UTC", ("ada",)), unread), utc("2026-11-22"), {}) == ("ada",)
    assert timeline(schedule(unread), utc("2026-11-22"), utc("2026-11-23"), {}) == [
        Shift(utc("2026-11-22"), utc("2026-11-23"), ())
    ]
