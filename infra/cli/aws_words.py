"""What AWS and its client library complain about, as one sentence with the fix."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

_LOG_IN = "log in (`aws sso login` or `aws login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
_LOCALLY = "or reach `callout local` with --local"
_BY_KIND: dict[type[BotoCoreError], str] = {
    exceptions.NoCredentialsError: f"there are no AWS credentials; {_LOG_IN}, {_LOCALLY}",
    exceptions.PartialCredentialsError: f"the AWS credentials are incomplete; {_LOG_IN}",
    exceptions.CredentialRetrievalError: f"the AWS credentials could not be fetched; {_LOG_IN}",
    exceptions.TokenRetrievalError: f"the AWS login has expired; {_LOG_IN}",
    exceptions.SSOError: f"the AWS login has expired; {_LOG_IN}",
    exceptions.LoginError: f"the AWS login has expired; {_LOG_IN}",
    exceptions.NoRegionError: f"no AWS region is chosen; add --region, for example --region eu-central-1, {_LOCALLY}",
    exceptions.InvalidRegionError: "this is not the name of an AWS region; write it like eu-central-1",
    exceptions.ProfileNotFound: "this AWS profile does not exist; `aws configure list-profiles` lists yours",
    exceptions.HTTPClientError: "AWS does not answer; check the network and the region's name",
    exceptions.ConnectionError: "AWS does not answer; check the network and the region's name",
}
_BY_CODE = {
    "ResourceNotFoundException": "something of this deployment is not there any more; see how its last deployment or "
    "deletion went",
    "ExpiredToken": f"the AWS login has expired; {_LOG_IN}",
    "ExpiredTokenException": f"the AWS login has expired; {_LOG_IN}",
    "RequestExpired": "AWS finds this machine's clock wrong; set it",
    "SignatureDoesNotMatch": "AWS finds the secret access key wrong; correct it",
    "InvalidClientTokenId": f"AWS does not know these credentials; {_LOG_IN}",
    "UnrecognizedClientException": f"AWS does not know these credentials; {_LOG_IN}",
}
_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException")


@contextmanager
def plainly() -> Iterator[None]:
    """Ends the command with one sentence and status 1 where AWS says no, instead of a stack trace."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(in_words(error)) from error


def in_words(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return _refusal(error)
    kinds = (sentence for kind, sentence in _BY_KIND.items() if isinstance(error, kind))
    return next(kinds, f"{error}")


def _refusal(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    message = error.response.get("Error", {}).get("Message", "").rstrip(".")
    if code in _DENIED:
        return f"these AWS credentials may not do this ({error.operation_name}); ask whoever manages the account"
    return _BY_CODE.get(code, f"AWS refused {error.operation_name}: {message or code}")
