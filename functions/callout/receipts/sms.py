"""What SNS logs about a text: its delivery status log, as CloudWatch Logs hands it over.

It names a text by its message id only.
"""

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Sequence

from callout.domain.errors import Malformed
from callout.domain.receipt import Receipt

BYTES_MAX = 6_000_000
"""Unpacked; CloudWatch Logs hands over no more than a function's event may hold."""
GZIP = 16 + zlib.MAX_WBITS

_SENTENCE = re.compile(r"[A-Za-z /,.'-]{1,80}", re.ASCII)
_BAD = (ValueError, LookupError, TypeError, AttributeError, RecursionError, zlib.error)


def lines(packed: str) -> Sequence[str]:
    """The log's lines: gzip in base64. Raises Malformed."""
    try:
        unpacked = zlib.decompressobj(GZIP).decompress(b64decode(packed), BYTES_MAX)
        handed_over = json.loads(unpacked)
        if handed_over["messageType"] != "DATA_MESSAGE":  # CloudWatch Logs tries whether anybody is there
            return ()
        return [event["message"] for event in handed_over["logEvents"]]
    except _BAD:
        raise Malformed("log lines that are not packed as CloudWatch Logs packs them") from None


def receipt(line: str) -> Receipt | None:
    """None for what tells nothing of a text. Raises Malformed."""
    try:
        entry = json.loads(line)
        status, message_id = entry["status"], str(entry["notification"]["messageId"])
        said = entry.get("delivery", {}).get("providerResponse")
    except _BAD:
        raise Malformed("a line of SNS's delivery log that is not as SNS writes them") from None
    # A number stands in some answers: those are not repeated.
    words = said if isinstance(said, str) and _SENTENCE.fullmatch(said) else ""
    match status:
        case "SUCCESS":
            return Receipt(message_id, False, words or "the phone's network took it")
        case "FAILURE":  # for good: SNS has given this text up
            return Receipt(message_id, True, words or "it did not arrive")
    return None
