"""How much a page matters (priority) and how loudly it may ask for somebody (urgency)."""

from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """1 is worst; field custom and PagerDuty's default names."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4
    P5 = 5

    def raised(self) -> "Priority":
        return Priority(max(1, self - 1))

    def __str__(self) -> str:
        return self.name


class Urgency(StrEnum):
    HIGH = "high"
    LOW = "low"


class When(StrEnum):
    """On which side of a service's support hours something holds."""

    INSIDE = "inside"
    OUTSIDE = "outside"
