import json
from urllib.parse import urlencode

from infra.local.outbox import Outbox

MAIL = {
    "FromEmailAddress": "callout@example.com",
    "Destination": {"ToAddresses": ["anna@example.com", "ben@example.com"]},
    "Content": {"Simple": {"Subject": {"Data": "S"}, "Body": {"Text": {"Data": "T"}, "Html": {"Data": "<p>H"}}}},
}


def seen(outbox: Outbox) -> list[dict[str, str]]:
    return [
        {key: value for key, value in message.as_json().items() if key != "at"} for message in outbox.newest_first()
    ]


def test_an_sms_is_kept_as_it_was_sent() -> None:
    outbox = Outbox()
    outbox.note("/", urlencode({"Action": "Publish", "PhoneNumber": "+12025550123", "Message": "é & ü\n"}).encode())
    assert seen(outbox) == [{"channel": "sms", "to": "+12025550123", "text": "é & ü\n"}]


def test_an_email_is_kept_with_text_and_html_for_each_recipient_newest_first() -> None:
    outbox = Outbox()
    outbox.note("/v2/email/outbound-emails", json.dumps(MAIL).encode())
    mail = {"channel": "email", "subject": "S", "text": "T", "html": "<p>H"}
    assert seen(outbox) == [{**mail, "to": "ben@example.com"}, {**mail, "to": "anna@example.com"}]


def test_what_is_no_message_is_not_kept() -> None:
    outbox = Outbox()
    outbox.note("/", urlencode({"Action": "Publish", "TopicArn": "arn:aws:sns:x:1:t", "Message": "m"}).encode())
    outbox.note("/", b'{"TableName": "PhoneNumber=Action=Publ"}')
    assert seen(outbox) == []
