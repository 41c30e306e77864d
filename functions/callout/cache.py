"""What was read, believed for a while."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from callout.domain.errors import Unavailable

T = TypeVar("T")


class Cached(Generic[T]):
    """One value that is read again when it is too old.

    While it cannot be read the old one serves on: somebody must be paged by yesterday's list rather than by none.
    Whoever asks while it is being read gets what comes of that, be it a failure: eight that wait for a table which does
    not answer wait as long as one.
    """

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        """`clock` counts seconds from any beginning."""
        self._clock = clock
        self._seconds = seconds
        self._kept: tuple[T, float] | None = None
        """And when it was read."""
        self._under_way: Future[T] | None = None
        self._lock = Lock()

    def get(self, read: Callable[[T | None], T]) -> T:
        """The value; `read` is given the old one, if any. Raises what it raises where there is no old one."""
        kept = self._kept
        if kept is not None and self._clock() - kept[1] <= self._seconds:
            return kept[0]
        try:
            return self._read(read)
        except Unavailable:
            if kept is None:
                raise
            return kept[0]

    def refresh(self, read: Callable[[T | None], T]) -> T:
        """The value, read now: what began to be read earlier may not know yet why it is asked for.

        Where that fails so does this, rather than to wait as long once more.
        """
        under_way = self._under_way
        if under_way is not None:
            under_way.result()
        return self._read(read)

    def _read(self, read: Callable[[T | None], T]) -> T:
        with self._lock:
            theirs = self._under_way
            mine: Future[T] = Future()
            if theirs is None:
                self._under_way = mine
        if theirs is not None:
            return theirs.result()
        try:
            value = read(self._kept[0] if self._kept else None)
        except BaseException as error:
            self._under_way = None
            mine.set_exception(error)
            raise
        self._kept = value, self._clock()
        self._under_way = None
        mine.set_result(value)
        return value
