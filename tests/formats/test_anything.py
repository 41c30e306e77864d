"""Whatever is posted, a format either reads it or says Malformed, and what it reads is sound."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.domain.errors import Malformed
from callout.formats import Delivery
from callout.formats.registry import FORMATS
from callout.formats.unparsed import unparsed
from tests.formats.samples import CAPTURED_FOR, CAPTURES, EXAMPLES, assert_sound, captured, deliver

nasty = st.sampled_from(
    [
        "\0",
        "\ud800",
        "\u202eabc",
        "🔥" * 2_000,
        "<script>",
        "javascript:alert(1)",
        "9" * 400,
        "",
        " ",
        "a\r\nb",
        "https://[",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | nasty
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text() | nasty, inner), max_leaves=12
)

seeds: list[Any] = [
    captured(folder, file.stem)
    for folder in CAPTURED_FOR
    for file in sorted((CAPTURES / folder).iterdir())
    if file.stat().st_size < 8_000
] + [json.loads(file.read_text(encoding="utf-8")) for file in sorted(EXAMPLES.glob("*/*.json"))]


def attempt(delivery: Delivery) -> None:
    for it in FORMATS.values():
        try:
            it.routing_key(delivery)
            alerts = it.alerts(delivery)
        except Malformed as refused:
            alerts = [unparsed(delivery, refused.problems, it.name)]
            json.dumps(it.malformed(refused.problems, refused.unreadable).body).encode("ascii")
        for alert in alerts:
            assert_sound(alert)
        json.dumps(it.accepted(alerts).body).encode("ascii")


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [so_far] + [path for name, inner in children for path in paths(inner, (*so_far, name))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    attempt(deliver(body))


@given(json_values)
def test_any_json(value: object) -> None:
    attempt(deliver(json.dumps(value)))


@settings(max_examples=300)
@given(st.data())
def test_a_real_request_with_anything_in_any_place(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(seeds))
    for _ in range(data.draw(st.integers(1, 3))):
        body = put(body, data.draw(st.sampled_from(paths(body))), data.draw(json_values))
    attempt(deliver(json.dumps(body)))


@pytest.mark.parametrize("number", ["1e999999", "-1e999999", "9" * 100_000, "NaN", "-Infinity", "0." + "1" * 5_000])
@pytest.mark.parametrize(
    "field", ["title", "details", "started_at", "truncatedAlerts", "alerts", "dedup_key", "payload"]
)
def test_numbers_that_are_too_much(field: str, number: str) -> None:
    attempt(deliver(f'{{"title": "x", "groupKey": "x", "{field}": {number}}}'))


@pytest.mark.parametrize("depth", [100, 900, 10_000, 200_000])
def test_nesting_without_end(depth: int) -> None:
    attempt(deliver('{"title": "x", "groupKey": "x", "details": ' + "[" * depth + "]" * depth + "}"))


def test_a_large_body_makes_a_small_alert() -> None:
    alert = {
        "labels": {"alertname": "x" * 90_000, "instance": "y" * 90_000},
        "annotations": {"z" * 90_000: "z" * 90_000},
    }
    wide = {
        "title": "t" * 90_000,
        "groupKey": "g" * 90_000,
        "alerts": [alert] * 5,
        "details": {"d" * 9_000: "e" * 90_000},
    }
    attempt(deliver(wide))
    attempt(deliver({"title": "x", "groupKey": "x", "details": {str(each): each for each in range(20_000)}}))
