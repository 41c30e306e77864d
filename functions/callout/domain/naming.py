"""Whom somebody else's calendar means: by an address, or by a name in plain words."""

import re
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from callout.domain.oncall import Responder

Ids = tuple[str, ...]


class Names:
    """What the responders of a description are called: their addresses, names and ids."""

    def __init__(self, people: Mapping[str, Responder]) -> None:
        self._addresses = _index(
            (contact.address, person.id)
            for person in people.values()
            for contact in person.contacts
            if "@" in contact.address
        )
        self._called = _index((name, person.id) for person in people.values() for name in (person.id, person.name))
        self._words = self._called | self._addresses
        self._pattern = _whole_words(self._words)

    def by_address(self, address: str) -> Ids:
        """Whose mail address it is; those of all who share it."""
        return self._addresses.get(_folded(address), ())

    def called(self, name: str) -> Ids:
        """Who is called just so."""
        return self._called.get(_folded(name), ())

    def within(self, text: str) -> Ids:
        """Everybody who stands in a text by address, name or id, each a whole word, in their order there."""
        found = (self._words[match.group()] for match in self._pattern.finditer(_folded(text)))
        return tuple(dict.fromkeys(person for people in found for person in people))


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, Ids]:
    found: dict[str, Ids] = {}
    for name, person in pairs:
        if key := _folded(name):
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), person)))
    return found


def _whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Longer ones first: "Ada Byron" is not Ada. A word goes on over a dot, a hyphen and an @: ada@example.org is not
    Ada either."""
    longest_first = sorted(words, key=len, reverse=True)
    any_of = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?<!\w[.@-])(?:{any_of})(?!\w|[.@-]\w)")
