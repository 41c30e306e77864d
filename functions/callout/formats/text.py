"""Cleaning and cutting of what senders write. Everything a format puts into an alert has passed through here."""

import hashlib
import re

LINE_CHARS_MAX = 256
BLOCK_CHARS_MAX = 2_000

# A lone surrogate is not Unicode: no database and no provider takes it.
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
# NUL and the other control characters, the byte order mark, and the characters that reorder what stands around them:
# escaping cannot undo those in a text message. Marks that only say which way a letter reads (U+200E, U+200F) stay.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Valid Unicode that can be stored, sent and shown."""
    text = _SURROGATES.sub("\ufffd", text)
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def cut(text: str, chars_max: int) -> str:
    return text if len(text) <= chars_max else text[: chars_max - 1].rstrip() + "…"


def line(text: str, chars_max: int = LINE_CHARS_MAX) -> str:
    """One line without superfluous space."""
    return cut(" ".join(clean(text).split()), chars_max)


def block(text: str, chars_max: int = BLOCK_CHARS_MAX) -> str:
    """Several lines, as they stand."""
    return cut(clean(text).strip(), chars_max)


def short_hash(*texts: str) -> str:
    """A short name that stays the same as long as the texts do."""
    return digest(*texts)[:16]


def digest(*texts: str) -> str:
    # The separator keeps ("ab", "c") and ("a", "bc") apart; clean() never lets it through from a sender.
    return hashlib.sha256("\x1f".join(clean(text) for text in texts).encode()).hexdigest()


def key(text: str, chars_max: int) -> str:
    """A key as the sender wrote it; one that is too long stays one key, under its hash."""
    text = clean(text)
    if not text.strip():
        return ""
    return text if len(text) <= chars_max else f"sha256:{digest(text)}"
