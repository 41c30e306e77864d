"""Keeps a stack up until it is told to end."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.logs import Line
from infra.local.stack import Stack


class _Told(BaseException):
    """SIGINT or SIGTERM came while the stack was still starting."""


def serve(
    template: Path,
    host: str = "127.0.0.1",
    port: int = 8025,
    tls: bool = False,
    verbose: bool = False,
    on_ready: Callable[[Stack], None] = lambda _: None,
    parameters: Mapping[str, str] | None = None,
) -> None:
    """Returns when SIGINT or SIGTERM came, with everything cleared away. Call it from the main thread."""
    told = threading.Event()
    with _signals(told) as started:
        try:
            with Stack(template, host, port, parameters, tls, echo=_print if verbose else None) as stack:
                started()
                on_ready(stack)
                told.wait()
        except _Told:
            pass


def _print(line: Line) -> None:
    print(f"{line.at} {line.function}: {line.text}", file=sys.stderr, flush=True)


@contextmanager
def _signals(told: threading.Event) -> Iterator[Callable[[], None]]:
    """While starting, a signal interrupts; later it only sets the event, so that clearing away is never interrupted."""
    starting = [True]

    def tell(number: int, frame: Any) -> None:  # noqa: ARG001
        told.set()
        if starting:
            starting.clear()
            raise _Told

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield starting.clear
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
