"""`callout test`: real channel classes, what the provider said, and no address in full."""

from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from callout.domain.verified import Verified
from infra.cli.description.problem import masked
from tests.cli.conftest import Deployed

REGION = "eu-central-1"


def texts() -> list[tuple[str, str]]:
    return [(number, text) for number, text, *_ in sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()]


def mails() -> list[Any]:
    return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)


def test_by_each_contact_method(deployed: Deployed) -> None:
    deployed.describe()
    deployed.verify_sender()
    result = deployed.run("test", "ada")
    assert result.exit_code == 0
    heading, sms, email, *_ = result.output.splitlines()
    assert heading == "Testing ada from stack callout in eu-central-1:"
    assert sms.startswith("  sms to …01: taken, message id ")
    assert email.startswith("  email to a…@example.com: taken, message id ")
    assert texts() == [
        ("+12025550101", "Test message from Callout: sent from the command line by olga (nothing to answer)")
    ]
    [mail] = mails()
    assert mail.destinations["ToAddresses"] == ["ada@example.com"]
    assert mail.subject == "Test: Callout: sent from the command line by olga"


def test_by_one_channel(deployed: Deployed) -> None:
    deployed.describe()
    result = deployed.run("test", "ada", "--by", "sms")
    assert result.exit_code == 0
    assert len(texts()) == 1
    assert "email" not in result.output
    assert "SMS sandbox" in result.output


def test_what_was_never_verified_is_said_at_the_end(deployed: Deployed) -> None:
    """Only of what was tested."""
    deployed.describe()
    deployed.verify_sender()
    verify = "`callout verify ada` sends codes to type back."
    assert deployed.run("test", "ada").output.endswith(f"\nsms and email of ada were never verified: {verify}\n")
    assert deployed.run("test", "ada", "--by", "sms").output.endswith(f"\nsms of ada was never verified: {verify}\n")
    deployed.runtime.contacts.mark("sms", "+12025550101", Verified(deployed.now, "olga"))
    assert deployed.run("test", "ada").output.endswith(f"\nemail of ada was never verified: {verify}\n")
    assert "never verified" not in deployed.run("test", "ada", "--by", "sms").output


def test_no_contact_by_that_channel(deployed: Deployed) -> None:
    deployed.describe()
    result = deployed.run("test", "boss", "--by", "sms")
    assert (result.exit_code, result.output) == (1, "Error: boss has no contact method for sms\n")


def test_a_sender_that_is_not_verified(deployed: Deployed) -> None:
    """moto refuses as SES does. The other contact method goes out all the same."""
    deployed.describe()
    result = deployed.run("test", "ada")
    assert result.exit_code == 1
    assert "sms to …01: taken" in result.output
    assert "email to a…@example.com: refused (MessageRejected); either the sender is not verified" in result.output


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AuthorizationErrorException", 403, "refused (AuthorizationErrorException); your AWS credentials may not"),
        ("OptedOut", 400, "refused (OptedOut); this phone has answered STOP"),
        ("SomethingNew", 400, "refused (SomethingNew); look the code up"),
        ("Throttling", 400, "no answer (Throttling); try again in a minute"),
        ("InternalError", 500, "no answer (InternalError); try again in a minute"),
    ],
)
def test_what_sns_may_say(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, code: str, status: int, said: str
) -> None:
    """The message of each repeats the number, as SNS's do; it is not shown."""
    error = {"Error": {"Code": code, "Message": "+12025550101"}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def publish(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "Publish":
            raise ClientError(error, operation)  # type: ignore[arg-type]
        return call(client, operation, arguments)

    call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
    deployed.describe()
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", publish)
    result = deployed.run("test", "ada", "--by", "sms")
    assert result.exit_code == 1
    assert f"  sms to …01: {said}" in result.output
    assert "12025550101" not in result.output


def test_somebody_unknown(deployed: Deployed) -> None:
    deployed.describe()
    assert (
        'no responder of the id or the name "grase" is live; did you mean "grace"?'
        in deployed.run("test", "grase").output
    )
    assert "there are ada, boss and grace" in deployed.run("test", "xxxxxxxx").output
    assert texts() == []


def test_before_anything_was_applied(deployed: Deployed) -> None:
    result = deployed.run("test", "ada")
    assert (result.exit_code, result.output) == (1, "Error: nobody is described yet; `callout apply FILE` first\n")


def test_nothing_is_changed_by_a_test(deployed: Deployed) -> None:
    deployed.describe()
    before = boto3.client("dynamodb").scan(TableName="callout")["Items"]
    deployed.run("test", "ada")
    assert boto3.client("dynamodb").scan(TableName="callout")["Items"] == before


def test_no_address_is_ever_shown(deployed: Deployed) -> None:
    deployed.describe()
    for words in (["ada"], ["boss"], ["+12025550101"], ["ada@example.com"]):
        deployed.run("test", *words)
    for secret in ("2025550", "ada@", "boss@"):
        assert not [output for output in deployed.outputs if secret in output]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+12025550101", "…01"),
        ("ada@example.com", "a…@example.com"),
        ('"a@b"@example.com', '"…@example.com'),
        ("", "…"),
    ],
)
def test_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
