"""One way to reach a person each: a channel takes an address and a brief, and hands it over or says why it cannot."""

from typing import Protocol

from callout.domain.brief import Brief


class Channel(Protocol):
    """A channel knows its provider and its own shape of message; nothing about pages, policies or other channels."""

    name: str

    def send(self, address: str, brief: Brief) -> str:
        """Hand one message over and return the provider's message id.

        Raises Refused (final: this address or this message will not go through) or Unavailable (may succeed later).
        """
        ...
