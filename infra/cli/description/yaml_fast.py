"""YAML read by libyaml: some twenty times faster than ruamel.yaml's own parser, which has the better complaints.

Gives the same nodes as ruamel.yaml and lets it say what a plain word means, so that YAML 1.2 holds for both.
"""

from functools import lru_cache
from typing import Any, Final

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml import events
from yaml.error import YAMLError

LIBYAML: Final = getattr(yaml, "CSafeLoader", None)
"""None where PyYAML was built without libyaml. Only its events are used: no value is made by it."""
DEPTH_MAX: Final = 100
_STR: Final = "tag:yaml.org,2002:str"


def compose(text: str) -> Node | None:
    """None where the text needs the slow parser: it is not YAML, or not plain enough."""
    if LIBYAML is None:
        return None
    try:
        return _Composer(LIBYAML(text)).document()
    except (YAMLError, _NotPlain):
        return None


class _NotPlain(Exception):
    pass


class _Composer:
    """Nodes from events. It keeps its own stack: brackets without end do not exhaust Python's."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._anchors: dict[str, Node] = {}
        self._stack: list[list[Any]] = [[]]

    def document(self) -> Node:
        while not isinstance(event := self._parser.get_event(), events.StreamEndEvent):
            self._take(event)
        if len(self._stack[0]) != 1:
            raise _NotPlain
        root: Node = self._stack[0][0]
        return root

    def _take(self, event: Any) -> None:
        kind = type(event)
        if kind is events.ScalarEvent:
            self._add(event, ScalarNode(_tag(event), event.value, event.start_mark, None, style=event.style))
        elif kind is events.AliasEvent:
            self._alias(event)
        elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
            self._open(event, MappingNode if kind is events.MappingStartEvent else SequenceNode)
        elif kind is events.MappingEndEvent:
            pairs = iter(self._stack.pop())
            self._stack[-1][-1].value = list(zip(pairs, pairs, strict=True))
        elif kind is events.SequenceEndEvent:
            items = self._stack.pop()
            self._stack[-1][-1].value = items

    def _open(self, event: Any, kind: type[Node]) -> None:
        if len(self._stack) > DEPTH_MAX:
            raise _NotPlain
        self._add(event, kind(event.tag or _STR, [], event.start_mark, None))
        self._stack.append([])

    def _add(self, event: Any, node: Node) -> None:
        if event.anchor:
            self._anchors[event.anchor] = node
        self._stack[-1].append(node)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _NotPlain
        self._stack[-1].append(self._anchors[event.anchor])


def _tag(event: Any) -> str:
    if event.tag not in (None, "!"):
        return str(event.tag)
    return _meaning(event.value) if event.implicit[0] and event.tag is None else _STR


_RESOLVER: Final = YAML(typ="safe", pure=True).resolver


@lru_cache(maxsize=65_536)
def _meaning(word: str) -> str:
    return str(_RESOLVER.resolve(ScalarNode, word, (True, False)))
