"""The data the format tests share: captured requests, example bodies, and what every alert must be."""

import json
from pathlib import Path

from callout.domain.alert import KEY_CHARS_MAX, TITLE_CHARS_MAX, Action, Alert
from callout.formats import Delivery
from callout.formats.reading import DETAILS_CHARS_MAX, DETAILS_MAX, LINKS_MAX
from callout.formats.registry import FORMATS

CAPTURES = Path(__file__).parent.parent / "captures"
EXAMPLES = Path(__file__).parent / "examples"
CAPTURED_FOR = {"webhook": "alertmanager", "pagerduty_v2": "pagerduty"}
NEW_KEY = "made-by-the-house"


def deliver(body: object) -> Delivery:
    """A delivery of raw bytes, raw text, or anything else as JSON."""
    if isinstance(body, bytes):
        return Delivery(body, new_key=lambda: NEW_KEY)
    text = body if isinstance(body, str) else json.dumps(body)
    return Delivery(text.encode(), new_key=lambda: NEW_KEY)


def example(format_name: str, name: str) -> dict[str, object]:
    body: dict[str, object] = json.loads((EXAMPLES / format_name / f"{name}.json").read_text(encoding="utf-8"))
    return body


def captured(folder: str, scenario: str) -> dict[str, object]:
    """The body of a request as a running Alertmanager sent it."""
    request = json.loads((CAPTURES / folder / f"{scenario}.json").read_text(encoding="utf-8"))
    body: dict[str, object] = json.loads(request["body"])
    return body


def read(format_name: str, body: object) -> Alert:
    (alert,) = FORMATS[format_name].alerts(deliver(body))
    return alert


def assert_sound(alert: Alert) -> None:
    """What every alert must be, whatever was sent: storable, bounded, and safe to make links of."""
    assert alert.key.strip()
    assert len(alert.key) <= KEY_CHARS_MAX
    assert len(alert.title) <= TITLE_CHARS_MAX
    assert alert.title or alert.action is not Action.TRIGGER
    assert "\n" not in alert.title
    # One more says how many are left out; what was wrong with an alert that was half read stands before them all.
    read = {name: text for name, text in alert.details.items() if not (alert.unparsed and name == "problems")}
    assert len(read) <= DETAILS_MAX + 1
    assert sum(len(name) + len(text) for name, text in read.items()) <= DETAILS_CHARS_MAX + 200
    assert len(alert.details.get("problems", "")) <= DETAILS_CHARS_MAX
    assert len(alert.members) == len(set(alert.members))
    assert len(alert.links) <= LINKS_MAX
    assert all(link.href.lower().startswith(("http://", "https://")) for link in alert.links)
    assert alert.runbook == "" or alert.runbook.lower().startswith(("http://", "https://"))
    assert alert.started_at is None or alert.started_at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    for text in _texts(alert):
        text.encode("utf-8")  # no lone surrogate
        assert not set(text) & set("\0\x1b\x7f\u202e\u2066\ufeff")


def _texts(alert: Alert) -> list[str]:
    links = [text for link in alert.links for text in (link.href, link.text)]
    own = [alert.key, alert.sender, alert.title, alert.source, alert.runbook]
    return [*own, *links, *alert.members, *alert.details.keys(), *alert.details.values()]
