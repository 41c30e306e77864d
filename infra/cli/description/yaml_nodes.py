"""From bytes to YAML's nodes, or to one sentence that says why not."""

import re
import warnings
from bisect import bisect_left
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

from infra.cli.description import yaml_fast
from infra.cli.description.problem import Problem
from infra.cli.description.yaml_words import in_words

FILE_BYTES_MAX: Final = 10_000_000
TOO_DEEP: Final = Problem(1, "", "it is nested too deeply", "an on-call file is a few levels deep")


class Unreadable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Lines:
    """The line of a parser's mark as editors count it: to the parsers more characters break a line."""

    def __init__(self, text: str) -> None:
        odd = re.search("[\x85\u2028\u2029]|\r(?!\n)", text)
        self._breaks = [found.start() for found in re.finditer("\n", text)] if odd else None

    def of(self, mark: Any) -> int:
        return int(mark.line if self._breaks is None else bisect_left(self._breaks, mark.index)) + 1


def nodes(data: bytes) -> tuple[Node, Lines]:
    """The file's root. What the fast parser cannot read is read again, for the words of the slow one."""
    text = _decoded(data)
    lines = Lines(text)
    return yaml_fast.compose(text) or _composed(text, lines), lines


def _decoded(data: bytes) -> str:
    if len(data) > FILE_BYTES_MAX:
        raise Unreadable(
            Problem(1, "", f"the file is larger than {FILE_BYTES_MAX // 1_000_000} MB", "keep only the on-call file")
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(Problem(line, "", "the file is not UTF-8 text", "save it with the encoding UTF-8")) from None


def _composed(text: str, lines: Lines) -> Node:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(Problem(line, "", "there is an invisible control character", "delete it")) from None
    except MarkedYAMLError as error:
        raise Unreadable(in_words(error, lines.of)) from None
    except YAMLError:
        raise Unreadable(Problem(1, "", "this is not YAML", "compare it with infra/cli/example.yaml")) from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    if root is None:
        raise Unreadable(Problem(1, "", "the file is empty", "start from infra/cli/example.yaml"))
    return root
