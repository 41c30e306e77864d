"""Hours of the week, as restrictions and support hours write them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from callout.domain.hours import DAY_MINUTES, EVERY_DAY, Hours, Span
from infra.cli.description.base import Or, Strict, kind_of
from infra.cli.description.times import FromTime, ToTime, Weekdays, day
from infra.cli.description.together import all_of
from infra.cli.description.values import Timezone, wrong
from infra.cli.description.yaml_tree import DATE, Odd

SPANS_MAX = 50
HOLIDAYS_MAX = 50

Holidays = Mapping[str, Sequence[date]]


class Stretch(Strict):
    """A stretch of the wall clock that begins on each of these days."""

    days: Weekdays = EVERY_DAY
    """On which it begins: mon-fri, or [sat, sun]; every day if left out."""
    start: FromTime = Field(0, alias="from")
    """When it begins: 09:00; 00:00 if left out."""
    end: ToTime = Field(DAY_MINUTES, alias="to")
    """When it ends: 17:00; one that is not after `from` lies on the next day; 24:00 if left out."""


def is_date(text: str) -> bool:
    """Rather than the id of a list of holidays."""
    return re.match(r"[0-9]{4}-[0-9]", text) is not None


def _dates(value: Any) -> list[str | date]:
    """A holiday list's id, a date, or a list of these."""
    items = value if isinstance(value, list) else [value]
    if not items:
        raise wrong("is empty", "name a list of `holidays`, or leave the key out")
    found: list[str | date] = []
    errors: list[PydanticCustomError] = []
    for item in items:
        try:
            found.append(_name_or_date(item))
        except PydanticCustomError as error:
            errors.append(error)
    all_of(value, errors)
    return found


def _name_or_date(value: Any) -> str | date:
    if (isinstance(value, Odd) and value.kind == DATE) or (isinstance(value, str) and is_date(value)):
        return day(value)
    if not isinstance(value, str):
        raise wrong(f"must name a list of `holidays`, but is {kind_of(value)}", "write it like uk, or [uk, 2026-12-24]")
    return value


_NAME_SCHEMA = {"type": "string", "description": "The id of a list in `holidays`, or a date."}
OnDates = Annotated[
    list[str | date],
    BeforeValidator(_dates),
    WithJsonSchema({"type": "array", "items": _NAME_SCHEMA, "minItems": 1}),
    Or(_NAME_SCHEMA),
]
Stretches = Annotated[list[Stretch], Field(min_length=1, max_length=SPANS_MAX)]


class SupportHours(Strict):
    """When the service is looked after; outside of them urgency may be lower and clocks may stand still."""

    open: Stretches
    """[{days: mon-fri, from: 07:00, to: 19:00}]"""
    timezone: Timezone = "UTC"
    """By whose clock: Europe/London."""
    not_on: OnDates = Field(default=[])
    """Holidays: no stretch begins on them."""


def spans(stretches: Sequence[Stretch]) -> tuple[Span, ...]:
    return tuple(Span(each.days, each.start, each.end) for each in stretches)


def dates(written: Sequence[str | date], holidays: Holidays) -> tuple[date, ...]:
    found: set[date] = set()
    for item in written:
        found.update([item] if isinstance(item, date) else holidays.get(item, ()))
    return tuple(sorted(found))


def support_hours(written: SupportHours, holidays: Holidays) -> Hours:
    return Hours(spans(written.open), written.timezone, dates(written.not_on, holidays))
