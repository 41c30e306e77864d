import pytest

from callout.domain.alert import Action, Alert, Link, Severity
from callout.domain.errors import Malformed
from callout.formats import generic
from callout.formats.generic import FIELDS, Generic
from callout.formats.unparsed import unparsed
from tests.formats.samples import deliver, example, read


def alert_of(**body: object) -> Alert:
    return read("generic", {"title": "Backup failed", **body})


def problems(body: object) -> tuple[str, ...]:
    """What is wrong with a body, whether it still named its problem and pages half read, or not."""
    try:
        (alert,) = Generic().alerts(deliver(body))
    except Malformed as refused:
        return refused.problems
    assert alert.unparsed
    return tuple(alert.details["problems"].splitlines())


def test_everything_a_sender_can_say() -> None:
    alert = read("generic", example("generic", "trigger-all-fields"))
    assert (alert.action, alert.key, alert.severity) == (Action.TRIGGER, "backup-db-1", Severity.WARNING)
    assert (alert.title, alert.source) == ("Nightly backup of db-1 failed", "db-1.example.com")
    assert alert.details == {
        "exit status": "2",
        "last good.at": "2026-11-20T02:00:00Z",
        "last good.size": "41 GB",
        "volumes.1": "/var",
        "volumes.2": "/srv",
        "team": "storage",
    }
    assert alert.links == (Link("https://ci.example.com/backup/17", "log"),)
    assert alert.runbook == "https://runbooks.example.com/backup"
    assert alert.started_at is not None
    assert alert.started_at.isoformat() == "2026-11-21T02:00:03+00:00"


def test_a_title_is_enough() -> None:
    alert = alert_of()
    assert (alert.action, alert.severity, alert.title) == (Action.TRIGGER, Severity.ERROR, "Backup failed")


def test_without_a_key_the_same_title_and_source_are_one_page() -> None:
    assert alert_of(source="db-1").key == alert_of(source="db-1", severity="info", details={"n": 2}).key
    assert alert_of(source="db-1").key == alert_of(source="db-1", action="resolve").key
    assert alert_of(source="db-1").key != alert_of(source="db-2").key
    assert alert_of(title="a", source="bc").key != alert_of(title="ab", source="c").key


def test_words_may_be_written_large() -> None:
    alert = alert_of(severity="CRITICAL", action="Trigger")
    assert (alert.severity, alert.action) == (Severity.CRITICAL, Action.TRIGGER)


def test_a_slip_elsewhere_does_not_keep_a_page_open() -> None:
    alert = read("generic", {"action": "resolve", "key": "backup-db-1", "severity": "fine", "links": 7})
    assert (alert.action, alert.key) == (Action.RESOLVE, "backup-db-1")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "'title' is missing: it says what is wrong"),
        ({"title": " \n"}, "'title' is missing: it says what is wrong"),
        ({"titel": "x"}, "'title' is missing: it says what is wrong (did you mean it by 'titel'?)"),
        ({"action": "resolve"}, "'key' is missing: it names what to resolve"),
        (
            {"title": "x", "severity": "warnin"},
            "'severity' must be one of 'info', 'warning', 'error', 'critical'; "
            "it is 'warnin' (did you mean 'warning'?)",
        ),
        (
            {"title": "x", "action": "close"},
            "'action' must be one of 'trigger', 'acknowledge', 'resolve'; it is 'close'",
        ),
        ({"title": "x", "key": 7}, "'key' must be a text; it is a number"),
        ({"title": "x", "source": {}}, "'source' must be a text; it is an object"),
        ({"title": "x", "details": "y"}, "'details' must be an object of names and texts; it is a text"),
        ({"title": "x", "links": {}}, "'links' must be a list of objects with 'href' and 'text'; it is an object"),
        ({"title": "x", "links": [{}]}, "'links', number 1: 'href' is missing"),
        (
            {"title": "x", "links": [{"href": "https://example.com"}, {"href": "javascript:alert(1)"}]},
            "'links', number 2: 'href' must be an address that begins with https:// or http://",
        ),
        ({"title": "x", "runbook": "wiki"}, "'runbook' must be an address that begins with https:// or http://"),
        ({"title": "x", "started_at": "noon"}, "'started_at' must be a time such as '2026-11-21T20:24:40Z'"),
    ],
)
def test_a_problem_names_the_field_and_the_fix(body: object, problem: str) -> None:
    assert problems(body) == (problem,)


def test_all_problems_are_told_at_once_and_fit_the_answer() -> None:
    body = example("generic", "malformed-everything")
    found = problems(body)
    assert len(found) == 12
    answer = Generic().accepted([unparsed(deliver(body), found, "generic")])
    assert answer.body == {
        "status": "accepted",
        "keys": ["unparsed:generic"],
        "unparsed": True,
        "problems": list(found),
    }


def test_the_documentation_lists_every_field() -> None:
    rows = [line.split("|") for line in (generic.__doc__ or "").splitlines() if line.startswith("| `")]
    assert sorted(row[1].strip(" `") for row in rows) == sorted(FIELDS)


def test_what_names_its_problem_pages_under_its_own_key_though_a_field_is_wrong() -> None:
    (alert,) = Generic().alerts(deliver({"title": "DATABASE DOWN", "key": "db", "severity": "sev2", "source": "db-1"}))
    assert (alert.key, alert.title, alert.source, alert.unparsed) == ("db", "DATABASE DOWN", "db-1", True)
    answer = Generic().accepted([alert]).body
    assert answer["unparsed"] is True
    assert "severity" in str(answer["problems"])


def test_a_key_alone_names_its_problem() -> None:
    (alert,) = Generic().alerts(deliver({"key": "db", "titel": "DATABASE DOWN"}))
    assert (alert.key, alert.title) == ("db", "db")
    assert alert.details["titel"] == "DATABASE DOWN"
