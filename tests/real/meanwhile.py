"""What goes on while a test looks on: the watchdog's runs, and waiting."""

import threading
import time
from collections.abc import Callable
from typing import Any, Self

from real.field import Field

from callout.domain.oncall import Policy, Tier


class Watching:
    """Runs the watchdog again and again meanwhile, more often than its minute."""

    def __init__(self, field: Field, seconds: float) -> None:
        self._field, self._seconds = field, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._field.watch()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def ladder(name: str, seconds: int, channels: tuple[str, ...] = ("sms",)) -> Policy:
    """Ada, then Grace; and then the boss by mail."""
    tiers = Tier(("ada",), channels, seconds), Tier(("grace",), channels, seconds)
    return Policy(name, tiers, last_resort=Tier(("boss",), ("email",)))


def eventually(look: Callable[[], Any], seconds: float) -> Any:
    """What `look` finds in the end; never how soon."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing within {seconds} s")
        time.sleep(0.5)
