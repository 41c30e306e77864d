"""The rules about what nobody may see: maintenance that never ends, calendars that are not known."""

from collections.abc import Iterator
from datetime import timedelta

from callout.domain.hours import opened
from callout.domain.oncall import Maintenance
from callout.domain.schedule import Schedule
from infra.cli.description.problem import Finding
from infra.cli.proof import words as words
from infra.cli.proof.ground import Ground
from infra.cli.proof.intervals import Interval, Intervals, either, without
from infra.cli.weeks.words import moment

LONG = timedelta(days=7)
Open = list[tuple[Maintenance, Intervals]]


def maintenance(ground: Ground) -> Iterator[Finding]:
    windows = [(window, _open(window, ground.within)) for window in ground.oncall.maintenance]
    silenced = list(_silenced(ground, [each for each in windows if each[0].hours is not None and not each[0].labels]))
    yield from silenced
    said = {finding.path for finding in silenced}
    for window, times in windows:
        path = ("maintenance", window.id)
        if path not in said and (long := _long(times)):
            zone = window.hours.timezone if window.hours else "UTC"
            text = f"nobody is paged {words.times(long, zone, ground.within)}: that is longer than {LONG.days} days"
            yield Finding(path, text, "make it as short as the work, or take the service out", "warning")


def _open(window: Maintenance, within: Interval) -> Intervals:
    """As far as it lies in the time of the proof; what happens once is taken whole, from its beginning."""
    if window.hours is None:
        known = window.start is not None and window.end is not None and window.end > within.start
        return either([(window.start, window.end)]) if known and window.start and window.end else ()
    start, end = max(window.start or within.start, within.start), min(window.end or within.end, within.end)
    return either(opened(window.hours, start, end))


def _long(times: Intervals) -> Intervals:
    return tuple(time for time in times if time.end - time.start > LONG)


def _silenced(ground: Ground, recurring: Open) -> Iterator[Finding]:
    """Recurring windows that leave a service no moment at which it pages."""
    whole = (ground.within,)
    for window, times in recurring:
        if times == whole:
            whose = f"pages of {words.ids(window.services)} never reach" if window.services else "no page ever reaches"
            text = f"it is always open: {whose} anybody"
            yield Finding(("maintenance", window.id), text, "leave times out of `every` in which it is not open")
    partial = [each for each in recurring if each[1] != whole]
    for service in ground.oncall.services if len(partial) > 1 else ():
        own = [(window, times) for window, times in partial if not window.services or service in window.services]
        if len(own) > 1 and not without(whole, either(*(times for _, times in own))):
            text = f"one of its maintenance windows is always open: {words.ids([window.id for window, _ in own])}"
            yield Finding(("services", service), text, "leave times out of their `every` in which none is open")


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
