"""botocore's many errors in our two words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from callout.domain.errors import Impossible, Unavailable


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def unavailable(doing: str) -> Iterator[None]:
    """Whatever AWS cannot do now becomes Unavailable, by its error code only: messages may echo what was sent.

    "from None": the original would carry the echo into every traceback.
    """
    try:
        yield
    except ClientError as error:
        # DynamoDB's word for an item that it will never take, too large a one for instance.
        kind = Impossible if code(error) == "ValidationException" else Unavailable
        raise kind(f"{doing}: {code(error)}") from None
    except BotoCoreError as error:
        raise Unavailable(f"{doing}: {type(error).__name__}") from None
