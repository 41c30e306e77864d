"""What AWS says when it does not take a message, as Refused or Unavailable.

Only the error's code is passed on: its message repeats the phone number or the address.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from callout.domain.errors import Refused, Unavailable

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500

WORTH_RETRYING = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "RequestTimeout",
        "RequestTimeoutException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
        # The function's own credentials were renewed while the request was on its way.
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
    }
)
"""Codes that may come with a 4xx and pass all the same. Every other 4xx is final: the next way is taken at once."""


@contextmanager
def told_apart() -> Iterator[None]:
    # "from None": the original would carry the address into every traceback.
    try:
        yield
    except ClientError as error:
        raise _of_answer(error) from None
    except ParamValidationError:
        raise Refused("ParamValidation") from None
    except BotoCoreError as error:
        # No answer: the connection, a timeout, the name service, credentials that could not be fetched.
        raise Unavailable(type(error).__name__) from None


def _of_answer(error: ClientError) -> Refused | Unavailable:
    code = error.response.get("Error", {}).get("Code", "") or "no code"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    passing = code in WORTH_RETRYING or "Throttl" in code
    if passing or status == TOO_MANY_REQUESTS or status >= SERVER_ERROR:
        return Unavailable(code)
    return Refused(code)
