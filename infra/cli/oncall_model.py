"""The shape of the on-call file: strict, one unknown key refuses it. Field names are the keys of the file."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.cli.oncall_values import (
    AckTimeout,
    Bridge,
    Id,
    KeyDigest,
    Label,
    Mail,
    Phone,
    Relapse,
    Rhythm,
    Runbook,
    Timezone,
    Wait,
    wrong,
)

Channel = Literal["sms", "email"]
CONTACTS_MAX = 10
TARGETS_MAX = 100
TIERS_MAX = 20
REPEAT_MAX = 20
ROUTING_KEYS_MAX = 20


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Contact(Strict):
    """One item of `contact`: the order of the list is the order in which they are tried, across channels."""

    sms: Phone = ""
    email: Mail = ""

    @model_validator(mode="after")
    def one_channel(self) -> "Contact":
        if len(self.model_fields_set) != 1:
            raise wrong(
                "must name one channel and its address", "put each on a line of its own: - sms: ... / - email: ..."
            )
        return self

    @property
    def channel(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def address(self) -> str:
        return self.sms or self.email


class Responder(Strict):
    name: Label = ""
    contact: Annotated[list[Contact], Field(min_length=1, max_length=CONTACTS_MAX)]
    timezone: Timezone = "UTC"


class LastResort(Strict):
    notify: Annotated[list[str], Field(min_length=1, max_length=TARGETS_MAX)]
    by: Annotated[list[Channel], Field(min_length=1)] = ["sms"]


class Tier(LastResort):
    wait: Wait = 300


class Policy(Strict):
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=TIERS_MAX)]
    repeat: Annotated[int, Field(ge=0, le=REPEAT_MAX)] = 0
    last_resort: LastResort | None = None
    ack_timeout: AckTimeout = 3600
    comes_back_every: Rhythm = 1800
    relapse_within: Relapse = 1800


class Service(Strict):
    name: Label = ""
    policy: str
    routing_keys: Annotated[list[KeyDigest], Field(min_length=1, max_length=ROUTING_KEYS_MAX)]
    runbook: Runbook = ""
    bridge: Bridge = ""


class File(Strict):
    responders: Annotated[dict[Id, Responder], Field(min_length=1)]
    policies: Annotated[dict[Id, Policy], Field(min_length=1)]
    services: Annotated[dict[Id, Service], Field(min_length=1)]
