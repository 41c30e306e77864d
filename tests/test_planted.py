"""The check for secrets in what is printed can fail."""

import logging

import planted
import pytest
from end_to_end.running import Running

from callout.journal import Journal

TOKEN = "A" * 35


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"to":"+12025550101"}', "a phone number"),
        ("sent to +447700900123", "a phone number"),
        ("ada@example.com is gone", "a mail address"),
        (f"GET /a/{TOKEN} failed", "an answer link"),
        ("POST /webhooks/generic/0123456789abcdef", "a routing key"),
        ("probe." + "B" * 28, "a probe's key"),
        ("/calendar/nights." + "C" * 24, "a calendar feed's address"),
        ("https://calendar.example.com/x", "a calendar's address"),
    ],
)
def test_each_kind_is_told_by_its_shape(text: str, kind: str) -> None:
    assert kind in planted.leaks(text)


@pytest.mark.parametrize("text", ["page 0123abcd-1", "ada was told by sms", "https://runbooks.example.com/x", "+1"])
def test_what_a_log_may_say_is_no_leak(text: str) -> None:
    assert planted.leaks(text) == []


def test_a_planted_value_is_found_whatever_its_shape() -> None:
    line = {"function": "Step", "text": '{"error":"no h3artbeat"}'}
    assert planted.in_lines([line], {"h3artbeat"}) == ['Step: a planted value in \'{"error":"no h3artbeat"}\'']
    assert planted.in_lines([line]) == []


def test_the_outbox_says_what_must_not_be_printed() -> None:
    assert planted.of_outbox([{"to": "x", "text": f"see https://y/a/{TOKEN} to answer"}]) == {"x", TOKEN}


@pytest.mark.leaks
def test_what_the_journal_logs_is_listened_to() -> None:
    Journal().trouble("not sent", "page-1", error="no such number: +12025550101")
    assert planted.taken() == ["a phone number"]
    logging.getLogger().info("+12025550101")  # somebody else's
    assert planted.taken() == []


def test_a_line_of_the_journal_is_told_by_its_shape() -> None:
    assert planted.in_json_lines('{"level":"ERROR","error":"no such number: +12025550101"}') == ["a phone number"]


@pytest.mark.leaks
def test_metrics_are_looked_through(capsys: pytest.CaptureFixture[str]) -> None:
    Journal().count("Notices", channel="ada@example.com")
    assert planted.in_json_lines(capsys.readouterr().out) == ["a mail address"]


def test_what_is_printed_beside_the_journal_is_not_its() -> None:
    assert planted.in_json_lines('+12025550101\n{"to":"+12025550101"}') == []


LEAKING = """
from callout.journal import Journal
def test_that_leaks():
    Journal().note("sent", to="+12025550101")
def test_that_does_not():
    Journal().note("sent", to="ada")
"""


@pytest.mark.leaks
def test_a_test_that_leaks_fails(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> None:
    """With the hooks of this very house."""
    root = request.config.rootpath
    folders = [str(root / name) for name in ("", "tests", "functions")]
    ours = (root / "tests/conftest.py").read_text(encoding="utf-8").replace("pytest_plugins", "_")
    pytester.makeconftest(f"import sys\nsys.path[:0] = {folders}\n{ours}")
    pytester.makepyfile(LEAKING)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*gives away: a phone number*"])


@pytest.mark.long
def test_a_stack_that_has_printed_a_secret_is_not_closed_in_peace() -> None:
    stack = Running()
    payload = b'{"page": "no-such-page", "generation": 1}'
    stack.client("lambda").invoke(FunctionName=stack.name_of("Step"), Payload=payload)
    stack.planted.add("there is no such page")
    with pytest.raises(AssertionError, match="a planted value"):
        stack.__exit__()
