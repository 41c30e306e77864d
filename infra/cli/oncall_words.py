"""What the models refuse, in plain words: pydantic's error types become sentences, with the nearest right key."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from infra.cli.oncall_model import File
from infra.cli.problem import Path, Problem, listed, nearest, shown, spelled
from infra.cli.yaml_tree import Odd, Tree

# What other tools, or people, call our keys; difflib finds the mere slips.
SYNONYMS = {
    "users": "responders", "people": "responders", "teams": "policies", "ladders": "policies", "monitors": "services",
    "phone": "sms", "mobile": "sms", "tel": "sms", "mail": "email", "address": "email", "tz": "timezone",
    "targets": "notify", "who": "notify", "channels": "by", "via": "by", "timeout": "wait", "delay": "wait",
    "steps": "tiers", "levels": "tiers", "loops": "repeat", "fallback": "last_resort", "keys": "routing_keys",
    "integration_key": "routing_keys", "call": "bridge", "url": "runbook",
}  # fmt: skip
EXAMPLES = {
    "contact": "contact: [{email: ada@example.com}]",
    "tiers": "tiers: [{notify: [ada], by: [sms], wait: 5m}]",
    "notify": "notify: [ada]",
    "by": "by: [sms, email]",
    "routing_keys": 'routing_keys: ["..."], with a key made by `callout routing-key`',
    "policy": "policy: checkout",
}

Said = tuple[str, str]


def in_words(error: ErrorDetails, tree: Tree) -> Problem:
    path = tuple(part for part in error["loc"] if part != "[key]")
    text, fix = _sentence(error, path)
    return Problem(tree.line(path), spelled(path), text, fix)


def _sentence(error: ErrorDetails, path: Path) -> Said:
    context = error.get("ctx", {})
    if error["type"] == "said":
        return str(context["text"]), str(context["fix"])
    if _kind(error["input"]) == "nothing":
        return "has no value", _like(path) or "give it one, or leave the key out"
    say = _SENTENCES.get(error["type"])
    if say is None:
        return "cannot be used", "compare it with infra/cli/example.yaml"
    return say(error["input"], context, path)


def _text(value: Any, _context: Mapping[str, Any], _path: Path) -> Said:
    kind = _kind(value)
    if kind in ("a list", "a mapping"):
        return f"must be text, but is {kind}", "write one value"
    return f"must be text, but is read as {kind}", "put it in quotes"


def _whole_number(value: Any, _context: Mapping[str, Any], _path: Path) -> Said:
    return f"must be a whole number, but is {_kind(value)}", "write it in digits, without quotes"


def _list(value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    return f"must be a list, but is {_kind(value)}", _like(path) or "put it in brackets: [one, two]"


def _mapping(value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    if not path:
        return f"the file must hold keys and values, but is {_kind(value)}", f"begin with {listed(_keys(()))}"
    keys = _keys(path)
    return f"must hold keys and values, but is {_kind(value)}", f"write {listed(keys)} below it" if keys else ""


def _missing(_value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    return "is missing", _like(path) or "add it"


def _unknown(_value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    keys, word = _keys(path[:-1]), str(path[-1])
    synonym = SYNONYMS.get(word.casefold())
    right = synonym if synonym in keys else nearest(word, keys)
    return "unknown key", f'did you mean "{right}"?' if right else f"known here: {listed(keys)}"


def _few(_value: Any, _context: Mapping[str, Any], path: Path) -> Said:
    return "is empty", _like(path) or "write at least one"


def _many(_value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    return f"has {context['actual_length']} entries", f"at most {context['max_length']} are allowed"


def _least(value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    return f"{value} is too small", f"the least is {context['ge']}"


def _most(value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    return f"{value} is too large", f"the most is {context['le']}"


def _choice(value: Any, context: Mapping[str, Any], _path: Path) -> Said:
    choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    if not isinstance(value, str):
        return f"must be a channel, but is {_kind(value)}", f"there are {listed(choices)}"
    synonym = SYNONYMS.get(value.casefold())
    right = synonym if synonym in choices else nearest(value, choices)
    there = f"there are {listed(choices)}"
    return f'"{shown(value)}" is not a channel', f"{there}; did you mean {right}?" if right else there


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


def _kind(value: Any) -> str:
    kinds = {str: "text", int: "a number", list: "a list", dict: "a mapping"}
    return value.kind if isinstance(value, Odd) else kinds.get(type(value), "something else")


def _like(path: Path) -> str:
    example = EXAMPLES.get(str(path[-1])) if path else None
    return f"write it like {example}" if example else ""


def _keys(path: Path) -> list[str]:
    """The keys that the model at this path knows; none where a mapping has free ids."""
    kind: Any = File
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(part)].annotation
        else:
            kind = _inner(kind)
    kind = kind if isinstance(kind, type) else _inner(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _inner(kind: Any) -> Any:
    """What a list or dict holds, or what an optional value is when it is there."""
    return next((part for part in reversed(get_args(kind)) if part is not type(None)), kind)
