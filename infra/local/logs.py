"""What the handlers print, kept in memory, the newest lines only."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

LINES_MAX = 5000


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    function: str
    text: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class Logs:
    def __init__(self, echo: Callable[[Line], None] | None = None) -> None:
        self._lines: deque[Line] = deque(maxlen=LINES_MAX)
        self._echo = echo
        self._lock = threading.Lock()

    def add(self, function: str, text: str) -> None:
        line = Line(datetime.now(UTC).isoformat(timespec="milliseconds"), function, text)
        with self._lock:
            self._lines.append(line)
        if self._echo:
            self._echo(line)

    def lines(self) -> list[Line]:
        with self._lock:
            return list(self._lines)
