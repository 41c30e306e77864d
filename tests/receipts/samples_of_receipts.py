"""Events as AWS writes them (its published examples, with reserved numbers and addresses)."""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

MESSAGE = "0102018f3c1a2b3c-6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-000000"
TEXT = "34d9b400-c6dd-5444-820d-fbeb0f1f54cf"
ADDRESS = "ada@example.com"
NUMBER = "+12025550101"


def mail(page_id: str = "abcdefghijklmno-1", notice: int = 3, **more: Any) -> dict[str, Any]:
    return {
        "timestamp": "2026-11-21T03:00:02.012Z",
        "source": "Callout <pager@example.com>",
        "sourceArn": "arn:aws:ses:eu-central-1:123456789012:identity/example.com",
        "sendingAccountId": "123456789012",
        "messageId": MESSAGE,
        "destination": [ADDRESS],
        "headersTruncated": False,
        "headers": [{"name": "To", "value": ADDRESS}, {"name": "Subject", "value": "P1 CRITICAL Checkout: p99"}],
        "commonHeaders": {"from": ["Callout <pager@example.com>"], "to": [ADDRESS], "subject": "P1 CRITICAL Checkout"},
        "tags": {
            "ses:configuration-set": ["callout-pages"],
            "ses:source-ip": ["192.0.2.7"],
            "ses:caller-identity": ["callout-Step"],
            "page": [page_id],
            "notice": [str(notice)],
        },
        **more,
    }


def of_ses(kind: str, said: Mapping[str, Any] | None = None, part: str = "", **mail_changes: Any) -> str:
    event = {"eventType": kind, "mail": mail(**mail_changes)}
    return json.dumps({**event, part or kind.lower(): said or {}})


def delivery(**mail_changes: Any) -> str:
    said = {
        "timestamp": "2026-11-21T03:00:04.112Z",
        "processingTimeMillis": 2100,
        "recipients": [ADDRESS],
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "a8-62.smtp-out.amazonses.com",
    }
    return of_ses("Delivery", said, **mail_changes)


def bounce(kind: str = "Permanent", subtype: str = "NoEmail", status: str = "5.1.1", **mail_changes: Any) -> str:
    said = {
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [
            {
                "emailAddress": ADDRESS,
                "action": "failed",
                "status": status,
                "diagnosticCode": f"smtp; 550 {status} <{ADDRESS}>: user unknown",
            }
        ],
        "timestamp": "2026-11-21T03:00:05.669Z",
        "feedbackId": "0102018f3c1a2b3c-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; a8-62.smtp-out.amazonses.com",
    }
    return of_ses("Bounce", said, **mail_changes)


def out_of_office(**mail_changes: Any) -> str:
    """An automatic reply: SES takes it for a bounce of kind Transient, General, and knows no status."""
    said = {
        "bounceType": "Transient",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": ADDRESS}],
        "timestamp": "2026-11-21T03:00:09.000Z",
        "feedbackId": "0102018f3c1a2b3c-71b59c11-9236-11e6-8f96-7be8aexample-000000",
    }
    return of_ses("Bounce", said, **mail_changes)


def through_sns(*messages: str) -> dict[str, Any]:
    """As SNS invokes a function; it hands over one message at a time, and promises nothing of the kind."""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:eu-central-1:123456789012:callout-MailEvents:0f0e0d0c",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                    "TopicArn": "arn:aws:sns:eu-central-1:123456789012:callout-MailEvents",
                    "Subject": "Amazon SES Email Event Notification",
                    "Message": message,
                    "Timestamp": "2026-11-21T03:00:06.000Z",
                    "SignatureVersion": "1",
                    "Signature": "EXAMPLE",
                    "MessageAttributes": {},
                },
            }
            for message in messages
        ]
    }


def of_sns(status: str = "SUCCESS", said: str = "Message has been accepted by phone carrier", text: str = TEXT) -> str:
    return json.dumps(
        {
            "notification": {"messageId": text, "timestamp": "2026-11-21 03:00:02.558"},
            "delivery": {
                "phoneCarrier": "My Phone Carrier",
                "mnc": 270,
                "numberOfMessageParts": 1,
                "destination": NUMBER,
                "priceInUSD": 0.00645,
                "smsType": "Transactional",
                "mcc": 310,
                "providerResponse": said,
                "dwellTimeMs": 599,
                "dwellTimeMsUntilDeviceAck": 1344,
            },
            "status": status,
        }
    )


def through_logs(*lines: str, kind: str = "DATA_MESSAGE", failed: bool = True) -> dict[str, Any]:
    """As CloudWatch Logs invokes a function."""
    group = "sns/eu-central-1/123456789012/DirectPublishToPhoneNumber" + ("/Failure" if failed else "")
    handed_over = {
        "messageType": kind,
        "owner": "123456789012",
        "logGroup": group,
        "logStream": "5b3f1f1e-0000-4e5f-8000-000000000000",
        "subscriptionFilters": ["callout-TextsThatDidNot"],
        "logEvents": [
            {"id": f"{number:056d}", "timestamp": 1795230002558, "message": line} for number, line in enumerate(lines)
        ],
    }
    return {"awslogs": {"data": b64encode(gzip.compress(json.dumps(handed_over).encode(), mtime=0)).decode()}}
