"""One function of the template, with the environment that Lambda would give it."""

import sys
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ACCOUNT = "123456789012"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "ASIALOCALONLY0000000",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
}


@dataclass(frozen=True, slots=True)
class Function:
    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    timeout_seconds: int
    memory_mb: int
    variables: Mapping[str, str]
    concurrency: int | None


def environment(function: Function, region: str, endpoint: str) -> dict[str, str]:
    """Exactly what the template says, what Lambda itself sets, and the named local differences. Nothing else."""
    return {**lambda_sets(function, region), **local_differences(endpoint, function.logical_id), **function.variables}


def key_id(logical_id: str) -> str:
    """What a function signs its calls with, so that the emulated AWS knows whose they are."""
    return f"ASIA{b32encode(sha256(logical_id.encode()).digest()).decode()[:16]}"


def lambda_sets(function: Function, region: str) -> dict[str, str]:
    return {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_REGION": region,
        "LAMBDA_TASK_ROOT": str(function.code),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }


def local_differences(endpoint: str, logical_id: str) -> dict[str, str]:
    """All that a handler's environment has here and not on Lambda."""
    return {
        # On Lambda the credentials are those of the function's role; here they only name the function.
        "AWS_ACCESS_KEY_ID": key_id(logical_id),
        # Every AWS call goes to the emulated AWS of this process.
        "AWS_ENDPOINT_URL": endpoint,
        # boto3 would otherwise read the developer's own profile, which Lambda does not have.
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
