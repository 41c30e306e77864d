"""The escalation state machine's executions."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from callout.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_stepfunctions import SFNClient


class Workflow:
    def __init__(self, client: "Callable[[], SFNClient]", machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, page_id: str, generation: int) -> None:
        """Start the page's execution of this generation; starting it twice is starting it once. Raises Unavailable.

        A name stays taken for 90 days after its execution has ended, so each restart takes the next generation.
        """
        try:
            self._client().start_execution(
                stateMachineArn=self._machine_arn,
                name=f"{page_id}-{generation}",
                input=json.dumps({"page": page_id, "generation": generation}),
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code != "ExecutionAlreadyExists":
                raise Unavailable(f"starting the execution: {code}") from None
        except BotoCoreError as error:
            raise Unavailable(f"starting the execution: {type(error).__name__}") from None
