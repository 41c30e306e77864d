"""Which of AWS's answers are final, and that none of them carries an address further."""

import traceback

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, CredentialRetrievalError, NoCredentialsError

from callout.channels.aws_errors import told_apart
from callout.domain.errors import Refused, Unavailable

PHONE = "+12025550123"


def client_error(code: str, status: int) -> ClientError:
    answer = {"Error": {"Code": code, "Message": f"no: {PHONE}"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Publish")  # type: ignore[arg-type]


REFUSED = [
    ("InvalidParameter", 400),
    ("ParameterValueInvalid", 400),
    ("InvalidParameterValue", 400),
    ("ValidationException", 400),
    ("ValidationError", 400),
    ("OptedOut", 400),
    ("UserError", 400),
    ("AuthorizationError", 403),
    ("AccessDenied", 403),
    ("AccessDeniedException", 403),
    ("InvalidClientTokenId", 403),
    ("SignatureDoesNotMatch", 403),
    ("InvalidSecurity", 403),
    ("EndpointDisabled", 400),
    ("PlatformApplicationDisabled", 400),
    ("NotFound", 404),
    ("KMSDisabled", 400),
    ("KMSInvalidState", 400),
    ("KMSNotFound", 400),
    ("KMSOptInRequired", 403),
    ("KMSAccessDenied", 400),
    ("MessageRejected", 400),
    ("MailFromDomainNotVerifiedException", 400),
    ("AccountSuspendedException", 400),
    ("SendingPausedException", 400),
    ("BadRequestException", 400),
    ("NotFoundException", 404),
    ("LimitExceededException", 400),
    ("SomethingNobodyHasSeenYet", 418),
]
UNAVAILABLE = [
    ("Throttling", 400),
    ("ThrottlingException", 400),
    ("ThrottledException", 429),
    ("Throttled", 400),
    ("KMSThrottling", 400),
    ("RequestThrottled", 400),
    ("TooManyRequestsException", 429),
    ("RequestLimitExceeded", 400),
    ("SlowDown", 400),
    ("SomethingNobodyHasSeenYet", 429),
    ("InternalError", 500),
    ("InternalFailure", 500),
    ("InternalServerError", 400),
    ("ServiceUnavailable", 503),
    ("ServiceUnavailableException", 400),
    ("RequestTimeout", 400),
    ("RequestTimeoutException", 408),
    ("ExpiredToken", 403),
    ("ExpiredTokenException", 400),
    ("RequestExpired", 400),
    ("SomethingNobodyHasSeenYet", 500),
    ("SomethingNobodyHasSeenYet", 599),
]


@pytest.mark.parametrize(("code", "status"), REFUSED)
def test_final(code: str, status: int) -> None:
    with pytest.raises(Refused, match=f"^{code}$"), told_apart():
        raise client_error(code, status)


@pytest.mark.parametrize(("code", "status"), UNAVAILABLE)
def test_worth_another_try(code: str, status: int) -> None:
    with pytest.raises(Unavailable, match=f"^{code}$"), told_apart():
        raise client_error(code, status)


@pytest.mark.parametrize(("service", "operation"), [("sns", "Publish"), ("sesv2", "SendEmail")])
def test_every_error_that_aws_documents_stands_in_one_of_the_tables(service: str, operation: str) -> None:
    shapes = botocore.session.get_session().get_service_model(service).operation_model(operation).error_shapes
    codes = {shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes}
    assert codes
    assert codes <= {code for code, _ in REFUSED + UNAVAILABLE}


@pytest.mark.parametrize("error", [NoCredentialsError(), CredentialRetrievalError(provider="x", error_msg=PHONE)])
def test_no_credentials_for_now(error: Exception) -> None:
    with pytest.raises(Unavailable), told_apart():
        raise error


def test_nobody_there() -> None:
    client = boto3.client("sns", endpoint_url="http://127.0.0.1:9", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(Unavailable, match=r"^EndpointConnectionError$"), told_apart():
        client.publish(PhoneNumber=PHONE, Message="x")


def test_a_request_that_boto_would_not_even_send() -> None:
    with pytest.raises(Refused, match=r"^ParamValidation$"), told_apart():
        boto3.client("sns").publish(PhoneNumber=[PHONE], Message="x")  # type: ignore[arg-type]


def test_an_answer_without_a_code() -> None:
    with pytest.raises(Refused, match=r"^no code$"), told_apart():
        raise ClientError({}, "Publish")


def test_no_address_in_what_is_raised_or_in_its_traceback() -> None:
    with pytest.raises(Refused) as raised, told_apart():
        raise client_error("InvalidParameter", 400)
    assert PHONE not in "".join(traceback.format_exception(raised.value))


def test_our_own_mistakes_are_not_aws_errors() -> None:
    with pytest.raises(ZeroDivisionError), told_apart():
        _ = 1 / 0
