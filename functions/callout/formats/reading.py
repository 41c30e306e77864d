"""Reading of JSON bodies: nothing in here raises anything but Malformed, whatever was sent."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from callout.domain.alert import Link
from callout.domain.errors import Malformed
from callout.formats.text import BLOCK_CHARS_MAX, block, clean, line

BODY_BYTES_MAX = 3_000_000
"""Some 2,700 alerts as Alertmanager writes them. A larger body is not read, for that could take longer than its sender
waits: it pages as it is, and says so. (API Gateway and Lambda let no more than about 6,000,000 through.)"""
DETAILS_CHARS_MAX = 8_000
DETAILS_MAX = 60
DETAIL_CHARS_MIN = 100
"""With less room than this left, a text is left out rather than cut."""
DEPTH_MAX = 4
LINKS_MAX = 20
HREF_CHARS_MAX = 2_000
INTEGER_DIGITS_MAX = 20
MOMENT_CHARS_MAX = 40

MILLISECONDS_FROM = 100_000_000_000
"""Seconds this large lie in the year 5138: such a number counts milliseconds."""


def parse(body: bytes | str) -> object:
    """Any JSON, and a little more: a raw line break in a text or a broken character must not cost a page."""
    text = body if isinstance(body, str) else body.decode("utf-8-sig", "replace")
    if not text.strip():
        raise Malformed("the body is empty", unreadable=True)
    try:
        return json.loads(text, strict=False, parse_int=_integer, parse_constant=str)
    except RecursionError:
        raise Malformed("the body is nested too deeply", unreadable=True) from None
    except ValueError as problem:
        raise Malformed(f"the body is not JSON: {line(str(problem))}", unreadable=True) from None


def _integer(digits: str) -> int | str:
    """Numbers too long to be one stay text: Python refuses to convert them."""
    return int(digits) if len(digits) <= INTEGER_DIGITS_MAX else digits


def read_object(body: bytes) -> dict[str, object]:
    if len(body) > BODY_BYTES_MAX:
        problem = f"the body is too large to be read: it has {len(body):,} bytes, and the limit is {BODY_BYTES_MAX:,}"
        raise Malformed(problem, unreadable=True)
    value = parse(body)
    if not isinstance(value, dict):
        raise Malformed(f"the body must be a JSON object; it is {kind(value)}", unreadable=True)
    return value


def kind(value: object) -> str:
    """What a JSON value is, in words for whoever sent it."""
    names = {str: "a text", bool: "true or false", dict: "an object", list: "a list", type(None): "null"}
    return names.get(type(value), "a number")


def mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def scalar(value: object) -> str:
    """A single value as text; "" for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value)) if isinstance(value, str | int | float) else ""


def scalars(value: object) -> dict[str, str]:
    """Labels, annotations: names and single values."""
    return {clean(name): scalar(each) for name, each in mapping(value).items()}


def flatten(name: str, value: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Nested JSON as names and texts: {"a": {"b": 1}} becomes ("a.b", "1")."""
    pairs = _children(name, value)
    if pairs is None:
        yield name, scalar(value)
    elif depth >= DEPTH_MAX:
        yield name, "…"
    else:
        for child, inner in pairs:
            yield from flatten(child, inner, depth + 1)


def _children(name: str, value: object) -> Iterable[tuple[str, object]] | None:
    prefix = f"{name}." if name else ""
    if isinstance(value, dict):
        return ((prefix + str(inner), each) for inner, each in value.items())
    if isinstance(value, list):
        return ((f"{prefix}{number}", each) for number, each in enumerate(value, 1))
    return None


def details(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """As many pairs as there is room for, in their order, and a word on how many are missing."""
    kept: dict[str, str] = {}
    left_out, room = 0, DETAILS_CHARS_MAX
    for name, text in pairs:
        if len(kept) == DETAILS_MAX or room < DETAIL_CHARS_MIN:
            left_out += 1
            continue
        name, text = line(name, 80) or "?", block(text, min(BLOCK_CHARS_MAX, room))
        if text and kept.get(name) != text:
            kept[_free(name, kept)] = text
            room -= len(name) + len(text)
    return kept | ({"…": f"and {left_out} more"} if left_out else {})


def _free(name: str, taken: Mapping[str, str]) -> str:
    """An annotation may bear the name of a label: both are kept."""
    number = 1
    while (free := name if number == 1 else f"{name} ({number})") in taken:
        number += 1
    return free


def moment(value: object) -> datetime | None:
    """A point in time in UTC, from ISO 8601 or from seconds or milliseconds since 1970; None for what is neither."""
    text = scalar(value).strip()
    if len(text) > MOMENT_CHARS_MAX:
        return None
    try:
        found = _since_1970(float(text)) if text.replace(".", "", 1).isdecimal() else _iso_8601(text)
    except (ValueError, OverflowError, OSError):
        return None
    # Go's zero time, 0001-01-01, means "not known"; so does a number that is no clock's.
    return found if found.year > 1970 else None


def _since_1970(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number >= MILLISECONDS_FROM else number, UTC)


def _iso_8601(text: str) -> datetime:
    # PagerDuty's Python client writes an offset and then a Z.
    found = datetime.fromisoformat(text.removesuffix("Z") if text.endswith("+00:00Z") else text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def web_address(value: object) -> str:
    """An address that a browser may open, whole; "" for anything else (javascript:, data:, file:, half an address)."""
    href = string(value).strip()
    if len(href) > HREF_CHARS_MAX or any(character.isspace() for character in href):
        return ""
    try:
        parts = urlsplit(href)
        return href if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def links(pairs: Iterable[tuple[object, str]]) -> tuple[Link, ...]:
    """The addresses among the pairs of address and text, each of them once."""
    kept: dict[str, Link] = {}
    for address, text in pairs:
        href = web_address(address)
        if href and href not in kept and len(kept) < LINKS_MAX:
            kept[href] = Link(href, line(text, 120))
    return tuple(kept.values())
