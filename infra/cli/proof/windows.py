"""The rules about what nobody may see: maintenance that never ends, calendars that are not known."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from callout.domain.hours import opened
from callout.domain.oncall import Maintenance, OnCall
from callout.domain.schedule import Schedule
from infra.cli.description.problem import Finding
from infra.cli.proof import words as words
from infra.cli.proof.ground import Ground
from infra.cli.proof.intervals import Interval, Intervals, either, every
from infra.cli.weeks.words import moment

LONG = timedelta(days=7)
"""Work does not take longer; what lasts so long and goes on when the time of the proof ends may as well never end."""


def interrupted(oncall: OnCall, within: Interval) -> bool:
    """Whether some service has a time in which it pages nobody."""
    return any(
        not window.labels and _services(window, oncall) and every([_open(window, within)], within)
        for window in oncall.maintenance
    )


def maintenance(ground: Ground) -> Iterator[Finding]:
    silenced = list(_silenced(ground))
    yield from silenced
    said = {finding.path for finding in silenced}
    for window in ground.oncall.maintenance:
        path = ("maintenance", window.id)
        if path not in said and (long := _long(_open(window, ground.within))):
            zone = window.hours.timezone if window.hours else "UTC"
            text = f"nobody is paged {words.times(long, zone, ground.within)}: that is longer than {LONG.days} days"
            yield Finding(path, text, "make it as short as the work, or take the service out", "warning")


def _open(window: Maintenance, within: Interval) -> Intervals:
    """As far as it lies between the two; what happens once is taken whole, from its beginning."""
    if window.hours is None:
        known = window.start is not None and window.end is not None and window.end > within.start
        return either([(window.start, window.end)]) if known and window.start and window.end else ()
    start, end = max(window.start or within.start, within.start), min(window.end or within.end, within.end)
    return either(opened(window.hours, start, end))


def _long(times: Intervals) -> Intervals:
    return tuple(time for time in times if time.end - time.start > LONG)


def _services(window: Maintenance, oncall: OnCall) -> list[str]:
    return [name for name in oncall.services if not window.services or name in window.services]


def _silenced(ground: Ground) -> Iterator[Finding]:
    """Windows that leave a service no moment at which it pages, from some time on."""
    longer = Interval(ground.within.start, ground.within.end + LONG)
    windows = [(window, _open(window, longer)) for window in ground.oncall.maintenance if not window.labels]
    endless = [(window, since) for window, times in windows if (since := _endless(times, ground.within)) is not None]
    for window, since in endless:
        whose = f"pages of {words.ids(window.services)} never reach" if window.services else "no page ever reaches"
        text = f"it {_since(since, ground.within, window)}: {whose} anybody"
        yield Finding(("maintenance", window.id), text, _shorter(window))
    named = {window.id for window, _ in endless}
    yield from _in_turns(ground, [each for each in windows if each[0].id not in named])


def _in_turns(ground: Ground, windows: list[tuple[Maintenance, Intervals]]) -> Iterator[Finding]:
    """None of them is always open, but for some service one of them is."""
    own: dict[str, list[int]] = {}
    for index, (window, _) in enumerate(windows):
        for service in _services(window, ground.oncall):
            own.setdefault(service, []).append(index)
    known: dict[tuple[int, ...], datetime | None] = {}
    for service, indexes in own.items():
        key = tuple(indexes)
        if key not in known:
            known[key] = _endless(either(*(windows[index][1] for index in key)), ground.within)
        since = known[key]
        if since is not None:
            these = [windows[index][0] for index in key]
            names = words.ids([window.id for window in these])
            text = f"one of its maintenance windows {_since(since, ground.within, these[0])}: {names}"
            yield Finding(("services", service), text, "leave times in which none of them is open")


def _endless(times: Intervals, within: Interval) -> datetime | None:
    """Since when it is open without a break, if that lasts until the end of the proof and for long."""
    return next((time.start for time in _long(times) if time.start < within.end <= time.end), None)


def _since(since: datetime, within: Interval, window: Maintenance) -> str:
    zone = window.hours.timezone if window.hours else "UTC"
    return "is always open" if since == within.start else f"is open from {moment(since, zone)} on, past these days"


def _shorter(window: Maintenance) -> str:
    if window.hours is None:
        return "let it end when the work does"
    return "leave times out of `every` in which it is not open"


def calendars(ground: Ground) -> Iterator[Finding]:
    for schedule in ground.schedules:
        for index, layer in enumerate(schedule.layers):
            if layer.calendar:
                path = ("schedules", schedule.id, "layers", index, "calendar")
                yield from (Finding(path, *said, "warning") for said in _calendar(ground, schedule, layer.calendar))


def _calendar(ground: Ground, schedule: Schedule, name: str) -> Iterator[tuple[str, str]]:
    calendar = ground.oncall.calendars.get(name)
    if calendar is None:
        yield (
            "what this calendar says is not known here: the proof is made without it, as if nobody were in it",
            "check again where it can be read",
        )
    elif calendar.until < ground.within.end:
        until = moment(calendar.until, schedule.timezone)
        yield (
            f"this calendar has been read up to {until} only: nothing is proven of what it covers after that",
            "check again later, or prove fewer days (--days)",
        )
