"""What differs between two values, as one line each, with the old and the new one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from callout.domain import local_time
from callout.domain.agreement import wanted
from callout.domain.hours import DAY_MINUTES, EVERY_DAY, Hours, Span
from callout.domain.oncall import Condition
from callout.domain.target import Kind, target
from callout.domain.text import clean
from infra.cli.description.duration import written
from infra.cli.description.problem import listed, shown
from infra.cli.meaning import times

LIST_CHARS_MAX = 60
"""Of a longer list only what comes and goes is told."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def value(what: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield change(what, shown(clean(old)), shown(clean(new)))


def link(what: str, old: str, new: str) -> Iterator[str]:
    """A page of the team's own, as it may be shown: the scheme alone gives nothing away."""
    if old != new:
        yield change(what, *("".join((*scheme, shown(rest))) for *scheme, rest in (_parted(old), _parted(new))))


def _parted(address: str) -> tuple[str, ...]:
    scheme, mark, rest = clean(address).partition("://")
    return (scheme, mark, rest) if mark else (scheme,)


def values(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Of two mappings, each key by its name; one that is not there is as good as none."""
    for name in dict.fromkeys([*old, *new]):
        yield from value(f"{what} {shown(clean(name))}", old.get(name, ""), new.get(name, ""))


def yes(what: str, old: bool, new: bool) -> Iterator[str]:
    yield from value(what, *("yes" if held else "no" for held in (old, new)))


def span(what: str, old: int | None, new: int | None) -> Iterator[str]:
    yield from value(what, *("never" if seconds is None else written(seconds) for seconds in (old, new)))


def listing(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    if old == new:
        return
    texts = ", ".join(old), ", ".join(new)
    if max(map(len, texts)) <= LIST_CHARS_MAX:
        yield change(what, *texts)
        return
    gone, come = _gone_and_come(old, new)
    told = [*(f"+{name}" for name in come), *(f"-{name}" for name in gone)]
    yield f"{what} {' '.join(told) or 'in another order'}"


def come_and_go(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Of things without a name: which are there no more, and which are new."""
    gone, come = _gone_and_come(old, new)
    yield from (f"{what} removed: {text}" for text in gone)
    yield from (f"{what} added: {text}" for text in come)
    if old != new and not gone and not come:
        yield f"{what}s in another order"


def _gone_and_come(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands there twice and then once has gone once."""
    was, becomes = Counter(old), Counter(new)
    return [*(was - becomes).elements()], [*(becomes - was).elements()]


def labels(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """An empty value is one, too: it is another thing than no such label."""
    if old != new:
        yield change(
            "labels",
            *(", ".join(f"{shown(clean(k))}={shown(clean(v))}" for k, v in each.items()) for each in (old, new)),
        )


def change(what: str, old: str, new: str) -> str:
    """Where what may be shown is the same on both sides, it is only said that something changed."""
    if old == new:
        return f"{what} changed ({new})"
    return f"{what} {old or 'none'} -> {new or 'none'}"


def moment(instant: datetime | None, timezone: str = "UTC") -> str:
    """As the file writes it, on the clock of that zone."""
    return wall(local_time.local(instant, timezone)) if instant else ""


def wall(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d} {times.of_day(moment)}" if moment else ""


def hours(found: Hours | None, none: str = "") -> str:
    """`mon-fri 07:00-19:00, sat 09:00-12:00 (Europe/London)`"""
    if found is None:
        return none
    spans = listed(map(_span, found.spans)) if found.spans else "never"
    only = f" on {len(found.dates)} dates" if found.dates is not None else ""
    closed = f" except on {len(found.closed)} dates" if found.closed else ""
    return f"{spans}{only}{closed} ({found.timezone})"


def hours_change(what: str, old: Hours | None, new: Hours | None, none: str = "") -> Iterator[str]:
    """Dates may be many: which of them come and go is told."""
    if old == new:
        return
    if hours(old, none) != hours(new, none):
        yield from value(what, hours(old, none), hours(new, none))
    if old and new:
        yield from _dates(f"{what} closed on", old.closed, new.closed)
        yield from _dates(f"{what} dates", old.dates or (), new.dates or ())


def _dates(what: str, old: Sequence[object], new: Sequence[object]) -> Iterator[str]:
    yield from listing(what, [*map(str, old)], [*map(str, new)])


def _span(found: Span) -> str:
    whole = (found.start, found.end) == (0, DAY_MINUTES)
    times = "" if whole else f"{_time(found.start)}-{_time(found.end)}"
    return f"{days(found.days)} {times}".strip()


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def days(found: Sequence[int]) -> str:
    """`mon-fri`, `sat, sun`, `every day`."""
    ordered = sorted(set(found))
    if tuple(ordered) == EVERY_DAY:
        return "every day"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{DAYS[ordered[0]]}-{DAYS[ordered[-1]]}"
    return ", ".join(DAYS[day] for day in ordered)


def named(text: str) -> str:
    """A tier's target as the file writes it."""
    found = target(text)
    if found.kind in (Kind.NEXT, Kind.PREVIOUS):
        return f"{found.kind}: {found.id}"
    return f"one_of: {found.id}" if found.kind is Kind.ROBIN else found.id


def channels(names: Sequence[str]) -> Sequence[str]:
    return names or ("personal",)


def condition(found: Condition | None) -> str:
    return wanted(found) if found else ""
