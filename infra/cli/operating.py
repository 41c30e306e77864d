"""The verbs and the store of a deployment in the operator's hands: the functions' own code, run from here."""

from callout.journal import Journal
from callout.runtime import Clients, Runtime, Settings
from infra.cli.deployment import Deployment
from infra.cli.live import Live, connect


class Quiet(Journal):
    """The command's own output says what happened; log lines and metrics are the functions'."""

    def __init__(self) -> None:
        pass

    def note(self, message: str, page_id: str = "", **facts: object) -> None:
        pass

    def trouble(self, message: str, page_id: str = "", **facts: object) -> None:
        pass

    def count(self, name: str, **dimensions: str) -> None:
        pass

    def late(self, seconds: float) -> None:
        pass


def operate(deployment: Deployment) -> tuple[Live, Runtime]:
    """Finds the deployment, or ends the command with a sentence that says why not."""
    live = connect(deployment)
    settings = Settings(
        table=live.outputs.table,
        machine_arn=live.outputs.machine_arn,
        base_url=live.outputs.base_url,
        email_from=live.outputs.email_from,
        sms_sender_id=live.outputs.sms_sender_id,
    )
    return live, Runtime(settings, Clients(live.client), journal=Quiet())
