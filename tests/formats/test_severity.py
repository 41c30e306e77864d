import pytest

from callout.domain.alert import Severity
from callout.formats.severity import severity_of


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("critical page EMERGENCY Disaster fatal P1 sev1", Severity.CRITICAL),
        ("error major high P2", Severity.ERROR),
        ("warning warn minor Average P3", Severity.WARNING),
        ("info none P4 P5", Severity.INFO),
        ("purple 42 critical!", Severity.ERROR),
    ],
)
def test_many_words_mean_four_things(words: str, severity: Severity) -> None:
    assert {severity_of(word) for word in words.split()} == {severity}


def test_no_word_is_an_error() -> None:
    assert severity_of("") is Severity.ERROR
