"""The alphabet of text messages (3GPP TS 23.038): what fits one segment, and how to write other text in it."""

import unicodedata

import gsm0338

SEPTETS_MAX = (160, 2 * 153)
"""One segment in the GSM alphabet; two, each with less room, where the link alone leaves none for words."""
UCS2_UNITS_MAX = 3 * 67
"""One character outside the alphabet turns a whole message into UCS-2: three segments, in UTF-16 units."""

CODEC: str = gsm0338.Codec.NAME

_PLAIN = {
    '"': "“”„‟«»″〝〞",
    "'": "‘’‚‛‹›′`´",
    "-": "‐‑‒–—―−⁃•·‧∙",
    "/": "÷⁄∕",
    "->": "→",
    "<-": "←",
    "=>": "⇒",
    ">=": "≥",
    "<=": "≤",
    "!=": "≠",
    "~": "≈",
    "+-": "±",
    "x": "×",
    "u": "µ",
    "l": "ł",
    "L": "Ł",
    "d": "đð",
    "D": "ĐÐ",
    "th": "þ",
    "Th": "Þ",
    "h": "ħ",
    "H": "Ħ",
    "t": "ŧ",
    "T": "Ŧ",
    "oe": "œ",
    "OE": "Œ",
    "i": "ı",
    "SS": "ẞ",
}
REPLACEMENTS = {ord(char): plain for plain, chars in _PLAIN.items() for char in chars}
"""What Unicode does not take apart by itself; accents, ligatures, full-width letters and "…" it does."""


def septets(text: str) -> int:
    """Its length in the GSM alphabet; characters of the extension table count twice."""
    return len(text.encode(CODEC))


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_gsm(text: str) -> bool:
    try:
        text.encode(CODEC)
    except UnicodeEncodeError:
        return False
    return True


def fold(text: str) -> str:
    """The text in the GSM alphabet, as far as it is written in Latin letters.

    Typographic characters become plain ones, accents outside the alphabet are stripped, emoji and other symbols left
    out. Another script stays as it is, with its marks and punctuation: unreadable would be worse than longer.
    """
    chars = [_fold_char(char) for char in text.translate(REPLACEMENTS)]
    foreign = any(not is_gsm(char) and unicodedata.category(char)[0] in "LN" for char in chars)
    kept = "LNMP" if foreign else ""
    text = "".join(char for char in chars if is_gsm(char) or unicodedata.category(char)[0] in kept)
    return " ".join(text.split())


def _fold_char(char: str) -> str:
    """The character, or what it is composed of where that is in the alphabet. Always one, unless all of it is."""
    if is_gsm(char):
        return char
    apart = unicodedata.normalize("NFKD", char).translate(REPLACEMENTS)
    base = "".join(part for part in apart if not unicodedata.combining(part))
    return base if base and is_gsm(base) else char
