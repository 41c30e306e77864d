"""What nobody uses."""

from collections.abc import Iterator
from typing import Final

from infra.cli import oncall_tree as look
from infra.cli.oncall_references import Reference
from infra.cli.problem import Finding
from infra.cli.yaml_tree import Tree

_SAID: Final = {
    "policies": "no service uses it",
    "responders": "no tier notifies it",
    "schedules": "no tier notifies it",
    "teams": "no tier notifies it",
    "holidays": "nothing names it",
}


def unused(tree: Tree, references: list[Reference]) -> Iterator[Finding]:
    used = {(section, reference.id) for reference in references for section in reference.sections}
    for section, said in _SAID.items():
        for name in look.section(tree, section):
            if (section, name) not in used:
                yield Finding((section, name), said, "use it, or take it out", "warning")
