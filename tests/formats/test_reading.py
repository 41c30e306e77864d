from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain.errors import Malformed
from callout.formats.reading import DETAILS_MAX, details, flatten, links, moment, parse, read_object, web_address

YEAR = 366 * 24 * 3600


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "two\nlines"}', {"a": "two\nlines"}),
        (b'{"a": "caf\xe9"}', {"a": "caf\ufffd"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": NaN, "b": -Infinity}', {"a": "NaN", "b": "-Infinity"}),
        (b'{"a": ' + b"9" * 5_000 + b"}", {"a": "9" * 5_000}),
    ],
)
def test_what_is_nearly_json_is_read(body: bytes, value: object) -> None:
    assert parse(body) == value


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b" \n", "the body is empty"),
        (b"{'a': 1}", "the body is not JSON: Expecting property name"),
        (b'{"a":' * 200_000, "the body is nested too deeply"),
        (b'["a"]', "the body must be a JSON object; it is a list"),
        (b"true", "the body must be a JSON object; it is true or false"),
    ],
)
def test_what_is_no_object_is_named(body: bytes, problem: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_object(body)
    assert refused.value.unreadable
    assert refused.value.problems[0].startswith(problem)


@given(st.integers(0, 4_000_000_000), st.integers(0, 999_999_999), st.integers(-14 * 60, 14 * 60))
def test_a_moment_is_the_same_in_every_zone(seconds: int, nanoseconds: int, minutes: int) -> None:
    exact = datetime.fromtimestamp(YEAR + seconds, UTC) + timedelta(microseconds=nanoseconds // 1000)
    there = exact.astimezone(timezone(timedelta(minutes=minutes)))
    assert moment(there.isoformat()) == exact
    assert moment(f"{exact:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z") == exact


@given(st.integers(100_000_000, 4_000_000_000))
def test_seconds_and_milliseconds_since_1970(seconds: int) -> None:
    assert moment(seconds) == moment(str(seconds)) == moment(seconds * 1000) == datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("value", [None, "", "noon", "0001-01-01T00:00:00Z", 0, True, [], "9" * 300, "9" * 30, 1e300])
def test_what_is_no_moment(value: object) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(
    "value",
    [
        *("javascript:alert(1)", " java\nscript:x", "data:text/html,x", "ftp://example.com", "", None, 7),
        *("//example.com", "https://", "https://[", "https://example.com/a b", "https://example.com/\nx"),
        "https://example.com/" + "x" * 2_000,
    ],
)
def test_what_is_no_web_address(value: object) -> None:
    assert web_address(value) == ""


def test_a_link_stands_once() -> None:
    assert (
        len(links([("https://example.com", "a"), (" https://example.com ", "b"), ("HTTPS://example.com/c", "")])) == 2
    )


def test_nested_details_become_names() -> None:
    nested = {"a": {"b": [1, {"c": True}]}, "d": None, "e": {}}
    assert list(flatten("", nested)) == [("a.b.1", "1"), ("a.b.2.c", "true"), ("d", "")]
    assert list(flatten("x", {"a": {"b": {"c": {"d": {"e": 1}}}}})) == [("x.a.b.c.d", "…")]


def test_details_that_do_not_fit_are_counted() -> None:
    many = details((f"n{each}", "x") for each in range(100))
    assert len(many) == DETAILS_MAX + 1
    assert many["…"] == "and 40 more"
    large = details((f"n{each}", "x" * 3_000) for each in range(10))
    assert [len(text) for text in large.values()][:4] == [2_000, 2_000, 2_000, 1_994]
    assert large["…"] == "and 6 more"
