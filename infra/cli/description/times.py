"""Dates, times of day and weekdays of the on-call file, as people write them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from callout.domain.wall import instant
from infra.cli.description.base import Or, kind_of
from infra.cli.description.problem import nearest, shown
from infra.cli.description.together import all_of
from infra.cli.description.values import wrong
from infra.cli.description.yaml_tree import DATE, Odd

YEARS: Final = range(2000, 2100)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE: Final = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_CLOCK: Final = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0*)?)?"
_ZONE: Final = r"(Z|[+-]\d{1,2}(?::?\d{2})?)"
_MOMENT: Final = re.compile(rf"{_DATE}(?:(?:[Tt]|\s+){_CLOCK}\s*{_ZONE}?)?", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_LIKE_DATE: Final = "write it like 2026-11-23"
_LIKE_MOMENT: Final = "write it like 2026-11-23 or 2026-11-23 09:00"
_LIKE_TIME: Final = "write it like 09:00; the day ends at 24:00"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, with a time where one is written, with an offset from UTC where one is written."""

    day: date
    time: timedelta | None = None
    offset: timezone | None = None

    def wall(self, default: timedelta = timedelta()) -> datetime:
        at = self.time if self.time is not None else default
        return datetime.combine(self.day, time()) + at

    def instant(self, zone: str) -> datetime:
        """In UTC; by that zone's clock where no offset is written."""
        return self.wall().replace(tzinfo=self.offset).astimezone(UTC) if self.offset else instant(self.wall(), zone)


def moment(value: Any) -> Moment:
    text = _text(value, "a date or a date and a time", _LIKE_MOMENT)
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise wrong(f'"{shown(text)}" is not a date or a date and a time', _meant_day(text) or _LIKE_MOMENT)
    year, month, day, hour, minute, second, offset = found.groups()
    whole = _day(int(year), int(month), int(day))
    at = None if hour is None else timedelta(seconds=_seconds(int(hour), int(minute), int(second or 0)))
    return Moment(whole, at, _offset(offset))


def on_wall(value: Any) -> Moment:
    """A moment on a layer's own clock: counted on it, so without an offset."""
    found = moment(value)
    if found.offset:
        raise wrong("has an offset from UTC", "leave it out: it is read on the layer's own clock (timezone)")
    return found


def day(value: Any) -> date:
    text = _text(value, "a date", _LIKE_DATE)
    found = re.fullmatch(_DATE, text.strip(), re.ASCII)
    if found is None:
        raise wrong(f'"{shown(text)}" is not a date', _meant_day(text) or _LIKE_DATE)
    return _day(*map(int, found.groups()))


def minutes(last: int) -> Callable[[Any], int]:
    """A check for times of day up to so many minutes after midnight."""

    def check(value: Any) -> int:
        if isinstance(value, int):
            guess = f"{value:02}:00" if 0 <= value <= last // 60 else ""
            raise wrong("must be a time of day, but is a number", f"did you mean {guess}?" if guess else _LIKE_TIME)
        text = _text(value, "a time of day", _LIKE_TIME)
        found = _TIME.fullmatch(text.strip())
        if found is None:
            raise wrong(f'"{shown(text)}" is not a time of day', _meant_time(text) or _LIKE_TIME)
        at = _seconds(int(found[1]), int(found[2])) // 60
        if at > last:
            raise wrong("24:00 is the end of a day", "write 00:00, and the day after")
        return at

    return check


def weekdays(value: Any) -> tuple[int, ...]:
    """`mon-fri`, `sat, sun`, or a list of these; Monday is 0."""
    like = "write it like mon-fri, or [sat, sun]"
    items = value if isinstance(value, list) else [value]
    found: list[int] = []
    errors: list[PydanticCustomError] = []
    for item in items:
        for part in _text(item, "weekdays", like).split(","):
            try:
                found += _days(part)
            except PydanticCustomError as error:
                errors.append(error)
    all_of(value, errors)
    if not found:
        raise wrong("is empty", like)
    twice = next((one for one in found if found.count(one) > 1), None)
    if twice is not None:
        raise wrong(f"{WEEKDAYS[twice]} stands here twice", "keep one of the two")
    return tuple(sorted(found))


def _days(part: str) -> list[int]:
    """`mon-fri`, or one of them."""
    usual = {"weekdays": "mon-fri", "weekday": "mon-fri", "workdays": "mon-fri", "weekend": "sat, sun"}
    meant = usual.get(part.strip().casefold().replace("weekends", "weekend"))
    if meant:
        raise wrong(f'"{shown(part.strip())}" is not a weekday', f'did you mean "{meant}"?')
    first, dash, last = (piece.strip() for piece in part.partition("-"))
    start, end = weekday(first), weekday(last if dash else first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def weekday(word: str) -> int:
    folded = word.casefold().rstrip(".")
    full = [name for name in WEEKDAYS if len(folded) >= 3 and name.startswith(folded)]
    full += [name for name in WEEKDAYS if folded in (name[:2], f"{name[:3]}s", f"{name}s")]
    if full:
        return WEEKDAYS.index(full[0])
    right = nearest(word, WEEKDAYS) or nearest(word, [name[:3] for name in WEEKDAYS])
    raise wrong(f'"{shown(word)}" is not a weekday', f'did you mean "{right}"?' if right else "write mon, tue, … sun")


def _text(value: Any, wanted: str, like: str) -> str:
    if isinstance(value, Odd) and value.kind == DATE:
        return value.text
    if not isinstance(value, str):
        raise wrong(f"must be {wanted}, but is {kind_of(value)}", like)
    return value


def _day(year: int, month: int, day: int) -> date:
    if year not in YEARS:
        raise wrong(f"the year {year} is out of bounds", f"allowed: {YEARS[0]} to {YEARS[-1]}")
    try:
        return date(year, month, day)
    except ValueError:
        text = f"there is no {year}-{month:02}-{day:02}"
        raise wrong(text, "months are 01 to 12" if not 1 <= month <= 12 else "look at that month's last day") from None


def _seconds(hour: int, minute: int, second: int = 0) -> int:
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute + second):
        raise wrong(
            f"{hour}:{minute:02} is not a time of day", "hours are 00 to 23, minutes 00 to 59; a day ends at 24:00"
        )
    return (hour * 60 + minute) * 60 + second


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, rest = int(text[1:3].rstrip(":")), re.sub(r"^[+-]\d{1,2}:?", "", text)
    if hours > 14 or int(rest or 0) > 59:
        raise wrong("has an offset from UTC that no zone has", "write it like +02:00, or Z for UTC")
    span = timedelta(hours=hours, minutes=int(rest or 0))
    return timezone(-span if text[0] == "-" else span)


def _meant_day(text: str) -> str:
    """What somebody probably meant who wrote 25.12.2026."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s.*)?", text.strip(), re.ASCII)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) > 31:
        return ""
    return f"did you mean {found[3]}-{int(found[2]):02}-{int(found[1]):02}?"


def _meant_time(text: str) -> str:
    """What somebody probably meant who wrote 9am, 9.30 or 17h."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|h|uhr|o'clock)?\.?", text.strip().casefold(), re.ASCII)
    if not found or int(found[1]) > 24:
        return ""
    hour = int(found[1]) % 12 + (12 if found[3] == "pm" else 0) if found[3] in ("am", "pm") else int(found[1])
    return f"did you mean {hour:02}:{found[2] or '00'}?"


_CLOCK_SCHEMA: Final = r"^\d{1,2}:\d{2}$"
_MOMENT_SCHEMA: Final = r"^\d{4}-\d{1,2}-\d{1,2}([Tt ] *\d{1,2}:\d{2}(:\d{2})?)?$"
_INSTANT_SCHEMA: Final = r"^\d{4}-\d{1,2}-\d{1,2}([Tt ] *\d{1,2}:\d{2}(:\d{2})? *(Z|[+-]\d{1,2}(:?\d{2})?)?)?$"
_DAYS_PATTERN: Final = r"^[A-Za-z]{2,9}( *[-,] *[A-Za-z]{2,9})*$"
_DAYS_SCHEMA: Final = {"type": "string", "pattern": _DAYS_PATTERN}

Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{1,2}-\d{1,2}$"})]
Instant = Annotated[Any, BeforeValidator(moment), WithJsonSchema({"type": "string", "pattern": _INSTANT_SCHEMA})]
OnWall = Annotated[Any, BeforeValidator(on_wall), WithJsonSchema({"type": "string", "pattern": _MOMENT_SCHEMA})]
FromTime = Annotated[
    int, BeforeValidator(minutes(24 * 60 - 1)), WithJsonSchema({"type": "string", "pattern": _CLOCK_SCHEMA})
]
ToTime = Annotated[int, BeforeValidator(minutes(24 * 60)), WithJsonSchema({"type": "string", "pattern": _CLOCK_SCHEMA})]
Weekdays = Annotated[
    tuple[int, ...],
    BeforeValidator(weekdays),
    WithJsonSchema({"type": "array", "items": _DAYS_SCHEMA, "minItems": 1}),
    Or(_DAYS_SCHEMA),
]
