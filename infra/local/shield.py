"""Keeps the developer's own AWS out of this process while a stack is up: no profile, no credentials, no region."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.function import CREDENTIALS


@contextmanager
def without_own_aws(region: str) -> Iterator[None]:
    """moto and the SAM translator make boto3 sessions of their own, which read all of that."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(CREDENTIALS)
    os.environ.update(
        AWS_DEFAULT_REGION=region,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(before)
