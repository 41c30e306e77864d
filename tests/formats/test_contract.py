"""What every registered format promises. A new format passes by being registered and bringing examples, nothing else.

An example's name begins with what becomes of it: trigger, acknowledge, resolve or malformed.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from callout.domain.alert import Action, Alert
from callout.domain.errors import Malformed
from callout.formats import Answer, Format
from callout.formats.registry import FORMATS
from callout.formats.unparsed import unparsed
from tests.formats.samples import EXAMPLES, assert_sound, deliver

FOLDERS = sorted(EXAMPLES.iterdir())
FILES = [file for folder in FOLDERS for file in sorted(folder.iterdir())]
each_format = pytest.mark.parametrize("it", FORMATS.values(), ids=lambda it: it.name)


def becomes(file: Path) -> str:
    return file.stem.split("-")[0]


def test_every_format_brings_examples_and_every_folder_of_examples_has_its_format() -> None:
    assert [folder.name for folder in FOLDERS] == sorted(FORMATS)
    for folder in FOLDERS:
        assert {"trigger", "resolve", "malformed"} <= {becomes(file) for file in folder.iterdir()}, folder.name


def test_a_format_is_registered_under_the_name_that_stands_in_its_address() -> None:
    assert all(name == it.name and re.fullmatch(r"[a-z0-9-]+", name) for name, it in FORMATS.items())


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_an_example_becomes_what_its_name_says(file: Path) -> None:
    it, delivery = FORMATS[file.parent.name], deliver(file.read_bytes())
    if becomes(file) == "malformed":
        with pytest.raises(Malformed) as refused:
            it.alerts(delivery)
        assert all(refused.value.problems)
        assert_refused_for_good(it.malformed(refused.value.problems, refused.value.unreadable))
        return
    alerts = it.alerts(delivery)
    assert [alert.action for alert in alerts] == [Action(becomes(file))]
    assert_accepted(it, alerts)


@each_format
def test_what_cannot_be_taken_apart_is_malformed_and_pages_all_the_same(it: Format) -> None:
    for body in (b"", b"\xff\xfe\x00", b"[" * 10_000 + b"]" * 10_000, b'"text"', b"17", b"null", b"NaN"):
        with pytest.raises(Malformed) as refused:
            it.alerts(deliver(body))
        assert refused.value.unreadable
        alert = unparsed(deliver(body), refused.value.problems, it.name)
        assert_sound(alert)
        assert alert.unparsed


@each_format
def test_an_unread_alert_is_accepted_with_what_was_wrong_with_it(it: Format) -> None:
    alert = unparsed(deliver("{"), ["the body is not JSON", "and more"], it.name)
    assert_accepted(it, [alert])
    body = it.accepted([alert]).body
    assert body.get("problems", ["the body is not JSON", "and more"]) == ["the body is not JSON", "and more"]


@each_format
def test_an_unknown_key_is_not_tried_again_and_a_fault_of_ours_is(it: Format) -> None:
    assert_refused_for_good(it.unknown_key())
    # 503 is what all known senders repeat; a 429 makes Alertmanager's webhook give the alert up.
    assert it.try_again().status == 503
    json.dumps(it.try_again().body)


def assert_accepted(it: Format, alerts: Sequence[Alert]) -> None:
    for alert in alerts:
        assert_sound(alert)
    answer = it.accepted(alerts)
    # Zabbix insists on 202; everybody takes it.
    assert answer.status == 202
    assert alerts[0].key in json.dumps(answer.body, ensure_ascii=False).replace('\\"', '"')


def assert_refused_for_good(answer: Answer) -> None:
    assert 400 <= answer.status < 500
    assert answer.status not in (408, 425, 429)
    json.dumps(answer.body)
