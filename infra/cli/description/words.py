"""What the models refuse, in plain words: pydantic's error types become sentences, with the nearest right key."""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from infra.cli.description.base import kind_of, truth_of
from infra.cli.description.model import File
from infra.cli.description.problem import Path, Problem, listed, nearest, shown
from infra.cli.description.vocabulary import EXAMPLES, EXAMPLES_OF, NOUNS, SYNONYMS
from infra.cli.description.yaml_tree import SWITCH, Odd, Tree

Said = tuple[str, str]


def in_words(error: ErrorDetails, tree: Tree) -> Problem:
    path = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "said":
        path = tree.written(path)
    at = error.get("ctx", {}).get("at")
    if at:
        path = (*path, at)
    text, fix = _sentence(error, path)
    return tree.problem(path, text, fix)


def _sentence(error: ErrorDetails, path: Path) -> Said:
    context = error.get("ctx", {})
    if kind_of(error["input"]) == "nothing":
        return "has no value", _like(path) or "give it one, or leave the key out"
    if error["type"] == "said":
        return str(context["text"]), str(context["fix"])
    say = _SENTENCES.get(error["type"])
    if say is None:
        return "cannot be used", "compare it with infra/cli/example.yaml"
    return say(error["input"], context, path)


def _text(value: Any, _context: Mapping[str, Any], _path: Path) -> Said:
    kind = kind_of(value)
    if isinstance(value, Odd) and value.kind == SWITCH:
        return f"{kind} means {truth_of(value)} to many readers of YAML", "put it in quotes"
    if kind in ("a list", "a mapping"):
        return f"must be text, but is {kind}", "write one value"
    return f"must be text, but is read as {kind}", "put it in quotes"


def _whole_number(value: Any, _context: Mapping[str, Any], _path: Path) -> Said:
    return f"must be a whole number, but is {kind_of(value)}", "write it in digits, without quotes"


def _list(value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    return f"must be a list, but is {kind_of(value)}", _like(path) or "put it in brackets: [one, two]"


def _mapping(value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    if not path:
        return f"the file must hold keys and values, but is {kind_of(value)}", f"begin with {listed(_keys(()))}"
    keys = _keys(path)
    return f"must hold keys and values, but is {kind_of(value)}", f"write {listed(keys)} below it" if keys else ""


def _missing(_value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    return "is missing", _like(path) or "add it"


def _unknown(_value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    keys, word = _keys(path[:-1]), str(path[-1])
    synonyms = SYNONYMS.get(word.casefold(), ())
    right = next((synonym for synonym in synonyms if synonym in keys), None) or nearest(word, keys)
    return "unknown key", f'did you mean "{right}"?' if right else f"known here: {listed(keys)}"


def _few(_value: Any, context: Mapping[str, Any], path: Path) -> Said:
    count = context["actual_length"]
    entries = f"{count} {'entry' if count == 1 else 'entries'}"
    said = f"has {entries}, but needs {context['min_length']}" if count else "is empty"
    return said, _like(path) or "write at least one"


def _many(_value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    return f"has {context['actual_length']} entries", f"at most {context['max_length']} are allowed"


def _least(value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    return f"{value} is too small", f"the least is {context['ge']}"


def _most(value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    return f"{value} is too large", f"the most is {context['le']}"


def _choice(value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    choices = tuple(str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
    noun = NOUNS.get(choices, "one of them")
    there = f"there are {listed(choices)}"
    if not isinstance(value, str):
        return f"must be {noun}, but is {kind_of(value)}", there
    synonyms = SYNONYMS.get(value.casefold(), ())
    right = next((synonym for synonym in synonyms if synonym in choices), None) or nearest(value, choices)
    return f'"{shown(value)}" is not {noun}', f"{there}; did you mean {right}?" if right else there


_SENTENCES: dict[str, Callable[[Any, Mapping[str, Any], Path], Said]] = {
    "string_type": _text,
    "int_type": _whole_number,
    "list_type": _list,
    "dict_type": _mapping,
    "model_type": _mapping,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "too_short": _few,
    "too_long": _many,
    "greater_than_equal": _least,
    "less_than_equal": _most,
    "literal_error": _choice,
}


def _like(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    example = EXAMPLES_OF.get((names[0], names[-1])) or EXAMPLES.get(names[-1]) if names else None
    return f"write it like {example}" if example and names[-1] == path[-1] else ""


def _keys(path: Path) -> list[str]:
    """The keys that the model at this path knows; none where a mapping has free ids."""
    kind: Any = File
    for part in path:
        kind = _model(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = _annotation(kind, str(part))
        else:
            kind = next(iter(get_args(kind)[-1:]), None)
    kind = _model(kind)
    return list(_fields(kind)) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _fields(kind: type[BaseModel]) -> dict[str, Any]:
    """By the keys of the file: `from` cannot be a name in Python."""
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _annotation(kind: type[BaseModel], key: str) -> Any:
    return _fields(kind).get(key)


def _model(kind: Any) -> Any:
    """Without what is said about a type, and without None where that is allowed."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    return kind
