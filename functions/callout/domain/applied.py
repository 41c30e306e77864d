"""Who made a version of the on-call description, when, and from what. Functions have no use for it; operators do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Applied:
    version: int
    at: str = ""
    """RFC 3339, in UTC."""
    by: str = ""
    message: str = ""
    before: int = 0
    """Which version was live then; 0 where none was."""
    restores: int = 0
    """The version whose content it brought back, if it was made by a rollback."""
