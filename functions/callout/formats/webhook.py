"""What the formats posted to /webhooks/<name>/<routing key> share: the key is in the address, the answers are ours."""

from collections.abc import Sequence

from callout.domain.alert import Alert
from callout.formats import Answer, Delivery


class Webhook:
    """Lacks a name, and `alerts`. Status codes are chosen by what makes senders come again."""

    def routing_key(self, delivery: Delivery) -> str | None:  # noqa: ARG002
        return None

    def accepted(self, alerts: Sequence[Alert]) -> Answer:
        """Accepted; and what was wrong with whatever had to be paged unread, so that its sender can be mended."""
        body: dict[str, object] = {"status": "accepted", "keys": [alert.key for alert in alerts]}
        unread = [alert for alert in alerts if alert.unparsed]
        if unread:
            problems = [problem for alert in unread for problem in alert.details.get("problems", "").splitlines()]
            body |= {"unparsed": True, "problems": problems}
        return Answer(202, body)

    def malformed(self, problems: Sequence[str], unreadable: bool) -> Answer:  # noqa: ARG002
        return _refused(400, *problems)

    def unknown_key(self) -> Answer:
        return _refused(404, "no service has this routing key")

    def try_again(self) -> Answer:
        # Alertmanager's webhook gives an alert up after a single 429, and comes again only after a 5xx.
        return Answer(503, {"status": "try again", "problems": ["the alert could not be kept; please send it again"]})

    def too_many(self) -> Answer:
        # No 429 here either, for the same reason.
        problem = "too many requests for this service in this minute; please send it again later"
        return Answer(503, {"status": "try again", "problems": [problem]})


def _refused(status: int, *problems: str) -> Answer:
    return Answer(status, {"status": "refused", "problems": list(problems)})
