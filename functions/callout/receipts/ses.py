"""What SES publishes about a mail, through an SNS topic. The mail's tags say which notice it was."""

import json
import re
from typing import Any

from callout.domain.errors import Malformed
from callout.domain.receipt import Receipt

UNDELIVERED = frozenset({"MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"})
"""Of the bounces that SES calls Transient those that say that this very mail is lost. General is none of them: the
automatic replies of absent people come as Transient, General."""

NOTICE_MAX = 1_000_000
"""No page has so many notices."""
_PAGE_ID = re.compile(r"[A-Za-z0-9_-]{0,80}", re.ASCII)
"""Nothing else may be repeated: an address could stand there."""
_CODE = re.compile(r"[A-Za-z]{1,40}|[245]\.\d{1,3}\.\d{1,3}", re.ASCII)


def receipt(text: str) -> Receipt | None:
    """None for what tells nothing of a mail of ours. Raises Malformed."""
    if not text.startswith("{"):
        return None  # SES tries a topic once with a sentence
    try:
        event = json.loads(text)
        said = _said(event)
        tags = event["mail"].get("tags", {})
        page_id, notice = tags.get("page", [""])[0], int(tags.get("notice", ["0"])[0])
        message_id = str(event["mail"]["messageId"])
        if notice > NOTICE_MAX or not _PAGE_ID.fullmatch(page_id):
            raise ValueError
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        # "from None": the original repeats what it could not read.
        raise Malformed("an event of SES that is not as SES writes them") from None
    if said is None or not page_id or notice < 1:
        return None
    refused, note = said
    return Receipt(message_id, refused, note, str(page_id), notice)


def _said(event: Any) -> tuple[bool, str] | None:
    """Whether the mail will never arrive, and in which words."""
    match event["eventType"]:
        case "Delivery":
            return False, "the mail server took it"
        case "Bounce":
            return _bounce(event["bounce"])
        case "Reject":
            return True, "SES did not send it: it takes it for dangerous"
        case "Rendering Failure":
            return True, "SES could not put it together"
        case "Complaint":
            return False, "somebody marked it as spam"
        case "DeliveryDelay":
            return False, _with_codes("not delivered yet", event["deliveryDelay"].get("delayType"))
    return None


def _bounce(bounce: Any) -> tuple[bool, str]:
    kind, subtype = bounce["bounceType"], bounce.get("bounceSubType")
    refused = kind == "Permanent" or (kind == "Transient" and subtype in UNDELIVERED)
    status = next((each.get("status") for each in bounce.get("bouncedRecipients", ())), None)
    return refused, _with_codes("it came back" if refused else "it came back, perhaps", kind, subtype, status)


def _with_codes(words: str, *codes: object) -> str:
    """Codes only: an address may stand in everything else."""
    known = [code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)]
    return f"{words} ({', '.join(known)})" if known else words
