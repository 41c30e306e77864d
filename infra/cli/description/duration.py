"""Spans of time as people write them in the on-call file: 10s, 5m, 1h30m, 7d."""

import re

UNIT_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = re.compile("".join(rf"(?:(\d{{1,9}}){unit})?" for unit in UNIT_SECONDS), re.ASCII)
_WORDS = re.compile(r"(?<=\d)(days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![a-z])")


def seconds(text: str) -> int | None:
    """None where the text is not a duration: each unit at most once, the largest first, no spaces."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not text:
        return None
    return sum(int(count) * size for count, size in zip(found.groups(), UNIT_SECONDS.values(), strict=True) if count)


def written(span: int) -> str:
    """The shortest way to write a whole number of seconds."""
    text = ""
    for unit, size in UNIT_SECONDS.items():
        count, span = divmod(span, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def meant(text: str) -> str | None:
    """What somebody probably meant who wrote `5 min` or `1 H 30 M`."""
    tight = re.sub(r"[\s,]+|and", "", text.lower())
    guess = _WORDS.sub(lambda word: word[0][0], tight)
    return guess if seconds(guess) is not None else None
