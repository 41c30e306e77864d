"""What a tier's targets name: a responder, or somebody whom a schedule or a team stands for."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    RESPONDER = "responder"
    SCHEDULE = "schedule"
    NEXT = "next"
    PREVIOUS = "previous"
    TEAM = "team"
    ROBIN = "robin"


class Target(NamedTuple):
    kind: Kind
    id: str


def target(text: str) -> Target:
    """From how Tier.targets writes it."""
    kind, colon, name = text.partition(":")
    return Target(Kind(kind), name) if colon else Target(Kind.RESPONDER, text)
