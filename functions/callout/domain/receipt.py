"""A receipt: what a provider tells later about a message that it had taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    message_id: str
    """The provider's."""
    refused: bool
    """The message will never arrive."""
    note: str
    """In a few words of ours, or the provider's codes; never an address."""
    page_id: str = ""
    notice: int = 0
    """Which notice of which page it was, where the message itself said so."""
