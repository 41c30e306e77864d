"""What problems and pages are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain import identity


@given(st.text(), st.text())
def test_a_problem_id_is_15_plain_characters_and_reads_back(service: str, key: str) -> None:
    problem = identity.problem_id(service, key)
    assert len(problem) == 15
    assert problem.isascii()
    assert problem.islower() or problem.isdigit()
    assert identity.to_problem(identity.from_problem(problem)) == problem


def test_it_is_made_of_both_and_of_where_one_ends() -> None:
    ids = {identity.problem_id(*pair) for pair in [("a", "bc"), ("ab", "c"), ("a", "bd"), ("b", "bc")]}
    assert len(ids) == 4


def test_a_key_that_is_no_valid_unicode_has_an_id_too() -> None:
    assert len(identity.problem_id("checkout", "\ud800")) == 15


@given(st.binary(min_size=9, max_size=9), st.integers(1, identity.NUMBER_MAX))
def test_a_page_id_splits_into_what_it_was_made_of(raw: bytes, number: int) -> None:
    problem = identity.to_problem(raw)
    assert identity.split(identity.page_id(problem, number)) == (problem, number)


GOOD = identity.problem_id("checkout", "latency")


@pytest.mark.parametrize(
    "text",
    ["", GOOD, f"{GOOD}-0", f"{GOOD}-01", f"{GOOD}-16777216", f"{GOOD}--1", f"{GOOD.upper()}-1", f"{GOOD[:-1]}-1",
     f"{GOOD}-1\n", f"{GOOD}-١", "aaaaaaaaaaaaaab-1", "0" * 15 + "-1"],
)  # fmt: skip
def test_nothing_else_is_a_page_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"id|Incorrect|Non-base32|Excess"):
        identity.split(text)
