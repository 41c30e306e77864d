"""What the models of the on-call file have in common: strictness, and values that may be written in two ways."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from infra.cli.description.problem import listed, nearest, shown
from infra.cli.description.values import wrong
from infra.cli.description.yaml_tree import SWITCH, TRUTH, Odd

Channel = Literal["sms", "email"]
PriorityName = Literal["P1", "P2", "P3", "P4", "P5"]
UrgencyName = Literal["high", "low"]
CHANNELS: tuple[str, ...] = get_args(Channel)
URGENCIES: tuple[str, ...] = get_args(UrgencyName)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


def kind_of(value: Any) -> str:
    """What a value of the tree is, in words."""
    kinds = {str: "text", int: "a number", list: "a list", dict: "a mapping"}
    if isinstance(value, Odd):
        return f'"{shown(value.text)}" without quotes' if value.kind == SWITCH else value.kind
    return kinds.get(type(value), "something else")


def choice(value: Any, choices: tuple[str, ...], noun: str) -> str:
    """One of these words, as it is written."""
    if value in choices:
        return str(value)
    there = f"there are {listed(choices)}"
    if not isinstance(value, str):
        raise wrong(f"must be {noun}, but is {kind_of(value)}", there)
    right = nearest(value, choices)
    raise wrong(f'"{shown(value)}" is not {noun}', f"{there}; did you mean {right}?" if right else there)


def either(word: Callable[[str], Any]) -> WrapValidator:
    """A value that is one word, which `word` brings into the model's form, or that model written out."""

    def validate(value: Any, model: ValidatorFunctionWrapHandler) -> Any:
        return model(value if isinstance(value, dict) else word(value))

    return WrapValidator(validate)


@dataclass(frozen=True, eq=False)
class Or:
    """For the JSON Schema: it may also be written like this."""

    schema: dict[str, Any]

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [self.schema, handler(core)]}


ONE_KEY: dict[str, Any] = {"minProperties": 1, "maxProperties": 1}


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value  # a default
    if isinstance(value, Odd) and value.kind == TRUTH:
        return value.text.casefold() == "true"
    meant = "write true or false, without quotes"
    if isinstance(value, Odd) and value.kind == SWITCH:
        meant = f"write {truth_of(value)}"
    raise wrong(f"must be true or false, but is {kind_of(value)}", meant)


def truth_of(switch: Odd) -> str:
    """What other readers of YAML take on, yes, off and the like for."""
    return "true" if switch.text.casefold() in ("on", "yes", "y") else "false"


def _ids(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Truth = Annotated[bool, BeforeValidator(_truth), WithJsonSchema({"type": "boolean"})]
OneOrMore = Annotated[list[str], Field(min_length=1), BeforeValidator(_ids), Or({"type": "string"})]
