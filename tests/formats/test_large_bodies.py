"""However much one request brings, it is one page, and what is not read of it says so."""

import json

import pytest

from callout.domain.alert import Action
from callout.domain.errors import Malformed
from callout.formats.pagerduty import BODY_BYTES_MAX as PAGERDUTY_BYTES_MAX
from callout.formats.reading import BODY_BYTES_MAX
from callout.formats.registry import FORMATS
from callout.formats.unparsed import unparsed
from tests.formats.samples import assert_sound, deliver, read

WEBHOOKS = ("alertmanager", "generic")


def of_bytes(count: int) -> bytes:
    body = json.dumps({"title": "Disk full", "groupKey": "disk", "details": {"padding": ""}})
    return body.replace('""', '"' + "x" * (count - len(body)) + '"').encode()


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_body_of_exactly_the_limit_is_read(name: str) -> None:
    body = of_bytes(BODY_BYTES_MAX)
    assert len(body) == BODY_BYTES_MAX
    assert not read(name, body).unparsed


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_larger_body_is_not_read_and_pages_all_the_same(name: str) -> None:
    delivery = deliver(of_bytes(BODY_BYTES_MAX + 1))
    with pytest.raises(Malformed, match="it has 3,000,001 bytes, and the limit is 3,000,000") as refused:
        FORMATS[name].alerts(delivery)
    alert = unparsed(delivery, refused.value.problems, name)
    assert_sound(alert)
    assert alert.action is Action.TRIGGER
    assert "the limit is 3,000,000" in alert.title
    answer = FORMATS[name].accepted([alert])
    assert answer.status == 202
    assert "the limit is 3,000,000" in str(answer.body["problems"])


def test_nothing_of_a_larger_body_is_parsed() -> None:
    with pytest.raises(Malformed, match="too large"):  # and not "not JSON"
        FORMATS["generic"].alerts(deliver(b"{" * (BODY_BYTES_MAX + 1)))


def test_an_event_larger_than_pagerduty_takes_is_refused_by_its_size() -> None:
    with pytest.raises(Malformed, match="maximum is 512 KB"):
        FORMATS["pagerduty"].routing_key(deliver(b"{" * (PAGERDUTY_BYTES_MAX + 1)))


def test_a_hundred_thousand_alerts_are_one_page_that_counts_them() -> None:
    alerts = [{"labels": {"a": str(number)}} for number in range(100_000)]
    alert = read("alertmanager", {"groupKey": "storm", "status": "firing", "alerts": alerts})
    assert_sound(alert)
    assert "(100000 alerts)" in alert.title
    assert alert.details["not listed"] == "98000 more alerts, cut off the list"
    assert len(alert.members) <= 1_100
