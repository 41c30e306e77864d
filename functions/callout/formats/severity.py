"""The many words for how bad it is."""

from callout.domain.alert import Severity

_WORDS = {
    Severity.CRITICAL: "critical crit page emergency emerg disaster fatal panic blocker p0 p1 sev0 sev1",
    Severity.ERROR: "error err major high p2 sev2",
    Severity.WARNING: "warning warn minor average medium p3 sev3",
    Severity.INFO: "info information informational notice low debug none ok p4 p5 sev4 sev5",
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words.split()}


def severity_of(word: str) -> Severity:
    """An unknown word is an error: too loud rather than too quiet."""
    return _SEVERITIES.get(word.strip().casefold(), Severity.ERROR)
