"""The YAML parser's complaints in plain words, with the line where the mistake is rather than where it came out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.error import MarkedYAMLError

from infra.cli.description.problem import Problem


@dataclass(frozen=True, slots=True)
class _Sentence:
    said: str
    """Part of what the parser says."""
    text: str
    fix: str
    at_start: bool = False
    """The mistake is where the construct began, not where the parser gave up."""


_LINE_UP = "line it up with the ones it belongs to; an unclosed quote or bracket above looks like this too"
_SENTENCES = (
    _Sentence("character '\\t'", "there is a tab", "use spaces: YAML does not allow tabs here"),
    _Sentence(
        "cannot start any token", "a value begins with a character that YAML keeps for itself", "put it in quotes"
    ),
    _Sentence("unexpected end of stream", "this quote is never closed", "add the closing quote", True),
    _Sentence("unexpected document separator", "this quote is never closed", "add the closing quote", True),
    _Sentence("unknown escape character", "a backslash begins an escape in double quotes", "use single quotes"),
    _Sentence(
        "expected ',' or ']'", "this [ is not closed, or a comma is missing after it", "add the ] or the comma", True
    ),
    _Sentence(
        "expected ',' or '}'", "this { is not closed, or a comma is missing after it", "add the } or the comma", True
    ),
    _Sentence("found '<stream end>'", "a bracket is never closed", "add the closing ] or }", True),
    _Sentence(
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "check the indentation, or put text that holds a colon in quotes",
    ),
    _Sentence("sequence entries are not", "a list begins in the middle of a line", "put the dash on its own line"),
    _Sentence("could not find expected ':'", "a key has no colon", "write key: value", True),
    _Sentence("found another document", "a second document begins here", "keep one document in a file, without ---"),
    _Sentence(
        "undefined alias", "this alias (*) has no anchor (&) above it", "write the value out, or put it in quotes"
    ),
    _Sentence("expected <block end>", "this line does not fit the ones above it", _LINE_UP),
    _Sentence(
        "expected alphabetic or numeric",
        "a value begins with * or &, which mean alias and anchor",
        "put it in quotes",
        True,
    ),
)


LineOf = Callable[[Any], int]
"""Of a parser's mark."""


def in_words(error: MarkedYAMLError, line_of: LineOf) -> Problem:
    problem = error.problem or ""
    for sentence in _SENTENCES:
        if sentence.said in problem:
            return Problem(_line(error, sentence.at_start, line_of), "", sentence.text, sentence.fix)
    return Problem(_line(error, False, line_of), "", "this is not YAML", _LINE_UP)


def _line(error: MarkedYAMLError, at_start: bool, line_of: LineOf) -> int:
    marks = (error.context_mark, error.problem_mark) if at_start else (error.problem_mark, error.context_mark)
    return next((line_of(mark) for mark in marks if mark is not None), 1)
