"""One table with its two indexes, in this process's memory."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from simulation.aws.expressions import Item

Key = tuple[str, str]
"""pk and sk."""
Place = tuple[str, str, str]
"""Where an item stands in an index's partition: its range value, then its key."""


@dataclass(frozen=True, slots=True)
class Schema:
    """An index: what it is ordered by, and what it shows of an item."""

    hash: str
    range: str
    shown: frozenset[str]


INDEXES = {
    "due": Schema("due", "due_at", frozenset({"pk", "sk", "due", "due_at"})),
    "recent": Schema(
        "month",
        "opened_at",
        frozenset({"pk", "sk", "month", "opened_at", "state", "service", "title", "severity"}),
    ),
}
"""As in template.yaml; a test compares the two."""
EXPIRES = "expires_at"


@dataclass(frozen=True, slots=True)
class Record:
    item: Item
    """Never changed in place."""
    size: int


@dataclass(slots=True)
class Partition:
    records: dict[str, Record] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


class Index:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.partitions: dict[str, list[Place]] = {}
        self.records: dict[Key, Record] = {}
        self._places: dict[Key, tuple[str, Place]] = {}

    def put(self, key: Key, record: Record | None) -> None:
        """What the item is now, as far as the index is concerned; it stands there only with both of its attributes."""
        place = self._place(key, record)
        before = self._places.get(key)
        if before != place:
            self._move(key, before, place)
        if place is not None and record is not None:
            self.records[key] = record

    def _place(self, key: Key, record: Record | None) -> tuple[str, Place] | None:
        if record is None:
            return None
        item = record.item
        partition, place = item.get(self.schema.hash), item.get(self.schema.range)
        if partition is None or place is None:
            return None
        return partition["S"], (place["S"], *key)

    def _move(self, key: Key, before: tuple[str, Place] | None, after: tuple[str, Place] | None) -> None:
        if before is not None:
            partition = self.partitions[before[0]]
            del partition[bisect_left(partition, before[1])]
            if not partition:
                del self.partitions[before[0]]
        if after is None:
            del self._places[key], self.records[key]
        else:
            insort(self.partitions.setdefault(after[0], []), after[1])
            self._places[key] = after


class Table:
    def __init__(self, clock: Callable[[], datetime], name: str) -> None:
        self.name = name
        self.lag: Callable[[], float] | None = None
        """How many seconds the indexes see the next write later than the table does; None: they see it at once."""
        self.wrote: Callable[[Item | None, Item | None], None] | None = None
        """Told of each change: the item before, the item after. Both are the table's own: look, do not touch."""
        self.partitions: dict[str, Partition] = {}
        self._clock = clock
        self._indexes = {name: Index(schema) for name, schema in INDEXES.items()}
        self._coming: deque[tuple[datetime, Key, Record | None]] = deque()
        self._expiring: list[tuple[int, Key]] = []

    def get(self, pk: str, sk: str) -> Record | None:
        partition = self.partitions.get(pk)
        return partition.records.get(sk) if partition is not None else None

    def put(self, pk: str, sk: str, record: Record) -> None:
        partition = self.partitions.get(pk)
        if partition is None:
            partition = self.partitions[pk] = Partition()
        before = partition.records.get(sk)
        if before is None:
            insort(partition.order, sk)
        partition.records[sk] = record
        if EXPIRES in record.item:
            heappush(self._expiring, (int(record.item[EXPIRES]["N"]), (pk, sk)))
        self._changed((pk, sk), before, record)

    def delete(self, pk: str, sk: str) -> None:
        partition = self.partitions.get(pk)
        before = partition.records.pop(sk, None) if partition is not None else None
        if partition is None or before is None:
            return
        del partition.order[bisect_left(partition.order, sk)]
        if not partition.order:
            del self.partitions[pk]
        self._changed((pk, sk), before, None)

    def _changed(self, key: Key, before: Record | None, after: Record | None) -> None:
        if self.lag is None and not self._coming:
            self._indexed(key, after)
        else:
            seen = self._clock() + timedelta(seconds=self.lag() if self.lag is not None else 0)
            # A later write is never seen before an earlier one.
            self._coming.append((max(seen, self._coming[-1][0]) if self._coming else seen, key, after))
        if self.wrote is not None:
            self.wrote(before.item if before is not None else None, after.item if after is not None else None)

    def _indexed(self, key: Key, record: Record | None) -> None:
        for index in self._indexes.values():
            index.put(key, record)

    def index(self, name: str) -> Index:
        """As it is now."""
        while self._coming and self._coming[0][0] <= self._clock():
            _, key, record = self._coming.popleft()
            self._indexed(key, record)
        return self._indexes[name]

    def expire(self) -> int:
        """Let every item vanish whose time is over. AWS does it some day; when, is the experiment's to say."""
        now, vanished = self._clock().timestamp(), 0
        while self._expiring and self._expiring[0][0] < now:
            expires, (pk, sk) = heappop(self._expiring)
            record = self.get(pk, sk)
            if record is not None and record.item.get(EXPIRES) == {"N": str(expires)}:
                self.delete(pk, sk)
                vanished += 1
        return vanished

    def items(self, pk_prefix: str = "") -> Iterator[Item]:
        """Everything in the table, without a call to AWS. The table's own items: look, do not touch."""
        for pk, partition in self.partitions.items():
            if pk.startswith(pk_prefix):
                yield from (partition.records[sk].item for sk in partition.order)

    def __len__(self) -> int:
        return sum(len(partition.order) for partition in self.partitions.values())
