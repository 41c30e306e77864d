"""The shape of the on-call file: strict, one unknown key refuses it. Field names are the keys of the file."""

from typing import Annotated

from pydantic import Field

from infra.cli.description.base import Strict
from infra.cli.description.maintenance import Maintenance
from infra.cli.description.people import Responder, Team
from infra.cli.description.policies import Policy
from infra.cli.description.schedules import Schedule
from infra.cli.description.services import Service
from infra.cli.description.times import Day
from infra.cli.description.values import Id

HOLIDAY_DATES_MAX = 1_000


class Parts(Strict):
    """As much of a description as is sound."""

    responders: dict[Id, Responder] = Field(default={})
    """People who can be paged, by their ids."""
    teams: dict[Id, Team] = Field(default={})
    """People who can be notified together or in turns."""
    holidays: dict[Id, Annotated[list[Day], Field(min_length=1, max_length=HOLIDAY_DATES_MAX)]] = Field(default={})
    """Named lists of dates: uk: [2026-12-25, 2026-12-26]."""
    schedules: dict[Id, Schedule] = Field(default={})
    """Who is on call, and when."""
    policies: dict[Id, Policy] = Field(default={})
    """Whom to notify in which order."""
    services: dict[Id, Service] = Field(default={})
    """What alerts are about."""
    maintenance: dict[Id, Maintenance] = Field(default={})
    """Windows in which nobody is paged until their end."""


class File(Parts):
    """An on-call description for Callout: who is woken, in which order, for what."""

    responders: Annotated[dict[Id, Responder], Field(min_length=1)]
    """People who can be paged, by their ids."""
    policies: Annotated[dict[Id, Policy], Field(min_length=1)]
    """Whom to notify in which order."""
    services: Annotated[dict[Id, Service], Field(min_length=1)]
    """What alerts are about."""
