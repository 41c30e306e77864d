"""One sender's wire format each. A format turns a request into alerts and answers as its sender expects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from callout.domain.alert import Alert


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP request, as far as a format may see it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names."""
    new_key: Callable[[], str] = lambda: ""
    """Makes a dedup key that was never used before (formats have no randomness of their own)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender gets back, as JSON."""

    status: int
    body: Mapping[str, object]


class Format(Protocol):
    name: str
    """As it stands in /webhooks/<name>/<routing key>."""

    def routing_key(self, delivery: Delivery) -> str | None:
        """The routing key, where it stands inside the body; None where the URL or a header carries it.

        Raises Malformed when the body should carry one and does not.
        """
        ...

    def alerts(self, delivery: Delivery) -> Sequence[Alert]:
        """What the request says; it may say nothing at all. Raises Malformed."""
        ...

    def accepted(self, alerts: Sequence[Alert]) -> Answer: ...

    def malformed(self, problems: Sequence[str], unreadable: bool) -> Answer: ...

    def unknown_key(self) -> Answer: ...

    def try_again(self) -> Answer:
        """Something of ours is down: answered so that this sender comes again (503)."""
        ...

    def too_many(self) -> Answer:
        """More requests than a service may have in a minute: answered so that this sender comes again later."""
        ...
