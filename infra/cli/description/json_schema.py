"""The on-call file's JSON Schema, as it is written in YAML rather than as Python keeps it."""

from typing import Any, Final

from infra.cli.description.duration import written
from infra.cli.description.model import File, Parts
from infra.cli.description.spans import SPAN_SCHEMA
from infra.cli.description.values import zones

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ZONE: Final = "Timezone"


def schema_of(part: bool = False) -> dict[str, Any]:
    """Of a whole description, or of one file of several: no section has to be in that."""
    made = _adapted((Parts if part else File).model_json_schema())
    made["$defs"][_ZONE] = {
        "description": "A time zone of the IANA database.",
        "enum": sorted(zones()),
    }
    return {"$schema": DIALECT, "title": "Callout on-call file", **made}


def _adapted(node: Any) -> Any:
    if isinstance(node, list):
        return [_adapted(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "timezone":
        described = {key: node[key] for key in ("description",) if key in node}
        return {"$ref": f"#/$defs/{_ZONE}", **described}
    if "patternProperties" in node:
        node = {"additionalProperties": False, **node}
    kept = {key: _adapted(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    return _with_default_as_written(_without_null(kept))


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """Python's None is a key that is left out; YAML's null is a mistake."""
    if not isinstance(node.get("anyOf"), list):
        return node
    kinds = [kind for kind in node["anyOf"] if kind != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    return {**rest, **kinds[0]} if len(kinds) == 1 and not rest.keys() & kinds[0].keys() else {**rest, "anyOf": kinds}


def _with_default_as_written(node: dict[str, Any]) -> dict[str, Any]:
    if "default" not in node:
        return node
    default = node.pop("default")
    if _is_span(node) and isinstance(default, int):
        node["default"] = written(default)
    elif isinstance(default, bool) or (isinstance(default, int) and node.get("type") == "integer"):
        node["default"] = default
    return node


def _is_span(node: dict[str, Any]) -> bool:
    return SPAN_SCHEMA["pattern"] in [node.get("pattern"), *(kind.get("pattern") for kind in node.get("anyOf", []))]
