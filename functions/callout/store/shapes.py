"""The table's keys and shapes, all of them in this file.

| pk               | sk                | what                                                                        |
|------------------|-------------------|-----------------------------------------------------------------------------|
| PAGE#<problem>   | <number, 8 wide>  | one page; the problem's newest has the highest number                       |
| LEDGER#<page id> | <part, 5 wide>    | older lines of a long page's ledger                                         |
| CONFIG           | LIVE              | which version of the on-call description is live, and what to read of it    |
| CONFIG#<version> | <part, 3 wide>    | that version, compressed; never changed once it is written                  |
| CONFIG#META      | <version, 8 wide> | that version's size, and who made it; written when it is whole              |
| CALENDAR         | INDEX             | when each calendar was fetched                                              |
| CALENDAR#<id>    | DATA              | what was fetched last, compressed                                           |
| TURN#<team>      | COUNT             | how many turns a team that takes turns has had                              |
| SPENT#<service>  | TEXTS#<date>      | how many texts went out for it on that day, in UTC                          |
| CAME#<service>   | <minute>          | how many webhooks came for it in that minute, once there are many           |
| SENT#<message>   | NOTICE            | which notice a text was, by its provider's id; kept while receipts may come |
| KEYS             | SIGNING           | the keys that sign answer links: the present one and the one before         |
| VERIFIED         | <channel>#<hash>  | who verified a contact, and when; the address is there as its SHA-256 only  |

A page lies in the attribute `doc` as JSON; beside it stand only what the indexes and conditions need:
`due` + `due_at` (index `due`, sparse: only what must be acted on), `month` + `opened_at` (index `recent`),
`expires_at` (TTL, closed pages only), `revision` and `saved` (who wrote it last). The watchdog alone changes `due_at`
without the page, and counts that in `put_off`: a page whose step failed is left alone for a while.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from callout.domain import clock
from callout.domain.applied import Applied
from callout.domain.identity import split
from callout.domain.oncall import OnCall
from callout.domain.overdue import Overdue
from callout.domain.page import Entry, Page
from callout.domain.schedule import Calendar
from callout.domain.verified import Verified

Item = dict[str, Any]
"""An item as DynamoDB's low-level API writes it: attribute name -> {type: value}."""

DUE = "open"
"""The one partition of the index `due`."""
CLOSED_PAGES_KEPT = timedelta(days=120)
"""Longer than the 90 days for which Step Functions keeps an execution's name taken: once the last page of a problem has
expired its numbers begin anew, and a name must be free by then."""
PART_BYTES = PAGE_BYTES_MAX = 350_000
"""An item may have 400 KB."""

_page_decoder = msgspec.json.Decoder(Page)
_ledger_decoder = msgspec.json.Decoder(tuple[Entry, ...])
_oncall_decoder = msgspec.json.Decoder(OnCall)
_calendar_decoder = msgspec.json.Decoder(Calendar)

LIVE_KEY: Item = {"pk": {"S": "CONFIG"}, "sk": {"S": "LIVE"}}
CALENDARS_KEY: Item = {"pk": {"S": "CALENDAR"}, "sk": {"S": "INDEX"}}
META_PK = "CONFIG#META"
VERIFIED_PK = "VERIFIED"


def page_pk(problem: str) -> str:
    return f"PAGE#{problem}"


def page_key(problem: str, number: int) -> Item:
    return {"pk": {"S": page_pk(problem)}, "sk": {"S": f"{number:08d}"}}


def page_id_of(key: Mapping[str, Any]) -> str:
    """The page id that an item's key names."""
    return f"{key['pk']['S'].removeprefix('PAGE#')}-{int(key['sk']['S'])}"


def overdue_of(key: Mapping[str, Any]) -> Overdue:
    """What the index `due` holds of an item, whatever it is."""
    try:
        page_id = page_id_of(key) if key["pk"]["S"].startswith("PAGE#") else ""
        split(page_id)
    except ValueError:
        page_id = ""
    return Overdue(page_id, key["due_at"]["S"])


def fitting(page: Page) -> Page:
    """The page as it fits an item."""
    return page if len(msgspec.json.encode(page)) <= PAGE_BYTES_MAX else page.slimmed()


def page_item(page: Page, saved: str) -> Item:
    """`saved` is the mark of this very write."""
    item: Item = {
        **page_key(page.problem, page.number),
        "doc": {"S": msgspec.json.encode(page).decode()},
        "revision": {"N": str(page.revision)},
        "saved": {"S": saved},
        "state": {"S": page.state.value},
        "service": {"S": page.service.id},
        "title": {"S": page.title[:200] or "-"},
        "severity": {"S": page.severity.value},
        "month": {"S": f"{page.opened_at:%Y-%m}"},
        "opened_at": {"S": clock.text(page.opened_at)},
    }
    if page.due_at is not None:
        item |= {"due": {"S": DUE}, "due_at": {"S": clock.text(page.due_at)}}
    if page.closed_at is not None:
        item["expires_at"] = {"N": str(int((page.closed_at + CLOSED_PAGES_KEPT).timestamp()))}
    return item


def page_of(item: Item) -> Page:
    return _page_decoder.decode(item["doc"]["S"])


def turn_key(team: str) -> Item:
    return {"pk": {"S": f"TURN#{team}"}, "sk": {"S": "COUNT"}}


def texts_key(service: str, now: datetime) -> Item:
    return {"pk": {"S": f"SPENT#{service}"}, "sk": {"S": f"TEXTS#{now:%Y-%m-%d}"}}


def requests_key(service: str, now: datetime) -> Item:
    return {"pk": {"S": f"CAME#{service}"}, "sk": {"S": f"{now:%Y-%m-%dT%H:%M}"}}


def sent_key(message_id: str) -> Item:
    return {"pk": {"S": f"SENT#{message_id}"}, "sk": {"S": "NOTICE"}}


def sent_item(message_id: str, page_id: str, notice: int, expires: int) -> Item:
    return {
        **sent_key(message_id),
        "page": {"S": page_id},
        "notice": {"N": str(notice)},
        "expires_at": {"N": str(expires)},
    }


def sent_of(item: Item) -> tuple[str, int]:
    return item["page"]["S"], int(item["notice"]["N"])


def ledger_key(page_id: str, part: int) -> Item:
    """Its parts count from 1."""
    return {"pk": {"S": f"LEDGER#{page_id}"}, "sk": {"S": f"{part:05d}"}}


def ledger_item(page_id: str, part: int, entries: Sequence[Entry], expires: int) -> Item:
    return {
        **ledger_key(page_id, part),
        "doc": {"S": msgspec.json.encode(entries).decode()},
        "expires_at": {"N": str(expires)},
    }


def ledger_of(item: Item) -> tuple[Entry, ...]:
    return _ledger_decoder.decode(item["doc"]["S"])


def oncall_pk(version: int) -> str:
    return f"CONFIG#{version}"


def oncall_items(oncall: OnCall) -> list[Item]:
    """With the calendars that came as files; those of the web change without a new version, and lie beside it."""
    web = web_calendars(oncall)
    own = {name: calendar for name, calendar in oncall.calendars.items() if name not in web}
    packed = zlib.compress(msgspec.json.encode(replace(oncall, calendars=own)))
    parts = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    keys = Extent(oncall.version, len(parts)).keys
    return [{**key, "doc": {"B": part}} for key, part in zip(keys, parts, strict=True)]


def web_calendars(oncall: OnCall) -> tuple[str, ...]:
    return tuple(name for name, source in oncall.calendar_sources.items() if source)


def oncall_of(items: Iterable[Item]) -> OnCall:
    """From its parts, in any order."""
    ordered = sorted(items, key=lambda item: str(item["sk"]["S"]))
    return _oncall_decoder.decode(zlib.decompress(b"".join(item["doc"]["B"] for item in ordered)))


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is to be read of a version."""

    version: int
    parts: int | None = None
    """None where that was not written down (the first versions of Callout): they have to be looked for."""
    calendars: tuple[str, ...] = ()
    """Those of the web."""

    @property
    def keys(self) -> list[Item]:
        pk = {"S": oncall_pk(self.version)}
        return [{"pk": pk, "sk": {"S": f"{number:03d}"}} for number in range(self.parts or 0)]


def extent_item(extent: Extent) -> Item:
    calendars = [{"S": name} for name in extent.calendars]
    return {
        "version": {"N": str(extent.version)},
        "parts": {"N": str(extent.parts)} if extent.parts is not None else {"NULL": True},
        "calendars": {"L": calendars},
    }


def extent_of(item: Item) -> Extent:
    parts = item.get("parts", {}).get("N")
    calendars = (each["S"] for each in item.get("calendars", {}).get("L", []))
    return Extent(int(item["version"]["N"]), None if parts is None else int(parts), tuple(calendars))


def meta_key(version: int) -> Item:
    return {"pk": {"S": META_PK}, "sk": {"S": f"{version:08d}"}}


def meta_item(applied: Applied, extent: Extent) -> Item:
    return {
        **meta_key(applied.version),
        **extent_item(extent),
        "applied_at": {"S": applied.at},
        "by": {"S": applied.by},
        "message": {"S": applied.message},
        "before": {"N": str(applied.before)},
        "restores": {"N": str(applied.restores)},
    }


def applied_of(item: Item) -> Applied:
    return Applied(
        version=int(item["version"]["N"]),
        at=item["applied_at"]["S"],
        by=item["by"]["S"],
        message=item["message"]["S"],
        before=int(item["before"]["N"]),
        restores=int(item["restores"]["N"]),
    )


def calendar_key(calendar: str) -> Item:
    return {"pk": {"S": f"CALENDAR#{calendar}"}, "sk": {"S": "DATA"}}


def calendar_item(calendar: Calendar) -> Item:
    return {**calendar_key(calendar.id), "doc": {"B": zlib.compress(msgspec.json.encode(calendar))}}


def calendar_of(item: Item) -> Calendar:
    return _calendar_decoder.decode(zlib.decompress(item["doc"]["B"]))


def stamps_of(item: Item) -> dict[str, str]:
    """Calendar id -> what changes when it is fetched again, from the index of all calendars."""
    return {name: value["S"] for name, value in item.get("fetched", {}).get("M", {}).items()}


def verified_sk(channel: str, address: str) -> str:
    return f"{channel}#{sha256(address.encode()).hexdigest()}"


def verified_item(channel: str, address: str, verified: Verified) -> Item:
    return {
        "pk": {"S": VERIFIED_PK},
        "sk": {"S": verified_sk(channel, address)},
        "at": {"S": clock.text(verified.at)},
        "by": {"S": verified.by},
    }


def verified_of(item: Item) -> Verified:
    return Verified(datetime.fromisoformat(item["at"]["S"]), item["by"]["S"])
