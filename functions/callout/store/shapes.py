"""The table's keys and shapes, all of them in this file.

| pk               | sk                | what                                                                        |
|------------------|-------------------|-----------------------------------------------------------------------------|
| PAGE#<problem>   | <number, 8 wide>  | one page; the problem's newest has the highest number                       |
| LEDGER#<page id> | <part, 5 wide>    | older lines of a long page's ledger                                         |
| CONFIG           | LIVE              | which version of the on-call description is live                            |
| CONFIG#<version> | <part, 3 wide>    | that version, compressed; never changed once it is written                  |
| KEYS             | SIGNING           | the keys that sign answer links: the present one and the one before         |

A page lies in the attribute `doc` as JSON; beside it stand only what the indexes and conditions need:
`due` + `due_at` (index `due`, sparse: only what must be acted on), `month` + `opened_at` (index `recent`),
`expires_at` (TTL, closed pages only), `revision` and `saved` (who wrote it last).
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from callout.domain import clock
from callout.domain.oncall import OnCall
from callout.domain.page import Entry, Page

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


def page_pk(problem: str) -> str:
    return f"PAGE#{problem}"


def page_key(problem: str, number: int) -> Item:
    return {"pk": {"S": page_pk(problem)}, "sk": {"S": f"{number:08d}"}}


def page_id_of(key: Mapping[str, Any]) -> str:
    """The page id that an item's key names."""
    return f"{key['pk']['S'].removeprefix('PAGE#')}-{int(key['sk']['S'])}"


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


def ledger_item(page_id: str, part: int, entries: Sequence[Entry], expires: int) -> Item:
    return {
        "pk": {"S": f"LEDGER#{page_id}"},
        "sk": {"S": f"{part:05d}"},
        "doc": {"S": msgspec.json.encode(entries).decode()},
        "expires_at": {"N": str(expires)},
    }


def ledger_of(item: Item) -> tuple[Entry, ...]:
    return _ledger_decoder.decode(item["doc"]["S"])


def oncall_items(oncall: OnCall) -> list[Item]:
    packed = zlib.compress(msgspec.json.encode(oncall))
    parts = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    pk = {"S": f"CONFIG#{oncall.version}"}
    return [{"pk": pk, "sk": {"S": f"{number:03d}"}, "doc": {"B": part}} for number, part in enumerate(parts)]


def oncall_of(items: Sequence[Item]) -> OnCall:
    return _oncall_decoder.decode(zlib.decompress(b"".join(item["doc"]["B"] for item in items)))
