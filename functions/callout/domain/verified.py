"""That somebody typed the code which was sent to a contact. Functions have no use for it; operators do."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Verified:
    at: datetime
    by: str
    """Who ran the command that sent the code."""
