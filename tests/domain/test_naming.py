"""Whom a calendar's words mean."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import ADA, GRACE

from callout.domain.naming import Names
from callout.domain.oncall import Contact, Responder

BYRON = replace(ADA, id="byron", name="Ada Byron", contacts=(Contact("email", "email", "byron@example.com"),))
SECOND = Responder("ada-2", "Ada Two")
NAMES = Names({each.id: each for each in (ADA, GRACE, BYRON, SECOND)})


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ada", ("ada",)),
        ("  on   CALL:\tada. ", ("ada",)),
        ("Ada Byron", ("byron",)),  # and not Ada as well
        ("Ada  BYRON, Ada", ("byron", "ada")),
        ("ada-2", ("ada-2",)),
        ("ada-3", ()),
        ("Grace/Ada", ("grace", "ada")),
        ("Ada's night", ("ada",)),
        ("Adalbert", ()),
        ("Canada", ()),
        ("byron@example.com", ("byron",)),
        ("ada@elsewhere.example", ()),
        ("lovelace.ada", ()),
        ("+12025550101", ()),
        ("", ()),
    ],
)
def test_who_stands_in_a_text(text: str, who: tuple[str, ...]) -> None:
    assert NAMES.within(text) == who


def test_an_address_is_its_owners_whatever_its_case() -> None:
    assert NAMES.by_address("ADA@example.com") == ("ada",)
    assert NAMES.by_address("+12025550101") == ()
    assert NAMES.by_address("") == ()


def test_an_address_or_a_name_that_two_share_means_both() -> None:
    team = Contact("email", "email", "team@example.com")
    names = Names({name: Responder(name, "Sam", (team,)) for name in ("sam-1", "sam-2")})
    assert names.by_address("team@example.com") == names.called("sam") == names.within("sam") == ("sam-1", "sam-2")


def test_a_name_counts_only_as_a_whole() -> None:
    assert NAMES.called("ada byron") == ("byron",)
    assert NAMES.called("Ada B") == ()


def test_where_nobody_is_described_nobody_is_meant() -> None:
    assert Names({}).within("Ada") == ()


@given(st.text(max_size=30), st.text(max_size=60))
def test_whatever_somebody_is_called_their_own_name_means_them(name: str, text: str) -> None:
    names = Names({"x": Responder("x", name)})
    assert names.called(name) == (("x",) if name.strip() else ())
    assert set(names.within(text)) <= {"x"}
