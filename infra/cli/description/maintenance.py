"""Maintenance windows: how they are written, and what the domain makes of them."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, model_validator

from callout.domain import oncall
from callout.domain.hours import Hours
from infra.cli.description.base import Strict
from infra.cli.description.hours import Stretches, spans
from infra.cli.description.times import Instant
from infra.cli.description.together import Faults, Raw, absent, together
from infra.cli.description.values import Label, Timezone, wrong

SERVICES_MAX = 1_000
LABELS_MAX = 50


class Maintenance(Strict):
    """A window in which alerts are recorded and nobody is paged until its end."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["from", "to"]}, {"required": ["every"]}]})

    name: Label = ""
    """As it is shown; the id if left out."""
    services: Annotated[list[str], Field(min_length=1, max_length=SERVICES_MAX)] = Field(default=[])
    """Ids of services; all of them if left out."""
    labels: Annotated[dict[str, str], Field(max_length=LABELS_MAX)] = Field(default={})
    """Only alerts that say all of this: {cluster: eu-1}."""
    start: Instant | None = Field(None, alias="from")
    """When it begins: 2026-12-01 22:00; with `every`, the time before which it does not recur."""
    end: Instant | None = Field(None, alias="to")
    """When it ends; with `every`, the time from which it no longer recurs."""
    every: Stretches | None = None
    """When it recurs: [{days: sun, from: 02:00, to: 04:00}]"""
    timezone: Timezone = "UTC"
    """By whose clock: Europe/London."""

    @model_validator(mode="wrap")
    @classmethod
    def once_or_every(cls, value: Any, window: ModelWrapValidatorHandler[Self]) -> Self:
        return together(value, window, _no_time)


def _no_time(raw: Raw) -> Faults:
    if absent(raw, "every") and (absent(raw, "from") or absent(raw, "to")):
        yield wrong("does not say when it is", "write from and to, or every: [{days: sun, from: 02:00, to: 04:00}]")


def maintenance(name: str, written: Maintenance) -> oncall.Maintenance:
    return oncall.Maintenance(
        id=name,
        name=written.name or name,
        services=tuple(written.services),
        labels=dict(written.labels),
        start=written.start.instant(written.timezone) if written.start else None,
        end=written.end.instant(written.timezone) if written.end else None,
        hours=Hours(spans(written.every), written.timezone) if written.every else None,
    )
