"""Chance that depends on what it is asked for and on nothing else: leaving one thing out changes no other."""

from hashlib import blake2b
from zlib import crc32

_MASK = (1 << 64) - 1


def hashed(*what: object) -> int:
    """64 bits."""
    return int.from_bytes(blake2b(repr(what).encode(), digest_size=8).digest())


def drawn(*what: object) -> float:
    """From 0 to 1."""
    return hashed(*what) / 2**64


def picked(options: "list[str] | tuple[str, ...]", *what: object) -> str:
    return options[hashed(*what) % len(options)]


def mixed(seed: int, count: int) -> int:
    """64 bits, quickly: splitmix64's last steps."""
    z = (seed + count * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def named(name: str) -> int:
    return crc32(name.encode()) * 0x9E3779B1
