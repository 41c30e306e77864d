"""The single values of the on-call file: each checked, and brought into the one form that the rest of Callout uses."""

import hashlib
import re
import unicodedata
import zoneinfo
from functools import cache
from typing import Annotated, Final
from urllib.parse import urlsplit

import email_validator
import phonenumbers
from phonenumbers import ValidationResult
from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from infra.cli.description.problem import nearest, shown

NAME_CHARS_MAX: Final = 100
ID_CHARS_MAX: Final = 64
URL_CHARS_MAX: Final = 1_000
ROUTING_KEY_CHARS_MIN: Final = 20
ROUTING_KEY_CHARS_MAX: Final = 200
PAGERDUTY_KEY_CHARS: Final = 32

ABBREVIATED: Final = {
    "IST": "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
    "CST": "America/Chicago or Asia/Shanghai",
    "CDT": "America/Chicago",
    "PST": "America/Los_Angeles or Asia/Manila",
    "PDT": "America/Los_Angeles",
    "MDT": "America/Denver",
    "EDT": "America/New_York",
    "BST": "Europe/London or Asia/Dhaka",
    "CEST": "Europe/Berlin",
    "EEST": "Europe/Helsinki",
    "WEST": "Europe/Lisbon",
    "AST": "America/Halifax or Asia/Riyadh",
    "GST": "Asia/Dubai",
    "SST": "Pacific/Pago_Pago or Asia/Singapore",
    "SGT": "Asia/Singapore",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney or Australia/Brisbane",
    "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
    "MSK": "Europe/Moscow",
}
"""Clocks that people name by letters: the same ones stand for several, or for one half of the year."""


def wrong(text: str, fix: str, at: str = "") -> PydanticCustomError:
    """An error that already speaks plainly, and the key below to which it belongs; pydantic's own: see oncall_words."""
    return PydanticCustomError("said", "{text}", {"text": text, "fix": fix, "at": at})


def at_key(error: PydanticCustomError, at: str) -> PydanticCustomError:
    """The same one, at a key below."""
    context = error.context or {}
    return wrong(str(context["text"]), str(context["fix"]), at)


def identifier(text: str) -> str:
    if not re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{ID_CHARS_MAX - 1}}}", text):
        raise wrong("is not a usable id", f"use letters, digits, - and _ ({ID_CHARS_MAX} at most)")
    return text


def label(text: str) -> str:
    """One line for people: it goes into subjects and text messages."""
    text = text.strip()
    if not text:
        raise wrong("is blank", "give it a name, or leave the key out")
    if len(text) > NAME_CHARS_MAX:
        raise wrong(f"is longer than {NAME_CHARS_MAX} characters", "shorten it: it must fit a text message")
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise wrong("holds a line break or a control character", "keep it on one line")
    return text


def phone(text: str) -> str:
    """E.164, if the country's numbers can be that long; whether anybody answers there only a text can show."""
    bare = re.sub(r"[\s().-]", "", text)
    if not re.fullmatch(r"\+[0-9]+", bare):
        raise wrong("is not an international phone number", 'write + and the country code first: "+1 202 555 0101"')
    try:
        number = phonenumbers.parse(bare)
    except phonenumbers.NumberParseException:
        raise wrong("begins with a country code that does not exist", "check the digits after the +") from None
    verdict = phonenumbers.is_possible_number_with_reason(number)
    if verdict != ValidationResult.IS_POSSIBLE:
        size = {ValidationResult.TOO_SHORT: "has too few digits", ValidationResult.TOO_LONG: "has too many digits"}
        raise wrong(f"{size.get(verdict, 'has a wrong number of digits')} for its country", "check the number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mail(text: str) -> str:
    """SES takes ASCII only: the domain becomes punycode, and the part before the @ must be ASCII as it is."""
    try:
        found = email_validator.validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except email_validator.EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise wrong(f"is not a mail address ({reason})", "write it like ada@example.com") from None
    return found.ascii_email or found.normalized


@cache
def zones() -> frozenset[str]:
    """Looked up once: each look goes through some hundred files."""
    return frozenset(zoneinfo.available_timezones())


def timezone(text: str) -> str:
    known = zones()
    if text in known:
        return text
    if meant := ABBREVIATED.get(text.upper()):
        several = ", and means several zones" if " or " in meant else ", not a time zone"
        raise wrong(f'"{shown(text)}" is an abbreviation{several}', f"name a city: {meant}")
    raise wrong(f'"{shown(text)}" is not a time zone', _city(text, known))


def _city(text: str, known: frozenset[str]) -> str:
    """The nearest place; never an abbreviation, which is near to every other one and hours away from it."""
    places = [name for name in known if "/" in name or name == "UTC"]
    by_city = {name.rpartition("/")[2]: name for name in sorted(places, reverse=True)}
    right = nearest(text, places) or by_city.get(nearest(text.replace(" ", "_"), by_city) or "")
    return f'did you mean "{right}"?' if right else 'write it like "Europe/London"'


def digest(text: str) -> str:
    """A routing key as Callout keeps it: SHA-256 in hex, whether the file holds the key or already its digest."""
    if text.startswith("sha256:"):
        hexadecimal = text.removeprefix("sha256:").lower()
        if not re.fullmatch("[0-9a-f]{64}", hexadecimal):
            raise wrong(
                "is not a SHA-256 in hex: 64 of 0-9 and a-f after sha256:", "copy it from `callout routing-key`"
            )
        return hexadecimal
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise wrong(
            "holds characters that cannot stand in an address",
            "use letters, digits, - and _, or make one with `callout routing-key`",
        )
    if not ROUTING_KEY_CHARS_MIN <= len(text) <= ROUTING_KEY_CHARS_MAX:
        bounds = f"{ROUTING_KEY_CHARS_MIN} to {ROUTING_KEY_CHARS_MAX}"
        raise wrong(
            f"has {len(text)} characters, allowed are {bounds}",
            "make one that nobody can guess with `callout routing-key`",
        )
    return hashlib.sha256(text.encode()).hexdigest()


def runbook(text: str) -> str:
    return _web(text, "an http or https address", "https://wiki.example.com/runbook")


def bridge(text: str) -> str:
    """Where people meet: a video call, a chat room, or a number to dial with its code."""
    if text.startswith("tel:") and re.fullmatch(r"tel:\+?[0-9][0-9().*#,;=a-z-]*", text):
        return text
    return _web(text, "an http, https or tel: address", "https://meet.example.com/incident")


def _web(text: str, wanted: str, example: str) -> str:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or re.search(r"[\s\x00-\x20<>\"\x7f]", text) or len(text) > URL_CHARS_MAX:
        raise wrong(f"is not {wanted}", f"write it like {example}")
    return text


def _like(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


Id = Annotated[str, AfterValidator(identifier), _like(rf"^[A-Za-z0-9][A-Za-z0-9_-]{{0,{ID_CHARS_MAX - 1}}}$")]
Label = Annotated[str, AfterValidator(label)]
Phone = Annotated[str, AfterValidator(phone), _like(r"^\s*\+[0-9\s().-]+$")]
Mail = Annotated[str, AfterValidator(mail), WithJsonSchema({"type": "string", "format": "email", "pattern": "@"})]
Timezone = Annotated[str, AfterValidator(timezone), WithJsonSchema({"type": "string", "format": "timezone"})]
KeyDigest = Annotated[
    str,
    AfterValidator(digest),
    _like(rf"^[A-Za-z0-9_-]{{{ROUTING_KEY_CHARS_MIN},{ROUTING_KEY_CHARS_MAX}}}$|^sha256:[0-9a-fA-F]{{64}}$"),
]
Runbook = Annotated[str, AfterValidator(runbook), _like("^[Hh][Tt][Tt][Pp][Ss]?://")]
Bridge = Annotated[str, AfterValidator(bridge), _like("^([Hh][Tt][Tt][Pp][Ss]?://|tel:)")]
