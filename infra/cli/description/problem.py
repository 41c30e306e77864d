"""What is wrong with a file, one sentence each, with the line and what to do about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, NamedTuple

Level = Literal["error", "warning"]
Path = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top of the description."""
SHOWN_CHARS_MAX = 80
KEY_CHARS_MIN: Final = 20
"""So many characters that are no words, in one run, may be a routing key: so short may one be."""
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+(?:[A-Z][a-z]+)*[0-9]{0,4}|[A-Z]+[0-9]{0,4}|[0-9]+")
"""Between - and _ of an id that somebody thought of: eu, PROD2, checkoutService, 2026."""

_DATE: Final = re.compile(
    r"(?:(?:0?[1-9]|[12][0-9]|3[01])([.-])(?:0?[1-9]|1[0-2])\1(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}\.(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12][0-9]|3[01]))"
    r"(?:[ T]+[0-9]{1,2}[:.][0-9]{2})?"
)
"""25.12.2026, as people write days who do not write 2026-12-25; alone, with a time at most."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Never repeats an address or a routing key: what it says may end in the log of a build."""

    line: int
    """Counted from 1; 0 where the file could not be read at all."""
    path: str
    text: str
    fix: str
    level: Level = "error"
    file: str = ""
    """As it was named; "" where the bytes came from no file."""

    def __str__(self) -> str:
        said = f"{self.text}; {self.fix}" if self.fix else self.text
        return f"{self.path}: {said}" if self.path else said


class Finding(NamedTuple):
    """A problem of what is described, whose place in the files the tree knows (`Tree.problem`)."""

    path: Path
    text: str
    fix: str
    level: Level = "error"


def shown(text: str) -> str:
    """A word of the file, fit for a terminal and a log: no addresses or keys, no control characters, not endless."""
    dateless = re.sub(r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b", "", text)  # a day has as many digits as a short number
    dateless = "" if _DATE.fullmatch(text.strip()) else dateless
    if re.search(r"@|://|(?:[0-9][\s().-]*){7}", dateless) or _like_key(text):
        return "…"
    cut = text if len(text) <= SHOWN_CHARS_MAX else f"{text[:SHOWN_CHARS_MAX]}…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cut)


def _like_key(text: str) -> bool:
    """Whether a routing key may stand in it: what nobody can guess does not look like words."""
    runs = re.findall(rf"[A-Za-z0-9_-]{{{KEY_CHARS_MIN},}}", text)
    return any(sum(map(len, _no_words(run))) >= KEY_CHARS_MIN for run in runs)


def _no_words(run: str) -> list[str]:
    return [part for part in re.split("[_-]+", run) if not _WORDS.fullmatch(part)]


def spelled(path: Path) -> str:
    """`policies.checkout.tiers[0].wait`, as yq and jq write it."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def nearest(word: str, right: Iterable[str]) -> str | None:
    by_folded = {candidate.casefold(): candidate for candidate in right}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def listed(words: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} {joint} {last}" if head else last


def masked(address: str) -> str:
    """Enough to know which one it is, not enough to write to it."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{address[-2:]}"
