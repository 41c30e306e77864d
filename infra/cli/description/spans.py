"""Spans of time in the on-call file: within bounds, and what somebody probably meant who wrote them otherwise."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from infra.cli.description.duration import UNIT_SECONDS, meant, seconds, written
from infra.cli.description.problem import listed, shown
from infra.cli.description.values import wrong
from infra.cli.description.yaml_tree import SWITCH, Odd

DAY: Final = 86_400
NEVER: Final = ("off", "no", "none", "nil", "null", "false", "disabled", "forever", "infinite", "endless", "unlimited")
"""What other tools call `never`."""


def duration(least: int, most: int, never: bool = False) -> Callable[[Any], int | None]:
    """A check that takes spans within these bounds, and None for the word `never` where that is allowed."""
    bounds = f"allowed: {written(least)} to {written(most)}" + (", or never" if never else "")
    like = "write it like 90s, 5m or 1h30m" + (", or never" if never else ", the largest unit first")

    def check(value: Any) -> int | None:
        if never and value == "never":
            return None
        if isinstance(value, Odd) and value.kind == SWITCH:
            value = value.text
        if isinstance(value, int):
            raise wrong(f"{value} has no unit", _with_unit(value, least, most) or bounds)
        if not isinstance(value, str):
            kind = value.kind if isinstance(value, Odd) else "a list or a mapping"
            raise wrong(f"must be a duration, but is {kind}", like)
        span = seconds(value)
        if span is None:
            raise wrong(f'"{shown(value)}" is not a duration', _guessed(value, least, most, never) or like)
        if not least <= span <= most:
            raise wrong(f"{written(span)} is out of bounds", bounds)
        return span

    return check


def _with_unit(count: int, least: int, most: int) -> str:
    fit = [f"{count}{unit}" for unit in ("s", "m", "h") if least <= count * UNIT_SECONDS[unit] <= most]
    return f"write {listed(fit, 'or')}" if fit else ""


def _guessed(text: str, least: int, most: int, never: bool) -> str:
    if never and text.strip().casefold() in NEVER:
        return "did you mean never?"
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip(), re.ASCII)
    if clock:
        first, second = int(clock[1]), int(clock[2])
        return f"a time of day, or a span? Write {first}m{second}s or {first}h{second}m"
    guess = meant(text)
    return f"did you mean {guess}?" if guess and least <= (seconds(guess) or 0) <= most else ""


SPAN_SCHEMA: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
    "minLength": 2,
}
_SPAN: Final = WithJsonSchema(SPAN_SCHEMA)
_SPAN_OR_NEVER: Final = WithJsonSchema({"anyOf": [SPAN_SCHEMA, {"const": "never"}]})

Wait = Annotated[int, BeforeValidator(duration(10, 7 * DAY)), _SPAN]
Rhythm = Annotated[int, BeforeValidator(duration(60, 7 * DAY)), _SPAN]
Relapse = Annotated[int, BeforeValidator(duration(0, 7 * DAY)), _SPAN]
AckTimeout = Annotated[int | None, BeforeValidator(duration(60, 7 * DAY, never=True)), _SPAN_OR_NEVER]
Delay = Annotated[int, BeforeValidator(duration(0, DAY)), _SPAN]
Answer = Annotated[int, BeforeValidator(duration(60, 30 * DAY)), _SPAN]
Age = Annotated[int, BeforeValidator(duration(3600, 30 * DAY)), _SPAN]
