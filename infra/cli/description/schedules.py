"""Schedules as they are written: layers, restrictions and overrides."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, ModelWrapValidatorHandler, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from infra.cli.description.base import OneOrMore, Strict
from infra.cli.description.handoff import ROTATIONS, handoff_of
from infra.cli.description.hours import OnDates, Stretches
from infra.cli.description.times import Instant, OnWall
from infra.cli.description.together import Faults, Raw, absent, together
from infra.cli.description.values import URL_CHARS_MAX, Label, Timezone, wrong

LAYERS_MAX = 20
PEOPLE_MAX = 200
EVERY_MAX = 366
OVERRIDES_MAX = 2_000
_HANDOFF_PATTERN = r"^(([A-Za-z]+|\d{1,2}) +)?\d{1,2}:\d{2}$|^([A-Za-z]+|\d{1,2})$"
CHANGES = ("who", "add", "remove", "swap")


def calendar_source(text: str) -> str:
    """An https address, or a path beside the file. The address is often all that keeps a calendar secret."""
    scheme = text.partition("://")[0].casefold() if "://" in text else ""
    if scheme in ("http", "webcal", "webcals"):
        raise wrong("is not read without encryption", "write https:// before the same address")
    if scheme not in ("", "https"):
        raise wrong("is not an https address", "write it like https://calendar.example.com/oncall.ics")
    if not text.strip() or len(text) > URL_CHARS_MAX or not text.isprintable():
        raise wrong("is neither an https address nor a path", "write it like https://calendar.example.com/oncall.ics")
    if scheme and not _whole(text):
        raise wrong("is not a whole https address", "write it like https://calendar.example.com/oncall.ics")
    return text


def _whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and " " not in address
    except ValueError:
        return False


class Layer(Strict):
    """A rotation, or a calendar. Where several layers have somebody, the later one wins."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["rotate", "people"]}, {"required": ["calendar"]}]}
    )

    name: Label = ""
    """As it is shown: weekly."""
    rotate: Literal["hourly", "daily", "weekly", "monthly"] | None = None
    """How often the turn passes on."""
    every: Annotated[int, Field(ge=1, le=EVERY_MAX)] = 1
    """A turn lasts so many of these: 2 with weekly is a fortnight."""
    handoff: Annotated[Any, WithJsonSchema({"type": "string", "pattern": _HANDOFF_PATTERN})] = None
    """When the turn passes on: 09:00 (daily), monday 09:00 (weekly), 1 09:00 (monthly; 31 is a month's last day)."""
    start: OnWall | None = None
    """The first person's turn begins then: 2026-11-23, or 2026-11-23 09:00."""
    end: OnWall | None = None
    """Nobody is on call by this layer from then on."""
    people: Annotated[list[str], Field(min_length=1, max_length=PEOPLE_MAX)] = Field(default=[])
    """Ids of responders, in the order of their turns."""
    calendar: Annotated[str, AfterValidator(calendar_source)] = ""
    """An iCalendar's https address, or a path beside this file, instead of rotate and people."""
    timezone: Timezone = ""
    """By whose clock; the schedule's if left out."""
    only: Stretches | None = None
    """The layer has somebody only in these hours: [{days: mon-fri, from: 09:00, to: 17:00}]"""
    not_on: OnDates = Field(default=[])
    """Holidays on which it does not begin."""
    only_on: OnDates = Field(default=[])
    """It begins only on these holidays."""

    @model_validator(mode="wrap")
    @classmethod
    def rotation_or_calendar(cls, value: Any, layer: ModelWrapValidatorHandler[Self]) -> Self:
        return together(value, layer, _no_rotation if "calendar" in _keys(value) else _whole_rotation)


def _keys(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}


def _no_rotation(raw: Raw) -> Faults:
    extra = [key for key in ("rotate", "people", "every", "handoff", "start") if key in raw]
    if extra:
        text = "a layer is either a calendar or a rotation"
        yield wrong(text, "leave it out beside `calendar`, or make another layer of it", extra[0])


def _whole_rotation(raw: Raw) -> Faults:
    if absent(raw, "rotate"):
        yield wrong("is missing", "write it like rotate: weekly, or calendar: https://…", "rotate")
    if absent(raw, "people"):
        yield wrong("is missing", "write it like people: [ada, grace]", "people")
    rotate = raw.get("rotate")
    if "handoff" in raw and isinstance(rotate, str) and rotate in ROTATIONS:
        try:
            handoff_of(rotate, raw["handoff"])
        except PydanticCustomError as error:
            yield error
    if absent(raw, "start") and len(_texts(raw.get("people"))) > 1:
        yield wrong("is missing", "write it like start: 2026-11-23, when the first person's turn begins", "start")


def _texts(value: Any) -> set[str]:
    return {item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}


class Override(Strict):
    """A change by hand: `who` replaces everybody (or `instead_of`), or add, remove or swap somebody."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [change]} for change in CHANGES]})

    start: Instant = Field(alias="from")
    """2026-12-24 09:00, by the schedule's clock; or with an offset from UTC."""
    end: Instant = Field(alias="to")
    """2026-12-26 09:00; the end is no longer part of it."""
    who: OneOrMore = Field(default=[])
    """On call instead of everybody, or instead of `instead_of`."""
    instead_of: str = ""
    """Whom `who` stands in for."""
    add: OneOrMore = Field(default=[])
    """On call as well."""
    remove: OneOrMore = Field(default=[])
    """Not on call."""
    swap: Annotated[list[str], Field(min_length=2, max_length=2)] = Field(default=[])
    """Two people who take each other's place: [ada, grace]."""

    @model_validator(mode="wrap")
    @classmethod
    def one_change(cls, value: Any, override: ModelWrapValidatorHandler[Self]) -> Self:
        return together(value, override, _changes)


def _changes(raw: Raw) -> Faults:
    said = [change for change in CHANGES if change in raw]
    if not said and all(absent(raw, change) for change in CHANGES):
        fix = "write one of who: grace, add: linus, remove: ada and swap: [ada, grace]"
        yield wrong("does not say what changes", fix)
    if len(said) > 1:
        yield wrong(f"says both {said[0]} and {said[1]}", "make an override of each", said[1])
    if raw.get("instead_of") and absent(raw, "who"):
        yield wrong("goes with who", "write who: grace, instead_of: ada", "instead_of")
    if _names_twice(raw):
        at = "swap" if raw.get("swap") else "instead_of"
        yield wrong("names the same person twice", "name two different people", at)


def _names_twice(raw: Raw) -> bool:
    swap = raw.get("swap")
    same = isinstance(swap, list) and len(swap) == 2 and len(_texts(swap)) == 1 and swap[0] == swap[1]
    return same or bool(_texts(raw.get("instead_of")) & _texts(raw.get("who")))


class Schedule(Strict):
    """Who is on call, and when."""

    name: Label = ""
    """As it is shown; the id if left out."""
    timezone: Timezone = "UTC"
    """By whose clock its layers are read, and in which its gaps are shown: Europe/London."""
    layers: Annotated[list[Layer], Field(min_length=1, max_length=LAYERS_MAX)]
    """Rotations and calendars; where several have somebody, the later one wins."""
    overrides: Annotated[list[Override], Field(max_length=OVERRIDES_MAX)] = Field(default=[])
    """Changes by hand, applied one after the other."""
