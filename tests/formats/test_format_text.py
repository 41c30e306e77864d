import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.formats.text import clean, cut, key, line, short_hash


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\0b\x1b[31mc\x7f", "ab[31mc"),
        ("\ud83d", "\ufffd"),
        ("gnp.\u202eexe.pay", "gnp.exe.pay"),
        ("\u05d0\u200f\u05d1 👩\u200d🚒", "\u05d0\u200f\u05d1 👩\u200d🚒"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd\te"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_only_what_can_do_harm_is_taken_out(sent: str, kept: str) -> None:
    assert clean(sent) == kept


@given(st.text())
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(), st.integers(1, 40))
def test_what_is_cut_says_so(text: str, chars_max: int) -> None:
    short = cut(text, chars_max)
    assert len(short) <= chars_max
    assert short == text or short.endswith("…")


def test_a_line_is_one_line() -> None:
    assert line("  two\n lines\t\u2028x ") == "two lines x"


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_a_hash_tells_texts_apart(left: list[str], right: list[str]) -> None:
    cleaned = [[clean(text) for text in texts] for texts in (left, right)]
    same = "\x1f".join(cleaned[0]) == "\x1f".join(cleaned[1])
    assert (short_hash(*left) == short_hash(*right)) is same


def test_a_key_is_kept_to_the_letter_or_by_its_hash() -> None:
    assert key(" a  b ", 10) == " a  b "
    assert key("\0 ", 10) == ""
    assert key("x" * 11, 10) == key("x" * 11, 10) != key("x" * 12, 10)
