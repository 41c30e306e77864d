"""The parsers by themselves: bodies, tokens, calendars, the on-call file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import ical
from fuzz.target import Target
from people import ADA, BOSS, GRACE

import callout.calendars
from callout.calendars import window
from callout.domain import feed_address, synthetic, token
from callout.domain.errors import Malformed
from callout.domain.identity import problem_id
from callout.domain.token import Expired, Forged, LinkKind, SigningKey
from callout.store import shapes
from infra.cli.description.file import Loaded, parse
from tests.formats.samples import CAPTURES, EXAMPLES, deliver
from tests.formats.test_anything import attempt

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
PEOPLE = {each.id: each for each in (ADA, GRACE, BOSS)}
KEY = SigningKey(3, b"k" * token.SECRET_BYTES)
PAGE_ID = f"{problem_id('checkout', 'latency')}-1"
ISSUED = token.issue(KEY, PAGE_ID, "ada", LinkKind.SMS, NOW)
FEED = feed_address.issue(KEY, "nights")
PROBE = synthetic.issue(KEY, NOW)
CALENDAR_SECONDS = 2
"""What the house gives a calendar is 10; to wait for that too often would find nothing else."""


def bodies() -> Iterator[bytes]:
    for file in (*sorted(EXAMPLES.glob("*/*")), *sorted((CAPTURES / "webhook").iterdir())):
        yield file.read_bytes()


def read_bodies(data: bytes) -> None:
    attempt(deliver(data))


def read_tokens(data: bytes) -> None:
    """Nothing but what was issued is believed."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        assert token.verify(text, {KEY.id: KEY}, NOW).page_id
        assert text == ISSUED
    except (Forged, Expired):
        assert text != ISSUED
    try:
        assert feed_address.verify(text, {KEY.id: KEY}) == "nights"
        assert text == FEED
    except Forged:
        assert text != FEED
    try:
        synthetic.verify(text, {KEY.id: KEY}, NOW)
        assert text == PROBE
    except (Forged, Expired):
        assert text != PROBE
    token.is_code(ISSUED, KEY, text)
    assert not token.is_nonce(ISSUED, KEY, text) or text == token.nonce(ISSUED, KEY)


def tokens() -> Iterator[bytes]:
    yield from (ISSUED.encode(), FEED.encode(), PROBE.encode(), b"507", b"nights")
    yield from (b"<feed>", b"<feed>.ics", b"<forgedfeed>", b"<forgedprobe>", b"<sms>")


def read_calendar(data: bytes) -> None:
    start, end = window(NOW)
    callout.calendars.SECONDS_MAX, kept = CALENDAR_SECONDS, callout.calendars.SECONDS_MAX
    try:
        found = callout.calendars.parse(data, PEOPLE, start, end, "Europe/Berlin")
    except Malformed:
        return
    finally:
        callout.calendars.SECONDS_MAX = kept
    for shift in found.shifts:
        assert shift.start < shift.end
        assert shift.start < end
        assert shift.end > start
        assert shift.who
        assert set(shift.who) <= PEOPLE.keys()
    assert all(each.why and each.times > 0 for each in found.problems)


def read_description(data: bytes) -> Loaded:
    loaded = parse(data, NOW)
    for problem in loaded.problems:
        assert 1 <= problem.line <= data.count(b"\n") + 1
        assert problem.text
    assert (loaded.oncall is None) == bool(loaded.errors)
    if loaded.oncall is not None:
        assert shapes.oncall_of(shapes.oncall_items(loaded.oncall)) == loaded.oncall
    return loaded


def calendars() -> Iterator[bytes]:
    yield from (ical.GOOGLE, ical.calendar(ical.event(":20261123T090000Z", ":20261130T090000Z", "RRULE:FREQ=DAILY")))
    yield from (value for value in vars(ical).values() if isinstance(value, bytes))


def descriptions() -> Iterator[bytes]:
    whole = (ROOT / "infra/cli/example.yaml").read_bytes()
    yield whole
    # Each of its sections alone: what is small is tried more often.
    sections = whole.split(b"\n\n")
    yield from (section for section in sections if len(section) < 3_000)


TARGETS = (
    Target("formats", read_bodies, bodies),
    Target("calendars", read_calendar, calendars, is_json=False, bytes_max=4_000, seconds_max=CALENDAR_SECONDS + 1),
    Target("description", read_description, descriptions, is_json=False, bytes_max=16_000),
)
