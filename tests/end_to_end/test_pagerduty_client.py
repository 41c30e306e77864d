"""PagerDuty's own Python client, as it is installed: it insists on https, and is only told where to go.

Its HTTP library trusts whatever SSL_CERT_FILE names; the client itself is given nothing but key and address.
"""

from collections.abc import Iterator

import pytest
from end_to_end.conftest import CALM
from end_to_end.desk import Desk
from end_to_end.running import Running
from pagerduty import EventsApiV2Client, HttpError

from callout.domain.page import State


@pytest.fixture(scope="module")
def secure() -> Iterator[Running]:
    with Running("--tls") as running:
        yield running


@pytest.fixture
def desk(secure: Running) -> Desk:
    return Desk(secure, CALM)


@pytest.fixture
def client(secure: Running, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventsApiV2Client]:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.ca))
    with EventsApiV2Client(desk.key, base_url=secure.url) as client:
        yield client


def test_it_triggers_acknowledges_and_resolves(client: EventsApiV2Client, desk: Desk) -> None:
    key = client.trigger("Disk full", "db-1", severity="critical", custom_details={"free": "0.5 %"})
    page = desk.notified(key)
    assert (page.state, page.title, page.source, page.severity) == (State.TRIGGERED, "Disk full", "db-1", "critical")
    assert page.details["free"] == "0.5 %"
    assert len(desk.messages("sms")) == 1
    assert client.acknowledge(key) == key
    assert desk.page(key).state is State.ACKNOWLEDGED
    assert client.resolve(key) == key
    assert (desk.page(key).id, desk.page(key).state) == (page.id, State.RESOLVED)


def test_it_triggers_again_under_the_key_that_it_was_given(client: EventsApiV2Client, desk: Desk) -> None:
    key = client.trigger("Disk full", "db-1")
    assert client.trigger("Disk full", "db-1", dedup_key=key) == key
    assert desk.page(key).alerts == 2


def test_it_tells_that_a_key_is_wrong(secure: Running, client: EventsApiV2Client) -> None:
    with EventsApiV2Client("0" * 32, base_url=secure.url) as stranger, pytest.raises(HttpError, match="400"):
        stranger.trigger("Disk full", "db-1")
