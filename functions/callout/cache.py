"""What was read, believed for a while."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from callout.domain.errors import Unavailable

T = TypeVar("T")


class Cached(Generic[T]):
    """One value that is read again when it is too old.

    While it cannot be read the old one serves on: somebody must be paged by yesterday's list rather than by none.
    """

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        """`clock` counts seconds from any beginning."""
        self._clock = clock
        self._seconds = seconds
        self._value: T | None = None
        self._read_at = float("-inf")
        self._lock = Lock()

    def get(self, read: Callable[[T | None], T]) -> T:
        """The value; `read` is given the old one, if any. Raises what it raises where there is no old one."""
        with self._lock:
            if self._value is not None and self._clock() - self._read_at <= self._seconds:
                return self._value
            try:
                return self._keep(read(self._value))
            except Unavailable:
                if self._value is None:
                    raise
                return self._value

    def refresh(self, read: Callable[[T | None], T]) -> T:
        """The value, read now."""
        with self._lock:
            return self._keep(read(self._value))

    def _keep(self, value: T) -> T:
        self._value, self._read_at = value, self._clock()
        return value
