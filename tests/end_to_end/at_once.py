"""Doing several things at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import Any


def at_once(*deeds: Callable[[], Any]) -> Sequence[Any]:
    """What each of them gave; they set out together."""
    gate = threading.Barrier(len(deeds))
    given: list[Any] = [None] * len(deeds)

    def run(number: int) -> None:
        gate.wait()
        try:
            given[number] = deeds[number]()
        except BaseException as error:
            given[number] = error

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in given:
        if isinstance(each, BaseException):
            raise each
    return given
