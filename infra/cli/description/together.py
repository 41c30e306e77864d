"""What keys of one mapping say together, judged beside each of them: neither hides the other."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pydantic import ModelWrapValidatorHandler, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from infra.cli.description.problem import nearest
from infra.cli.description.vocabulary import SYNONYMS

M = TypeVar("M")
Raw = dict[str, Any]
"""A mapping as it was read: any of its values may be wrong."""
Faults = Iterator[PydanticCustomError]


def together(value: Any, model: ModelWrapValidatorHandler[M], faults: Callable[[Raw], Faults]) -> M:
    """The model's own errors, and what else is wrong."""
    found = _details(faults(value), value) if isinstance(value, dict) else []
    try:
        made = model(value)
    except ValidationError as error:
        found = [*map(_again, error.errors(include_url=False)), *found]
    if found:
        raise ValidationError.from_exception_data("together", found)
    return made


def all_of(value: Any, errors: Iterable[PydanticCustomError]) -> None:
    """Raises them, where there are any."""
    if found := _details(errors, value):
        raise ValidationError.from_exception_data("all", found)


def absent(raw: Raw, key: str) -> bool:
    """Not there, nor as what is said to be an unknown key."""
    return not any(word == key or key in SYNONYMS.get(word.casefold(), ()) or nearest(word, [key]) for word in raw)


def _details(errors: Iterable[PydanticCustomError], value: Any) -> list[InitErrorDetails]:
    return [InitErrorDetails(type=error, loc=(), input=value) for error in errors]


def _again(error: Any) -> InitErrorDetails:
    kind, context = error["type"], error.get("ctx", {})
    said = PydanticCustomError("said", "{text}", context) if kind == "said" else kind
    return InitErrorDetails(type=said, loc=error["loc"], input=error["input"], ctx=context)
