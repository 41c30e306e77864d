"""Bodies that no sender should send, by name."""

import json

KB = 1024
NESTED = 10_000


def padded(body: dict[str, object], size: int) -> bytes:
    """The body as JSON of exactly that many bytes, most of them in one detail."""
    empty = json.dumps({**body, "padding": ""}).encode()
    return json.dumps({**body, "padding": "x" * (size - len(empty))}).encode()


UNREADABLE = {
    "empty": b"",
    "white space": b" \n\t ",
    "not JSON": b"disk full on db-1",
    "half of it": b'{"title": "Disk fu',
    "invalid UTF-8": b"\xff\xfe\xfa\x00\x80",
    "only NUL": b"\0" * 1000,
    "null": b"null",
    "a number": b"1" * 1000,
    "a text": b'"Disk full"',
    "a list": b'[{"title": "Disk full"}]',
    "lists, 10,000 deep": b"[" * NESTED + b"]" * NESTED,
    "objects, 10,000 deep": b'{"a":' * NESTED + b"1" + b"}" * NESTED,
    "never closed, 10,000 deep": b'{"a":[' * NESTED,
    "512 KB of nothing": b"x" * (512 * KB),
    "600 KB of nothing": b"x" * (600 * KB),
    "600 KB, cut": padded({"title": "Disk full"}, 600 * KB)[:-1],
    "a form": b"title=Disk+full&severity=critical",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}
"""Nothing that can be taken apart as a JSON object."""

WRONG = {
    "nothing in it": {},
    "no title": {"severity": "critical"},
    "a number for a title": {"title": 5},
    "a list for a title": {"title": ["Disk full"]},
    "a word that is no severity": {"title": "Disk full", "severity": "bad"},
    "a word that is no action": {"title": "Disk full", "action": "explode"},
    "a text for details": {"title": "Disk full", "details": "full"},
    "a time that is none": {"title": "Disk full", "started_at": "yesterday"},
    "everything wrong": {"title": {}, "action": 1, "key": [], "severity": None, "links": 3, "runbook": "javascript:1"},
}
"""What generic JSON finds wrong."""

CONTENT_TYPES = (
    "",
    "text/plain",
    "text/html; charset=utf-16",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin-1",
    "application/octet-stream",
    "no type at all",
)
