"""Text from outside, made fit to be shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.domain.text import clean, cut, href


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\r\nb\tc\x00d", "a b cd"),
        ("  a   b  ", "a b"),
        ("safe\u202eexe.fdp", "safeexe.fdp"),
        ("\u2066in\u2069 \u200eside\u200f", "in side"),
        ("z\u200be\u200cr\u200do\ufeff", "zero"),
        ("soft\u00adhyphen", "softhyphen"),
        ("line\u2028para\u2029end\x85x", "line para end x"),
        ("no\u00a0break", "no break"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("lone\ud800", "lone"),
        ("heart\u2764\ufe0f", "heart\u2764"),
        ("hidden\u3164\u2800x", "hiddenx"),
        ("مرحبا", "مرحبا"),
        ("<b>&", "<b>&"),
        ("", ""),
    ],
)
def test_clean(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@given(st.text())
def test_what_is_clean_is_one_visible_line_and_stays_so(raw: str) -> None:
    shown = clean(raw)
    assert not any(unicodedata.category(char).startswith("C") for char in shown)
    assert len(shown.splitlines()) <= 1
    assert clean(shown) == shown


@pytest.mark.parametrize(
    ("text", "room", "left"),
    [
        ("short", 5, "short"),
        ("one two three", 10, "one two…"),
        ("one two three", 8, "one two…"),
        ("one, two three", 5, "one…"),
        ("abcdefghij", 5, "abcd…"),
        ("a bcdefghijkl", 8, "a bcdef…"),
        ("anything", 1, ""),
        ("anything", -3, ""),
        ("Zoe\u0308q and more", 4, "Zo…"),
    ],
)
def test_cut(text: str, room: int, left: str) -> None:
    assert cut(text, room) == left


@given(st.text(), st.integers(0, 50))
def test_a_cut_text_always_fits(text: str, room: int) -> None:
    assert len(cut(text, room)) <= room


def test_cut_measures_as_it_is_told() -> None:
    def wide(text: str) -> int:
        return 2 * len(text)

    assert cut("one two three", 16, wide, "...") == "one..."


@pytest.mark.parametrize(
    "address",
    ["https://wiki.example.com/run?a=1&b=2#c", "http://10.0.0.1:3000/x", "HTTPS://EXAMPLE.com", "http://[::1]/"],
)
def test_addresses_of_the_web_may_be_links(address: str) -> None:
    assert href(address, "http", "https") == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript://x/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example.com",
        "/relative",
        "https:evil.example.com",
        "https:///path",
        "http:\\\\evil.example.com",
        "https://a b",
        "https://a\nb.example.com",
        "java\tscript:alert(1)",
        "https://exam\u202eple.com",
        "http://[broken",
        "tel:+12025550123",
        "file:///etc/passwd",
        "",
    ],
)
def test_everything_else_is_only_text(address: str) -> None:
    assert href(address, "http", "https") == ""


def test_a_telephone_number_may_be_one_where_that_is_meant() -> None:
    assert href("tel:+12025550123", "https", "tel") == "tel:+12025550123"
    assert href("tel:", "https", "tel") == ""
