"""Text that came from outside, made fit to be shown to a person."""

import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

SHOWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and a symbol that take no room or look like a space: as good for hiding text as zero-width ones."""

NOT_TEXT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode's control and formatting characters (bidi overrides, zero-width, tags), surrogates, private, unassigned."""


def clean(text: str) -> str:
    """One line without anything that cannot be seen or that turns the direction of what follows."""
    spaced = "".join(" " if char.isspace() else char for char in text)
    seen = "".join(char for char in spaced if not _hidden(char))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in NOT_TEXT or char in SHOWN_AS_NOTHING or _is_variation_selector(char)


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def cut(text: str, room: int, width: Callable[[str], int] = len, ellipsis: str = "…") -> str:
    """The text, or as much of its beginning as fits, ended at a word where that does not cost half of it.

    `width` measures a text as the sum of its characters. Where not even the ellipsis fits, nothing is left.
    """
    if width(text) <= room:
        return text
    head = _prefix(text, room - width(ellipsis), width)
    at_word = head if text[len(head)].isspace() else head.rpartition(" ")[0]
    kept = at_word if len(at_word) * 2 >= len(head) else head
    return kept.rstrip(" ,;:.-…") + ellipsis if head else ""


def _prefix(text: str, room: int, width: Callable[[str], int]) -> str:
    end = used = 0
    for char in text:
        used += width(char)
        if used > room:
            break
        end += 1
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]


def href(address: str, *schemes: str) -> str:
    """The address if it may be made a link with one of these schemes, "" if it is to be shown as text only."""
    if address != clean(address) or " " in address or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) if parts.scheme in ("http", "https") else bool(parts.path)
    except ValueError:
        return ""
    return address if parts.scheme in schemes and named else ""
