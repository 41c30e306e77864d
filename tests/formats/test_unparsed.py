from callout.domain.alert import Action, Severity
from callout.formats.unparsed import unparsed
from tests.formats.samples import assert_sound, deliver


def test_an_unread_request_pages_with_what_could_be_read_of_it() -> None:
    alert = unparsed(deliver(b"caf\xe9 <b>is on fire\0"), ["the body is not JSON"], "alertmanager")
    assert alert.title == "Unreadable alert from alertmanager webhook: the body is not JSON"
    assert alert.details == {"problems": "the body is not JSON", "body": "caf\ufffd <b>is on fire"}
    assert (alert.action, alert.severity, alert.unparsed) == (Action.TRIGGER, Severity.ERROR, True)


def test_one_page_for_each_format_however_it_is_unreadable() -> None:
    one, other = unparsed(deliver("a"), ["x"], "generic"), unparsed(deliver("b"), ["y"], "generic")
    assert one.key == other.key != unparsed(deliver("a"), ["x"], "alertmanager").key


def test_a_huge_unreadable_body_makes_a_small_alert() -> None:
    alert = unparsed(deliver(b"\xf0\x9f\x94\xa5" * 200_000), ["problem " * 500] * 300, "generic")
    assert_sound(alert)
    assert len(alert.details["body"]) == 2_000
