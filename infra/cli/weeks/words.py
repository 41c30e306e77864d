"""What a calendar says besides its picture: gaps, changes of the clocks, hours. For the terminal and for the SVG."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from callout.domain.local_time import local
from callout.domain.schedule import Change, Override, Shift
from infra.cli.weeks.people import Faces
from infra.cli.weeks.weeks import DAY_HOURS, ClockChange, Month

GAPS_SHOWN_MAX = 6


def period(month: Month) -> str:
    first, last = month.weeks[0].days[0].date, month.weeks[-1].days[-1].date
    return f"{day(first)} to {day(last)}, by the clock of {month.schedule.timezone}"


def day(on: date) -> str:
    """ "Sun 29 Mar 2026" """
    return f"{on:%a} {on.day} {on:%b %Y}"


def short_day(on: date) -> str:
    """ "29 Mar" """
    return f"{on.day} {on:%b}"


def clock(at: datetime, timezone: str) -> str:
    return f"{local(at, timezone):%H:%M}"


def span(start: datetime, end: datetime, timezone: str) -> tuple[str, str]:
    """In the zone and in UTC: "Sun 29 Mar 2026 02:00 BST to 03:00 BST, 1 h", "UTC: 2026-03-29 01:00 to 02:00"."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    utc_end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    here = f"{moment(start, timezone)} to {moment(end, timezone, local(start, timezone).date())}"
    return f"{here}, {length(end - start)}", f"UTC: {first:%Y-%m-%d %H:%M} to {utc_end}"


def moment(at: datetime, timezone: str, known: date | None = None) -> str:
    """ "Sun 29 Mar 2026 02:00 BST", and without the day where it is known."""
    there = local(at, timezone)
    return f"{there:%H:%M %Z}" if there.date() == known else f"{day(there.date())} {there:%H:%M %Z}"


def length(time: timedelta) -> str:
    """ "30 min", "1 h", "2 h 30 min", "84 h" """
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else ""]
    return " ".join(part for part in parts if part)


def gaps(month: Month) -> list[tuple[str, ...]]:
    """Each in lines: by the schedule's zone, and in UTC."""
    shown = [_gap(gap, month.schedule.timezone) for gap in month.gaps[:GAPS_SHOWN_MAX]]
    more = len(month.gaps) - GAPS_SHOWN_MAX
    return [*shown, (f"and {more} more",)] if more > 0 else shown


def _gap(gap: Shift, timezone: str) -> tuple[str, ...]:
    here, utc = span(gap.start, gap.end, timezone)
    return (here, f"    {utc}")


def gaps_heading(month: Month) -> str:
    total = sum((gap.end - gap.start for gap in month.gaps), timedelta())
    return f"Nobody is on call for {length(total)} of these weeks:"


def clock_changes(month: Month) -> list[str]:
    return [_clock_change(change, month.schedule.timezone) for change in month.clock_changes]


def _clock_change(change: ClockChange, timezone: str) -> str:
    before, after = local(change.at - timedelta(seconds=1), timezone), local(change.at, timezone)
    then = before + timedelta(seconds=1)
    way = "forward" if change.day.hours < DAY_HOURS else "back"
    return (
        f"{day(change.day.date)} has {hours(change.day.hours)} hours: "
        f"the clocks go {way} from {then:%H:%M} {before:%Z} to {after:%H:%M %Z}"
    )


def hours(count: float) -> str:
    return f"{count:.2f}".rstrip("0").rstrip(".")


def names(who: Sequence[str], faces: Faces) -> str:
    return ", ".join(faces[each].name if each in faces else each for each in who) or "nobody"


def fitting(words: Sequence[str], room: int, width: Callable[[str], int] = len) -> str:
    """The first that fits; "" if none does."""
    return next((word for word in words if width(word) <= room), "")


def override(change: Override, faces: Faces) -> str:
    who = names(change.who, faces)
    match change.change:
        case Change.ADD:
            return f"{who} as well"
        case Change.REMOVE:
            return f"without {who}"
        case Change.SWAP:
            return f"{who.replace(', ', ' and ')} swap"
    return f"{who} for {names((change.of,), faces) if change.of else 'everybody'}"


def tooltip(shift: Shift, faces: Faces, timezone: str) -> str:
    here, utc = span(shift.start, shift.end, timezone)
    return f"{names(shift.who, faces)}: {here} ({utc})"
