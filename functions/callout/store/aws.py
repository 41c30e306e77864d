"""botocore's many errors in our two words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from callout.domain.errors import Impossible, Unavailable


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def impossible(error: ClientError) -> bool:
    """DynamoDB's word for an item that it will never take, too large a one for instance; of a transaction's too."""
    response: Any = error.response
    reasons = (str(reason.get("Code")) for reason in response.get("CancellationReasons", []))
    return code(error) == "ValidationException" or "ValidationError" in reasons


@contextmanager
def unavailable(doing: str) -> Iterator[None]:
    """Whatever AWS cannot do now becomes Unavailable, by its error code only: messages may echo what was sent.

    "from None": the original would carry the echo into every traceback.
    """
    try:
        yield
    except ClientError as error:
        kind = Impossible if impossible(error) else Unavailable
        raise kind(f"{doing}: {code(error)}") from None
    except BotoCoreError as error:
        raise Unavailable(f"{doing}: {type(error).__name__}") from None
