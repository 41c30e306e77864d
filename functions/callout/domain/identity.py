"""What problems and pages are called: short, safe in a URL, and the same for the same problem."""

import re
from base64 import b32decode, b32encode
from hashlib import sha256

PROBLEM_BYTES = 9
"""72 bits: a team would need tens of thousands of millions of problems before two met by chance."""
NUMBER_MAX = 2**24 - 1
"""A page's number fits three bytes."""

_PAGE_ID = re.compile(r"([a-z2-7]{15})-([1-9][0-9]{0,7})")


def problem_id(service_id: str, dedup_key: str) -> str:
    digest = sha256(service_id.encode() + b"\0" + dedup_key.encode("utf-8", "surrogatepass")).digest()
    return to_problem(digest[:PROBLEM_BYTES])


def page_id(problem: str, number: int) -> str:
    return f"{problem}-{number}"


def split(text: str) -> tuple[str, int]:
    """A page id's problem and number. Raises ValueError for anything that `page_id` would not have made."""
    match = _PAGE_ID.fullmatch(text)
    if match is None or int(match[2]) > NUMBER_MAX:
        raise ValueError("not a page id")
    from_problem(match[1])
    return match[1], int(match[2])


def from_problem(problem: str) -> bytes:
    """The nine bytes that a problem id writes; ValueError where it writes none, or not in the one right way."""
    raw = b32decode(problem.upper() + "=")
    if len(raw) != PROBLEM_BYTES or to_problem(raw) != problem:
        raise ValueError("not a problem id")
    return raw


def to_problem(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()
