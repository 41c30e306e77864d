"""The alphabet of text messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.channels import gsm


def test_characters_of_the_extension_count_twice() -> None:
    assert gsm.septets("a@_é") == 4
    assert gsm.septets("[]{}|~^\\€") == 18


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“quoted” ‘text’ – dash — … ok", "\"quoted\" 'text' - dash - ... ok"),
        ("≥ 90 % → full", ">= 90 % -> full"),
        ("naïve Łódź, crème brûlée", "naive Lodz, crème brulée"),
        ("Größe Ångström ñandú Ç ç", "Größe Ångström ñandu Ç c"),
        ("fire 🔥 down ✅ 72 °C", "fire down 72 C"),
        ("`code` ｆｕｌｌ ﬁne ½ ² ™", "'code' full fine 1/2 2 TM"),
        ("Ελλάδα", "Ελλάδα"),
        ("Диск «заполнен» на 90%", 'Диск "заполнен" на 90%'),
        ("磁盘已满。", "磁盘已满。"),
        ("ディスク", "ディスク"),
        ("القرص ممتلئ", "القرص ممتلئ"),
        ("डिस्क 🔥 भर गई", "डिस्क भर गई"),
        ("🔥", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert gsm.fold(text) == folded


def test_one_of_another_script_does_not_bring_emoji_back() -> None:
    assert "🔥" not in gsm.fold("диск 🔥")


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_latin_text_always_fits_the_alphabet_but_for_letters_nobody_can_fold(text: str) -> None:
    folded = gsm.fold(text)
    assert all(gsm.is_gsm(char) or char.isalnum() or not char.isprintable() for char in folded) or not text.isascii()
    assert gsm.fold(folded) == folded


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_every_ascii_text_fits(text: str) -> None:
    assert gsm.is_gsm(gsm.fold(text))


def test_units_count_a_character_beyond_the_first_plane_twice() -> None:
    assert gsm.units("a🔥") == 3
