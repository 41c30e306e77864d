"""What is fuzzed: a name, what is done with any bytes, and what to begin with.

What else its inputs are made of, words/NAME.txt says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    run: Callable[[bytes], object]
    """Raises, whatever it raises, where one of its properties does not hold."""
    seeds: Callable[[], Iterable[bytes]]
    is_json: bool = True
    """Inputs are mostly JSON: they are changed value by value, and not only byte by byte."""
    bytes_max: int = 8_000
    seconds_max: float = 1.0
    """Of the processor, for one input. Instrumented code is some times slower than it is on its own."""
