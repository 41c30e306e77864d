"""One schedule before and after, in the words of the on-call file."""

from collections.abc import Iterator, Sequence

from callout.domain.schedule import Change, Layer, Override, Schedule, Unit
from infra.cli.description.problem import shown
from infra.cli.meaning import change_words as say
from infra.cli.meaning import times

ROTATIONS = {Unit.HOUR: "hourly", Unit.DAY: "daily", Unit.WEEK: "weekly", Unit.MONTH: "monthly"}


def of_schedule(old: Schedule, new: Schedule) -> Iterator[str]:
    yield from say.value("name", old.name, new.name)
    yield from say.value("timezone", old.timezone, new.timezone)
    yield from _layers(old.layers, new.layers)
    overrides = ([override(each, schedule.timezone) for each in schedule.overrides] for schedule in (old, new))
    yield from say.come_and_go("override", *overrides)


def _layers(old: Sequence[Layer], new: Sequence[Layer]) -> Iterator[str]:
    before, after = _named(old), _named(new)
    for name, layer in after.items():
        if name in before:
            yield from (f"{name} {text}" for text in _of_layer(before[name], layer))
        else:
            yield f"{name} added: {_described(layer)}"
    yield from (f"{name} removed: {_described(layer)}" for name, layer in before.items() if name not in after)
    kept = ([name for name in names if name in before and name in after] for names in (before, after))
    yield from say.listing("layer order", *kept)


def _named(layers: Sequence[Layer]) -> dict[str, Layer]:
    """By its name, which may be used twice, or by its place."""
    names: dict[str, Layer] = {}
    for number, layer in enumerate(layers, start=1):
        name = layer.name if layer.name.startswith("layer ") else f"layer {shown(layer.name) or number}"
        names[name if name not in names else f"{name} ({number})"] = layer
    return names


def _of_layer(old: Layer, new: Layer) -> Iterator[str]:
    yield from say.listing("people", old.people, new.people)
    yield from say.value("rotates", rotation(old), rotation(new))
    yield from say.value("is counted from", *(say.wall(each.anchor) for each in (old, new)))
    yield from say.value("starts", say.wall(old.begins), say.wall(new.begins))
    yield from say.value("ends", say.wall(old.ends), say.wall(new.ends))
    yield from say.value("timezone", old.timezone, new.timezone)
    yield from say.hours_change("only", old.only, new.only, "always")
    yield from say.value("calendar", old.calendar, new.calendar)


def rotation(layer: Layer) -> str:
    """`weekly, monday 09:00`; a calendar's layer has none."""
    if layer.calendar:
        return ""
    every = ROTATIONS[layer.unit] if layer.every == 1 else f"every {layer.every} {layer.unit}s"
    return f"{every}, {_handoff(layer)}"


def _handoff(layer: Layer) -> str:
    time = times.of_day(layer.anchor)
    if layer.unit is Unit.WEEK:
        return f"{layer.anchor:%A} {time}".lower()
    return f"{layer.anchor.day} {time}" if layer.unit is Unit.MONTH else time


def _described(layer: Layer) -> str:
    if layer.calendar:
        return f"calendar {shown(layer.calendar)}"
    only = f", only {say.hours(layer.only)}" if layer.only else ""
    return f"{', '.join(layer.people)}, {rotation(layer)} ({layer.timezone}){only}"


def override(found: Override, timezone: str) -> str:
    times = f"{say.moment(found.start, timezone)} to {say.moment(found.end, timezone)}"
    return f"{times} ({timezone}), {_done(found)}"


def _done(found: Override) -> str:
    who = " and ".join(found.who)
    match found.change:
        case Change.ADD:
            return f"{who} as well"
        case Change.REMOVE:
            return f"without {who}"
        case Change.SWAP:
            return f"{who} swapped"
        case Change.REPLACE:
            return f"{who} instead of {found.of or 'everybody'}"
