"""Policies and their tiers: how they are written, and what the domain makes of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from callout.domain import oncall
from callout.domain.priority import Priority, Urgency, When
from callout.domain.target import Kind
from infra.cli.description.base import ONE_KEY, Channel, Or, PriorityName, Strict, Truth, UrgencyName, kind_of
from infra.cli.description.problem import nearest, shown
from infra.cli.description.spans import AckTimeout, Relapse, Rhythm, Wait
from infra.cli.description.together import Faults, Raw, together
from infra.cli.description.values import wrong

TARGETS_MAX = 100
TIERS_MAX = 20
REPEAT_MAX = 20
PERSONAL = "personal"

Namespace = Mapping[str, Kind]
"""What a plain id in `notify` is: responders, schedules and teams share their ids."""


class Pick(Strict):
    """Somebody out of a schedule or of a team."""

    model_config = ConfigDict(json_schema_extra=ONE_KEY)

    next: str = ""
    """A schedule's id: whoever is on call after those who are now."""
    previous: str = ""
    """A schedule's id: whoever was on call before those who are now."""
    one_of: str = ""
    """A team's id: one of them, another each time."""

    @model_validator(mode="wrap")
    @classmethod
    def one(cls, value: Any, pick: ModelWrapValidatorHandler[Self]) -> Self:
        return together(value, pick, _one)

    @property
    def target(self) -> str:
        kinds = {Kind.NEXT: self.next, Kind.PREVIOUS: self.previous, Kind.ROBIN: self.one_of}
        return next(f"{kind}:{name}" for kind, name in kinds.items() if name)


def _one(raw: Raw) -> Faults:
    said = [key for key in Pick.model_fields if key in raw]
    if not raw or len(said) > 1:
        yield wrong("must be one of next, previous and one_of", "write it like {next: nights}")
    for key in said:
        if raw[key] == "":
            yield wrong("is empty", f"write it like {{{key}: {'payments' if key == 'one_of' else 'nights'}}}", key)


def _plain_or_pick(value: Any, pick: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, str | dict):
        return value if isinstance(value, str) else pick(value)
    raise wrong(f"must be an id, but is read as {kind_of(value)}", "put it in quotes")


def _personal_or_channels(value: Any, channels: ValidatorFunctionWrapHandler) -> Any:
    if not isinstance(value, str):
        return channels(value)
    if value == PERSONAL:
        return []
    text = f'"{shown(value)}" is neither a list of channels nor personal'
    raise wrong(text, f"did you mean {PERSONAL}?" if nearest(value, [PERSONAL]) else "write it like by: [sms, email]")


_PLAIN = {"type": "string", "description": "A responder, a schedule (who is on call now) or a team (all of them)."}
NotifyItem = Annotated[Pick, WrapValidator(_plain_or_pick), Or(_PLAIN)]
Notify = Annotated[list[NotifyItem], Field(min_length=1, max_length=TARGETS_MAX)]
By = Annotated[
    Annotated[list[Channel], Field(min_length=1)],
    WrapValidator(_personal_or_channels),
    Or({"const": PERSONAL, "description": "By each responder's own rules."}),
]


class Condition(Strict):
    """When a tier takes part; what is left out does not matter."""

    urgency: UrgencyName | None = None
    """Only for pages of this urgency."""
    priority: Annotated[list[PriorityName], Field(min_length=1)] = Field(default=[])
    """Only for pages of these priorities: [P1, P2]."""
    support_hours: Literal["inside", "outside"] | None = None
    """Only inside, or only outside of the service's support hours."""


class LastResort(Strict):
    """Who is told when nobody has answered."""

    notify: Notify
    """Ids of responders, schedules and teams, or {next: schedule}, {previous: schedule}, {one_of: team}."""
    by: By = Field(default=["sms"])
    """The channels: [sms, email]; or `personal`: by each responder's own rules."""


class Tier(LastResort):
    """Whom to notify, through which channels, and how long to wait for an answer."""

    wait: Wait = 300
    """How long to wait for an answer before the next tier: 5m."""
    everyone: Truth = False
    """Each of them must answer, not just the first."""
    when: Condition | None = None
    """The tier takes part only then."""


class Policy(Strict):
    """An ordered list of tiers, and what happens when it ends."""

    tiers: Annotated[list[Tier], Field(min_length=1, max_length=TIERS_MAX)]
    """One after the other, until somebody answers."""
    repeat: Annotated[int, Field(ge=0, le=REPEAT_MAX)] = 0
    """How many more times all tiers get their turn."""
    last_resort: LastResort | None = None
    """Told when nobody has answered, and again with each comeback; left out: the last tier is."""
    ack_timeout: AckTimeout = 3600
    """How long "I have it" holds: 60m, or never (to run out)."""
    comes_back_every: Rhythm = 1800
    """How often a page that nobody answered comes back: 30m."""
    relapse_within: Relapse = 1800
    """A problem that returns so soon after it was resolved starts one tier higher: 30m."""


def policy(name: str, written: Policy, names: Namespace) -> oncall.Policy:
    last = written.last_resort
    return oncall.Policy(
        id=name,
        tiers=tuple(_tier(each, names) for each in written.tiers),
        repeat=written.repeat,
        last_resort=oncall.Tier(targets(last.notify, names), tuple(last.by)) if last else None,
        comeback_seconds=written.comes_back_every,
        ack_timeout_seconds=written.ack_timeout,
        relapse_seconds=written.relapse_within,
    )


def targets(notify: Sequence[Pick | str], names: Namespace) -> tuple[str, ...]:
    """As Tier.targets writes them."""
    return tuple(_named(item, names) if isinstance(item, str) else item.target for item in notify)


def _named(name: str, names: Namespace) -> str:
    kind = names.get(name, Kind.RESPONDER)
    return name if kind == Kind.RESPONDER else f"{kind}:{name}"


def _tier(written: Tier, names: Namespace) -> oncall.Tier:
    return oncall.Tier(
        targets=targets(written.notify, names),
        channels=tuple(written.by),
        wait_seconds=written.wait,
        everyone=written.everyone,
        condition=_condition(written.when) if written.when else None,
    )


def _condition(written: Condition) -> oncall.Condition:
    return oncall.Condition(
        urgency=Urgency(written.urgency) if written.urgency else None,
        priorities=tuple(Priority[name] for name in written.priority),
        support_hours=When(written.support_hours) if written.support_hours else None,
    )
