import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cli.description.duration import meant, seconds, written


@given(st.integers(min_value=0, max_value=10**12))
def test_whatever_is_written_reads_back(span: int) -> None:
    assert seconds(written(span)) == span


@given(st.text(alphabet="0123456789dhms .:-+١²", max_size=12))
def test_what_reads_has_every_unit_once_and_the_largest_first(text: str) -> None:
    units = [character for character in text if not ("0" <= character <= "9")]
    if seconds(text) is None:
        return
    assert units
    assert units == sorted(set(units), key="dhms".index)
    assert all(part.isdigit() for part in text.replace("d", " ").replace("h", " ").replace("m", " ")[:-1].split())


@pytest.mark.parametrize(
    ("text", "span"),
    [("10s", 10), ("5m", 300), ("1h", 3600), ("7d", 604_800), ("1h30m", 5400), ("1d2h3m4s", 93_784), ("90m", 5400)],
)
def test_durations(text: str, span: int) -> None:
    assert seconds(text) == span


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "5M", "30m1h", "5m5m", "-5m", "1.5h", "1:30", "٥m", "5m\n"])
def test_not_durations(text: str) -> None:
    assert seconds(text) is None


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("5 m", "5m"),
        ("5M", "5m"),
        ("5 min", "5m"),
        ("2 hours and 10 minutes", "2h10m"),
        ("90 sec", "90s"),
        ("1 day", "1d"),
    ],
)
def test_what_was_meant(text: str, guess: str) -> None:
    assert meant(text) == guess


@pytest.mark.parametrize("text", ["soon", "1:30", "5 years", "1.5h"])
def test_no_guess_where_nothing_is_plain(text: str) -> None:
    assert meant(text) is None
